"""The main job on wrong folders exits with 1, and its closing line names the reason."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import SubjectError
from fixtures.migrations.constraint_trace import trace_migrations
from fixtures.migrations.load_subject import load_subject
from fixtures.mutants.mutant_catalogue import ROOT, SOURCE, find
from fixtures.mutants.mutant_folder import Draft
from fixtures.mutants.mutant_runs import run_folder

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from pathlib import Path

    from fixtures.postgres.databases import Databases
    from fixtures.postgres.server import Server

NAME = "execution_workspaces_closed_state_consistency"


def verify(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "tests/migrations", "--maxfail=1", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, "--migrations", str(folder), *options],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def verdict(said: str) -> str:
    return next(line for line in said.splitlines() if line.startswith("verdict"))


@pytest.mark.parametrize(
    ("mutant", "reason"),
    [
        ("predicate/list-9", "0077_.*: .* is not the rule .* it accepts .* that it forbids"),
        (
            "state/strengthened-later",
            r"\d+_strengthened_later: .* is not the rule .* it refuses .* that it allows",
        ),
        (
            "state/commented-out",
            f"constraint {NAME} on .* is missing: no migration adds it, though 0077_.*names it",
        ),
        ("predicate/column-1", "0077_.*: .* depends on the column opened_at"),
        ("state/validated-at-once", f"0077_.*: {NAME} is validated at once; add it NOT VALID"),
        ("folder/absent-from-journal", "0077_.*sql: has no entry in the journal"),
        ("folder/when-low", "0077_.*: drizzle skips it on a database that has the migrations before it"),
    ],
)
def test_wrong_folder_is_red_with_its_reason(
    pool: ProcessPoolExecutor, cluster: Server, mutant: str, reason: str, tmp_path: Path
) -> None:
    find(mutant).build(tmp_path)

    run = pool.submit(run_folder, tmp_path, cluster, ["tests/migrations"]).result()

    assert run.code == 1, run.log
    assert re.search(f"RED: .*{reason}", verdict(run.log)), verdict(run.log)


@pytest.mark.parametrize(
    ("mutant", "reason"),
    [
        ("state/misnamed", "CHECK .*_check .*exactly that name"),
        ("state/other-table", "the name stands on public.workspace_operations"),
        ("state/trigger", "trigger .* is there instead"),
    ],
)
def test_what_is_there_instead_of_the_constraint_is_named(
    databases: Databases, mutant: str, reason: str, tmp_path: Path
) -> None:
    wrong = find(mutant)
    (tmp_path / "migrations").mkdir()
    wrong.build(tmp_path / "migrations")
    subject = load_subject(ROOT, specs=[wrong.spec], scratch=tmp_path, migrations=tmp_path / "migrations")

    with pytest.raises(SubjectError, match=f"constraint {NAME} on .* is missing: {reason}"):
        trace_migrations(databases, subject)


def test_unreadable_folder_ends_the_run_once_and_at_once(tmp_path: Path) -> None:
    find("folder/journal-only").build(tmp_path)

    run = verify(tmp_path, "--maxfail=0")

    assert run.returncode == 1
    assert re.search(
        "RED: .*0077_.*sql: there is no such file, and the journal lists it", verdict(run.stdout)
    )
    assert (
        run.stdout.count("there is no such file, and the journal lists it") <= 3
    )  # the finding, the verdict, and how pytest ended
    assert "Traceback" not in run.stdout + run.stderr
    assert "\ncollected" not in run.stdout


@pytest.mark.parametrize(
    ("mutant", "options"),
    [
        ("rewrite/de-morgan", ()),
        ("rewrite/other-number", ()),
        ("rewrite/other-name", ("--runner", "paperclip")),
    ],
)
def test_right_folder_in_other_words_is_green(
    pool: ProcessPoolExecutor, cluster: Server, mutant: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    find(mutant).build(tmp_path)

    run = pool.submit(run_folder, tmp_path, cluster, ["tests/migrations", *options]).result()

    assert run.code == 0, run.log
    assert verdict(run.log).endswith("GREEN")


def test_baseline_alone_is_green_with_the_overlay_and_red_without(tmp_path: Path) -> None:
    draft = Draft(SOURCE, tmp_path / "base", find("predicate/drop-1").spec)
    place = draft.migrations.index(draft.home)
    draft.edit_journal(lambda entries: entries.__delitem__(slice(place, None)))
    for migration in draft.migrations[place:]:
        (draft.path / f"{migration.tag}.sql").unlink()
        (draft.path / f"meta/{migration.idx:04d}_snapshot.json").unlink()

    with_it, without = verify(draft.path, "--overlay"), verify(draft.path)

    assert with_it.returncode == 0, with_it.stdout
    assert without.returncode == 1
    assert "use --overlay" in verdict(without.stdout)
