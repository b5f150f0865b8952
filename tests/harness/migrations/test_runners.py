from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.runners import RUNNERS, HistoryError, MigrationError, Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.migrations.drizzle_folder import Folder
    from fixtures.migrations.migration import Migration
    from fixtures.postgres.connection_type import Connection
    from tests.harness.migrations.conftest import Target

    FolderOf = Callable[..., Folder]

DRIZZLE, PAPERCLIP = RUNNERS["drizzle"], RUNNERS["paperclip"]
A, B, C = 'CREATE TABLE "a" (n int);', 'CREATE TABLE "b" (n int);', 'CREATE TABLE "c" (n int);'

both = pytest.mark.parametrize("runner", RUNNERS.values(), ids=RUNNERS)


def digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


@both
def test_an_empty_database_takes_all_in_one_transaction(runner: Runner, target: Target) -> None:
    applied = target.migrate(runner, A, B)

    assert (applied.ran, applied.transactions) == (("0000_m", "0001_m"), (("0000_m", "0001_m"),))
    assert target.history() == [(digest(A), 1000), (digest(B), 1001)]


@both
def test_a_second_run_does_nothing(runner: Runner, target: Target) -> None:
    target.migrate(runner, A, B)
    before = target.history()

    applied = target.migrate(runner, A, B)

    assert (applied.ran, applied.skipped, applied.reconciled, applied.transactions) == ((), (), (), ())
    assert target.history() == before


def test_drizzle_upgrades_in_one_transaction_and_paperclip_in_one_for_each(
    databases: Any, folder_of: FolderOf
) -> None:
    for runner, transactions in ((DRIZZLE, 1), (PAPERCLIP, 2)):
        with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
            runner.migrate(conn, folder_of(A))
            applied = runner.migrate(conn, folder_of(A, B, C))

            assert applied.ran == ("0001_m", "0002_m")
            assert len(applied.transactions) == transactions


@pytest.mark.parametrize("when", [999, 1000])
def test_drizzle_passes_over_a_low_when_in_silence(target: Target, when: int) -> None:
    target.migrate(DRIZZLE, A)

    applied = target.migrate(DRIZZLE, A, B, C, when_1=when)

    assert (applied.ran, applied.skipped, target.tables()) == (("0002_m",), ("0001_m",), ["a", "c"])


def test_a_low_when_runs_on_an_empty_database(target: Target) -> None:
    applied = target.migrate(DRIZZLE, A, B, when_1=1)

    assert (applied.skipped, target.tables()) == ((), ["a", "b"])


def test_paperclip_runs_a_low_when_and_records_it_after_the_newest(target: Target) -> None:
    target.migrate(PAPERCLIP, A)

    applied = target.migrate(PAPERCLIP, A, B, when_1=5)

    assert applied.ran == ("0001_m",)
    assert target.history()[1] == (digest(B), 1001)


def test_an_edited_file_is_applied_to_drizzle_and_pending_to_paperclip(target: Target) -> None:
    target.migrate(PAPERCLIP, A, B)
    edited = target.folder(A, "DROP TABLE b;")

    assert DRIZZLE.migrate(target.conn, edited).skipped == ("0001_m",)
    assert PAPERCLIP.migrate(target.conn, edited).ran == ("0001_m",)


def test_a_null_created_at_hides_nothing_from_drizzle(target: Target) -> None:
    target.migrate(DRIZZLE, A)
    target.conn.execute("UPDATE drizzle.__drizzle_migrations SET created_at = NULL")

    with pytest.raises(MigrationError, match=r'^0000_m, statement 1, line 1: relation "a" already exists'):
        target.migrate(DRIZZLE, A, B)

    assert target.tables() == ["a"]


def test_a_null_created_at_is_zero_to_drizzle(target: Target) -> None:
    target.migrate(DRIZZLE, A, when_0=0)
    target.conn.execute("UPDATE drizzle.__drizzle_migrations SET created_at = NULL")

    assert target.migrate(DRIZZLE, A, B, when_0=0).ran == ("0001_m",)


def test_a_bom_breaks_drizzle_and_paperclip_trims_it(target: Target) -> None:
    target.migrate(DRIZZLE, A)

    with pytest.raises(MigrationError, match=r"syntax error at or near"):
        target.migrate(DRIZZLE, A, "\ufeff" + B)
    assert target.migrate(PAPERCLIP, A, "\ufeff" + B).ran == ("0001_m",)


def test_drizzle_ignores_a_file_without_an_entry_and_paperclip_runs_it_last(
    databases: Any, draft: Any
) -> None:
    folder = draft.add("0001_b", B).put("0000_a.sql", A).read()
    for runner, ran in ((DRIZZLE, ("0001_b",)), (PAPERCLIP, ("0001_b", "0000_a"))):
        with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
            assert runner.migrate(conn, folder).ran == ran


def test_paperclip_upgrades_with_a_file_without_an_entry_last(target: Target, draft: Any) -> None:
    PAPERCLIP.migrate(target.conn, draft.add("0001_a", A).read())

    applied = PAPERCLIP.migrate(target.conn, draft.add("0002_b", B).put("0000_c.sql", C).read())

    assert applied.ran == ("0002_b", "0000_c")


def test_paperclip_runs_by_idx_and_drizzle_by_place(databases: Any, draft: Any) -> None:
    start = draft.add("0000_a", A).read()
    folder = draft.add("0001_b", B, idx=9).add("0002_c", C, idx=8, when=2000).read()
    for runner, ran in ((DRIZZLE, ("0001_b", "0002_c")), (PAPERCLIP, ("0002_c", "0001_b"))):
        with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
            runner.migrate(conn, start)
            assert runner.migrate(conn, folder).ran == ran


@both
def test_the_observer_sees_each_migration_inside_its_transaction(runner: Runner, target: Target) -> None:
    seen: list[tuple[str, int]] = []

    def look(migration: Migration, conn: Connection) -> None:
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        found = conn.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchall()
        seen.append((migration.tag, found[0][0]))

    target.migrate(runner, A)
    runner.migrate(target.conn, target.folder(A, B, C), observe=look)

    assert seen == [("0001_m", 2), ("0002_m", 3)]


@both
def test_an_observer_that_raises_rolls_back(runner: Runner, target: Target) -> None:
    def look(migration: Migration, _: Connection) -> None:
        raise ZeroDivisionError(migration.tag)

    with pytest.raises(ZeroDivisionError, match="0000_m"):
        runner.migrate(target.conn, target.folder(A), observe=look)

    assert target.tables() == []
    assert target.conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_an_observer_that_ends_the_transaction_is_told_so(target: Target) -> None:
    with pytest.raises(HarnessError, match="let it only read"):
        DRIZZLE.migrate(target.conn, target.folder(A), observe=lambda _, conn: conn.execute("COMMIT"))


@both
def test_settings_of_the_session_stay(runner: Runner, target: Target) -> None:
    target.migrate(runner, "SET lock_timeout = '7s';", "SELECT 1;")

    assert target.conn.execute("SHOW lock_timeout").fetchone() == ("7s",)


@both
def test_no_prepared_statement_is_left(runner: Runner, target: Target) -> None:
    target.migrate(runner, A)
    target.migrate(runner, A, *[f"SELECT {n};" for n in range(12)])

    assert target.conn.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


@both
def test_a_piece_may_hold_several_statements_or_none(runner: Runner, target: Target) -> None:
    target.migrate(runner, f"{A}{B}--> statement-breakpoint\n--> statement-breakpoint\n{C}")

    assert target.tables() == ["a", "b", "c"]


@both
def test_percent_signs_and_non_ascii_text_arrive_as_they_are(runner: Runner, target: Target) -> None:
    target.migrate(runner, "CREATE TABLE t AS SELECT '100 % s %s é 漢'::text AS x;")

    assert target.conn.execute("SELECT x FROM t").fetchone() == ("100 % s %s é 漢",)


@both
def test_a_connection_in_a_transaction_is_refused(runner: Runner, target: Target) -> None:
    with target.conn.transaction(), pytest.raises(HarnessError, match="idle autocommit connection"):
        target.migrate(runner, A)


@both
def test_a_connection_that_is_not_autocommit_is_refused(runner: Runner, target: Target) -> None:
    target.conn.autocommit = False

    with pytest.raises(HarnessError, match="this one is not autocommit and IDLE"):
        target.migrate(runner, A)


def test_paperclip_refuses_tables_without_a_history(target: Target) -> None:
    target.conn.execute(A)

    with pytest.raises(HistoryError, match="has tables and no history"):
        target.migrate(PAPERCLIP, A)


def test_a_history_table_that_cannot_be_used_is_an_error_of_the_database(target: Target) -> None:
    target.conn.execute("CREATE SCHEMA drizzle")
    target.conn.execute("CREATE TABLE drizzle.__drizzle_migrations (id int)")

    with pytest.raises(HistoryError, match=r"^__drizzle_migrations: column .* \(42703\)"):
        target.migrate(DRIZZLE, A)


def test_a_migration_that_drops_the_history_is_the_one_to_blame(target: Target) -> None:
    with pytest.raises(MigrationError, match=r"^0001_m, recording it in the history table: relation"):
        target.migrate(DRIZZLE, A, "DROP SCHEMA drizzle CASCADE;")

    assert target.tables() == []


# paperclip's guesses about what has been applied, and its reconcile step


ADD_CHECK = 'ALTER TABLE "a" ADD CONSTRAINT "rule" CHECK (n > 0) NOT VALID;'
FUNCTION = (
    "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;"
)
TRIGGER = "CREATE TRIGGER touched AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION touch();"


@pytest.mark.parametrize(
    ("there", "migration"),
    [
        ("ALTER TABLE a ADD CONSTRAINT rule CHECK (true)", ADD_CHECK),
        ("CREATE TABLE other (n int CONSTRAINT rule CHECK (n > 0))", ADD_CHECK),
        ("CREATE TABLE b ()", B),
        ("ALTER TABLE a ADD COLUMN m int", 'alter  table "a"\n\tadd column "m" text;'),
        ("CREATE INDEX i ON a (n)", 'CREATE UNIQUE INDEX IF NOT EXISTS "i" ON "a" (n);'),
        ("CREATE TABLE b ()", f"{B} DROP TABLE a;"),
        ("ALTER TABLE a ADD CONSTRAINT rule CHECK (true)", f"-- why\n  -- and how\n{ADD_CHECK}"),
        ("SELECT 1", 'ALTER TABLE "a" ALTER COLUMN "n" SET DATA TYPE INT4 USING 1/0;'),
        (FUNCTION.replace("NULL", "NEW"), FUNCTION),
        (f"{FUNCTION} CREATE TABLE c (); {TRIGGER.replace('a FOR', 'c FOR')}", TRIGGER),
    ],
    ids=[
        "other-predicate",
        "other-table",
        "table",
        "column",
        "index",
        "only-the-beginning-counts",
        "behind-comments",
        "type",
        "function-of-another-body",
        "trigger-of-another-table",
    ],
)
def test_reconcile_records_without_running_what_has_the_name(
    target: Target, there: str, migration: str
) -> None:
    target.migrate(PAPERCLIP, A)
    target.conn.execute(there.encode())

    applied = target.migrate(PAPERCLIP, A, migration)

    assert (applied.ran, applied.reconciled) == ((), ("0001_m",))
    assert target.history()[1] == (digest(migration), 1001)


@pytest.mark.parametrize(
    "migration",
    [
        "/* why */ " + ADD_CHECK,
        'ALTER TABLE public."a" ADD CONSTRAINT "rule" CHECK (n > 0);',
        f"{ADD_CHECK}--> statement-breakpoint\nALTER TABLE a VALIDATE CONSTRAINT rule;",
    ],
    ids=["comment-first", "other-spelling", "second-piece-unknown"],
)
def test_reconcile_leaves_what_it_cannot_read(target: Target, migration: str) -> None:
    target.migrate(PAPERCLIP, A)
    target.conn.execute("ALTER TABLE a ADD CONSTRAINT rule CHECK (true)")

    with pytest.raises(MigrationError, match=r'constraint "rule" .* already exists \(42710\)'):
        target.migrate(PAPERCLIP, A, migration)


def test_reconcile_stops_at_the_first_file_that_is_new(target: Target) -> None:
    target.migrate(PAPERCLIP, A)
    target.conn.execute(C)

    with pytest.raises(MigrationError, match=r'0002_m, .* relation "c" already exists'):
        target.migrate(PAPERCLIP, A, B, C)


def test_a_reconciled_low_when_is_recorded_as_it_is(target: Target) -> None:
    target.migrate(PAPERCLIP, A)
    target.conn.execute(B)

    target.migrate(PAPERCLIP, A, B, when_1=5)

    assert target.history()[1] == (digest(B), 5)


def test_two_files_with_one_text_never_come_to_an_end(target: Target) -> None:
    target.migrate(PAPERCLIP, A)

    with pytest.raises(HistoryError, match="1 migrations still read as pending"):
        target.migrate(PAPERCLIP, A, "CREATE TABLE b ();", "CREATE TABLE b ();")


def test_a_history_of_names_is_read_by_name(target: Target) -> None:
    target.conn.execute(A)
    target.conn.execute("CREATE TABLE public.__drizzle_migrations (id serial, name text)")
    target.conn.execute("INSERT INTO public.__drizzle_migrations (name) VALUES ('0000_m.sql')")

    applied = target.migrate(PAPERCLIP, "SELECT 1;", B)

    assert applied.ran == ("0001_m",)
    assert target.conn.execute("SELECT name FROM public.__drizzle_migrations WHERE id = 2").fetchone() == (
        "0001_m.sql",
    )


def test_hashes_that_nothing_matches_fall_back_to_time(target: Target) -> None:
    target.migrate(DRIZZLE, A, B)
    target.conn.execute("UPDATE drizzle.__drizzle_migrations SET hash = 'gone'")

    assert target.migrate(PAPERCLIP, A, B).ran == ()


def test_hashes_and_times_that_nothing_matches_fall_back_to_ids(target: Target) -> None:
    target.migrate(DRIZZLE, A)
    target.conn.execute("UPDATE drizzle.__drizzle_migrations SET hash = 'gone', created_at = NULL")

    with pytest.raises(
        HistoryError, match="still read as pending after the run of paperclip's runner: 0000_m"
    ):
        target.migrate(PAPERCLIP, A, B)


def test_a_file_without_an_entry_is_recorded_at_the_present(target: Target, draft: Any) -> None:
    PAPERCLIP.migrate(target.conn, draft.add("0000_a", A).put("0001_b.sql", B).read())

    assert abs(target.history()[1][1] / 1000 - time.time()) < 600
