"""The server and databases on which benchmarks run."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fixtures.core.npm import npm_tree, postgres_bindir
from fixtures.migrations.load_subject import load_subject
from fixtures.migrations.phase_databases import Phases
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres import binaries, server
from fixtures.postgres.databases import Databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixtures.constraints import ConstraintSpec
    from fixtures.postgres.binaries import Binaries
    from fixtures.postgres.server import Server

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class BenchmarkEnvironment:
    """A server of our own with the subject on it, shared by all modules.

    `binaries` are those of the server; `rows_max` bounds tables that are filled; `rounds` is how often the dear
    things are repeated (cheap ones more often).
    """

    binaries: Binaries
    server: Server
    databases: Databases
    phases: Phases
    rows_max: int
    rounds: int

    @property
    def spec(self) -> ConstraintSpec:
        """The constraint that figures are taken with: the first that the subject is held to."""
        return self.phases.subject.specs[0]


@contextlib.contextmanager
def open_benchmark_environment(*, major: int, rows_max: int, rounds: int) -> Iterator[BenchmarkEnvironment]:
    """Start the server and read this project's own folder."""
    found = binaries.from_wheel(major)
    with server.start(found) as started, tempfile.TemporaryDirectory(prefix="harness-bench-") as scratch:
        databases = Databases(started)
        subject = load_subject(ROOT, specs=[CLOSED_STATE], scratch=Path(scratch))
        phases = Phases(databases, subject)
        yield BenchmarkEnvironment(found, started, databases, phases, rows_max, rounds)
        phases.close()
        databases.close()


@contextlib.contextmanager
def npm_server(major: int) -> Iterator[tuple[Path, Server, Databases]]:
    """Start the Postgres with contrib from npm; yield npm's tree, the server, and its databases.

    Raises: HarnessError when npm's tree is not there and cannot be had.
    """
    tree = npm_tree()
    with server.start(binaries.from_pg_ctl(postgres_bindir(major) / "pg_ctl"), origin="binaries") as started:
        databases = Databases(started)
        yield tree, started, databases
        databases.close()
