"""What the catalog holds after the folder is applied: the right rule, in the right place, in the right state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.postgres.constraint import compare_predicate
from fixtures.postgres.dependence import hangs_on

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Connection, Phases


def test_constraint_is_not_validated_by_the_deploy(invariant: Invariant, phases: Phases) -> None:
    landing = phases.survey.landings[invariant.name]
    tag = landing.migration.tag

    assert not landing.added.convalidated, (
        f"{tag}: {invariant.name} is validated at once; add it NOT VALID, or the deploy reads the whole table"
        " under ACCESS EXCLUSIVE and fails on the rows that break it"
    )
    assert not landing.final.convalidated, (
        f"{landing.validated_by.tag if landing.validated_by else tag}: validates {invariant.name} in the same deploy that adds it; stock drizzle runs"
        " all that is pending in one transaction, so ACCESS EXCLUSIVE is held from the ADD to the commit;"
        " validate in a deploy of its own, after the backfill"
    )


def test_constraint_is_enforced(invariant: Invariant, phases: Phases) -> None:
    landing = phases.survey.landings[invariant.name]

    assert landing.final.conenforced, (
        f"{landing.defined_by.tag}: {invariant.name} is NOT ENFORCED: nothing is rejected"
    )


def test_constraint_reaches_the_tables_children(invariant: Invariant, phases: Phases) -> None:
    landing = phases.survey.landings[invariant.name]

    assert not landing.final.connoinherit, (
        f"{landing.defined_by.tag}: {invariant.name} is NO INHERIT: child tables escape it"
    )


def test_constraint_hangs_on_the_row_alone(db: Connection, invariant: Invariant, phases: Phases) -> None:
    landing = phases.survey.landings[invariant.name]

    others = hangs_on(db, landing.final, invariant.columns)

    assert not others, (
        f"{landing.defined_by.tag}: {invariant.name} hangs on {others[0]}; its answer must follow from"
        f" {' and '.join(invariant.columns)} alone"
    )


def test_constraint_means_the_rule(db: Connection, invariant: Invariant, phases: Phases) -> None:
    landing = phases.survey.landings[invariant.name]

    comparison = compare_predicate(db, landing.final, invariant)

    assert comparison.equal, f"{landing.defined_by.tag}: {comparison.sentence}"
