"""Another application's table is held to its rule by what lies in this folder; no general room knows of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from fixtures.paperclip.closed_state import CLOSED_STATE
from tests.harness.commands import BRIEF, ROOT, closing_lines, run

if TYPE_CHECKING:
    from pathlib import Path

HOME = ROOT / "tests" / "harness" / "second_application"
NAME = "invoices_paid_state"
SPEC = ("--constraint-spec", HOME / "invoices.py")
FOLDER = ("--migrations", HOME / "migrations")
# One of each kind of test: all of them would take a minute.
SOME = "test_migration or test_constraint or test_write_path and deployed or transition or contradiction and not writers"


def test_its_folder_is_verified() -> None:
    done = run("pytest", "tests/migrations", "tests/invariant", "-k", SOME, *BRIEF, *SPEC, *FOLDER)

    said = closing_lines(done.stdout)
    assert done.returncode == 0, done.stdout
    assert said["constraint"] == f"{NAME}: added by 0001_invoices_paid_state, NOT VALID"
    assert "ways to write" in said["tried"]
    assert CLOSED_STATE.name not in done.stdout


def test_its_rollout_is_rehearsed() -> None:
    rows = ("--rollout", HOME / "rollout", "--rows", 300, "--violators", 30)

    done = run("pytest", "tests/rollout/test_rehearsal.py", *BRIEF, *SPEC, *FOLDER, *rows)

    assert done.returncode == 0, done.stdout
    assert f"GO {NAME}" in done.stdout


def test_another_rule_of_that_name_is_red(tmp_path: Path) -> None:
    folder = shutil.copytree(HOME / "migrations", tmp_path / "migrations")
    migration = folder / "0001_invoices_paid_state.sql"
    migration.write_text(migration.read_text(encoding="utf-8").replace("= 'paid'", "<> 'sent'"))

    done = run("pytest", "tests/migrations", "-k", "means_the_rule", *BRIEF, *SPEC, "--migrations", folder)

    assert done.returncode == 1, done.stdout
    assert "the first: state 'draft', paid_at" in done.stdout
