"""Databases for the doubles, and the gate against one of them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.gate.bench import Bench
from fixtures.gate.client import Client
from fixtures.gate.scene import Scene, open_database
from fixtures.invariants import PRIMARY
from tests.harness.gate.double import Right, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.postgres.server import Server
    from fixtures.rollout.phases import Phase, Phases

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def database_in(phases: Phases) -> Iterator[Callable[[Phase], str]]:
    """Return what gives the one database of the module in a phase of the rollout."""
    made: dict[Phase, str] = {}
    with contextlib.ExitStack() as stack:

        def give(phase: Phase) -> str:
            if phase not in made:
                made[phase] = stack.enter_context(phases.fresh(phase, PRIMARY))
            return made[phase]

        yield give


@pytest.fixture(scope="module")
def scene_in(database_in: Callable[[Phase], str]) -> Iterator[Callable[[Phase], Scene]]:
    """Return what gives the one scene of the module in a phase of the rollout."""
    made: dict[Phase, Scene] = {}

    def give(phase: Phase) -> Scene:
        if phase not in made:
            dsn = database_in(phase)
            made[phase] = Scene(open_database(dsn), dsn, may_plant_violators=True)
        return made[phase]

    yield give
    assert [scene.close() for scene in made.values()] == [""] * len(made)


@pytest.fixture
def gate_at(
    scene_in: Callable[[Phase], Scene], database_in: Callable[[Phase], str]
) -> Iterator[Callable[[Right, Phase], Bench]]:
    """Return what opens a bench at a double over a database in that phase."""
    with contextlib.ExitStack() as stack:

        def give(way: Right, phase: Phase) -> Bench:
            client = Client(stack.enter_context(serve(way, database_in(phase))))
            stack.callback(client.close)
            return Bench(client, scene_in(phase), None)

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
