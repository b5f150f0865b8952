"""The whole matrix: every start row, every request, every law."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.requests import ABSENT, Request, matrix
from fixtures.gate.scene import STARTS
from fixtures.invariants.closed_state import INVARIANT

if TYPE_CHECKING:
    from fixtures.gate.bench import Bench


def cases(*, legal: bool) -> list[tuple[str, Request]]:
    return [case for case in matrix(list(STARTS)) if INVARIANT.holds(STARTS[case[0]]) is legal]


def named(value: str | Request) -> str:
    return value if isinstance(value, str) else value.name


@pytest.mark.parametrize(("start", "request_"), cases(legal=True), ids=named)
def test_patch(bench: Bench, start: str, request_: Request) -> None:
    key = bench.start_row(start)

    bench.try_patch(key, request_)


@pytest.mark.parametrize(("start", "request_"), cases(legal=False), ids=named)
def test_patch_of_a_legacy_violator(legacy: Bench, start: str, request_: Request) -> None:
    key = legacy.start_row(start)

    legacy.try_patch(key, request_)


@pytest.mark.parametrize("request_", ABSENT, ids=named)
def test_patch_of_nothing(bench: Bench, request_: Request) -> None:
    bench.try_absent(request_)
