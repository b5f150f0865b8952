"""No server is left, however the run ends."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.harness.commands import wait_until

if TYPE_CHECKING:
    from tests.harness.conftest import Inner

PASSES = "def test_it(databases):\n    with databases.fresh():\n        pass\n"
FAILS = "def test_it(databases):\n    with databases.fresh():\n        assert 1 == 2\n"
WAITS = """
import pathlib, time
def test_it(cluster):
    pathlib.Path("ready").touch()
    time.sleep(60)
"""


@pytest.mark.parametrize(("source", "code"), [(PASSES, 0), (FAILS, 1)], ids=["pass", "failure"])
def test_nothing_is_left_after_the_tests_end(inner: Inner, source: str, code: int) -> None:
    done = inner.run(source)

    assert done.returncode == code, done.stdout
    assert inner.servers() == []
    assert inner.leftovers() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
def test_nothing_is_left_after_a_signal(inner: Inner, number: signal.Signals) -> None:
    process = inner.start(WAITS)
    wait_until((inner.project / "ready").exists, 30)
    assert len(inner.servers()) == 1

    process.send_signal(number)
    process.communicate(timeout=30)

    wait_until(lambda: not inner.servers() and not inner.leftovers(), 10)


def test_ctrl_c_at_a_terminal_reaches_the_whole_group_and_leaves_nothing(inner: Inner) -> None:
    process = inner.start(WAITS, alone=True)
    wait_until((inner.project / "ready").exists, 30)

    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)

    wait_until(lambda: not inner.servers() and not inner.leftovers(), 10)


def test_next_run_sweeps_what_a_killed_supervisor_left(inner: Inner) -> None:
    process = inner.start(WAITS)
    wait_until((inner.project / "ready").exists, 30)
    for pid in _process_guards(process.pid):
        os.kill(pid, signal.SIGKILL)
    process.kill()
    process.communicate(timeout=30)
    assert inner.leftovers() != []

    done = inner.run(PASSES)

    assert done.returncode == 0, done.stdout
    wait_until(lambda: not inner.servers() and not inner.leftovers(), 10)


def test_two_runs_at_once_do_not_meet(inner: Inner) -> None:
    first, second = inner.start(PASSES), inner.start(PASSES)
    outputs = [process.communicate(timeout=120)[0] for process in (first, second)]

    assert (first.returncode, second.returncode) == (0, 0), outputs
    assert inner.leftovers() == []


def test_server_that_dies_stops_the_run_once_with_one_message(inner: Inner) -> None:
    source = """
import os, signal, psycopg, pytest
@pytest.mark.parametrize("n", range(50))
def test_it(databases, cluster, n):
    if n == 2:
        os.kill(cluster.pid, signal.SIGQUIT)
    with databases.fresh() as dsn:
        psycopg.connect(dsn).close()
"""
    done = inner.run(source)

    assert done.returncode == 3, done.stdout
    assert done.stdout.count("the Postgres server died during") == 1
    assert "2 passed" in done.stdout
    assert inner.leftovers() == []


def test_workers_share_one_server(inner: Inner) -> None:
    source = """
import pytest
@pytest.mark.parametrize("n", range(4))
def test_it(databases, cluster, n):
    with databases.fresh() as dsn, open("pids", "a") as seen:
        seen.write(f"{cluster.pid}\\n")
"""
    done = inner.run(source, "-n", "2")

    assert done.returncode == 0, done.stdout
    assert len(set((inner.project / "pids").read_text().split())) == 1
    assert inner.leftovers() == []


def _process_guards(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, ppid in (row.split() for row in found.splitlines()) if int(ppid) == parent]
