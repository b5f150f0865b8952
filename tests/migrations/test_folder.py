"""The folder itself: it reads cleanly, and what drizzle-kit will make of it next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.drizzle.snapshot import check_in_snapshot, snapshot_fragment
from fixtures.postgres.constraint import compare_predicate, parsed_as_check

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Connection, Phases
    from fixtures.rollout.subject import Subject


def test_folder_reads_without_errors(subject: Subject) -> None:
    errors = [str(problem) for problem in subject.folder.errors]

    assert not errors, errors[0]


def test_newest_snapshot_holds_the_constraint(subject: Subject, invariant: Invariant, phases: Phases) -> None:
    landing = phases.survey.landings[invariant.name]
    held = check_in_snapshot(subject.folder.newest_snapshot, invariant.table, invariant.name)

    assert held is not None, (
        f"{landing.migration.tag}: the newest snapshot in meta/ does not hold {invariant.name}; the next"
        " drizzle-kit generate adds it again, validating, and the deploy after that fails with 42710; add\n"
        + snapshot_fragment(invariant.table, invariant.name, invariant.predicate)
    )


def test_newest_snapshot_says_the_rule(db: Connection, subject: Subject, invariant: Invariant) -> None:
    held = check_in_snapshot(subject.folder.newest_snapshot, invariant.table, invariant.name)
    state = parsed_as_check(db, invariant.table, held or invariant.predicate)

    comparison = compare_predicate(db, state, invariant)

    assert comparison.equal, (
        f"meta/{subject.folder.newest_snapshot_name}: the snapshot holds another rule under {invariant.name}, and"
        " drizzle-kit takes that for what the database has; write the migration's own predicate there\n"
        + comparison.sentence
    )
