"""Every start row with every PATCH request, checked by every law."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.gate_rows import STARTS
from fixtures.gate.request_cases import ABSENT, Request, matrix
from fixtures.gate.request_checker import ABSENT_KEY
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker


def cases(*, legal: bool) -> list[tuple[str, Request]]:
    return [case for case in matrix(list(STARTS)) if CLOSED_STATE.holds(STARTS[case[0]]) is legal]


def named(value: str | Request) -> str:
    return value if isinstance(value, str) else value.name


@pytest.mark.parametrize(("start", "request_"), cases(legal=True), ids=named)
def test_patch(checker: RequestChecker, start: str, request_: Request) -> None:
    key = checker.start_row(start)

    checker.try_patch(key, request_)


@pytest.mark.parametrize(("start", "request_"), cases(legal=False), ids=named)
def test_patch_of_a_legacy_violator(legacy: RequestChecker, start: str, request_: Request) -> None:
    key = legacy.start_row(start)

    legacy.try_patch(key, request_)


@pytest.mark.parametrize("request_", ABSENT, ids=named)
def test_patch_of_nothing(checker: RequestChecker, request_: Request) -> None:
    checker.try_patch(ABSENT_KEY, request_)
