from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from fixtures.rehearsal.evidence import Cell, LockSample
from fixtures.report import evidence_formatting

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.rehearsal.evidence import Evidence


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (None, "\N{EN DASH}"), (0.0, "0.00 ms"), (0.994, "0.99 ms"), (0.996, "1.0 ms"), (9.94, "9.9 ms"), (9.96, "10 ms"),
        (999.4, "999 ms"), (999.6, "1.0 s"), (59_940, "59.9 s"), (59_960, "1 min 0 s"), (3_725_000, "62 min 5 s"),
    ],
)  # fmt: skip
def test_durations_have_a_unit_and_the_digits_that_matter(ms: float | None, said: str) -> None:
    assert evidence_formatting.duration(ms) == said


def test_strongest_lock_is_of_the_table_and_was_held(make_evidence: Callable[..., Evidence]) -> None:
    evidence = make_evidence()
    locks = (
        LockSample(relation="public.issues", mode="ACCESS EXCLUSIVE", held_ms=9),
        LockSample(relation=evidence.table, mode="ACCESS EXCLUSIVE", held_ms=9, granted=False),
        LockSample(relation=evidence.table, mode="ROW EXCLUSIVE", held_ms=9),
        LockSample(relation=evidence.table, mode="SHARE ROW EXCLUSIVE", held_ms=1),
    )

    found = evidence_formatting.strongest(
        msgspec.structs.replace(evidence.steps[0], locks=locks), evidence.table
    )

    assert found is locks[3]


@pytest.mark.parametrize(("mode", "over"), [("ACCESS EXCLUSIVE", True), ("SHARE UPDATE EXCLUSIVE", False)])
def test_only_a_lock_that_stops_somebody_can_be_over_the_limit(
    make_evidence: Callable[..., Evidence], mode: str, *, over: bool
) -> None:
    lock = LockSample(relation="public.t", mode=mode, held_ms=201)

    assert evidence_formatting.lock_over(lock, make_evidence()) is over


def test_what_no_backfill_cures_is_told_apart(make_evidence: Callable[..., Evidence]) -> None:
    frozen = make_evidence().frozen_window
    assert frozen is not None
    cells = tuple(Cell(phase=one.phase, sqlstate="23514") for one in frozen.operations[0].cells[1:])
    for_good = msgspec.structs.replace(frozen.operations[0], cells=(frozen.operations[0].cells[0], *cells))
    changed = msgspec.structs.replace(frozen, operations=(for_good, *frozen.operations[1:]))

    assert [len(operations) for _, operations in evidence_formatting.by_fate(frozen)] == [0, 4, 2]
    assert [len(operations) for _, operations in evidence_formatting.by_fate(changed)] == [1, 3, 2]
    assert "4 of 6 ordinary operations" in evidence_formatting.window(changed)
    assert "1 of them go on failing" in evidence_formatting.window(changed)
