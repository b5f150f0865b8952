"""Two requests at once leave a consistent row, whichever wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from fixtures.gate.concurrent_requests import hold_race
from fixtures.gate.requests import Request

if TYPE_CHECKING:
    from fixtures.gate.gate_run import GateRun

ROUNDS = 10
ARCHIVE = Request("status:archived", {"status": "archived"})


@pytest.mark.parametrize("start", ["active-open", "archived-closed"])
@pytest.mark.parametrize("status", ["active", "idle"])
def test_archive_races_reopen(gate_run: GateRun, start: str, status: str) -> None:
    reopen = Request(f"status:{status}", {"status": status})

    with ThreadPoolExecutor(2) as clients:
        for _ in range(ROUNDS):
            key = gate_run.start_row(start)
            answers = list(clients.map(lambda one, key=key: gate_run.send(key, one), (ARCHIVE, reopen)))
            hold_race(gate_run, key, (ARCHIVE, reopen), answers)
