"""The other writer that breaks: an agent run that uses a workspace again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.runs import hold_run
from fixtures.gate.scene import STARTS

if TYPE_CHECKING:
    from fixtures.gate.staging import Staging


@pytest.mark.parametrize("start", ["cleanup_failed-closed", "active-open", "idle-open"])
def test_agent_run_uses_a_workspace_again(staging: Staging, start: str) -> None:
    stage = staging.stage(STARTS[start])

    hold_run(staging, stage)
