"""Deleting what a workspace points at leaves the row consistent, or removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.gate_rows import STARTS
from fixtures.gate.parent_delete_checks import hold_company_delete, hold_delete
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker

CONSISTENT = [name for name, state in STARTS.items() if CLOSED_STATE.holds(state)]


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_issue(checker: RequestChecker, start: str) -> None:
    issue = checker.gate_rows.issue()
    key = checker.gate_rows.insert_workspace(STARTS[start], source_issue_id=issue)

    hold_delete(checker, f"/api/issues/{issue}", key, gone=issue, column="source_issue_id")


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_project_workspace(checker: RequestChecker, start: str) -> None:
    project = checker.gate_rows.project
    cut_from = checker.gate_rows.insert("project_workspaces", project_id=project, name="Cut from")
    key = checker.gate_rows.insert_workspace(STARTS[start], project_workspace_id=cut_from)
    path = f"/api/projects/{project}/workspaces/{cut_from}"

    hold_delete(checker, path, key, gone=cut_from, column="project_workspace_id")


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_project(checker: RequestChecker, start: str) -> None:
    project = checker.gate_rows.insert("projects", name="To be deleted")
    key = checker.gate_rows.insert_workspace(STARTS[start], project_id=project)

    hold_delete(checker, f"/api/projects/{project}", key, gone=project, column=None)


def test_delete_the_company(checker: RequestChecker) -> None:
    hold_company_delete(checker)
