"""Stories: the application, its jobs, an operator and the rollout take turns, and no contradiction comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from fixtures.story.crowd import Isolation, gather
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


@pytest.mark.parametrize("writers", [2, 4])
@pytest.mark.parametrize("isolation", get_args(Isolation))
def test_rollout_beside_writers_leaves_no_contradiction(
    phases: Phases, invariant: Invariant, tally: Tally, isolation: Isolation, writers: int
) -> None:
    with phases.prior_state(invariant, phases.subject.runner) as dsn:
        crowd = gather(dsn, phases.subject, invariant, isolation, writers)

    tally.tried["steps of writers beside each other"] += crowd.steps
    assert {"create", "change", "delete", "deploy", "backfill", "validate"} <= set(crowd.accepted)
    assert crowd.refused["23514"]
