"""A comment or a checkout on a finished issue opens its workspace again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.scene import STARTS
from fixtures.invariants.closed_state import INVARIANT

if TYPE_CHECKING:
    from fixtures.gate.bench import Bench
    from fixtures.gate.staging import Staging

CLOSED = ["archived-closed", "cleanup_failed-closed"]
CONTRADICTORY = [name for name, state in STARTS.items() if not INVARIANT.holds(state)]
COMMENT = {"body": "Please look again.", "reopen": True}


@pytest.mark.parametrize("start", CLOSED)
def test_comment_opens_the_workspace(staging: Staging, start: str) -> None:
    stage = staging.stage(STARTS[start], issue_status="done")

    staging.bench.try_call(
        "comment", "POST", f"/api/issues/{stage.issue}/comments", COMMENT, key=stage.workspace
    )

    staging.hold_reopened("comment", stage)


@pytest.mark.parametrize("start", CLOSED)
def test_checkout_opens_the_workspace(staging: Staging, start: str) -> None:
    stage = staging.stage(STARTS[start], issue_status="todo")
    body = {"agentId": stage.agent, "expectedStatuses": ["todo"]}

    staging.bench.try_call(
        "checkout", "POST", f"/api/issues/{stage.issue}/checkout", body, key=stage.workspace
    )

    staging.hold_reopened("checkout", stage)


@pytest.mark.parametrize("start", CONTRADICTORY)
def test_comment_on_the_issue_of_a_legacy_violator(legacy: Bench, staging: Staging, start: str) -> None:
    stage = staging.stage(STARTS[start], issue_status="done")

    legacy.try_call("comment", "POST", f"/api/issues/{stage.issue}/comments", COMMENT, key=stage.workspace)
