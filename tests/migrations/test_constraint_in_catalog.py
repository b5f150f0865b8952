"""What the catalog holds after the folder is applied: the right rule, in the right place, in the right state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.constraints.constraint_catalog import compare_predicate
from fixtures.constraints.volatility import hangs_on
from fixtures.migrations.constraint_trace import validates

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
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


def test_constraint_means_the_rule(db: Connection, spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    comparison = compare_predicate(db, trace.final, spec)

    assert comparison.equal, f"{trace.defined_by.tag}: {comparison.sentence}"
