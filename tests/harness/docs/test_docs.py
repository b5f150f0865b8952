"""The documentation holds: its links lead somewhere, its commands run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from benchmarks import detection
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.binaries import from_wheel
from fixtures.report import original_pull_request
from fixtures.report.generate_docs_pages import COMMAND, RENDERERS
from fixtures.rows.production_like_rows import Population, populate
from tests.harness.docs.reading import PAGES, ROOT, Command, commands, tox_environments

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.migrations.phase_databases import Phases

    Run = Callable[..., subprocess.CompletedProcess[str]]

_TEST_FILE = re.compile(r"`([\w/.]+\.py)`")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
ALL = list(commands())
NIGHTLY = (ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8")
IN_CI = {
    *(command.environment for command in ALL if command.in_ci),
    *re.findall(r"tox -e (\w+)", NIGHTLY),
}
# Not those that .ci/run runs as they stand; the page of findings shows what is wrong, too; a sweep of a server is
# tried by tests/harness/postgres. What stands on two pages is run once.
WITH_ARGUMENTS = {
    (command.environment, *command.arguments): command
    for command in ALL
    if command.environment not in {None, "sweep"}
    and command.arguments
    and not command.in_ci
    and command.page != "findings.md"
}
WITH_PSQL = sorted(command.words for command in ALL if command.words[0] == "psql")

THEIR_FOLDER = "path/to/drizzle"
# What an example leaves open, and what this repository has in its place.
EXAMPLES = {"TAG": "0000_baseline", "REF": "HEAD"}
# Examples that need what only the reader has: their options are read, their tests collected, and no more.
OF_THE_READER = ("DBNAME", "DSN", "URL", "path/to/pg_ctl", "127.0.0.1", "path/to/v1", ".dump")


@pytest.fixture(scope="module")
def bare_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the constraint is still to come."""
    copy = tmp_path_factory.mktemp("docs") / "drizzle"
    shutil.copytree(ROOT / "sql" / "migrations", copy)
    journal = json.loads((copy / "meta" / "_journal.json").read_text())
    for entry in journal["entries"][1:]:
        (copy / f"{entry['tag']}.sql").unlink()
        (copy / "meta" / f"{entry['idx']:04}_snapshot.json").unlink()
    (copy / "meta" / "_journal.json").write_text(json.dumps({**journal, "entries": journal["entries"][:1]}))
    return copy


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_tests_that_the_page_of_faults_names_exist() -> None:
    named = _TEST_FILE.findall((ROOT / "docs" / "faults.md").read_text(encoding="utf-8"))

    assert len(named) > 10
    assert [name for name in named if not (ROOT / "tests" / "harness" / name).is_file()] == []


@pytest.mark.parametrize("path", RENDERERS)
def test_page_that_is_rendered_from_data_is_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == RENDERERS[path](), f"run {COMMAND}"


def test_page_of_other_tools_is_current() -> None:
    data = json.loads(detection.DATA.read_text(encoding="utf-8"))

    page = detection.PAGE.read_text(encoding="utf-8")
    assert page == detection.render(data)
    rows = [[cell.strip() for cell in line.split("|")] for line in page.splitlines() if line.startswith("|")]
    brief = ["| " + " | ".join([*row[1:3], *row[-3:-1]]) + " |" for row in rows]
    assert "\n".join(brief) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_page_of_the_pull_request_is_current() -> None:
    data = json.loads(original_pull_request.DATA.read_text(encoding="utf-8"))

    assert original_pull_request.PAGE.read_text(encoding="utf-8") == original_pull_request.render(data)


def test_each_tox_environment_that_the_docs_name_exists() -> None:
    named = {command.environment for command in ALL} - {None}

    assert named <= set(tox_environments())


def test_each_tox_environment_without_arguments_is_run_by_ci() -> None:
    bare = {command.environment for command in ALL if command.environment and not command.arguments}

    # `tox` runs lint; the other two change the checkout.
    assert bare - IN_CI - {"lint", "format", "lock"} == set()


def test_each_command_of_the_readme_is_run_by_a_job() -> None:
    lines = [command for command in ALL if command.page == "README.md" and ".venv/bin/tox" in command.text]

    assert len(lines) > 10
    assert [c.text for c in lines if not c.in_ci and c.environment not in IN_CI] == []


@pytest.mark.parametrize(
    "command", WITH_ARGUMENTS.values(), ids=lambda command: f"{command.page}: {command.text}"
)
def test_tox_command_runs(
    command: Command, run_in_checkout: Run, bare_folder: Path, pytestconfig: pytest.Config
) -> None:
    (line, *_) = [
        c for c in tox_environments()[command.environment or ""] if c.startswith(("pytest", "python"))
    ]
    theirs = bare_folder if "--overlay" in command.arguments else "sql/migrations"
    words = [str(theirs) if word == THEIR_FOLDER else EXAMPLES.get(word, word) for word in command.arguments]
    short = [f"--pg-version={pytestconfig.getoption('pg_version')}"]
    if line.startswith("pytest"):
        short += ["-k", "test_folder or test_sentence"]
    elif command.environment == "mutants":
        short += ["-k", "predicate/drop-1"]
    if any(word in argument for word in OF_THE_READER for argument in words):
        short.append("--collect-only")

    done = run_in_checkout([*shlex.split(line.replace("{posargs}", "")), *words, *short])

    assert done.returncode in {0, 5}, done.stdout
    assert "error:" not in done.stdout


def test_psql_commands_run_in_the_order_of_the_page(
    phases: Phases, run_in_checkout: Run, pytestconfig: pytest.Config
) -> None:
    path = str(from_wheel(pytestconfig.getoption("pg_version")).bindir)
    subject = phases.subject
    with phases.prior_state(CLOSED_STATE, subject.runner) as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            populate(conn, CLOSED_STATE, Population(rows_total=400, violators_total=20))
            subject.runner.migrate(conn, subject.folder)
        parts = conninfo_to_dict(dsn)
        url = (
            f"postgresql:///{parts['dbname']}?host={parts['host']}&port={parts['port']}&user={parts['user']}"
        )
        codes = {}
        for command in WITH_PSQL:
            words = [word.replace("$DATABASE_URL", url) for word in command]
            done = run_in_checkout(words, path=path)
            codes[words[words.index("-f") + 1]] = (done.returncode, done.stdout)

    assert codes
    assert {code for code, _ in codes.values()} == {0}, codes
    assert all((ROOT / script).is_file() for script in codes)
