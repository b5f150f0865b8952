"""pytest plugin that interleaves tests and records their setup and teardown times.

They take turns in blocks: a session that comes right after somebody created a database first has to reload its
caches, which would be charged to the wrong side.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_BLOCK = 10
_spent: defaultdict[str, list[float]] = defaultdict(list)
_setup: dict[str, float] = {}
_uncounted: set[str] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a block of each run, then the next. The first and last turns, which the session shares, do not count."""
    turns = {item.nodeid: int(item.callspec.params["turn"]) for item in items}  # type: ignore[attr-defined]
    items.sort(key=lambda item: turns[item.nodeid] // _BLOCK)
    _uncounted.update(name for name, turn in turns.items() if turn in {0, max(turns.values())})


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up setup and teardown, in milliseconds."""
    if report.when == "setup":
        _setup[report.nodeid] = report.duration
    elif report.when == "teardown" and report.nodeid not in _uncounted:
        name = report.nodeid.split("::test_")[1].split("[")[0]
        _spent[name].append((_setup[report.nodeid] + report.duration) * 1000)


def pytest_sessionfinish() -> None:
    """Write the milliseconds of each."""
    Path(os.environ["BENCH_OUT"]).write_text(json.dumps(_spent), encoding="utf-8")
