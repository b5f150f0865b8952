"""What no mutant provokes: each is brought about here, and is told under its own id."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
import pytest

from fixtures.core.errors import SubjectError
from fixtures.gate.failure_messages import of_race
from fixtures.migrations import history_table
from fixtures.migrations.constraint_on_every_prefix import Prefix
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.psql import run_client
from fixtures.rehearsal.evidence import Cell, Evidence, FrozenWindow, Limits, Operation, StepEvidence
from fixtures.rehearsal.judge import judged
from fixtures.rehearsal.rehearsal_databases import RehearsalEnvironment
from fixtures.rehearsal.rollout_scripts import find_rollout, read_rollout
from tests.rollout import test_prefix_upgrades, test_rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.postgres.databases import Databases
    from tests.harness.findings.conftest import Project

    Closing = Callable[[str], list[tuple[str, str]]]


def evidence(**of_step: Any) -> Evidence:
    given = {
        "title": "t",
        "source": "s.sql",
        "outcome": "done",
        "duration_ms": 1.0,
        "violators_left": 0,
        **of_step,
    }
    return Evidence(
        constraint="c", table="t", predicate="p", repair={}, server="", subject="", data="", rows_total=1,
        violators_total=1, limits=Limits(lock_ms=1, stall_ms=1), steps=(StepEvidence(**given),), reproduce="",
    )  # fmt: skip


def test_deploy_that_brings_nothing_when_it_is_repeated(project: Project, closing: Closing) -> None:
    baseline = next(project.migrations.glob("0000_*.sql"))
    baseline.write_text(baseline.read_text() + "--> statement-breakpoint\nCREATE SEQUENCE public.tries;\n")
    project.constraint.write_text(f"""
        SET LOCAL lock_timeout = '2s';--> statement-breakpoint
        DO $$ BEGIN IF nextval('public.tries') = 1 THEN
          ALTER TABLE public.execution_workspaces ADD CONSTRAINT {CLOSED_STATE.name} CHECK ({CLOSED_STATE.predicate}) NOT VALID;
        END IF; END $$;--> statement-breakpoint
        SET LOCAL lock_timeout TO DEFAULT;""")

    run = project.verify("-k", "long_transaction")

    assert closing(run.stdout) == [("error", "not-repeatable")]


def test_link_that_paperclips_runner_passes_over_is_named(project: Project, closing: Closing) -> None:
    file = project.constraint
    file.rename(project.migrations / "real.txt")
    file.symlink_to("real.txt")

    run = project.verify("-k", "upgrade_from")

    assert closing(run.stdout) == [("error", "migration-skipped")]
    assert "its file is a link" in run.stdout


def test_waiver_in_a_file_of_drizzle_v1_is_for_that_file(
    project: Project, closing: Closing, v1_of: Callable[[Path], Path]
) -> None:
    """A finding that is told by its tag is one of the file in the directory of that name."""
    sql = "-- harness-ignore other-repair: they are nobody's\n"
    later = f'{sql}DELETE FROM "public"."execution_workspaces" WHERE NOT ({CLOSED_STATE.predicate});'
    project.migrations = v1_of(project.migrations)
    directory = project.migrations / "20270101000000_later"
    directory.mkdir()
    (directory / "migration.sql").write_text(later)

    run = project.verify("-k", "later_migrations or backfill_repairs")

    assert closing(run.stdout) == [("waived", "other-repair")]


def test_older_constraint_of_the_same_rule(project: Project, closing: Closing) -> None:
    baseline = next(project.migrations.glob("0000_*.sql"))
    older = "ALTER TABLE public.execution_workspaces ADD CONSTRAINT older CHECK (closed_at IS NULL OR status <> 'active');"
    baseline.write_text(f"{baseline.read_text()}--> statement-breakpoint\n{older}\n")

    run = project.verify("-k", "means_the_rule")

    assert run.returncode == 1
    assert closing(run.stdout) == [("error", "second-rule")]


def test_snapshot_that_is_no_condition_is_named(project: Project, closing: Closing) -> None:
    snapshot = project.migrations / "meta" / "0077_snapshot.json"
    snapshot.write_text(
        snapshot.read_text().replace('\\"closed_at\\" IS NULL OR', "no_such_column IS NULL OR")
    )

    run = project.verify("-k", "says_the_rule")

    assert run.returncode == 1
    assert closing(run.stdout) == [("error", "no-condition")]


@pytest.mark.parametrize("name", ["preflight", "deploy", "backfill", "validate", "monitor"])
def test_step_that_fails_is_named(name: str) -> None:
    found = judged(evidence(name=name, outcome="failed", message="no")).findings

    assert f"{name}-failed" in [one.code for one in found]


def test_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "1_preflight.sql").write_text("SELECT 1;")

    with pytest.raises(SubjectError) as caught:
        read_rollout(tmp_path).script("rollback")

    assert [one.id for one in caught.value.findings] == ["rollout-without-script"]


def test_constraint_without_a_rollout_is_named(tmp_path: Path) -> None:
    (tmp_path / "sql" / "rollout").mkdir(parents=True)

    with pytest.raises(SubjectError) as caught:
        find_rollout(tmp_path, CLOSED_STATE)

    assert [one.id for one in caught.value.findings] == ["rollout-not-found"]


@pytest.mark.parametrize("law", ["deletes", "reopens", "frozen_without_reason"])
def test_error_of_the_gate_names_its_law(law: str) -> None:
    error = of_race("DELETE /api/issues/1: answered 500", law)

    (finding,) = error.findings
    assert finding.id == f"server-{law.replace('_', '-')}"
    assert finding.sentence.startswith("DELETE /api/issues/1: answered 500")


def test_snapshots_that_are_not_there_are_named(project: Project) -> None:
    meta = project.migrations / "meta"
    project.without_snapshot()
    (meta / "9999_snapshot.json").symlink_to(meta / "gone.json")
    missing = read_folder(project.migrations)
    for path in meta.glob("*_snapshot.json"):
        path.unlink()

    assert [problem.code for problem in missing.problems] == ["snapshot-missing"]
    assert [problem.code for problem in read_folder(project.migrations).problems] == ["no-snapshot"]


def test_each_assertion_of_the_rollout_has_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Operation(name="o", title="rename", on="neighbour", cells=(
        Cell(phase="before"), Cell(phase="deployed", sqlstate="23514"), Cell(phase="backfilled", sqlstate="23514"),
    ))  # fmt: skip
    frozen = msgspec.structs.replace(
        evidence(name="monitor", convalidated=False, violators_left=1),
        frozen_window=FrozenWindow(rows=1, operations=(broken,)),
    )
    monkeypatch.setattr(
        test_prefix_upgrades, "upgrades", lambda *_: [Prefix("0001_x", "drizzle", "not there")]
    )
    nothing: Any = _Anything()

    met = [
        _met(lambda: test_rehearsal.test_readers_and_writers_go_on_beside_every_step(frozen)),
        _met(lambda: test_rehearsal.test_all_rows_end_validated(frozen)),
        _met(lambda: test_rehearsal.test_repair_cures_what_the_deploy_broke(frozen)),
        _met(lambda: test_prefix_upgrades.test_constraint_lands_on_every_prefix_that_has_the_table(nothing, nothing, CLOSED_STATE)),
    ]  # fmt: skip

    assert met == ["traffic-idle", "not-validated", "still-broken-after-the-backfill", "lands-on-no-prefix"]


def test_script_that_fails_in_an_experiment_is_named() -> None:
    fails: Any = _Anything()
    fails.script = lambda _: _Anything()

    assert _met(lambda: RehearsalEnvironment.must(fails, "backfill")) == "script-failed"


class _Anything:
    """Whatever is asked of it: itself."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __getitem__(self, name: str) -> Any:
        return self

    def __call__(self, *_: object) -> Any:
        return self


def _met(judge: Callable[[], object]) -> str:
    with pytest.raises(SubjectError) as caught:
        judge()
    return caught.value.findings[0].id


def test_constraint_that_nobody_can_decide_is_named(project: Project, closing: Closing) -> None:
    other = 'CHECK ("closed_at" IS NULL OR md5("status") <> \'a\')'
    sql = project.constraint.read_text()
    start = sql.index('CHECK ("closed_at"')
    project.constraint.write_text(sql[:start] + other + sql[sql.index("\n", start) :])

    run = project.verify("-k", "means_the_rule or decided")

    assert run.returncode == 1, run.stdout
    assert closing(run.stdout)[0][1] in {"other-rule", "rule-undecidable"}


def test_column_that_is_gone_is_named(project: Project, closing: Closing) -> None:
    sql = "ALTER TABLE public.execution_workspaces DROP COLUMN closed_at CASCADE"
    added = f"ALTER TABLE public.execution_workspaces ADD CONSTRAINT {CLOSED_STATE.name} CHECK (status <> '') NOT VALID"
    project.append(f"--> statement-breakpoint\n{sql};\n{added};\n")

    run = project.verify("-k", "means_the_rule")

    assert run.returncode == 1, run.stdout
    assert closing(run.stdout)[0] == ("error", "column-missing")


@pytest.mark.parametrize(
    ("limit", "name"),
    [("drizzle_folder.SQL_CHARACTERS_MAX", "folder-too-large"), ("journal.ENTRIES_MAX", "journal-too-long")],
)
def test_folder_that_is_too_large_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch, limit: str, name: str
) -> None:
    monkeypatch.setattr(f"fixtures.migrations.{limit}", 1)

    with pytest.raises(SubjectError) as caught:
        read_folder(project.migrations)

    assert caught.value.findings[0].id == name


@pytest.mark.parametrize("recorded_at", [1767225600123, 5])
def test_history_that_drizzle_v1_refuses_is_red_and_one_that_it_takes_is_green(
    project: Project, closing: Closing, databases: Databases, tmp_path: Path, recorded_at: int
) -> None:
    directory = project.migrations / "20260101000000_baseline"
    directory.mkdir()
    next(project.migrations.glob("0000_*.sql")).rename(directory / "migration.sql")
    shutil.rmtree(project.migrations / "meta")
    project.constraint.unlink()
    dump = tmp_path / "production.sql"
    with databases.fresh() as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            history_table.create(conn).record(name="", digest="another text", created_at=recorded_at)
        run_client("pg_dump", [f"--file={dump}", f"--dbname={dsn}"])

    run = project.verify("-k", "history", "--history-from", str(dump))

    refused = recorded_at == 5
    assert (run.returncode, closing(run.stdout)) == (
        (1, [("error", "history-row-unmatched")]) if refused else (0, [])
    )
    assert f"history     {dump}: 1 rows" in run.stdout
