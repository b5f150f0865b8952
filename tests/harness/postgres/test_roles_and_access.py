"""Who may connect, as which role the folder's SQL runs, and what is touched on a running server."""

from __future__ import annotations

import dataclasses
import os
import pwd
import re
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from fixtures.core.errors import HarnessError
from fixtures.postgres import binaries, server
from fixtures.postgres.databases import STRATEGIES, Databases
from fixtures.postgres.shared_catalogs import shared_changes, shared_facts
from tests.harness.commands import wait_until
from tests.harness.conftest import databases_and_roles

if TYPE_CHECKING:
    from pathlib import Path

    from fixtures.postgres.server import Server
    from tests.harness.conftest import Inner

REFUSED = 17

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: becomes another user of the machine")


def options(running: Server) -> list[str]:
    return [
        "--postgresql-host=127.0.0.1", f"--postgresql-port={running.port}", "--postgresql-user=postgres",
        f"--postgresql-password={running.passwords['postgres']}",
    ]  # fmt: skip


@needs_root
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("account", ["nobody", "daemon"])
def test_no_other_user_of_the_machine_can_connect(cluster: Server, account: str) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(_connect_as(account, cluster.dsn("postgres", "postgres")))

    _, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == REFUSED


def test_server_of_our_own_does_not_listen_on_the_network(cluster: Server) -> None:
    if cluster.origin == "running":
        pytest.skip("not applicable: the server is the user's own")

    with cluster.admin() as conn:
        row = conn.execute("SHOW listen_addresses").fetchone()

    assert row == ("",)


def test_owner_of_a_database_is_no_superuser(databases: Databases) -> None:
    with databases.fresh() as dsn, psycopg.connect(dsn) as conn:
        row = conn.execute(
            "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owns = conn.execute(
            "SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert row == (False, False)
    assert owns == (True,)


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_sql_of_the_subject_cannot_reach_the_machine(databases: Databases, statement: str) -> None:
    with (
        databases.fresh() as dsn,
        psycopg.connect(dsn) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute(statement)


def test_right_on_a_parameter_counts_unless_a_role_of_the_run_has_it(running: Server) -> None:
    def told() -> list[str]:
        return shared_changes({}, shared_facts(conn, "harness_x_1", "harness_x_", ours=True))

    grant = "GRANT SET ON PARAMETER session_replication_role TO "
    with running.admin() as conn, conn.transaction(force_rollback=True):
        conn.execute("CREATE ROLE harness_x_1; CREATE ROLE harness_x_2; CREATE ROLE stranger")
        before = told()
        conn.execute(f"{grant} harness_x_2")
        of_the_run = told()
        # As a session sees it in whose sight the role has just been dropped.
        conn.execute(
            "UPDATE pg_parameter_acl"
            " SET paracl = ARRAY[makeaclitem(10, 10, 'SET', true), makeaclitem(4000000, 10, 'SET', false)]"
        )
        of_a_role_that_is_gone = told()
        conn.execute(f"{grant} stranger")
        of_a_stranger = told()

    assert before == of_the_run == of_a_role_that_is_gone
    assert set(of_a_stranger) - set(before) == {"parameter session_replication_role: stranger SET"}


def test_database_that_is_not_of_this_run_is_never_dropped(databases: Databases) -> None:
    with pytest.raises(HarnessError, match="not created by this run"):
        databases.drop("postgres")


def test_each_database_bears_the_prefix_of_the_run(databases: Databases, cluster: Server) -> None:
    with databases.fresh() as dsn:
        dbname = str(conninfo_to_dict(dsn)["dbname"])

    assert dbname.startswith(cluster.prefix)


def test_clone_has_what_the_template_had_and_is_gone_afterwards(databases: Databases) -> None:
    def build(dsn: str) -> None:
        with psycopg.connect(dsn) as conn:
            conn.execute("CREATE TABLE t AS SELECT 1 AS n")

    databases.template("test_clone", build)
    with databases.fresh("test_clone") as dsn, psycopg.connect(dsn) as conn:
        assert conn.execute("SELECT n FROM t").fetchall() == [(1,)]

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(dsn)


def test_first_clones_take_each_strategy_in_turn(cluster: Server) -> None:
    databases = Databases(dataclasses.replace(cluster, strategy=None))
    databases.template("test_probe", lambda dsn: psycopg.connect(dsn).close())

    assert databases.fastest_strategy("test_probe") in STRATEGIES
    databases.close()


def test_running_server_is_used_and_left_as_it_was(inner: Inner, running: Server) -> None:
    before = databases_and_roles(running)

    done = inner.run(
        "def test_it(cluster, databases):\n    with databases.fresh():\n        assert cluster.origin == 'running'\n",
        *options(running),
    )

    assert done.returncode == 0, done.stdout
    assert databases_and_roles(running) == before
    assert inner.leftovers() == []


def test_running_server_is_left_as_it_was_after_sigkill(inner: Inner, running: Server) -> None:
    before = databases_and_roles(running)
    source = """
import pathlib, time
def test_it(databases):
    with databases.fresh():
        pathlib.Path("ready").touch()
        time.sleep(60)
"""
    process = inner.start(source, *options(running))
    wait_until((inner.project / "ready").exists, 30)
    assert databases_and_roles(running) != before

    process.kill()
    process.communicate(timeout=30)

    wait_until(lambda: databases_and_roles(running) == before, 10)


def test_password_is_never_shown(inner: Inner, running: Server) -> None:
    source = "def test_it(cluster, databases):\n    with databases.fresh() as dsn:\n        assert (dsn, cluster) == 0\n"

    done = inner.run(source, *options(running), "-vv", "--showlocals")

    assert done.returncode == 1, done.stdout
    assert running.passwords["postgres"] not in done.stdout
    assert running.passwords["postgres"] not in (running.log_tail(10_000) + str(running))


def test_kept_database_stays_and_the_failure_tells_where(inner: Inner, running: Server) -> None:
    source = "def test_it(databases):\n    with databases.fresh():\n        assert 1 == 2\n"

    done = inner.run(source, *options(running), "--keep-databases")

    named = re.search(r"dbname=(harness_\w+)", done.stdout)
    assert named is not None, done.stdout
    assert named[1] in {name for kind, name in databases_and_roles(running) if kind == "database"}


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--postgresql-host=127.0.0.1", "--postgresql-port=1"], "no connection"),
        (["--postgresql-exec=/nowhere/pg_ctl"], "no such file"),
        (["--pg-version=9"], "the embedded wheel has 16, 18"),
        (["--pg-data=/nowhere"], "not a directory"),
    ],
    ids=["unreachable", "no pg_ctl", "no such version", "no data directory"],
)
def test_no_server_is_one_clear_line_and_exit_3(inner: Inner, args: list[str], says: str) -> None:
    done = inner.run("def test_it(databases):\n    pass\n" * 3, *args)

    lines = [line for line in done.stdout.splitlines() if says in line]
    assert done.returncode == 3, done.stdout
    assert len(lines) == 1
    assert "Traceback" not in done.stdout


def test_data_directory_without_room_is_one_clear_line(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    full = tmp_path / "full"
    full.touch()

    with (
        pytest.raises(HarnessError, match="not a directory"),
        server.start(binaries.from_wheel(pytestconfig.getoption("pg_version")), root=full),
    ):
        pass


def _connect_as(account: str, dsn: str) -> int:
    """Become another user for good, try to connect, and return an exit code."""
    entry = pwd.getpwnam(account)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    try:
        psycopg.connect(dsn)
    except psycopg.OperationalError as error:
        refused = "Permission denied" in str(error) or "Peer authentication failed" in str(error)
        return REFUSED if refused else 2
    return 0
