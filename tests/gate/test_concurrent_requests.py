"""Two requests at once leave a consistent row, whichever wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from fixtures.gate.concurrent_requests import (
    ARCHIVE,
    clean_up_command,
    hold_race,
    hold_reopen_during_clean_up,
)
from fixtures.gate.gate_rows import STARTS
from fixtures.gate.request_cases import naming

if TYPE_CHECKING:
    from fixtures.gate.agent_runs import AgentRunSetup
    from fixtures.gate.request_checker import RequestChecker

ROUNDS = 10


@pytest.mark.parametrize("start", ["active-open", "archived-closed"])
@pytest.mark.parametrize("status", ["active", "idle"])
def test_archive_races_reopen(checker: RequestChecker, start: str, status: str) -> None:
    reopen = naming(status)

    with ThreadPoolExecutor(2) as clients:
        for _ in range(ROUNDS):
            key = checker.start_row(start)
            answers = list(clients.map(lambda one, key=key: checker.send(key, one), (ARCHIVE, reopen)))
            hold_race(checker, key, (ARCHIVE, reopen), answers)


@pytest.mark.parametrize("status", ["active", "idle"])
def test_reopen_during_the_clean_up_of_an_archive(agent_setup: AgentRunSetup, status: str) -> None:
    signs = agent_setup.directory / f"clean-up-{status}"
    run_case = agent_setup.run_case(
        STARTS["active-open"], issue_status="done", cleanup_command=clean_up_command(signs)
    )

    if reason := hold_reopen_during_clean_up(agent_setup.checker, run_case.workspace, signs, status):
        pytest.skip(f"no race with a clean-up: {reason}")
