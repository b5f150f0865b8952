"""Run the harness as a user does: pytest as a process of its own, on a small project."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from fixtures.migrations.drizzle_folder import read_folder
from fixtures.mutants.mutant_runs import process_pool
from fixtures.postgres import binaries, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import ProcessPoolExecutor

    from fixtures.postgres.server import Server

ROOT = Path(__file__).resolve().parents[2]


class Inner:
    """A project with one test file, and a data directory of its own to look for leftovers in."""

    def __init__(self, project: Path, data: Path, pg_version: int) -> None:
        self.project = project
        self.data = data
        self.pg_version = pg_version
        self.started: list[subprocess.Popen[str]] = []

    def command(self, *args: str) -> list[str]:
        return [
            sys.executable, "-m", "pytest", "-p", "fixtures.pytest_plugin", "-p", "no:cacheprovider",
            f"--pg-data={self.data}", f"--pg-version={self.pg_version}", *args,
        ]  # fmt: skip

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "PYTHONPATH": str(ROOT)}

    def run(self, source: str, *args: str, wrapper: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run to the end, as the argument of the `wrapper` command if any; both streams are in `stdout`."""
        process = self.start(source, *args, wrapper=wrapper)
        out, _ = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, "")

    def start(
        self, source: str, *args: str, wrapper: Sequence[str] = (), alone: bool = False
    ) -> subprocess.Popen[str]:
        """Start a run, `alone` in a session of its own."""
        (self.project / "test_inner.py").write_text(source, encoding="utf-8")
        (self.project / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        process = subprocess.Popen(
            [*wrapper, *self.command(*args)], cwd=self.project, env=self.environment(), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=alone,
            # A job in the background hands on a SIGINT that is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - this process has one thread
        )  # fmt: skip
        self.started.append(process)
        return process

    def end(self) -> None:
        """Kill what a failed test left running."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def servers(self) -> list[int]:
        """Return the pids of the postmasters whose data is in this project's data directory."""
        found = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [row.split(maxsplit=1) for row in found.splitlines()]
        return [int(pid) for pid, args in rows if f" -D {self.data}" in args and "postgres" in args]

    def leftovers(self) -> list[str]:
        """Return what is in the data directory now."""
        return sorted(path.name for path in self.data.iterdir())


KILLED = -signal.SIGKILL


def in_child(work: Callable[[], object], kill_at: int = 0) -> int:
    """Do it in a child process that kills itself before its n-th statement; return how the child ended."""
    pid = os.fork()
    if pid == 0:
        count, execute = itertools.count(1), psycopg.Cursor.execute

        def counted(*args: Any, **kwargs: Any) -> Any:
            if next(count) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*args, **kwargs)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign]
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Start each run of the suite in a process that has imported it already."""
    with process_pool(1) as made:
        yield made


@pytest.fixture
def inner(pytestconfig: pytest.Config) -> Iterator[Inner]:
    """Yield a project in a directory whose name has spaces, which any account can reach.

    pytest's own temporary directories are closed to others.
    """
    with tempfile.TemporaryDirectory(prefix="harness-inner-", ignore_cleanup_errors=True) as directory:
        base = Path(directory)
        base.chmod(0o755)
        project, data = base / "a project with spaces", base / "data"
        project.mkdir()
        data.mkdir()
        made = Inner(project, data, pytestconfig.getoption("pg_version"))
        yield made
        made.end()


@pytest.fixture(scope="module")
def running(pytestconfig: pytest.Config) -> Iterator[Server]:
    """Yield a second server, that plays the one which a user names; it listens on loopback, with passwords."""
    found = binaries.from_wheel(pytestconfig.getoption("pg_version"))
    with server.start(found, tcp=True, settings={"max_prepared_transactions": "2"}) as started:
        yield started


def databases_and_roles(running: Server) -> set[tuple[object, ...]]:
    """Return what is on a server that runs have used."""
    with running.admin() as conn:
        query = "SELECT 'database', datname FROM pg_database UNION ALL SELECT 'role', rolname FROM pg_roles"
        return set(conn.execute(query).fetchall())


@pytest.fixture
def v1_of(tmp_path: Path) -> Callable[[Path], Path]:
    """Return what writes a folder with a journal as `drizzle-kit up` converts it to v1's layout."""

    def converted(path: Path) -> Path:
        for migration in read_folder(path).migrations:
            moment = datetime.fromtimestamp(migration.when / 1000, UTC)
            directory = tmp_path / "v1_layout" / f"{moment:%Y%m%d%H%M%S}_{migration.tag}"
            directory.mkdir(parents=True)
            (directory / "migration.sql").write_text(migration.sql, encoding="utf-8")
        return tmp_path / "v1_layout"

    return converted
