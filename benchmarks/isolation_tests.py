"""The tests that `database_per_test` lets pytest run, both sides on one template, and the plugin that takes their times.

They take turns in blocks: a session that comes right after somebody created a database first has to reload its
caches, which would be charged to the wrong side.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_postgresql import factories
from pytest_postgresql.executors import NoopExecutor

if TYPE_CHECKING:
    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.connection_type import Connection
    from fixtures.postgres.databases import Databases
    from fixtures.postgres.server import Server

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


class OnOurTemplate(NoopExecutor):
    """pytest-postgresql's picture of a running server, with a template of ours to clone."""

    template = ""

    @property
    def template_dbname(self) -> str:
        """Return the name of the template."""
        return self.template


@pytest.fixture(scope="session")
def their_server(cluster: Server, databases: Databases, phases: Phases) -> NoopExecutor:
    """Tell pytest-postgresql of our server."""
    made = OnOurTemplate(
        cluster.host, cluster.port, cluster.user, options="", dbname=f"{cluster.prefix}theirs"
    )
    made.template = databases.template(phases.template("deployed", phases.subject.specs[0]), lambda _: None)
    return made


postgresql = factories.postgresql("their_server")


rounds = pytest.mark.parametrize("turn", range(int(os.environ["BENCH_ROUNDS"])))


@rounds
def test_db(db: Connection, turn: int) -> None:  # noqa: ARG001
    """Use ours."""
    db.execute("SELECT 1")


@rounds
def test_postgresql(postgresql: Connection, turn: int) -> None:  # noqa: ARG001
    """Use theirs."""
    postgresql.execute("SELECT 1")
