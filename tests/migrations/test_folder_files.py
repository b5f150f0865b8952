"""The folder itself: it reads cleanly, and what drizzle-kit will make of it next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.constraints.constraint_catalog import parsed_as_check
from fixtures.constraints.decision import decide
from fixtures.migrations.snapshot import check_in_snapshot, snapshot_fragment

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.constraint_trace import Subject
    from fixtures.migrations.phase_databases import Connection, Phases


def test_folder_reads_without_errors(subject: Subject) -> None:
    errors = [str(problem) for problem in subject.folder.errors]

    assert not errors, errors[0]


def test_newest_snapshot_holds_the_constraint(subject: Subject, spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]
    held = check_in_snapshot(subject.folder.newest_snapshot, spec.table, spec.name)

    assert held is not None, (
        f"{trace.migration.tag}: the newest snapshot in meta/ does not hold {spec.name}; the next"
        " drizzle-kit generate adds it again, validating, and the deploy after that fails with 42710; add\n"
        + snapshot_fragment(spec.table, spec.name, spec.predicate)
    )


def test_newest_snapshot_says_the_rule(
    db: Connection, subject: Subject, spec: ConstraintSpec, phases: Phases
) -> None:
    held = check_in_snapshot(subject.folder.newest_snapshot, spec.table, spec.name)
    state = parsed_as_check(db, spec.table, held or spec.predicate)

    decision = decide(db, state, spec)
    same_words = state.expression == phases.trace_migrations.traces[spec.name].final.expression

    assert decision.proved or (decision.verdict == "undecidable" and same_words), (
        f"meta/{subject.folder.newest_snapshot_name}: the snapshot holds another rule under {spec.name}, and"
        " drizzle-kit takes that for what the database has; write the migration's own predicate there\n"
        + decision.sentence
    )
