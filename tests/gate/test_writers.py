"""Every statement that was seen to write the rule's columns, found and not listed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.telling import GateError, writer_lines

if TYPE_CHECKING:
    from fixtures.gate.bench import Bench


def test_no_writer_broke_the_rule(bench: Bench) -> None:
    if bench.census.unavailable:
        pytest.skip(f"no census: {bench.census.unavailable}")

    broke = [one for one in bench.writers() if one.verdict == "broke"]

    if broke:
        raise GateError(
            "\n  ".join([f"{len(broke)} statements of the server broke the rule", *writer_lines(broke)]),
            ["writers"],
        )


def test_census_saw_writers(bench: Bench) -> None:
    if bench.census.unavailable:
        pytest.skip(f"no census: {bench.census.unavailable}")

    assert bench.writers(), "no statement was seen to write the rule's columns: the census sees nothing"
