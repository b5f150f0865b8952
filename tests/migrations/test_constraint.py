"""What the catalog holds after the folder is applied: the right rule, in the right place, in the right state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.postgres.constraint import compare_predicate
from fixtures.postgres.dependence import hangs_on
from fixtures.rollout.subject import validates

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Connection, Phases


def test_constraint_is_not_validated_by_the_deploy(invariant: Invariant, phases: Phases) -> None:
    reason = validates(phases.survey.landings[invariant.name])

    assert reason is None, reason


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
