"""What the catalog holds after the folder is applied: the right rule, in the right place, in the right state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.constraints.constraint_catalog import compare_predicate
from fixtures.constraints.volatility import hangs_on
from fixtures.core.errors import SubjectError
from fixtures.migrations.constraint_trace import validates

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.phase_databases import Connection, Phases


def test_constraint_is_not_validated_by_the_deploy(spec: ConstraintSpec, phases: Phases) -> None:
    early = validates(phases.trace_migrations.traces[spec.name])

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
        sentence = f"{spec.name} hangs on {others[0]}; its answer must follow from {alone} alone"
        raise SubjectError.of(
            [trace.finding("hangs-on-more", sentence, *others[1:], migration=trace.defined_by)]
        )


def test_constraint_means_the_rule(db: Connection, spec: ConstraintSpec, phases: Phases) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    comparison = compare_predicate(db, trace.final, spec)

    if not comparison.equal:
        first, *evidence = comparison.sentence.splitlines()
        raise SubjectError.of([trace.finding("other-rule", first, *evidence, migration=trace.defined_by)])
