"""The account that the server runs as: one for each run, that can change nothing of root's, and takes its all along."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.postgres import binaries, server, server_process_guard
from tests.harness.commands import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixtures.postgres.server import Server


needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root: an ordinary user runs the server as itself"
)


@pytest.fixture
def started(pytestconfig: pytest.Config) -> Iterator[Server]:
    with server.start(binaries.from_wheel(pytestconfig.getoption("pg_version"))) as found:
        yield found


def run_directory(found: Server) -> Path:
    return Path(found.host).parent


def program(found: Server, shell: str) -> None:
    """Run a program as the server's account, as a superuser's SQL can."""
    with found.admin() as conn:
        conn.execute(
            psycopg.sql.SQL("COPY (SELECT 1 WHERE false) TO PROGRAM {}").format(psycopg.sql.Literal(shell))
        )


def running(mark: str) -> bool:
    found = subprocess.run(["ps", "-ww", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return any(line.startswith(mark) for line in found.splitlines())


def test_directory_of_thousands_of_levels_is_removed(tmp_path: Path) -> None:
    run, deeper = tmp_path / "run", tmp_path / "deeper"
    run.mkdir()
    for _ in range(5):
        (deeper / ("d/" * 300)).mkdir(parents=True)
        run.rename(deeper / ("d/" * 300) / "d")
        deeper.rename(run)

    server_process_guard.remove(run)

    assert not run.exists()


@needs_root
def test_server_runs_under_a_uid_that_no_account_and_no_other_run_has(started: Server) -> None:
    uid = Path(f"/proc/{started.pid}").stat().st_uid

    with pytest.raises(KeyError):
        pwd.getpwuid(uid)
    with server.start(binaries.from_wheel(started.major)) as other:
        assert Path(f"/proc/{other.pid}").stat().st_uid not in {0, uid}


@needs_root
def test_server_account_can_write_its_data_and_sockets_and_nothing_else(started: Server) -> None:
    run, uid = run_directory(started), Path(f"/proc/{started.pid}").stat().st_uid

    writable = {
        path.relative_to(run).parts[0]
        for path in [run, *run.rglob("*")]
        if path != run and (path.lstat().st_uid == uid or path.lstat().st_mode & 0o022)
    }

    assert writable == {"data", "s"}
    assert run.stat().st_uid == 0
    assert run.stat().st_mode & 0o027 == 0


@needs_root
def test_link_in_place_of_the_configuration_is_not_followed(
    pytestconfig: pytest.Config,
) -> None:
    """A file of root's was overwritten and given away through a link that initdb's account had planted."""
    found, base = binaries.from_wheel(pytestconfig.getoption("pg_version")), Path(tempfile.mkdtemp())
    base.chmod(0o755)
    victim, bindir = base / "victim", base / "bin"
    victim.write_text("# of root")
    bindir.mkdir()
    bindir.chmod(0o755)
    nobody: dict[str, object] = {"user": pwd.getpwnam("nobody").pw_uid}
    real = server_process_guard.reachable(found.bindir, list(found.libs), base, nobody)
    (bindir / "postgres").write_text(f'#!/bin/sh\nexec "{real}/postgres" "$@"\n')
    (bindir / "postgres").chmod(0o755)
    planting = f'"{real}/initdb" "$@"; cd "$2"; for f in postgresql.auto.conf pg_hba.conf; do ln -sf {victim} $f; done'
    (bindir / "initdb").write_text(f"#!/bin/sh\n{planting}\n")
    (bindir / "initdb").chmod(0o755)

    with server.start(binaries.Binaries(bindir, found.major)):
        pass

    assert (victim.read_text(), victim.stat().st_uid) == ("# of root", 0)
    shutil.rmtree(base)


@needs_root
def test_access_rules_that_the_server_account_writes_are_not_read(started: Server) -> None:
    data = run_directory(started) / "data"
    program(
        started,
        f"echo 'local all all trust' > {data}/pg_hba.conf; echo \"hba_file = '{data}/pg_hba.conf'\" > {data}/postgresql.auto.conf",
    )

    with started.admin() as conn:
        conn.execute("SELECT pg_reload_conf()")
        rules = conn.execute("SELECT DISTINCT auth_method, file_name FROM pg_hba_file_rules").fetchall()

    assert [(method, Path(str(name)).parent.name) for method, name in rules] == [("peer", "conf")]


def test_program_that_sql_started_ends_with_the_server(pytestconfig: pytest.Config) -> None:
    mark = f"sleep 98{os.getpid()}"
    with server.start(binaries.from_wheel(pytestconfig.getoption("pg_version"))) as found:
        program(found, f"setsid {mark} > /dev/null 2>&1 &")
        wait_until(lambda: running(mark), 10)

    assert not running(mark)


def test_program_that_forks_without_end_ends_with_the_server(pytestconfig: pytest.Config) -> None:
    mark = f"sleep 0.0197{os.getpid()}"
    with server.start(binaries.from_wheel(pytestconfig.getoption("pg_version"))) as found:
        program(found, f"setsid sh -c 'while true; do {mark} & wait; done' > /dev/null 2>&1 &")

    assert not running("sh -c while true; do sleep 0.0197")
    assert not running(mark)
