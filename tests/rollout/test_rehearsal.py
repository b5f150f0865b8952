"""The rollout rehearsed from end to end, and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import Finding, HarnessError, SubjectError
from fixtures.rehearsal.experiments import EXPERIMENTS

if TYPE_CHECKING:
    from fixtures.rehearsal.evidence import Evidence


def test_rollout_may_be_run(rehearsal: Evidence) -> None:
    if not rehearsal.go:
        errors = [one for one in rehearsal.findings if one.severity == "error"]
        raise SubjectError.of([Finding(one.code, one.sentence) for one in errors])


@pytest.mark.parametrize("name", ["preflight", "deploy", "backfill", "validate", "monitor"])
def test_step_ends_well(rehearsal: Evidence, name: str) -> None:
    step = rehearsal.step(name)

    if step is None:
        raise SubjectError(
            f"the rollout has no step {name!r}: add it, or name its script so", finding="missing-step"
        )
    if step.outcome != "done":
        raise SubjectError(f"{step.source}: {step.outcome}: {step.message}", finding=f"{name}-failed")


def test_readers_and_writers_go_on_beside_every_step(rehearsal: Evidence) -> None:
    idle = [step.name for step in rehearsal.steps if not step.reader_statements or not step.writer_statements]

    if idle:
        raise SubjectError(f"no statement was answered beside {', '.join(idle)}", finding="traffic-idle")


def test_all_rows_end_validated(rehearsal: Evidence) -> None:
    last = rehearsal.steps[-1]

    if not last.convalidated:
        raise SubjectError(f"after {last.source} the constraint is not validated", finding="not-validated")
    if last.violators_left:
        raise SubjectError(
            f"after {last.source} {last.violators_left} rows break the rule", finding="violators-left"
        )


def test_frozen_window_is_told(rehearsal: Evidence) -> None:
    window = rehearsal.frozen_window

    assert window is not None
    assert window.rows == (0 if rehearsal.repairs_itself else rehearsal.violators_total)
    assert {order.name for order in window.orders} == {"before", "after", "between"}
    told = [finding for finding in rehearsal.findings if finding.code == "frozen-window"]
    assert bool(told) is not rehearsal.repairs_itself


def test_repair_cures_what_the_deploy_broke(rehearsal: Evidence) -> None:
    assert rehearsal.frozen_window is not None
    touched = [item for item in rehearsal.frozen_window.operations if item.breaks and item.on == "neighbour"]

    still_broken = [item.title for item in touched if item.cell("backfilled").sqlstate is not None]

    if not touched and not rehearsal.repairs_itself:
        raise HarnessError(
            "rehearsal: the deploy broke no neighbour of a violator, so that no cure was shown"
        )
    if still_broken:
        raise SubjectError(
            f"still fails after the backfill: {', '.join(still_broken)}",
            finding="still-broken-after-the-backfill",
        )


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_tried(rehearsal: Evidence, name: str) -> None:
    attempt = next(one for one in rehearsal.tried if one.name == name)

    if not attempt.good:
        raise SubjectError(f"{attempt.title}: {attempt.sentence}", finding=name.replace("_", "-"))
