"""A running server that must not or cannot be used."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from fixtures.core.errors import HarnessError
from fixtures.postgres import binaries, database_cleanup_guard, server, server_process_guard
from fixtures.postgres.databases import Databases
from fixtures.postgres.production_names import looks_like_production

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixtures.postgres.server import Server
    from tests.harness.conftest import Inner

PASSES = "def test_it(databases):\n    pass\n"


def refusal(inner: Inner, running: Server, **changed: object) -> str:
    """Run against that server, with some options changed, and return the one line that says why not."""
    options = {
        "host": "127.0.0.1", "port": running.port, "user": "postgres", "password": running.passwords["postgres"],
        **changed,
    }  # fmt: skip
    done = inner.run(PASSES * 3, *[f"--postgresql-{name}={value}" for name, value in options.items()])

    assert done.returncode == 3, done.stdout
    assert "Traceback" not in done.stdout
    lines = [line for line in done.stdout.splitlines() if "running server" in line]
    assert len(lines) == 1
    return lines[0]


@pytest.fixture
def login(running: Server) -> Iterator[str]:
    """A role that may create databases, whose every transaction is read-only by default."""
    with running.admin() as conn:
        conn.execute("CREATE ROLE reader LOGIN CREATEDB CREATEROLE")
        database_cleanup_guard.set_password(conn, "reader", running.passwords["postgres"])
        conn.execute("ALTER ROLE reader SET default_transaction_read_only = on")
        yield "reader"
        conn.execute("DROP ROLE reader")


@pytest.fixture
def standby(pytestconfig: pytest.Config) -> Iterator[Path]:
    """A standby, as the directory of its socket: started by hand, for the harness starts none."""
    found = binaries.from_wheel(pytestconfig.getoption("pg_version"))
    base = Path(tempfile.mkdtemp(prefix="standby-"))
    base.chmod(0o755)
    data, account = base / "data", _account(base)
    bindir = server_process_guard.reachable(found.bindir, list(found.libs), base, account)

    def call(program: str, *args: object) -> None:
        command = [str(bindir / program), "-D", str(data), *map(str, args)]
        subprocess.run(command, cwd=base, check=True, stdout=subprocess.DEVNULL, **account)

    call("initdb", "--no-sync", "--username=postgres", "--auth=trust")
    (data / "standby.signal").touch()
    call("pg_ctl", "-w", "-l", base / "log", "-o", f"-F -k {base} -c listen_addresses=''", "start")
    yield base
    call("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(base, ignore_errors=True)


def _account(base: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def test_wrong_password_is_refused_without_showing_any(inner: Inner, running: Server) -> None:
    said = refusal(inner, running, password="a-wrong-one")

    assert "password authentication failed" in said
    assert "a-wrong-one" not in said


def test_role_that_reads_only_is_refused(inner: Inner, running: Server, login: str) -> None:
    assert "default_transaction_read_only is on" in refusal(inner, running, user=login)


def test_role_that_may_not_create_databases_is_refused(inner: Inner, running: Server) -> None:
    with Databases(running).fresh() as dsn:
        user = str(conninfo_to_dict(dsn)["user"])
        said = refusal(inner, running, user=user, password=running.password(user))

    assert "may not create databases" in said


def test_host_that_is_called_production_is_refused_before_any_connection(
    inner: Inner, running: Server
) -> None:
    assert "production by its name" in refusal(inner, running, host="db.prod.example.invalid")


def test_standby_is_refused(standby: Path) -> None:
    with (
        pytest.raises(HarnessError, match="is a standby and cannot be written to; name a primary"),
        server.attach(host=str(standby), port=5432, user="postgres", password=None),
    ):
        pass


def test_sessions_of_a_database_to_clone_are_left_alone(running: Server) -> None:
    databases = Databases(running)
    with running.admin() as conn:
        conn.execute("CREATE DATABASE theirs")
        with psycopg.connect(running.dsn("theirs", running.user)) as theirs:
            refused = pytest.raises(HarnessError, match="--data-from theirs: somebody is connected")
            with refused, databases.clone("theirs"):
                pass
            assert theirs.execute("SELECT 1").fetchone() == (1,)
        conn.execute("DROP DATABASE theirs")


@pytest.mark.parametrize("name", ["prod", "paperclip_production", "live-2", "PRD"])
def test_database_that_is_called_production_is_not_cloned(running: Server, name: str) -> None:
    with pytest.raises(HarnessError, match="production by its name"), Databases(running).clone(name):
        pass


@pytest.mark.parametrize("name", ["paperclip", "product", "prod_copy", "delivery", "preprod", "127.0.0.1"])
def test_other_names_do_not_look_like_production(name: str) -> None:
    assert not looks_like_production(name)


def test_identifiers_are_quoted(running: Server) -> None:
    name = 'theirs"; DROP DATABASE postgres; --'
    with running.admin() as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with Databases(running).clone(name) as dsn, psycopg.connect(dsn, user=running.user) as clone:
            assert clone.execute("SELECT 1").fetchone() == (1,)
        conn.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
