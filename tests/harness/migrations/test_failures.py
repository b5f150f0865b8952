from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import psycopg
import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations import simple_query, time_limited_migrate
from fixtures.migrations.constraint_trace import trace_migrations
from fixtures.migrations.load_subject import Subject
from fixtures.migrations.runners import RUNNERS, MigrationError, Runner, runner_for
from fixtures.paperclip.closed_state import CLOSED_STATE
from tests.harness.commands import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.migrations.drizzle_folder import Folder
    from fixtures.postgres.databases import Databases
    from tests.harness.migrations.conftest import Target

    FolderOf = Callable[..., Folder]

BREAK = "--> statement-breakpoint"

both = pytest.mark.parametrize("runner", RUNNERS.values(), ids=RUNNERS)


@pytest.fixture(params=["drizzle", "paperclip"])
def fail(request: pytest.FixtureRequest, target: Target) -> Callable[[str], MigrationError]:
    """Return a function that upgrades with one bad migration, and shows that nothing of it stays."""

    def upgrade(sql: str) -> MigrationError:
        runner = RUNNERS[request.param]
        target.migrate(runner, "CREATE TABLE first (n int);")
        with pytest.raises(MigrationError) as caught:
            target.migrate(runner, "CREATE TABLE first (n int);", sql)
        assert target.tables() == ["first"]
        assert target.conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        return caught.value

    return upgrade


def first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        (
            f"CREATE TABLE a ();\n{BREAK}\n-- é\n\nSELECT * FROM foo;",
            '0001_m, statement 2, line 5: relation "foo" does not exist (42P01)',
        ),
        (
            "CREATE TABLE a (); -- one\n/* two */ SELECT 'é;',\n  bar;\nSELECT 1;",
            '0001_m, statement 2, line 3: column "bar" does not exist (42703)',
        ),
        (
            f"CREATE TABLE a ();\n{BREAK}\nSELECT 1;\nCREATE TABLE b ();\n\n-- x\nSELECT 1 / 0;",
            "0001_m, statement 4, line 7: division by zero (22012)",
        ),
        (
            f"SELECT 1\n{BREAK}\nCREATE TABLE b ();\nSELEKT 1;",
            '0001_m, statement 3, line 4: syntax error at or near "SELEKT" (42601)',
        ),
        (
            f"{BREAK}\nCREATE TABLE b ();\nSELECT 'open",
            '0001_m, statement 1, line 3: unterminated quoted string at or near "\'open" (42601)',
        ),
    ],
    ids=["piece", "position", "no-position", "syntax", "unreadable"],
)
def test_a_failure_is_named_by_file_statement_and_line(
    fail: Callable[[str], MigrationError], sql: str, line: str
) -> None:
    assert first_line(fail(sql)) == line


def test_a_failure_carries_its_parts(fail: Callable[[str], MigrationError]) -> None:
    sql = f"SELECT 1;\n{BREAK}\nSELECT é;"

    error = fail(sql)

    assert (error.tag, error.statement, error.line, error.sqlstate) == ("0001_m", 2, 3, "42703")
    assert error.position == sql.index("é") + 1
    assert error.sql == "SELECT é"
    assert "SQL:\n  SELECT é" in str(error)


def test_drizzle_rolls_back_the_good_ones_too_and_paperclip_keeps_them(
    databases: Any, folder_of: FolderOf
) -> None:
    bad = folder_of("SELECT 0;", "CREATE TABLE good ();", "SELECT 1 / 0;")
    for name, kept in (("drizzle", None), ("paperclip", "good")):
        with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
            RUNNERS[name].migrate(conn, folder_of("SELECT 0;"))
            with pytest.raises(MigrationError, match=r"^0002_m"):
                RUNNERS[name].migrate(conn, bad)
            assert conn.execute("SELECT to_regclass('good')::text").fetchone() == (kept,)


@pytest.mark.parametrize(
    ("sql", "verb", "statement"),
    [
        ("CREATE TABLE a ();\nCOMMIT;", "COMMIT", 2),
        ("CREATE TABLE a (); commit; BEGIN;", "COMMIT", 2),
        ("CREATE TABLE a (); /* x */ rollback", "ROLLBACK", 2),
        ("CREATE TABLE a ();\nEND;", "END", 2),
        ("ABORT;", "ABORT", 1),
        ("COMMIT AND CHAIN;", "COMMIT", 1),
        ("PREPARE TRANSACTION 'x';", "PREPARE", 1),
        ("ROLLBACK PREPARED 'x';", "ROLLBACK", 1),
        (f"CREATE TABLE a ();{BREAK} COMMIT;", "COMMIT", 2),
        ("CREATE TABLE a (n int nonsense); COMMIT;", "COMMIT", 2),
    ],
)
def test_a_migration_that_ends_the_transaction_is_refused_before_it_runs(
    fail: Callable[[str], MigrationError], sql: str, verb: str, statement: int
) -> None:
    error = fail(sql)

    assert (error.statement, error.sqlstate) == (statement, "2D000")
    assert f": {verb} ends the transaction that the runner opened" in first_line(error)
    assert "Nothing was run." in str(error)


@both
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CASE WHEN true THEN 1 END;",
        "DO $$ BEGIN PERFORM 1; END; $$;",
        "SELECT 'a; COMMIT;', \"commit\" FROM (SELECT 1 AS commit) AS x; -- ; ROLLBACK;",
        "SAVEPOINT s; ROLLBACK TO SAVEPOINT s; RELEASE s;",
        "PREPARE p AS SELECT 1; DEALLOCATE p;",
        "PREPARE transaction AS SELECT 1; PREPARE t (int) AS SELECT $1;",
        "SAVEPOINT s; ROLLBACK WORK TO s; CREATE TABLE t (); CREATE RULE r AS ON DELETE TO t DO (SELECT 1; SELECT 2);",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;",
        "CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END end; END;",
    ],
)
def test_words_that_only_look_like_the_end_are_let_through(runner: Runner, target: Target, sql: str) -> None:
    assert target.migrate(runner, sql).ran == ("0000_m",)


def test_chain_of_operators_without_end_is_read_and_refused_by_the_server_alone(target: Target) -> None:
    chain = "+1" * 200_000
    function = f"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1{chain}; END;"

    with pytest.raises(MigrationError, match="0000_m, statement 2, line 2: stack depth limit exceeded"):
        target.migrate(RUNNERS["drizzle"], f"SELECT 1;\n{function}")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT begin atomic FROM (SELECT 1 AS begin) AS x; COMMIT;",
        "CREATE VIEW function AS SELECT begin atomic FROM (SELECT 1 AS begin) AS x; COMMIT;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 case; END; COMMIT;",
        "CREATE OR REPLACE PROCEDURE f() LANGUAGE sql BEGIN ATOMIC END; COMMIT;",
    ],
)
def test_body_of_a_function_hides_no_end_of_the_transaction(target: Target, sql: str) -> None:
    with pytest.raises(MigrationError, match="COMMIT ends the transaction that the runner opened"):
        target.migrate(RUNNERS["drizzle"], sql)


def test_a_transaction_lost_without_warning_is_found_after_the_piece(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simple_query, "refuse_endings", lambda *_, **__: None)

    with pytest.raises(MigrationError, match="the transaction that the runner opened is over"):
        target.migrate(RUNNERS["drizzle"], "COMMIT;")


@pytest.mark.parametrize(
    ("sql", "sqlstate", "advice"),
    [
        (
            "CREATE INDEX CONCURRENTLY ON first (n);",
            "25001",
            "inside a transaction block; take CONCURRENTLY out",
        ),
        ("VACUUM first;", "25001", "inside a transaction"),
        ("CREATE DATABASE other;", "25001", "inside a transaction"),
        ("COPY first FROM PROGRAM 'id';", "42501", "owner of the database, who is not a superuser"),
        ("COPY first TO PROGRAM 'id';", "42501", "no programs"),
        ("COPY first FROM '/etc/passwd';", "42501", "no server files"),
        ("ALTER SYSTEM SET work_mem = '1GB';", "25001", "inside a transaction"),
        ("CREATE ROLE other;", "42501", "not a superuser"),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y';",
            "42501",
            "untrusted extensions or languages",
        ),
        ("DO $$ BEGIN COMMIT; END $$;", "2D000", "The runner opens the transaction"),
        ("COPY first FROM STDIN;", "57014", "no client that sends rows or reads them"),
        ("COPY first TO STDOUT;", "57014", "no client that sends rows or reads them"),
        ("COPY first TO STDOUT; COPY first FROM STDIN;", "57014", "no client"),
        ("COPY first FROM STDIN; CREATE TABLE a ();", "57014", "no client"),
        ("COPY first FROM STDIN;\n1\n\\.\n", "42601", "no client that sends rows"),
        ("\\copy first from x", "42601", "belongs to psql"),
        ("SELECT 1;\n\\i other.sql", "42601", "belongs to psql"),
        (
            "DO $$ BEGIN\n--> statement-breakpoint\nEND $$;",
            "42601",
            "dollar-quoted string: the runner cuts the file at each",
        ),
    ],
)
def test_what_a_migration_may_not_do_is_explained(
    fail: Callable[[str], MigrationError], sql: str, sqlstate: str, advice: str
) -> None:
    error = fail(sql)

    assert error.sqlstate == sqlstate
    assert advice in str(error)


def test_a_deferred_constraint_fails_at_commit(fail: Callable[[str], MigrationError]) -> None:
    error = fail(
        "CREATE TABLE a (n int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO a VALUES (1), (1);"
    )

    assert first_line(error).startswith("0001_m, COMMIT: duplicate key value violates unique constraint")
    assert (error.statement, error.line, error.sqlstate) == (None, None, "23505")


@pytest.mark.parametrize(("name", "fails"), [("drizzle", True), ("paperclip", False)])
def test_an_enum_value_used_in_the_deploy_that_adds_it_fails_in_one_transaction(
    target: Target, name: str, *, fails: bool
) -> None:
    start = "CREATE TYPE e AS ENUM ('a');"
    folder = target.folder(start, "ALTER TYPE e ADD VALUE 'b';", "SELECT 'b'::e;")
    target.migrate(RUNNERS[name], start)

    if fails:
        with pytest.raises(MigrationError, match=r"(?s)\(55P04\).*all pending migrations in one"):
            RUNNERS[name].migrate(target.conn, folder)
    else:
        assert RUNNERS[name].migrate(target.conn, folder).ran == ("0001_m", "0002_m")


@both
@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (
            'SELECT 1;\nCREATE EXTENSION IF NOT EXISTS "no_such_thing";',
            '^0000_m, statement 2, line 2: this server has no extension "no_such_thing".*--postgresql-exec',
        ),
        (
            "DO $$ BEGIN RAISE EXCEPTION 'ICU is not supported in this build' USING ERRCODE = '0A000'; END $$;",
            "^0000_m could not be tried: this Postgres server was built without it.*--postgresql-exec.*ICU",
        ),
    ],
)
def test_what_the_server_lacks_is_no_fault_of_the_folder(
    runner: Runner, target: Target, sql: str, told: str
) -> None:
    folder = target.folder(sql)

    with pytest.raises(HarnessError, match=told):
        runner.migrate(target.conn, folder)

    assert target.conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


ENDS_ITSELF = {
    "at once": "SELECT pg_terminate_backend(pg_backend_pid());",
    "at the commit": """
        CREATE TABLE t (n int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER f AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
        INSERT INTO t VALUES (1);
    """,
    "when it is recorded": """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE TRIGGER f BEFORE INSERT ON drizzle.__drizzle_migrations FOR EACH ROW EXECUTE FUNCTION f();
    """,
}


@both
@pytest.mark.parametrize("sql", ENDS_ITSELF.values(), ids=ENDS_ITSELF)
def test_migration_that_ends_its_own_session_is_named(runner: Runner, target: Target, sql: str) -> None:
    with pytest.raises(MigrationError, match=r"^0000_m, .*it ends the session that runs it.*57P01"):
        target.migrate(runner, sql)


@both
def test_migration_whose_own_timeout_ends_its_session_is_named(runner: Runner, target: Target) -> None:
    folder = target.folder("SET idle_in_transaction_session_timeout = '1ms';")

    def wait_for_the_end(_: object, conn: psycopg.Connection[Any]) -> None:
        alive = "SELECT FROM pg_catalog.pg_stat_activity WHERE pid = %s"
        with psycopg.connect(conn.info.dsn, password=conn.info.password, autocommit=True) as other:
            wait_until(lambda: other.execute(alive, [conn.info.backend_pid]).fetchone() is None)

    with pytest.raises(MigrationError, match=r"^0000_m, .*idle_in_transaction_session_timeout.*25P03"):
        runner.migrate(target.conn, folder, observe=wait_for_the_end)


@both
@pytest.mark.parametrize("sqlstate", ["53100", "53300", "58030"])
def test_error_of_the_server_that_a_migration_raises_is_its_own(
    runner: Runner, target: Target, sqlstate: str
) -> None:
    folder = target.folder(f"DO $$ BEGIN RAISE SQLSTATE '{sqlstate}'; END $$;")

    with pytest.raises(MigrationError, match=rf"^0000_m, statement 1, line 1: {sqlstate}"):
        runner.migrate(target.conn, folder)


@pytest.mark.parametrize("name", ["drizzle", "paperclip", "neon-http"])
def test_transaction_that_outlives_its_session_is_refused(target: Target, name: str) -> None:
    folder = target.folder("BEGIN; CREATE TABLE t (); prepare /**/ transaction 'stays';")

    with pytest.raises(MigrationError, match=r"0000_m, statement 3, line 1: PREPARE ends the transaction"):
        runner_for(folder, name).migrate(target.conn, folder)


@pytest.mark.parametrize(
    ("when", "sql"),
    [("ran, its run", "SELECT pg_terminate_backend(pg_backend_pid());"), ("ran, recording it", "SELECT 1;")],
)
def test_server_that_goes_away_is_no_fault_of_the_folder(
    target: Target, monkeypatch: pytest.MonkeyPatch, when: str, sql: str
) -> None:
    def end(*_: object) -> None:
        with pytest.raises(psycopg.OperationalError):
            target.conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    # A server that has gone takes no other session either.
    monkeypatch.setattr(psycopg, "connect", Mock(side_effect=psycopg.OperationalError))

    with pytest.raises(HarnessError, match=f"^the server closed the connection while 0000_m {when}"):
        RUNNERS["drizzle"].migrate(
            target.conn, target.folder(sql), observe=end if "SELECT 1" in sql else None
        )


def test_migration_that_sleeps_is_ended(
    databases: Databases, folder_of: FolderOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_limited_migrate, "MIGRATION_SECONDS_MAX", 0.2)
    subject = Subject(folder_of("SELECT pg_sleep(600);"), RUNNERS["drizzle"], (CLOSED_STATE,))

    with pytest.raises(MigrationError, match="57014") as caught:
        trace_migrations(databases, subject)

    assert "a migration does not wait" in str(caught.value)


@pytest.mark.parametrize("sleeps", [1, 20], ids=["ends by itself", "goes on"])
def test_migration_that_catches_its_cancel_is_ended(
    databases: Databases, folder_of: FolderOf, monkeypatch: pytest.MonkeyPatch, sleeps: int
) -> None:
    monkeypatch.setattr(
        time_limited_migrate, "MIGRATION_SECONDS_MAX", 1.5
    )  # so that the loop is there to catch it
    monkeypatch.setattr(time_limited_migrate, "CANCEL_SECONDS_MAX", 0.2)
    stubborn = f"DO $$ BEGIN FOR n IN 1..{sleeps} LOOP BEGIN PERFORM pg_sleep(10); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;"
    subject = Subject(folder_of(stubborn), RUNNERS["drizzle"], (CLOSED_STATE,))

    with pytest.raises(MigrationError, match=r"0000_m.*it caught the cancel"):
        trace_migrations(databases, subject)
