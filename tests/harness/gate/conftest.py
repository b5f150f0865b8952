"""Stub servers on real databases, and the gate run against one of them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.gate.gate_rows import GateRows, open_database
from fixtures.gate.http_client import Client
from fixtures.gate.request_checker import RequestChecker
from fixtures.paperclip.closed_state import CLOSED_STATE
from tests.harness.gate.stub_server import Right, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.migrations.phase_databases import Phase, Phases
    from fixtures.postgres.server import Server

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def database_in(phases: Phases) -> Iterator[Callable[[Phase], str]]:
    """Return what gives the one database of the module in a phase of the rollout."""
    made: dict[Phase, str] = {}
    with contextlib.ExitStack() as stack:

        def give(phase: Phase) -> str:
            if phase not in made:
                made[phase] = stack.enter_context(phases.fresh(phase, CLOSED_STATE))
            return made[phase]

        yield give


@pytest.fixture(scope="module")
def gate_rows_in(database_in: Callable[[Phase], str]) -> Iterator[Callable[[Phase], GateRows]]:
    """Return what gives the module's one database in a phase of the rollout."""
    made: dict[Phase, GateRows] = {}

    def give(phase: Phase) -> GateRows:
        if phase not in made:
            dsn = database_in(phase)
            made[phase] = GateRows(open_database(dsn), dsn, may_insert_violators=True)
        return made[phase]

    yield give
    assert [gate_rows.close() for gate_rows in made.values()] == [""] * len(made)


@pytest.fixture
def gate_at(
    gate_rows_in: Callable[[Phase], GateRows], database_in: Callable[[Phase], str]
) -> Iterator[Callable[[Right, Phase], RequestChecker]]:
    """Return what opens a gate run against a stub server on a database in that phase."""
    with contextlib.ExitStack() as stack:

        def give(behaviour: Right, phase: Phase) -> RequestChecker:
            client = Client(stack.enter_context(serve(behaviour, database_in(phase))))
            stack.callback(client.close)
            return RequestChecker(client, gate_rows_in(phase), None)

        yield give


@pytest.fixture
def gate_log(cluster: Server) -> Path:
    """Return the log of our own server."""
    if cluster.log is None:
        pytest.skip("no log: the server is not ours")
    return Path(cluster.log)


@pytest.fixture
def run_gate() -> Callable[..., subprocess.Popen[str]]:
    """Return what runs the gate as a user does; both streams are in `stdout`."""

    def run(*arguments: str, **variables: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pytest", "tests/gate", "-p", "no:cacheprovider", *arguments]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GITHUB"))
        }
        return subprocess.Popen(
            command, cwd=ROOT, env={**environment, **variables}, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    return run
