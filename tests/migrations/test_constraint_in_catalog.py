"""What the catalog holds after the folder is applied: the right rule, in the right place, in the right state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.constraints.decision import decide
from fixtures.constraints.volatility import hangs_on
from fixtures.migrations.constraint_trace import validates

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.constraints.decision import Decision
    from fixtures.core.counts import Tally
    from fixtures.migrations.phase_databases import Connection, Phases


def test_constraint_is_not_validated_by_the_deploy(spec: ConstraintSpec, phases: Phases) -> None:
    reason = validates(phases.trace_migrations.traces[spec.name])

    assert reason is None, reason


def test_constraint_is_enforced(spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    assert trace.final.conenforced, (
        f"{trace.defined_by.tag}: {spec.name} is NOT ENFORCED: nothing is rejected"
    )


def test_constraint_reaches_the_tables_children(spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    assert not trace.final.connoinherit, (
        f"{trace.defined_by.tag}: {spec.name} is NO INHERIT: child tables escape it"
    )


def test_constraint_hangs_on_the_row_alone(db: Connection, spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    others = hangs_on(db, trace.final, spec.columns)

    assert not others, (
        f"{trace.defined_by.tag}: {spec.name} hangs on {others[0]}; its answer must follow from"
        f" {' and '.join(spec.columns)} alone"
    )


@pytest.fixture
def decision(db: Connection, spec: ConstraintSpec, phases: Phases, tally: Tally) -> Decision:
    decided = decide(db, phases.trace_migrations.traces[spec.name].final, spec)
    others = len(phases.subject.specs) > 1
    tally.facts[decided.verdict] = f"{spec.name}: {decided.closing}" if others else decided.closing
    return decided


def test_constraint_means_the_rule(decision: Decision, spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    assert decision.verdict != "refuted", f"{trace.defined_by.tag}: {decision.sentence}"


def test_constraint_can_be_decided_for_every_row(
    decision: Decision, spec: ConstraintSpec, phases: Phases
) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    assert decision.verdict != "undecidable", f"{trace.defined_by.tag}: {decision.sentence}"
