"""No statement that wrote the rule's columns broke the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.gate.failure_messages import GateError, writer_lines

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker


_BROKE = (
    "left closed_at set with an open status, if only until the next one, or was refused for it;"
    " set both columns in one statement, or clear closed_at first"
)


def test_no_writer_broke_the_rule(checker: RequestChecker) -> None:
    if checker.write_audit.unavailable:
        pytest.skip(f"no write audit: {checker.write_audit.unavailable}")

    broke = [one for one in checker.writers() if one.verdict == "broke"]

    if broke:
        raise GateError(
            "\n  ".join([f"{len(broke)} of the server's statements: {_BROKE}", *writer_lines(broke)]),
            ["writers"],
        )


def test_census_saw_writers(checker: RequestChecker) -> None:
    if checker.write_audit.unavailable:
        pytest.skip(f"no write audit: {checker.write_audit.unavailable}")

    if not checker.writers():
        raise HarnessError("no statement was seen to write the rule's columns: the audit sees nothing")
