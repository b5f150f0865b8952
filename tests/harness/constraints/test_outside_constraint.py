"""The constraint of `examples/finished_state`, which is described outside the harness: every command holds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from fixtures.mutants.catalogue import SOURCE
from fixtures.mutants.mutant_folder import Draft
from fixtures.paperclip.closed_state import CLOSED_STATE

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / "examples" / "finished_state"
NAME = "workspace_operations_finished_state_consistency"
SPEC_AND_MIGRATION = ("--constraint-spec", HOME / "finished_state.py", "--overlay-from", HOME / "migrations")
BRIEF = ("-p", "no:cacheprovider", "--hypothesis-profile", "brief")


def run(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


def closing_lines(said: str) -> dict[str, str]:
    closing = said.partition(" verified ===")[2].splitlines()[1:]
    return {line[:11].strip(): line[12:] for line in closing if line and not line.startswith("=")}


def test_folder_is_held_to_it_beside_our_own() -> None:
    done = run("pytest", "tests/migrations", *BRIEF, *SPEC_AND_MIGRATION)

    assert done.returncode == 0, done.stdout
    assert f"{CLOSED_STATE.name}: added by 0077_" in closing_lines(done.stdout)["constraint"]
    assert f"{NAME}: added by 0078_" in closing_lines(done.stdout)["constraint"]


def test_writes_to_its_table_are_judged_by_it() -> None:
    done = run("pytest", "tests/invariant", *BRIEF, *SPEC_AND_MIGRATION, "--constraint", NAME)

    assert done.returncode == 0, done.stdout
    assert "rows by 79 ways to write in 4 phases" in closing_lines(done.stdout)["tried"]
    assert CLOSED_STATE.name not in done.stdout


def test_folder_without_its_migration_is_red() -> None:
    done = run("pytest", "tests/migrations", *BRIEF, *SPEC_AND_MIGRATION[:2])

    assert done.returncode == 1
    assert f"RED: migrations: constraint {NAME} on public.workspace_operations is missing" in done.stdout


def test_its_rollout_is_rehearsed() -> None:
    only = ("--constraint", NAME, "--rollout", HOME / "rollout", "--rows", 2_000, "--violators", 100)

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

    done = run("pytest", "tests/migrations", "tests/invariant", *BRIEF, "--migrations", tmp_path)

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
