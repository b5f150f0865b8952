"""Neither gate nor server changed anybody else's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.gate.failure_messages import GateError

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker


def test_rows_of_others_are_as_they_were(checker: RequestChecker) -> None:
    changed = checker.gate_rows.rest_changed()

    if changed:
        raise GateError(
            f"rows of other companies changed during the run: {', '.join(changed)}; if nobody else was at work,"
            " the server writes past the company that it was asked about",
            ["leaves_others"],
        )
