"""What it costs to give a test a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figure import Figure, Measure, in_turn, spent_ms
from benchmarks.lab import ROOT
from fixtures.errors import HarnessError
from fixtures.postgres.databases import CloneJanitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.lab import Lab
    from fixtures.postgres.databases import Databases

_TESTS = Path(__file__).with_name("per_test.py")


def run(lab: Lab) -> Iterator[Figure]:
    """Compare isolation per test, and clones."""
    yield per_test(lab, "isolation for one test, our own schema", f"--pg-version={lab.server.major}")
    template = lab.databases.template(lab.phases.template("deployed", lab.invariant), lambda _: None)
    yield clones(lab.databases, template, lab.rounds, "a clone of our `deployed` template")


def per_test(lab: Lab, subject: str, *options: str) -> Figure:
    """Compare our `db` with pytest-postgresql's fixture: setup and teardown as pytest itself reports them.

    `options` name the server and the folder whose schema the template has.
    """
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "durations.json"
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "benchmarks.durations",
            str(_TESTS), f"--constraint={lab.invariant.name}", *options,
        ]  # fmt: skip
        env = {**os.environ, "BENCH_OUT": str(out), "BENCH_ROUNDS": str(5 * lab.rounds)}
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
    server = databases.server
    probed = databases.probe.best if databases.probe else None

    def clone(strategy: str | None) -> float:
        dbname = f"{server.prefix}bench"
        janitor = CloneJanitor(
            user=server.user, host=server.host, port=server.port, dbname=dbname, template_dbname=template,
            connection_timeout=0,
        )  # fmt: skip
        janitor.owner, janitor.strategy = server.owner, strategy
        spent = spent_ms(janitor.init)
        databases.drop(dbname)
        return spent

    sides = {f"STRATEGY {probed}, as probed": lambda: clone(probed), "the default": lambda: clone(None)}
    ours, other = in_turn(sides, rounds).values()
    with server.admin() as conn:
        size = conn.execute("SELECT pg_database_size(%s) / 1048576", [template]).fetchone()
    return Figure(subject, ours, other, aim=1, note=f"{size[0] if size else '?'} MB; wished for: 2 times")
