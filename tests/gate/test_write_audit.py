"""No statement that wrote the rule's columns broke the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.gate.failure_messages import GateError, writer_lines

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker


def test_no_writer_broke_the_rule(checker: RequestChecker) -> None:
    if checker.write_audit.unavailable:
        pytest.skip(f"no write audit: {checker.write_audit.unavailable}")

    broke = [one for one in checker.writers() if one.verdict == "broke"]

    if broke:
        raise GateError(
            "\n  ".join([f"{len(broke)} statements of the server broke the rule", *writer_lines(broke)]),
            ["writers"],
        )


def test_census_saw_writers(checker: RequestChecker) -> None:
    if checker.write_audit.unavailable:
        pytest.skip(f"no write audit: {checker.write_audit.unavailable}")

    if not checker.writers():
        raise HarnessError("no statement was seen to write the rule's columns: the audit sees nothing")
