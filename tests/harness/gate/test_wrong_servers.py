"""The gate is red for each wrong stub server with its reason, and green for the right one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from fixtures.gate.concurrent_requests import hold_race, hold_reopen_during_clean_up
from fixtures.gate.deletes_copies_and_frozen_rows import (
    CASES,
    hold_company_delete,
    hold_copy,
    hold_delete,
    hold_window,
)
from fixtures.gate.failure_messages import GateError
from fixtures.gate.gate_rows import STARTS
from fixtures.gate.request_cases import ABSENT, matrix, naming
from fixtures.gate.request_checker import ABSENT_KEY
from fixtures.gate.server_laws import BROKEN, judge
from fixtures.paperclip.closed_state import CLOSED_STATE
from tests.harness.gate.stub_server import (
    RIGHT,
    WRONG,
    ArchivesInTwoSteps,
    CannotDeleteCompanies,
    CleansUpAndLooks,
    CleansUpLate,
    ClosesAgain,
    DeletesBreak,
    ImportsFail,
    ImportsViolators,
    PassesTheViolationOn,
    Right,
    StaysFrozen,
    SwallowsTheViolation,
    WritesPastTheCompany,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fixtures.gate.deletes_copies_and_frozen_rows import Case
    from fixtures.gate.request_checker import RequestChecker
    from fixtures.migrations.phase_databases import Phase

    GateAt = Callable[[Right, Phase], RequestChecker]

ARCHIVE = naming("archived")
NEEDS_THE_CHECK = (SwallowsTheViolation, PassesTheViolationOn)
REFUSALS = ("refuses", "rule_holds")
PATCHING = [behaviour for behaviour in WRONG if ":" not in behaviour.law]


def reopen_late(checker: RequestChecker, signs: Path) -> None:
    """Open a workspace while the stub cleans up after its archive."""
    assert hold_reopen_during_clean_up(checker, checker.start_row("active-open"), signs, "idle") is None


def laws_broken(checker: RequestChecker, first: str = "valid") -> Iterator[str]:
    """Yield the laws that the matrix finds broken, one exchange after the other; one kind of request first."""
    for request in ABSENT:
        yield from (one.law for one in judge(checker.patch(ABSENT_KEY, request)))
    for start, request in sorted(matrix(list(STARTS)), key=lambda case: case[1].kind != first):
        yield from (one.law for one in judge(checker.patch(checker.start_row(start), request)))


@pytest.mark.parametrize("behaviour", PATCHING, ids=lambda behaviour: behaviour.__name__)
def test_mistake_is_red_with_its_reason(gate_at: GateAt, behaviour: type[Right]) -> None:
    checker = gate_at(behaviour(), "deployed" if behaviour in NEEDS_THE_CHECK else "before")

    assert behaviour.law in laws_broken(checker, first="refused" if behaviour.law in REFUSALS else "valid")


def test_every_law_has_a_mistake_that_breaks_it() -> None:
    assert {behaviour.law for behaviour in WRONG} >= set(BROKEN)


def test_every_mistake_says_what_it_is() -> None:
    assert len(WRONG) >= 12
    assert all(behaviour.__doc__ and behaviour.law for behaviour in WRONG)


@pytest.mark.parametrize("phase", ["before", "deployed"])
@pytest.mark.parametrize("behaviour", RIGHT, ids=lambda behaviour: behaviour.__name__)
def test_right_server_breaks_no_law(gate_at: GateAt, behaviour: type[Right], phase: Phase) -> None:
    checker = gate_at(behaviour(), phase)

    assert list(laws_broken(checker)) == []


def test_custom_is_noted(gate_at: GateAt) -> None:
    checker = gate_at(ClosesAgain(), "before")

    checker.try_patch(checker.start_row("archived-closed"), ARCHIVE)

    assert dict(checker.notes) == {"archive_sets_once": 1}


def test_custom_is_red_when_strict(gate_at: GateAt) -> None:
    checker = gate_at(ClosesAgain(), "before")
    checker.strict = True

    with pytest.raises(GateError, match="closed_at of a workspace that stays closed does not move"):
        checker.try_patch(checker.start_row("archived-closed"), ARCHIVE)


def test_company_that_no_release_could_delete_is_noted(gate_at: GateAt) -> None:
    checker = gate_at(CannotDeleteCompanies(), "before")

    hold_company_delete(checker)

    assert dict(checker.notes) == {"deletes_company": 1}


def test_archive_in_two_steps_loses_a_race(gate_at: GateAt) -> None:
    checker = gate_at(ArchivesInTwoSteps(), "before")
    requests = [naming("archived"), naming("active")]

    def race(clients: ThreadPoolExecutor) -> None:
        for _ in range(20):
            key = checker.start_row("active-open")
            answers = list(clients.map(partial(checker.send, key), requests))
            hold_race(checker, key, requests, answers)

    with ThreadPoolExecutor(2) as clients, pytest.raises(GateError) as caught:
        race(clients)

    assert caught.value.laws == ["rule_holds"]


def test_clean_up_that_writes_over_a_reopen_is_noted(gate_at: GateAt, tmp_path: Path) -> None:
    checker = gate_at(CleansUpLate(tmp_path / "late"), "before")

    reopen_late(checker, tmp_path / "late")

    assert dict(checker.notes) == {"clean_up_looks_again": 1}


def test_clean_up_that_looks_again_is_right(gate_at: GateAt, tmp_path: Path) -> None:
    checker = gate_at(CleansUpAndLooks(tmp_path / "late"), "deployed")

    reopen_late(checker, tmp_path / "late")

    assert dict(checker.notes) == {}


def test_server_without_a_clean_up_cannot_be_raced(gate_at: GateAt, tmp_path: Path) -> None:
    checker = gate_at(Right(), "before")
    key = checker.start_row("active-open")

    assert "ran no clean-up" in str(hold_reopen_during_clean_up(checker, key, tmp_path / "late", "idle"))


def test_import_that_fails_is_noted(gate_at: GateAt) -> None:
    checker = gate_at(ImportsFail(), "before")

    assert hold_copy(checker) is None
    assert dict(checker.notes) == {"imports_company": 1}


def test_import_that_brings_violators_is_red(gate_at: GateAt) -> None:
    with pytest.raises(GateError, match="1 rows break the rule") as caught:
        hold_copy(gate_at(ImportsViolators(), "before"))

    assert caught.value.laws == ["rule_holds"]


def test_server_that_exports_nothing_is_not_asked_to_import(gate_at: GateAt) -> None:
    assert "answers 404" in str(hold_copy(gate_at(Right(), "before")))


def test_row_that_stays_frozen_after_its_repair_is_red(gate_at: GateAt) -> None:
    checker = gate_at(StaysFrozen(), "deployed")

    with pytest.raises(GateError) as caught:
        hold_window(checker, STARTS["idle-closed"], CASES[0])

    assert caught.value.laws == ["still_frozen"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_frozen_window_is_expected_and_counted(gate_at: GateAt, case: Case) -> None:
    checker = gate_at(Right(), "deployed")

    hold_window(checker, STARTS["idle-closed"], case)

    assert checker.counts["frozen, as expected until the backfill"] == 1


def test_delete_that_breaks_the_rule_is_red(gate_at: GateAt) -> None:
    checker = gate_at(DeletesBreak(), "before")

    with pytest.raises(GateError) as caught:
        hold_delete(checker, STARTS["active-open"], "source_issue_id")

    assert caught.value.laws == ["rule_holds"]


def test_write_past_the_company_is_seen(gate_at: GateAt) -> None:
    checker = gate_at(WritesPastTheCompany(), "before")
    assert checker.gate_rows.rest_changed() == []

    checker.client.call("DELETE", f"/api/issues/{checker.gate_rows.issue()}")

    assert checker.gate_rows.rest_changed() == [CLOSED_STATE.table]
