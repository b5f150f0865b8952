"""The upgrade from each state that production could be in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.rollout.prefixes import upgrades

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.postgres.databases import Databases
    from fixtures.rollout.phases import Phases


def test_constraint_lands_on_every_prefix_that_has_the_table(
    databases: Databases, phases: Phases, invariant: Invariant
) -> None:
    landing = phases.survey.landings[invariant.name]

    tried = list(upgrades(databases, phases.subject, landing))
    wrong = [f"on top of {one.after}, {one.runner}: {one.problem}" for one in tried if one.problem]

    assert tried
    assert not wrong, wrong[0]
