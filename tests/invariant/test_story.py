"""Stories: the application, its jobs, an operator and the rollout take turns, and no contradiction comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.story.machine import never_happened, play
from fixtures.story.stage import stage

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Phases
    from fixtures.tally import Tally


def test_no_story_ends_in_a_contradiction(phases: Phases, invariant: Invariant, tally: Tally) -> None:
    with stage(phases, invariant) as made:
        play(made)

    tally.accepted += made.accepted.total()
    tally.rejected += made.refused.total()
    tally.tried["steps of stories"] += made.accepted.total() + made.refused.total()
    assert not never_happened(made)
