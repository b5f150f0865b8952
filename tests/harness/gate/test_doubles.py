"""The gate against small servers over the real table: red for each mistake, with its reason; green without."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from fixtures.gate.deletes import hold_delete
from fixtures.gate.frozen import CASES, hold_window
from fixtures.gate.model import LAWS, judge
from fixtures.gate.race import hold_race
from fixtures.gate.requests import ABSENT, Request, matrix
from fixtures.gate.scene import STARTS
from fixtures.gate.telling import GateError
from fixtures.invariants import PRIMARY
from tests.harness.gate.double import (
    WRONG,
    ArchivesInTwoSteps,
    DeletesBreak,
    PassesTheViolationOn,
    Right,
    StaysFrozen,
    SwallowsTheViolation,
    WritesPastTheCompany,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.gate.bench import Bench
    from fixtures.gate.frozen import Case
    from fixtures.rollout.phases import Phase

    GateAt = Callable[[Right, Phase], Bench]

NEEDS_THE_CHECK = (SwallowsTheViolation, PassesTheViolationOn)
REFUSALS = ("refuses", "rule_holds")
CONSISTENT = [name for name, state in STARTS.items() if PRIMARY.holds(state)]
PATCHING = [way for way in WRONG if ":" not in way.law]


def laws_broken(bench: Bench, first: str = "valid") -> Iterator[str]:
    """Yield the laws that the matrix finds broken, one exchange after the other; one kind of request first."""
    for request in ABSENT:
        yield from (one.law for one in judge(bench.patch("00000000-0000-4000-8000-000000000000", request)))
    for start, request in sorted(matrix(CONSISTENT), key=lambda case: case[1].kind != first):
        yield from (one.law for one in judge(bench.patch(bench.start_row(start), request)))


@pytest.mark.parametrize("way", PATCHING, ids=lambda way: way.__name__)
def test_mistake_is_red_with_its_reason(gate_at: GateAt, way: type[Right]) -> None:
    bench = gate_at(way(), "deployed" if way in NEEDS_THE_CHECK else "before")

    assert way.law in laws_broken(bench, first="refused" if way.law in REFUSALS else "valid")


def test_every_law_has_a_mistake_that_breaks_it() -> None:
    assert {way.law for way in WRONG} >= {law.name for law in LAWS}


def test_every_mistake_says_what_it_is() -> None:
    assert len(WRONG) >= 12
    assert all(way.__doc__ and way.law for way in WRONG)


@pytest.mark.parametrize("phase", ["before", "deployed"])
def test_right_server_breaks_no_law(gate_at: GateAt, phase: Phase) -> None:
    bench = gate_at(Right(), phase)

    assert list(laws_broken(bench)) == []


def test_archive_in_two_steps_loses_a_race(gate_at: GateAt) -> None:
    bench = gate_at(ArchivesInTwoSteps(), "before")
    requests = [Request(f"status:{status}", {"status": status}) for status in ("archived", "active")]

    def race(clients: ThreadPoolExecutor) -> None:
        for _ in range(20):
            key = bench.start_row("active-open")
            answers = list(clients.map(partial(bench.send, key), requests))
            hold_race(bench, key, requests, answers)

    with ThreadPoolExecutor(2) as clients, pytest.raises(GateError) as caught:
        race(clients)

    assert caught.value.laws == ["rule_holds"]


def test_row_that_stays_frozen_after_its_repair_is_red(gate_at: GateAt) -> None:
    bench = gate_at(StaysFrozen(), "deployed")

    with pytest.raises(GateError) as caught:
        hold_window(bench, STARTS["idle-closed"], CASES[0])

    assert caught.value.laws == ["still_frozen"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_frozen_window_is_expected_and_counted(gate_at: GateAt, case: Case) -> None:
    bench = gate_at(Right(), "deployed")

    hold_window(bench, STARTS["idle-closed"], case)

    assert bench.counts["frozen, as expected until the backfill"] == 1


def test_delete_that_breaks_the_rule_is_red(gate_at: GateAt) -> None:
    bench = gate_at(DeletesBreak(), "before")
    issue = bench.scene.issue()
    key = bench.scene.plant(STARTS["active-open"], source_issue_id=issue)

    with pytest.raises(GateError) as caught:
        hold_delete(bench, f"/api/issues/{issue}", key, gone=issue, column="source_issue_id")

    assert caught.value.laws == ["rule_holds"]


def test_write_past_the_company_is_seen(gate_at: GateAt) -> None:
    bench = gate_at(WritesPastTheCompany(), "before")
    assert bench.scene.rest_changed() == []

    bench.call("DELETE", f"/api/issues/{bench.scene.issue()}")

    assert bench.scene.rest_changed() == [PRIMARY.table]
