"""The action and the pre-commit hook: their shell is run here, with GitHub played by a server on the loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.report.github_summary_and_comment import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.findings.conftest import Project

ROOT = Path(__file__).resolve().parents[3]
BASH = shutil.which("bash") or "bash"
_STEP = re.compile(r"    - name: (\w+)\n(.*?)(?=\n    - |\Z)", re.DOTALL)
_RUN = re.compile(r"^      run: (?:\|\n(.*)|(.+))\Z", re.DOTALL | re.MULTILINE)


def shell_of(step: str) -> str:
    """Return the shell of a step of action.yml."""
    body = dict(_STEP.findall((ROOT / "action.yml").read_text()))[step]
    found = _RUN.search(body)
    assert found is not None
    return re.sub(r"^ {8}", "", found[1] or found[2], flags=re.MULTILINE)


class GitHub:
    """The comments of one pull request, as GitHub's API keeps them."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = [
            {"id": 1, "user": {"type": "User"}, "body": f"{MARK} not ours"},
        ]
        self.calls: list[str] = []


@pytest.fixture
def github() -> Iterator[tuple[GitHub, str]]:
    """Yield GitHub, and the address of its API."""
    kept = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(kept.comments)

        def do_POST(self) -> None:
            kept.comments.append({"id": 2, "user": {"type": "Bot"}, **self._body()})
            self._answer(kept.comments[-1])

        def do_PATCH(self) -> None:
            kept.comments[-1] |= self._body()
            self._answer(kept.comments[-1])

        def _body(self) -> dict[str, Any]:
            body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            return body

        def _answer(self, data: object) -> None:
            kept.calls.append(f"{self.command} {self.path.partition('?')[0]} {self.headers['Authorization']}")
            text = json.dumps(data).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kept, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def job(tmp_path: Path, project: Project, github: tuple[GitHub, str]) -> dict[str, str]:
    """Return the environment of a job on a pull request; tox and its environment are stood in for by this one."""
    temp, harness = tmp_path / "temp", tmp_path / "action"
    programs = {
        temp / "harness" / "bin" / "tox": f'cd "{ROOT}"; while [ "$1" != -- ]; do shift; done; shift\n'
        f'exec "{sys.executable}" -m pytest tests/migrations -k folder_files -q "$@"',
        harness / ".tox" / "verify" / "bin" / "python": f'exec "{sys.executable}" "$@"',
    }
    for path, text in programs.items():
        path.parent.mkdir(parents=True)
        path.write_text(f"#!{BASH}\n{text}\n")
        path.chmod(0o755)
    (harness / "fixtures").symlink_to(ROOT / "fixtures")
    event = temp / "event.json"
    event.write_text('{"pull_request": {"number": 13}}')
    return {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "HARNESS": str(harness), "RUNNER_TEMP": str(temp),
        "GITHUB_WORKSPACE": str(project.path), "GITHUB_OUTPUT": str(temp / "output"), "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(temp / "summary.md"), "GITHUB_EVENT_PATH": str(event),
        "GITHUB_API_URL": github[1], "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "a-token",
        "MIGRATIONS": "drizzle", "OPTIONS": "--session-setting lock_timeout=2s",
    }  # fmt: skip


def run_step(step: str, job: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", shell_of(step)], env=job, text=True,
        cwd=job["GITHUB_WORKSPACE"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip


def test_action_annotates_summarises_and_edits_one_comment(
    job: dict[str, str], project: Project, github: tuple[GitHub, str]
) -> None:
    project.without_snapshot()

    verified = run_step("Verify", job)
    others = [run_step(step, job) for step in ("Summary", "Comment", "Comment")]

    outputs = dict(line.split("=", 1) for line in Path(job["GITHUB_OUTPUT"]).read_text().splitlines())
    assert verified.returncode == 0, verified.stdout
    assert outputs["code"] == "1", verified.stdout
    assert run_step("Verdict", {**job, "CODE": outputs["code"]}).returncode == 1
    assert f"::error file=drizzle/{project.constraint.name},line=" in verified.stdout
    assert [each.returncode for each in others] == [0, 0, 0], others
    summary = Path(job["GITHUB_STEP_SUMMARY"]).read_text()
    assert "## closed-state-harness: RED" in summary
    assert "`snapshot-without-constraint`" in summary
    kept = github[0]
    assert [one["id"] for one in kept.comments] == [1, 2]
    assert kept.comments[1]["body"] == f"{MARK}\n{summary}"
    assert [call.split()[0] for call in kept.calls] == ["GET", "POST", "GET", "PATCH"]
    assert kept.calls[-1] == "PATCH /repos/o/r/issues/comments/2 Bearer a-token"


def test_action_is_green_on_a_right_folder(job: dict[str, str]) -> None:
    verified = run_step("Verify", job)

    assert "code=0" in Path(job["GITHUB_OUTPUT"]).read_text(), verified.stdout
    assert "\n::" not in verified.stdout


def test_module_of_the_checkout_is_not_imported_beside_the_token(
    job: dict[str, str], project: Project
) -> None:
    run_step("Verify", job)
    for name in ("json.py", "msgspec.py", "fixtures.py"):
        (project.path / name).write_text("open('imported', 'w')\n")

    told = [run_step(step, job) for step in ("Summary", "Comment")]

    assert [each.returncode for each in told] == [0, 0], told
    assert not (project.path / "imported").exists()
    assert "python -m" not in (ROOT / "action.yml").read_text()


def test_comment_that_github_refuses_is_told_and_does_not_change_the_verdict(job: dict[str, str]) -> None:
    run_step("Verify", job)

    told = run_step("Comment", {**job, "GITHUB_API_URL": "http://127.0.0.1:9"})

    assert told.returncode == 0
    assert "the comment on pull request 13 could not be written" in told.stdout
    assert "a-token" not in told.stdout


def test_zizmor_has_nothing_to_say() -> None:
    program = Path(sys.executable).with_name("zizmor")
    files = [ROOT / "action.yml", *(ROOT / ".github" / "workflows").glob("*.yml")]

    done = subprocess.run([program, "--offline", "-q", *files], text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def hook(*arguments: Path) -> subprocess.CompletedProcess[str]:
    (entry,) = re.findall(r"entry: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text())
    return subprocess.run(
        [sys.executable, "-S", ROOT / entry, *arguments], text=True, capture_output=True, check=False
    )


def test_hook_needs_nothing_installed_and_lets_a_right_folder_pass(project: Project) -> None:
    done = hook(project.constraint, project.migrations / "meta" / "_journal.json")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_hook_names_the_snapshot_and_the_invisible_character(project: Project) -> None:
    project.without_snapshot()
    project.append("-- a\u200bb\n")

    done = hook(project.constraint)

    assert done.returncode == 1
    assert re.findall(r"^error \[([a-z-]+)\]", done.stdout, re.MULTILINE) == [
        "hidden-unicode", "snapshot-without-constraint",
    ]  # fmt: skip


def test_hook_names_a_journal_that_is_broken(project: Project) -> None:
    (project.migrations / "meta" / "_journal.json").write_text("<<<<<<< HEAD")

    done = hook(project.constraint)

    assert done.returncode == 1
    assert done.stdout.startswith("error [journal-json] ")
    assert done.stdout.count("\n") == 1


def test_hook_leaves_other_sql_alone(tmp_path: Path) -> None:
    (tmp_path / "report.sql").write_text("SELECT '\u200b';")

    assert hook(tmp_path / "report.sql").returncode == 0
