"""The files of the folder are read without problems, and drizzle-kit will not emit the constraint again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.constraints.constraint_catalog import parsed_as_check
from fixtures.constraints.rule_equivalence import decide
from fixtures.core.errors import SubjectError
from fixtures.migrations.drizzle_snapshot import check_in_snapshot, snapshot_fragment

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.load_subject import Subject
    from fixtures.migrations.phase_databases import Phases
    from fixtures.migrations.waivers import Waiver
    from fixtures.postgres.connection_type import Connection


def test_folder_reads_without_errors(subject: Subject) -> None:
    if subject.folder.errors:
        raise SubjectError.of([problem.finding for problem in subject.folder.errors])


def test_waivers_are_for_what_may_be_waived(waivers: tuple[Waiver, ...]) -> None:
    wrong = [problem for waiver in waivers if (problem := waiver.problem())]

    if wrong:
        raise SubjectError.of(wrong)


def test_newest_snapshot_holds_the_constraint(subject: Subject, spec: ConstraintSpec, phases: Phases) -> None:
    _require_snapshots(subject)
    trace = phases.trace_migrations.traces[spec.name]
    held = check_in_snapshot(subject.folder.newest_snapshot, spec.table, spec.name)

    if held is None:
        sentence = (
            f"the newest snapshot{'' if subject.folder.v1 else ' in meta/'} does not hold {spec.name}; the next drizzle-kit generate adds it again,"
            " validating, and the deploy after that fails with 42710; add it to a snapshot for this migration"
        )
        fragment = snapshot_fragment(spec.table, spec.name, spec.predicate).splitlines()
        raise SubjectError.of([trace.finding("snapshot-without-constraint", sentence, *fragment)])


def test_newest_snapshot_says_the_rule(
    db: Connection, subject: Subject, spec: ConstraintSpec, phases: Phases
) -> None:
    _require_snapshots(subject)
    held = check_in_snapshot(subject.folder.newest_snapshot, spec.table, spec.name)
    state = parsed_as_check(db, spec.table, held or spec.predicate)

    decision = decide(db, state, spec)
    same_words = state.expression == phases.trace_migrations.traces[spec.name].final.expression

    if not (decision.proved or (decision.verdict == "undecidable" and same_words)):
        file = f"{'' if subject.folder.v1 else 'meta/'}{subject.folder.newest_snapshot_name}"
        raise SubjectError(
            f"{file}: the snapshot holds another rule under {spec.name}, and drizzle-kit takes that for what the"
            f" database has; write the migration's own predicate there\n{decision.sentence}",
            finding="snapshot-with-other-rule",
            file=file,
        )


def _require_snapshots(subject: Subject) -> None:
    if not subject.folder.drizzle_kit_in_use:
        pytest.skip(
            "the folder has no snapshots and no drizzle.config near: drizzle-kit does not generate from it"
        )
    if subject.folder.newest_snapshot_name and subject.folder.newest_snapshot is None:
        pytest.skip("the newest snapshot cannot be read, which is an error of the folder")
