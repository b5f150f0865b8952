"""SIGKILL at every step of a run, of its clean-up, and of both: nothing is left on a running server in the end."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from fixtures.core.errors import SubjectError
from fixtures.gate import sweep_leftovers
from fixtures.migrations import simple_query, sql_statements
from fixtures.postgres import database_cleanup_guard, server, server_process_guard
from fixtures.postgres.databases import Databases
from tests.harness.commands import wait_until
from tests.harness.conftest import KILLED, databases_and_roles, in_child

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fixtures.postgres.server import Server


pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def alone(running: Server) -> bool:
    """Whether the sessions of a killed run have ended, but for one that sleeps: as long as a backend is there, it holds locks."""
    with running.admin() as conn:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND wait_event IS DISTINCT FROM 'PgSleep'"
        )
        return conn.execute(query).fetchone() == (0,)


def attach(running: Server, kept: Sequence[str] = ()) -> Any:
    return server.attach(
        host="127.0.0.1",
        port=running.port,
        user="postgres",
        password=running.passwords["postgres"],
        kept=kept,
    )


def build(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("CREATE TABLE t ()")


def a_run(running: Server) -> None:
    with attach(running) as attached:
        databases = Databases(attached)
        databases.template("t", build)
        with databases.fresh("t"):
            pass
        databases.close()


def a_run_whose_cleanup_is_killed_too(running: Server) -> None:
    database_cleanup_guard.launch = lambda *_: subprocess.Popen(["true"], stdin=subprocess.PIPE)
    a_run(running)


def test_run_that_is_killed_at_any_step_leaves_nothing(running: Server) -> None:
    before = databases_and_roles(running)

    ends = []
    for step in itertools.count(1):
        ends.append(in_child(lambda: a_run(running), step))
        wait_until(lambda: databases_and_roles(running) == before, 20)
        if ends[-1] != KILLED:
            break

    assert ends[-1] == 0
    assert len(ends) > 10


def test_run_and_cleanup_killed_together_are_swept_by_the_next_run(running: Server) -> None:
    before = databases_and_roles(running)

    left, ends = [], []
    for step in itertools.count(1):
        ends.append(in_child(lambda: a_run_whose_cleanup_is_killed_too(running), step))
        left.append(len(databases_and_roles(running) - before))
        wait_until(lambda: alone(running), 20)
        with attach(running):
            pass
        assert databases_and_roles(running) == before, step
        if ends[-1] != KILLED:
            break

    assert ends[-1] == 0
    assert max(left) >= 3


@pytest.fixture
def gone(running: Server) -> database_cleanup_guard.Task:
    """A run that is gone, with a role, a template and another database on the server."""
    prefix = server.new_prefix()
    with running.admin() as conn:
        conn.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(f"{prefix}owner")))
        for name, more in (("template", "IS_TEMPLATE true"), ("one", "")):
            conn.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} " + more).format(
                    sql.Identifier(prefix + name), sql.Identifier(f"{prefix}owner")
                )
            )
    return {
        "host": "127.0.0.1", "port": running.port, "user": "postgres", "password": running.passwords["postgres"],
        "prefix": prefix,
    }  # fmt: skip


def ours(running: Server, task: database_cleanup_guard.Task) -> int:
    return len([name for _, name in databases_and_roles(running) if str(name).startswith(task["prefix"])])


def test_cleanup_that_is_killed_at_any_step_is_ended_by_the_next_sweep(
    running: Server, gone: database_cleanup_guard.Task
) -> None:
    ends = []
    for step in itertools.count(1):
        ends.append(in_child(lambda: database_cleanup_guard.clean(gone, [], looks=1), step))
        if ends[-1] != KILLED or not ours(running, gone):
            break
    with running.admin() as conn:
        database_cleanup_guard.sweep(conn)

    assert len(ends) > 3
    assert ours(running, gone) == 0


def test_clone_that_is_being_made_when_the_run_is_killed_does_not_stay(running: Server) -> None:
    before = databases_and_roles(running)
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^CREATE DATABASE' AND wait_event_type = 'Lock'"
    )
    with running.admin() as held, running.admin() as watch:
        held.execute("CREATE DATABASE theirs")
        held.execute("BEGIN")
        held.execute("COMMENT ON DATABASE theirs IS 'a lock that a clone waits for'")

        def clone() -> None:
            with attach(running) as attached, Databases(attached).clone("theirs"):
                pass

        pid = os.fork()
        if pid == 0:
            clone()
            os._exit(0)
        wait_until(lambda: watch.execute(waiting).fetchone() == (1,), 20)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        wait_until(lambda: watch.execute(waiting).fetchone() == (0,), 20)
        held.execute("COMMIT")
        held.execute("DROP DATABASE theirs")

    wait_until(lambda: databases_and_roles(running) == before, 20)


def test_what_cannot_be_dropped_does_not_keep_the_rest(
    running: Server, gone: database_cleanup_guard.Task
) -> None:
    with running.admin() as conn:
        holder = psycopg.connect(running.dsn(gone["prefix"] + "one", "postgres"), autocommit=True)
        holder.execute(
            "CREATE SUBSCRIPTION keeps CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE)"
        )
        holder.close()
        problems = database_cleanup_guard.remove(conn, gone["prefix"])

        assert len(problems) == 2
        assert ours(running, gone) == 2

        with psycopg.connect(running.dsn(gone["prefix"] + "one", "postgres"), autocommit=True) as again:
            again.execute("DROP SUBSCRIPTION keeps")
        assert database_cleanup_guard.sweep(conn) == [gone["prefix"]]


FORGED = {
    "no comment": "NULL",
    "kept": """'{"kept": true}'""",
    "of a process that is there": "'{}'",  # filled in by the test
}


@pytest.mark.parametrize("comment", FORGED.values(), ids=FORGED)
def test_database_whose_owner_has_written_over_its_mark_is_swept_with_its_run(
    running: Server, comment: str
) -> None:
    before = databases_and_roles(running)
    alive = {
        "pid": 1,
        "started": database_cleanup_guard.started(1),
        "machine": database_cleanup_guard._machine(),  # noqa: SLF001
    }

    def a_run_that_writes_over_its_mark() -> None:
        database_cleanup_guard.launch = lambda *_: subprocess.Popen(["true"], stdin=subprocess.PIPE)
        with attach(running) as attached, Databases(attached).fresh() as dsn, psycopg.connect(dsn) as conn:
            said = comment if comment != "'{}'" else f"'{json.dumps(alive)}'"
            conn.execute(f'COMMENT ON DATABASE "{conn.info.dbname}" IS {said}'.encode())
            conn.commit()
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(a_run_that_writes_over_its_mark) == KILLED
    assert databases_and_roles(running) != before
    wait_until(lambda: alone(running), 20)
    with running.admin() as conn:
        database_cleanup_guard.sweep(conn)
    assert databases_and_roles(running) == before


OUTLIVES = {
    "a prepared transaction": "PREPARE TRANSACTION 'planted'",
    "the lock of its run": """
        DO $$ BEGIN PERFORM pg_advisory_lock(1751216750, ('x' || substr(current_database(), 9, 8))::bit(32)::int);
        PERFORM pg_sleep(600); END $$
    """,
}


@pytest.mark.parametrize("statement", OUTLIVES.values(), ids=OUTLIVES)
def test_what_outlives_its_session_is_swept_with_its_run(running: Server, statement: str) -> None:
    before = databases_and_roles(running)
    planted = (
        "SELECT FROM pg_prepared_xacts UNION ALL SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    )

    def a_run_that_is_killed() -> None:
        database_cleanup_guard.launch = lambda *_: subprocess.Popen(["true"], stdin=subprocess.PIPE)
        with attach(running) as attached, Databases(attached).fresh() as dsn, psycopg.connect(dsn) as conn:
            conn.execute("CREATE TABLE t ()")
            conn.pgconn.send_query(statement.encode())
            with running.admin() as watch:
                wait_until(lambda: watch.execute(planted).rowcount == 1, 20)
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(a_run_that_is_killed) == KILLED
    assert databases_and_roles(running) != before
    wait_until(lambda: alone(running), 20)
    with running.admin() as conn:
        database_cleanup_guard.sweep(conn)
    assert databases_and_roles(running) == before


HIDDEN = r"SELECT '\''; PREPARE TRANSACTION $$x$$; --'"


def test_prepared_transaction_is_named_and_leaves_nothing(running: Server) -> None:
    before = databases_and_roles(running)
    # Where a backslash quotes, the statement is no part of a text.
    assert sql_statements.ending_statement(HIDDEN) is None

    def hide(dsn: str) -> None:
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute("SET standard_conforming_strings = off")
            conn.execute("BEGIN")
            assert simple_query.send(conn, HIDDEN).completed == 2

    with (
        attach(running) as attached,
        pytest.raises(SubjectError, match="prepared transaction of its database: x"),
    ):
        Databases(attached).template("t", hide)

    assert databases_and_roles(running) == before


def test_run_that_is_alive_or_just_being_made_is_not_swept(running: Server) -> None:
    with running.admin() as run, running.admin() as sweeper:
        prefix = server.new_prefix()
        database_cleanup_guard.hold(run, prefix)
        run.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(f"{prefix}owner")))

        assert database_cleanup_guard.sweep(sweeper) == []
        run.execute("SELECT pg_advisory_unlock_all()")
        assert database_cleanup_guard.sweep(sweeper) == [prefix]


def test_run_that_lost_its_session_is_alive_while_its_process_is(
    running: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = server.new_prefix()
    with running.admin() as conn:
        conn.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(f"{prefix}owner")))
        database_cleanup_guard.mark(conn, "ROLE", f"{prefix}owner", prefix)

        assert database_cleanup_guard.sweep(conn) == []
        monkeypatch.setattr(database_cleanup_guard, "started", lambda _: "another process of that pid")
        assert database_cleanup_guard.sweep(conn) == [prefix]


def test_database_of_somebody_with_such_a_name_is_left_alone(running: Server) -> None:
    with running.admin() as conn:
        conn.execute("CREATE DATABASE harness_deadbeef_theirs")

        assert database_cleanup_guard.sweep(conn) == []
        conn.execute("DROP DATABASE harness_deadbeef_theirs")


def test_kept_database_is_swept_only_when_asked_for(running: Server) -> None:
    before = databases_and_roles(running)
    kept: list[str] = []
    with attach(running, kept) as attached:
        kept.append(Databases(attached).template("t", build))
    with running.admin() as conn:
        assert database_cleanup_guard.sweep(conn) == []
        assert ("database", *kept) in databases_and_roles(running) - before
        assert len(database_cleanup_guard.sweep(conn, kept=True)) == 1

    assert databases_and_roles(running) == before


def test_run_directory_that_is_just_being_made_is_not_swept(tmp_path: Path) -> None:
    ended = threading.Event()

    def sweep_all_the_time() -> None:
        while not ended.is_set():
            server_process_guard.sweep(tmp_path)

    sweeper = threading.Thread(target=sweep_all_the_time)
    sweeper.start()
    try:
        names = [tmp_path / f"{server_process_guard.RUN_PREFIX}{n}" for n in range(200)]
        held = [server_process_guard._make_run_directory(run) for run in names]  # noqa: SLF001
        server_process_guard.sweep(tmp_path)
    finally:
        ended.set()
        sweeper.join()

    left = [(run / "lock").exists() for run, _ in held]
    for _, lock in held:
        lock.close()
    assert left == [True] * 200


def test_swept_run_directory_has_another_name_before_its_lock_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / f"{server_process_guard.RUN_PREFIX}killed"
    run.mkdir()
    there: list[bool] = []
    monkeypatch.setattr(server_process_guard, "remove", lambda _: there.append(run.exists()))

    server_process_guard.sweep(tmp_path)

    assert there == [False]


def test_run_directory_without_a_lock_is_swept(tmp_path: Path) -> None:
    (tmp_path / f"{server_process_guard.RUN_PREFIX}killed").mkdir()

    server_process_guard.sweep(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_sweep_command_removes_what_is_gone_and_says_so(
    running: Server,
    gone: database_cleanup_guard.Task,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PGPASSWORD", running.passwords["postgres"])
    options = ["--postgresql-host=127.0.0.1", f"--postgresql-port={running.port}"]

    assert [sweep_leftovers.main(options), sweep_leftovers.main(options)] == [0, 0]

    said = capsys.readouterr().out
    assert f"removed what 1 runs had left: {gone['prefix']}" in said
    assert "nothing was left" in said
    assert ours(running, gone) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
def test_password_is_on_no_disk_and_goes_with_the_process(running: Server, number: signal.Signals) -> None:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with attach(running):
            os.write(write, os.environ["PGPASSFILE"].encode() + b"\n")
            signal.pause()
    path = os.read(read, 4096).decode().strip()
    assert running.passwords["postgres"] in Path(path).read_text("utf-8")
    assert path.startswith("/proc/")
    os.kill(pid, number)
    os.waitpid(pid, 0)

    assert not Path(path).exists()
