"""The catalog holds the right rule, in the right place, in the right state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.constraints.constraint_catalog import hangs_on
from fixtures.constraints.rule_equivalence import decide
from fixtures.core.errors import SubjectError
from fixtures.migrations.skipped_or_validating_deploy import validates

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.constraints.rule_equivalence import Decision
    from fixtures.core.tried_counts import Tally
    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.connection_type import Connection


def test_constraint_is_not_validated_by_the_deploy(spec: ConstraintSpec, phases: Phases) -> None:
    early = validates(phases.subject, phases.trace_migrations.traces[spec.name])

    if early:
        raise SubjectError.of([early])


def test_constraint_is_enforced(spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    if not trace.final.conenforced:
        sentence = f"{spec.name} is NOT ENFORCED, so that nothing is rejected; take NOT ENFORCED out"
        raise SubjectError.of([trace.finding("not-enforced", sentence, migration=trace.defined_by)])


def test_constraint_reaches_the_tables_children(spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    if trace.final.connoinherit:
        sentence = f"{spec.name} is NO INHERIT, so that child tables escape it; take NO INHERIT out"
        raise SubjectError.of([trace.finding("no-inherit", sentence, migration=trace.defined_by)])


def test_constraint_hangs_on_the_row_alone(db: Connection, spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    others = hangs_on(db, trace.final, spec.columns)

    if others:
        alone = " and ".join(spec.columns)
        sentence = f"{spec.name} depends on {others[0]}; its answer must follow from {alone} alone"
        raise SubjectError.of(
            [trace.finding("hangs-on-more", sentence, *others[1:], migration=trace.defined_by)]
        )


@pytest.fixture
def decision(db: Connection, spec: ConstraintSpec, phases: Phases, tally: Tally) -> Decision:
    trace = phases.trace_migrations.traces[spec.name]
    try:
        decided = decide(db, trace.final, spec)
    except SubjectError as error:
        found = [
            trace.finding(one.id, one.sentence, *one.evidence, migration=trace.defined_by)
            for one in error.findings
        ]
        raise SubjectError.of(found) from error
    others = len(phases.subject.specs) > 1
    tally.facts[decided.verdict] = f"{spec.name}: {decided.closing}" if others else decided.closing
    return decided


def test_constraint_means_the_rule(decision: Decision, spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    if decision.verdict == "refuted":
        first, *evidence = decision.sentence.splitlines()
        raise SubjectError.of([trace.finding("other-rule", first, *evidence, migration=trace.defined_by)])


def test_constraint_can_be_decided_for_every_row(
    decision: Decision, spec: ConstraintSpec, phases: Phases
) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    if decision.verdict == "undecidable":
        first, *evidence = decision.sentence.splitlines()
        raise SubjectError.of(
            [trace.finding("rule-undecidable", first, *evidence, migration=trace.defined_by)]
        )
