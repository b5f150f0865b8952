"""The constraint of `examples/finished_state`, which is described outside the harness: every command holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.mutants.mutant_catalogue import SOURCE
from fixtures.mutants.mutant_folder import Draft
from fixtures.paperclip.closed_state import CLOSED_STATE
from tests.harness.commands import BRIEF, ROOT, closing_lines, run

if TYPE_CHECKING:
    from pathlib import Path

HOME = ROOT / "examples" / "finished_state"
NAME = "workspace_operations_finished_state_consistency"
SPEC_AND_MIGRATION = ("--constraint-spec", HOME / "finished_state.py", "--overlay-from", HOME / "migrations")
FILES_AND_CATALOG = (
    "tests/migrations/test_folder_files.py",
    "tests/migrations/test_constraint_in_catalog.py",
)
# The life of a row, and each way to write in one phase: the other phases differ by the verdict alone.
SOME_WRITES = ("tests/invariant", "-k", "test_write_path and deployed or transition")


def test_folder_is_held_to_it_beside_our_own() -> None:
    done = run("pytest", *FILES_AND_CATALOG, *BRIEF, *SPEC_AND_MIGRATION)

    assert done.returncode == 0, done.stdout
    assert f"{CLOSED_STATE.name}: added by 0077_" in closing_lines(done.stdout)["constraint"]
    assert f"{NAME}: added by 0078_" in closing_lines(done.stdout)["constraint"]


def test_writes_to_its_table_are_judged_by_it() -> None:
    done = run("pytest", *SOME_WRITES, *BRIEF, *SPEC_AND_MIGRATION, "--constraint", NAME)

    assert done.returncode == 0, done.stdout
    assert "ways to write in 1 phase" in closing_lines(done.stdout)["tried"]
    assert CLOSED_STATE.name not in done.stdout


def test_folder_without_its_migration_is_red() -> None:
    done = run("pytest", *FILES_AND_CATALOG, "-x", *BRIEF, *SPEC_AND_MIGRATION[:2])

    assert done.returncode == 1
    assert f"RED: migrations: constraint {NAME} on public.workspace_operations is missing" in done.stdout


def test_its_rollout_is_rehearsed() -> None:
    only = ("--constraint", NAME, "--rollout", HOME / "rollout", "--rows", 300, "--violators", 30)

    done = run("pytest", "tests/rollout/test_rehearsal.py", *BRIEF, *SPEC_AND_MIGRATION, *only)

    assert done.returncode == 0, done.stdout
    assert f"GO {NAME}" in done.stdout


def test_wrong_predicates_are_made_of_it_and_killed() -> None:
    done = run("fixtures.mutants", "-k", "consistency-drop", *SPEC_AND_MIGRATION)

    assert done.returncode == 0, done.stdout
    assert "killed      2 of 2 mutants" in done.stdout


def test_column_that_the_schema_lacks_is_left_out_and_named(tmp_path: Path) -> None:
    columns = 'DROP COLUMN "cleanup_reason", DROP COLUMN "provider_type"'
    draft = Draft(SOURCE, tmp_path, CLOSED_STATE)
    draft.add_before("older", f'ALTER TABLE "public"."execution_workspaces" {columns};')

    done = run("pytest", *SOME_WRITES, *BRIEF, "--migrations", tmp_path)

    said = closing_lines(done.stdout)
    assert done.returncode == 0, done.stdout
    assert said["left out"].startswith(
        "execution_workspaces.cleanup_reason, execution_workspaces.provider_type:"
    )


def test_column_of_the_rule_that_the_schema_lacks_is_red(tmp_path: Path) -> None:
    draft = Draft(SOURCE, tmp_path, CLOSED_STATE)
    draft.write(draft.home.sql.replace("closed_at", "opened_at"))
    draft.add_before("renamed", 'ALTER TABLE "public"."execution_workspaces" DROP COLUMN "closed_at";')

    done = run("pytest", "tests/migrations", *BRIEF, "--migrations", tmp_path)

    assert done.returncode == 1
    assert "RED: public.execution_workspaces: has no column closed_at" in done.stdout
