"""A legacy violator is frozen between deploy and backfill, and works again after its repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.deletes_copies_and_frozen_rows import CASES, Case, hold_window
from fixtures.gate.gate_rows import STARTS
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker

CONTRADICTORY = [name for name, state in STARTS.items() if not CLOSED_STATE.holds(state)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("start", CONTRADICTORY)
def test_violator_is_frozen_until_the_backfill_and_not_after(
    legacy: RequestChecker, start: str, case: Case
) -> None:
    hold_window(legacy, STARTS[start], case)
