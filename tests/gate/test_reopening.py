"""What is done to an issue opens its workspace again: a comment, a checkout, the issue's own status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.agent_runs import ISSUE_USES, IssueUse, hold_issue_use, use_issue
from fixtures.gate.gate_rows import STARTS
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from fixtures.gate.agent_runs import AgentRunSetup

CLOSED = ["archived-closed", "cleanup_failed-closed"]
CONTRADICTORY = [name for name, state in STARTS.items() if not CLOSED_STATE.holds(state)]


@pytest.mark.parametrize("use", ISSUE_USES, ids=lambda use: use.name)
@pytest.mark.parametrize("start", CLOSED)
def test_issue_opens_the_workspace(agent_setup: AgentRunSetup, start: str, use: IssueUse) -> None:
    run_case = agent_setup.run_case(STARTS[start], issue_status=use.issue_status, agent_wakes=False)

    hold_issue_use(agent_setup, run_case, use)


@pytest.mark.parametrize("use", ISSUE_USES, ids=lambda use: use.name)
@pytest.mark.parametrize("start", CONTRADICTORY)
@pytest.mark.usefixtures("legacy")
def test_issue_of_a_legacy_violator(agent_setup: AgentRunSetup, start: str, use: IssueUse) -> None:
    run_case = agent_setup.run_case(STARTS[start], issue_status=use.issue_status, agent_wakes=False)

    use_issue(agent_setup, run_case, use)
