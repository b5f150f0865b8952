"""Deleting what a workspace points at leaves the row consistent, or removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.deletes_copies_and_frozen_rows import hold_company_delete, hold_delete
from fixtures.gate.gate_rows import STARTS
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker

CONSISTENT = [name for name, state in STARTS.items() if CLOSED_STATE.holds(state)]


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_issue(checker: RequestChecker, start: str) -> None:
    hold_delete(checker, STARTS[start], "source_issue_id")


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_project_workspace(checker: RequestChecker, start: str) -> None:
    hold_delete(checker, STARTS[start], "project_workspace_id")


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_project(checker: RequestChecker, start: str) -> None:
    hold_delete(checker, STARTS[start], "project_id")


def test_delete_the_company(checker: RequestChecker) -> None:
    hold_company_delete(checker)
