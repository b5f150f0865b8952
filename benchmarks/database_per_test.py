"""Cost of giving each test a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.benchmark_environment import ROOT
from benchmarks.figures import Figure, Measure, in_turn, spent_ms
from fixtures.core.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.benchmark_environment import BenchmarkEnvironment
    from fixtures.postgres.databases import Databases

_TESTS = Path(__file__).with_name("isolation_tests.py")


def run(environment: BenchmarkEnvironment) -> Iterator[Figure]:
    """Compare isolation per test, and clones."""
    yield per_test(
        environment, "isolation for one test, our own schema", f"--pg-version={environment.server.major}"
    )
    deployed = environment.phases.template("deployed", environment.spec)
    yield clones(environment.databases, deployed, environment.rounds, "a clone of our `deployed` template")


def per_test(environment: BenchmarkEnvironment, subject: str, *options: str) -> Figure:
    """Compare our `db` with pytest-postgresql's fixture: setup and teardown as pytest itself reports them.

    `options` name the server and the folder whose schema the template has.
    """
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "durations.json"
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "benchmarks.isolation_tests",
            str(_TESTS), f"--constraint={environment.spec.name}", *options,
        ]  # fmt: skip
        env = {**os.environ, "BENCH_OUT": str(out), "BENCH_ROUNDS": str(5 * environment.rounds)}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise HarnessError(f"{_TESTS.name}: exit code {done.returncode}\n{done.stdout[-2000:]}")
        spent = json.loads(out.read_text(encoding="utf-8"))
    return Figure(
        subject,
        Measure.of("`db`: a transaction, rolled back", spent["db"]),
        Measure.of("pytest-postgresql's `postgresql`: a clone, dropped", spent["postgresql"]),
        aim=100,
        note="setup and teardown as pytest reports them; same server, same template",
    )


def clones(databases: Databases, template: str, rounds: int, subject: str) -> Figure:
    """Compare CREATE DATABASE under the probed STRATEGY with the server's default."""
    server, source = databases.server, databases.template(template, lambda _: None)
    probed, dbname = databases.fastest_strategy(template), f"{server.prefix}bench"

    def clone(strategy: str | None) -> float:
        spent = spent_ms(lambda: databases.copy(source, dbname, server.user, strategy))
        databases.drop(dbname)
        return spent

    sides = {f"STRATEGY {probed}, as probed": lambda: clone(probed), "the default": lambda: clone(None)}
    ours, other = in_turn(sides, rounds).values()
    with server.admin() as conn:
        size = conn.execute("SELECT pg_database_size(%s) / 1048576", [source]).fetchone()
    return Figure(subject, ours, other, aim=1, note=f"{size[0] if size else '?'} MB; wished for: 2 times")
