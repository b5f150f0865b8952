"""Cost of starting a server from nothing."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure, in_turn, spent_ms
from fixtures.postgres import server
from fixtures.postgres.server_process_guard import reachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.benchmark_environment import BenchmarkEnvironment


def run(environment: BenchmarkEnvironment) -> Iterator[Figure]:
    """Compare our start, with its watcher, roles and settings, with what one would type."""
    sides = {
        "ours: until a connection": lambda: _ours(environment),
        "initdb, then pg_ctl -w start": lambda: _bare(environment),
    }
    mine, bare = in_turn(sides, max(3, environment.rounds // 2)).values()
    yield Figure(
        "a server, from nothing", mine, bare, aim=1 / 1.5,
        note="both without fsync, in the same directory; ours also sets up roles and what ends it with us",
    )  # fmt: skip


def _ours(environment: BenchmarkEnvironment) -> float:
    opened = server.start(environment.binaries)
    spent = spent_ms(opened.__enter__)
    opened.__exit__(None, None, None)
    return spent


def _bare(environment: BenchmarkEnvironment) -> float:
    run = Path(tempfile.mkdtemp(prefix="bare-", dir=server.data_root()))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(run, nobody.pw_uid, nobody.pw_gid)
    found = environment.binaries
    bindir = reachable(found.bindir, list(found.libs), run, account)
    data, log = run / "data", run / "log"

    def call(program: str, *args: str) -> None:
        subprocess.run(
            [bindir / program, "-D", data, *args], cwd=run, check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, **account,
        )  # fmt: skip

    def start() -> None:
        call("initdb", "--no-sync", "--username", "postgres", "--auth", "peer", "--encoding", "UTF8")
        call("pg_ctl", "-w", "-l", str(log), "-o", f"-F -k {run} -c listen_addresses=''", "start")

    try:
        return spent_ms(start)
    finally:
        call("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(run, ignore_errors=True)
