"""What a workspace points at is deleted: the row stays consistent, or goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.deletes import hold_company_delete, hold_delete
from fixtures.gate.scene import STARTS
from fixtures.invariants.closed_state import INVARIANT

if TYPE_CHECKING:
    from fixtures.gate.bench import Bench

CONSISTENT = [name for name, state in STARTS.items() if INVARIANT.holds(state)]


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_issue(bench: Bench, start: str) -> None:
    issue = bench.scene.issue()
    key = bench.scene.plant(STARTS[start], source_issue_id=issue)

    hold_delete(bench, f"/api/issues/{issue}", key, gone=issue, column="source_issue_id")


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_project_workspace(bench: Bench, start: str) -> None:
    project = bench.scene.project
    cut_from = bench.scene.insert("project_workspaces", project_id=project, name="Cut from")
    key = bench.scene.plant(STARTS[start], project_workspace_id=cut_from)
    path = f"/api/projects/{project}/workspaces/{cut_from}"

    hold_delete(bench, path, key, gone=cut_from, column="project_workspace_id")


@pytest.mark.parametrize("start", CONSISTENT)
def test_delete_its_project(bench: Bench, start: str) -> None:
    project = bench.scene.insert("projects", name="To be deleted")
    key = bench.scene.plant(STARTS[start], project_id=project)

    hold_delete(bench, f"/api/projects/{project}", key, gone=project, column=None)


def test_delete_the_company(bench: Bench) -> None:
    hold_company_delete(bench)
