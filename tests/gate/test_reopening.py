"""A comment or a checkout on a finished issue reopens its workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.gate_rows import STARTS
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from fixtures.gate.agent_runs import AgentRunSetup
    from fixtures.gate.gate_run import GateRun

CLOSED = ["archived-closed", "cleanup_failed-closed"]
CONTRADICTORY = [name for name, state in STARTS.items() if not CLOSED_STATE.holds(state)]
COMMENT = {"body": "Please look again.", "reopen": True}


@pytest.mark.parametrize("start", CLOSED)
def test_comment_opens_the_workspace(agent_setup: AgentRunSetup, start: str) -> None:
    run_case = agent_setup.run_case(STARTS[start], issue_status="done")

    agent_setup.gate_run.try_call(
        "comment", "POST", f"/api/issues/{run_case.issue}/comments", COMMENT, key=run_case.workspace
    )

    agent_setup.hold_reopened("comment", run_case)


@pytest.mark.parametrize("start", CLOSED)
def test_checkout_opens_the_workspace(agent_setup: AgentRunSetup, start: str) -> None:
    run_case = agent_setup.run_case(STARTS[start], issue_status="todo")
    body = {"agentId": run_case.agent, "expectedStatuses": ["todo"]}

    agent_setup.gate_run.try_call(
        "checkout", "POST", f"/api/issues/{run_case.issue}/checkout", body, key=run_case.workspace
    )

    agent_setup.hold_reopened("checkout", run_case)


@pytest.mark.parametrize("start", CONTRADICTORY)
def test_comment_on_the_issue_of_a_legacy_violator(
    legacy: GateRun, agent_setup: AgentRunSetup, start: str
) -> None:
    run_case = agent_setup.run_case(STARTS[start], issue_status="done")

    legacy.try_call(
        "comment", "POST", f"/api/issues/{run_case.issue}/comments", COMMENT, key=run_case.workspace
    )
