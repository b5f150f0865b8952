"""Which sessions with more rights a run opens in databases where the folder's SQL runs, by the server's own log."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.harness.conftest import Inner

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Allowed:
    """A kind of statement that a role with more rights may send to a database in which the folder's SQL runs."""

    role: str
    statement: str
    why: str
    only_before_the_folder: bool = False


# Patterns of whole names and of the beginning of a statement.
CATALOG_PINNED = r"SET LOCAL search_path = pg_catalog, pg_temp"
ALLOWED = (
    Allowed(".*", r"BEGIN|COMMIT|ROLLBACK", "the transaction around what is looked at"),
    Allowed("postgres", CATALOG_PINNED, "give_away, before the folder", only_before_the_folder=True),
    Allowed("postgres", r"\s*WITH extension AS \(\s*SELECT d\.classid, d\.objid FROM pg_catalog\.", "give_away", only_before_the_folder=True),
    Allowed("postgres", r"\s*SELECT coalesce\(pg_catalog\.quote_ident\(m\.usename\)|DROP USER MAPPING ", "give_away", only_before_the_folder=True),
    Allowed("postgres", r"ALTER [A-Z ]+ \S+ OWNER TO ", "give_away: DDL by name", only_before_the_folder=True),
    Allowed(".*_sender.*", r"(CREATE|DROP|START)_REPLICATION(_SLOT)? |IDENTIFY_SYSTEM|SHOW ", "replication commands"),
    Allowed(".*_sender.*", r"SELECT pg_catalog\.", "the catalog's own, search_path pinned for the session"),
    Allowed(".*_sender.*", r"SELECT (t\.pubname FROM\s+pg_catalog\.|DISTINCT n\.nspname, c\.relname, gpt\.)", "asked by Postgres's receiver"),
    Allowed(".*_receiver.*", r"(CREATE|ALTER|DROP) SUBSCRIPTION ", "DDL of its own subscription"),
)  # fmt: skip

# A server that logs every statement with role and database; a log goes with its server, so that it is copied before.
SOURCE = """
from pathlib import Path
import contextlib, itertools, shutil
import psycopg, pytest
from fixtures.migrations.phase_databases import Phases
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres import binaries, server
from fixtures.postgres.databases import Databases
from fixtures.postgres.logical_replication import SETTINGS, UNPRIVILEGED_MAJOR, subscribed
from tests.invariant.conftest import *
from tests.invariant.test_write_paths import *

server._TEST_SETTINGS = {
    **server._TEST_SETTINGS, "log_statement": "all", "log_replication_commands": "on", "log_line_prefix": "%u@%d %e ",
}
number, start = itertools.count(), server.start

@contextlib.contextmanager
def copied(*args, **more):
    with start(*args, **more) as started:
        try:
            yield started
        finally:
            shutil.copy(started.log, Path(__file__).with_name(f"server-{next(number)}.log"))

server.start = copied

def test_clone(databases, phases):
    with phases.fresh("deployed", CLOSED_STATE) as dsn:
        name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
        with databases.clone(name) as clone, psycopg.connect(clone) as conn:
            conn.execute("SELECT FROM public.execution_workspaces")

def test_replica(logical_databases, subject):
    if logical_databases.server.major < UNPRIVILEGED_MAJOR:
        return
    phases = Phases(logical_databases, subject)
    with phases.fresh("deployed", CLOSED_STATE) as source, phases.fresh("deployed", CLOSED_STATE) as target:
        table = psycopg.sql.Identifier("public", "execution_workspaces")
        with subscribed(logical_databases, source, target, table, "replica") as subscription:
            assert subscription.enabled()
"""

_LOGGED = re.compile(
    r"^(?P<role>\S*)@(?P<database>\S*) \w{5} LOG:  "
    r"(?:(?:statement|execute [^:]*|received replication command): )(?P<statement>(?:.*)(?:\n\t.*)*)",
    re.MULTILINE,
)


def violations(log: str) -> list[str]:
    """Return what roles with more rights sent to the folder's databases, but for what is allowed.

    A clean room, and the maintenance database, is no database of the folder's.
    """
    found, folder_ran = [], set()
    for one in _LOGGED.finditer(log):
        role, database, statement = one["role"], one["database"], one["statement"]
        if re.search(r"_room_|^postgres$|^$", database):
            continue
        if not re.search(r"^postgres$|_sender|_receiver", role):
            folder_ran.add(database)
        elif not any(
            re.fullmatch(kind.role, role)
            and re.match(kind.statement, statement)
            and not (kind.only_before_the_folder and database in folder_ran)
            for kind in ALLOWED
        ):
            found.append(f"{role} in {database}: {statement}")
    return found


def test_no_session_with_more_rights_runs_where_the_folder_has(inner: Inner) -> None:
    wanted = "test_clone or test_replica or (before and (superuser or replica_role or replication_))"

    done = inner.run(SOURCE, f"--migrations={ROOT / 'sql' / 'migrations'}", "-k", wanted)

    log = "".join(path.read_text("utf-8") for path in sorted(inner.project.glob("server-*.log")))
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout, done.stdout
    sent = {one["statement"].split()[0] for one in _LOGGED.finditer(log) if one["role"] == "postgres"}
    assert {"CREATE", "ALTER", "INSERT"} <= sent
    assert violations(log) == []


@pytest.mark.parametrize(
    "line",
    [
        "postgres@harness_1_deployed_2 00000 LOG:  statement: INSERT INTO public.t VALUES (1)",
        "postgres@harness_1_deployed_2 00000 LOG:  execute <unnamed>: SELECT pg_get_viewdef(1)",
        "harness_1_sender@harness_1_deployed_2 00000 LOG:  statement: SELECT f()",
        """harness_1_deployed_2@harness_1_deployed_2 00000 LOG:  statement: SELECT
postgres@harness_1_deployed_2 00000 LOG:  statement: ALTER TABLE public.t OWNER TO x""",
    ],
)
def test_statement_that_is_not_allowed_is_found(line: str) -> None:
    assert len(violations(line + "\n")) == 1


# The places that name the role with more rights to libpq: maintenance database, clean room or clone, clean-up, first start.
OPENED_IN = {
    "fixtures/postgres/server.py": {"admin", "attach", "_describe"},
    "fixtures/postgres/databases.py": {"_as_admin"},
    "fixtures/postgres/database_cleanup_guard.py": {
        "clean",
        "_roll_back",
    },  # the second as who prepared a transaction
    "fixtures/gate/sweep_leftovers.py": {"_sweep_server"},
}


def test_only_these_places_open_sessions_with_more_rights() -> None:
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "fixtures").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(map(_names_the_role, _calls(function))):
                found.setdefault(str(path.relative_to(ROOT)), set()).add(function.name)

    assert found == OPENED_IN


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))


def _names_the_role(call: ast.Call) -> bool:
    """Tell whether a call connects, or makes a connection string, as another role than the dsn's own."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    users: Iterable[ast.expr] = [word.value for word in call.keywords if word.arg == "user"]
    if name == "dsn":
        users = call.args[1:]
    elif name != "connect":
        return False
    return any(
        not (isinstance(user, ast.Name) or "_owners" in ast.unparse(user)) or name == "connect"
        for user in users
    )
