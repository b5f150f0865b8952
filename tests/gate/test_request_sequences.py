"""Random sequences of requests to one workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from fixtures.gate.request_state_machine import machine_for

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker

# No shrinking: each step is judged by itself, and its failure names the row that it started from.
PACE = settings(
    phases=[Phase.generate],
    max_examples=15, stateful_step_count=8, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


def test_any_sequence_of_requests(checker: RequestChecker) -> None:
    run_state_machine_as_test(machine_for(checker), settings=PACE)
