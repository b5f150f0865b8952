"""An agent run that uses a closed workspace again leaves a consistent row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.agent_runs import hold_run
from fixtures.gate.gate_rows import STARTS

if TYPE_CHECKING:
    from fixtures.gate.agent_runs import AgentRunSetup


@pytest.mark.parametrize("start", ["cleanup_failed-closed", "active-open", "idle-open"])
def test_agent_run_uses_a_workspace_again(agent_setup: AgentRunSetup, start: str) -> None:
    run_case = agent_setup.run_case(STARTS[start])

    hold_run(agent_setup, run_case)
