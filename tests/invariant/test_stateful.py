"""Stateful tests: the application, its jobs, an operator and the rollout take turns, and no row ends in a contradiction."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from fixtures.core.errors import SubjectError
from fixtures.stateful.concurrent_writers import Isolation, run_concurrently
from fixtures.stateful.state_machine import environment, never_happened, play

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.core.tried_counts import Tally
    from fixtures.migrations.phase_databases import Phases


def test_no_steps_end_in_a_contradiction(phases: Phases, spec: ConstraintSpec, tally: Tally) -> None:
    with environment(phases, spec) as made:
        play(made)

    tally.accepted += made.accepted.total()
    tally.rejected += made.refused.total()
    tally.tried["steps of stateful tests"] += made.accepted.total() + made.refused.total()
    missed = never_happened(made)
    if missed:
        raise SubjectError(
            f"public.{spec.table}: in all sequences of steps it never came to {', '.join(sorted(map(str, missed)))};"
            " find what refuses or swallows it",
            finding="step-never-happens",
        )


@pytest.mark.parametrize("writers", [2, 4])
@pytest.mark.parametrize("isolation", get_args(Isolation))
def test_rollout_beside_writers_leaves_no_contradiction(
    phases: Phases, spec: ConstraintSpec, tally: Tally, isolation: Isolation, writers: int
) -> None:
    with phases.before_deploy(spec) as (dsn, subject):
        sessions = run_concurrently(dsn, subject, spec, isolation, writers)

    tally.tried["steps of writers beside each other"] += sessions.steps
    steps = {"create", "change", "delete", "deploy", "backfill", "validate"}
    missed = [*sorted(steps - set(sessions.accepted)), *([] if sessions.refused["23514"] else ["a refusal"])]
    if missed:
        raise SubjectError(
            f"public.{spec.table}: with {writers} writers at once it never came to {', '.join(missed)}; find what"
            " refuses or swallows it",
            finding="step-never-happens",
        )
