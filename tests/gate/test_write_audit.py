"""No statement that wrote the rule's columns broke the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.gate.failure_messages import GateError, writer_lines

if TYPE_CHECKING:
    from fixtures.gate.gate_run import GateRun


def test_no_writer_broke_the_rule(gate_run: GateRun) -> None:
    if gate_run.write_audit.unavailable:
        pytest.skip(f"no write audit: {gate_run.write_audit.unavailable}")

    broke = [one for one in gate_run.writers() if one.verdict == "broke"]

    if broke:
        raise GateError(
            "\n  ".join([f"{len(broke)} statements of the server broke the rule", *writer_lines(broke)]),
            ["writers"],
        )


def test_census_saw_writers(gate_run: GateRun) -> None:
    if gate_run.write_audit.unavailable:
        pytest.skip(f"no write audit: {gate_run.write_audit.unavailable}")

    if not gate_run.writers():
        raise HarnessError("no statement was seen to write the rule's columns: the audit sees nothing")
