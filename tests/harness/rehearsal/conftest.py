"""Servers as production has them, for the operator's scripts: 15 and 18, each with a database of paperclip's tables."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from fixtures.postgres import binaries, server
from fixtures.postgres.psql import PsqlRun
from tests.harness.commands import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fixtures.postgres.server import Server

ROOT = Path(__file__).resolve().parents[3]
CLOSED_STATE = ROOT / "sql" / "rollout" / "closed_state"
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin/pg_ctl")
ISSUE, ROW = "00000000-0000-0000-0001-{:012}", "00000000-0000-0000-0002-{:012}"
VIOLATORS = 10
SETTINGS = {"wal_level": "replica", "max_wal_senders": "5", "max_prepared_transactions": "5"}

HISTORY = """
    CREATE SCHEMA drizzle;
    CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
    INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('baseline', 1777593600000);
"""
ROWS_OF_PRODUCTION = f"""
    INSERT INTO companies (id, name, issue_prefix) VALUES ('{ISSUE.format(0)}', 'c', 'C');
    INSERT INTO projects (id, company_id, name) VALUES ('{ISSUE.format(0)}', '{ISSUE.format(0)}', 'p');
    INSERT INTO issues (id, company_id, title, status)
    SELECT ('00000000-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid, '{ISSUE.format(0)}', 't', 'done' FROM generate_series(1, 20) AS n;
    INSERT INTO execution_workspaces (id, company_id, project_id, source_issue_id, mode, strategy_type, name, status, closed_at)
    SELECT ('00000000-0000-0000-0002-' || lpad(n::text, 12, '0'))::uuid, '{ISSUE.format(0)}', '{ISSUE.format(0)}',
           ('00000000-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid, 'isolated_workspace', 'git_worktree', 'w',
           CASE WHEN n = 1 THEN E'id\\nle' ELSE 'active' END, CASE WHEN n <= {VIOLATORS} THEN timestamptz '2026-05-13 08:33+00' END
      FROM generate_series(1, 20) AS n;
"""


@dataclass(frozen=True)
class Production:
    """A server, and the name of a template with rows of which ten break the rule."""

    server: Server
    template: str = "shop"


@dataclass(frozen=True)
class Shop:
    """One database on it, and psql to run the scripts with."""

    server: Server
    dsn: str

    def run(
        self,
        script: str,
        *,
        dsn: str | None = None,
        env: Mapping[str, str] | None = None,
        rc: Path | None = None,
        **given: str,
    ) -> PsqlRun:
        """Run a script of closed_state as the page says; `rc` is read as .psqlrc, `given` are its variables."""
        return psql(self.dsn if dsn is None else dsn, CLOSED_STATE / script, env=env, rc=rc, **given)

    def start(self, script: str, **given: str) -> subprocess.Popen[str]:
        """Start a script, for a test that does something meanwhile."""
        return subprocess.Popen(
            _command(self.dsn, CLOSED_STATE / script, None, given), env=_environment({}, None), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement in autocommit; return its rows, if it has any."""
        with psycopg.connect(self.dsn, autocommit=True) as conn:
            done = conn.execute(statement.encode())
            return done.fetchall() if done.description else []

    def violators(self) -> int:
        """Count them."""
        return int(
            self.query(
                "SELECT count(*) FROM execution_workspaces WHERE closed_at IS NOT NULL AND status NOT IN ('archived', 'cleanup_failed')"
            )[0][0]
        )

    def deploy(self) -> None:
        """Add the constraint and record it, as a runner does."""
        assert self.run("2_deploy.sql", record="yes").exit_code == 0


def _command(dsn: str, script: Path, rc: Path | None, given: Mapping[str, str]) -> list[str]:
    words = [f"--set={name}={value}" for name, value in {"patience_s": "0.2", **given}.items()]
    program = binaries.from_wheel(18).program("psql")
    return [str(program), *([] if rc else ["-X"]), "-w", *words, "-f", str(script), *([dsn] if dsn else [])]


def _environment(env: Mapping[str, str], rc: Path | None) -> dict[str, str]:
    own = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **env}
    return {**own, "PSQLRC": str(rc)} if rc else own


def psql(
    dsn: str, script: Path, *, env: Mapping[str, str] | None = None, rc: Path | None = None, **given: str
) -> PsqlRun:
    """Run a script through the real psql."""
    done = subprocess.run(
        _command(dsn, script, rc, given), env=_environment(env or {}, rc), capture_output=True, text=True, errors="replace",
        stdin=subprocess.DEVNULL, check=False, timeout=120,
    )  # fmt: skip
    return PsqlRun(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session", params=["oldest", 18])
def production(request: pytest.FixtureRequest) -> Iterator[Production]:
    """Yield a server of the oldest version at hand (15 where Debian's is installed, else 16), and one of 18."""
    oldest = binaries.from_pg_ctl(DEBIAN_15) if DEBIAN_15.is_file() else binaries.from_wheel(16)
    found = oldest if request.param == "oldest" else binaries.from_wheel(18)
    with server.start(found, settings=SETTINGS) as own:
        _trust(own)
        with own.admin() as conn:
            conn.execute("CREATE DATABASE shop")
        with psycopg.connect(_dsn(own, "shop"), autocommit=True) as conn:
            conn.execute((ROOT / "sql" / "migrations" / "0000_baseline.sql").read_bytes())
            conn.execute((HISTORY + ROWS_OF_PRODUCTION).encode())
        yield Production(own)


_NUMBERS = itertools.count()


@pytest.fixture
def shop(production: Production) -> Iterator[Shop]:
    """Yield a database of its own, before the deploy."""
    name = f"shop_{next(_NUMBERS)}"
    with production.server.admin() as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(production.template)
            )
        )
    yield Shop(production.server, _dsn(production.server, name))
    with production.server.admin() as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _dsn(own: Server, dbname: str) -> str:
    """Return the connection string an operator would use, without settings of the harness."""
    return make_conninfo(host=own.host, port=own.port, user=own.user, dbname=dbname)


def _trust(own: Server) -> None:
    """Let every local role in, for replication too: the socket's directory is ours alone."""
    with own.admin() as conn:
        row = conn.execute("SELECT current_setting('hba_file')").fetchone()
        assert row is not None
        path = Path(str(row[0]))
        path.write_text("local all all trust\nlocal replication all trust\n" + path.read_text())
        conn.execute("SELECT pg_reload_conf()")


@contextmanager
def _as_the_server(own: Server, command: list[str | Path], cwd: Path) -> Iterator[None]:
    """Run a program beside a server, as its account, until the block ends."""
    owner = Path(f"/proc/{own.pid}").stat().st_uid
    ids: dict[str, Any] = {} if owner == os.geteuid() else {"user": owner, "group": owner, "extra_groups": []}
    with (cwd / "log").open("w") as log, subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, **ids
    ) as process:  # fmt: skip
        try:
            yield
        finally:
            process.kill()


def _hand_over(path: Path, own: Server) -> None:
    """Give a folder to the server's account."""
    owner = Path(f"/proc/{own.pid}").stat().st_uid
    for one in (path, *path.rglob("*")):
        os.chown(one, owner, owner)


@pytest.fixture(scope="session")
def standby(production: Production) -> Iterator[str]:
    """Yield where to reach a hot standby, made with pg_basebackup; its databases are the primary's."""
    own = production.server
    assert own.log is not None
    assert own.bindir is not None
    home = Path(own.log).parent / "standby"
    home.mkdir()
    primary = make_conninfo(host=own.host, port=own.port, user="postgres")
    subprocess.run(
        [Path(own.bindir) / "pg_basebackup", "-D", home / "data", "-R", "-X", "stream", "-c", "fast", "-d", primary],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (home / "s").mkdir()
    home.chmod(0o700)
    _hand_over(home, own)
    postgres = Path(f"/proc/{own.pid}/exe").resolve()
    (home / "data" / "pg_hba.conf").write_text("local all all trust\n")
    command: list[str | Path] = [
        postgres, "-D", home / "data", "-c", f"unix_socket_directories={home / 's'}", "-c", "listen_addresses=",
        "-c", f"hba_file={home / 'data' / 'pg_hba.conf'}", *(word for n, v in SETTINGS.items() for word in ("-c", f"{n}={v}")),
        "-c", "max_connections=100", "-c", "fsync=off", "-c", "dynamic_shared_memory_type=mmap",
    ]  # fmt: skip
    dsn = make_conninfo(host=str(home / "s"), port=5432, user="postgres", dbname="shop")
    with _as_the_server(own, command, home):
        wait_until(lambda: answers(dsn), what=f"the standby answers: {(home / 'log').read_text()[-500:]}")
        yield dsn


def answers(dsn: str) -> bool:
    """Tell whether a server takes connections there."""
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture
def pooled(shop: Shop) -> Iterator[str]:
    """Yield the same database through pgbouncer in transaction mode."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip(
            "pgbouncer is not installed (Debian: apt-get install pgbouncer): scripts behind a pooler are not tried"
        )
    own = shop.server
    assert own.log is not None
    home = Path(own.log).parent / f"pooler{next(_NUMBERS)}"
    home.mkdir(mode=0o700)
    name = psycopg.conninfo.conninfo_to_dict(shop.dsn)["dbname"]
    (home / "pgbouncer.ini").write_text(
        f"[databases]\n{name} = host={own.host} port={own.port} user=postgres\n[pgbouncer]\nlisten_port = 6432\n"
        f"unix_socket_dir = {home}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\nlisten_addr =\n"
    )
    _hand_over(home, own)
    dsn = make_conninfo(host=str(home), port=6432, user="postgres", dbname=str(name))
    with ExitStack() as stack:
        stack.enter_context(_as_the_server(own, [program, home / "pgbouncer.ini"], home))
        wait_until(lambda: answers(dsn), what="the pooler answers")
        yield dsn
