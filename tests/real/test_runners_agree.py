"""The real migrators and ours leave the same catalog and rows."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from fixtures.migrations.drizzle_folder import Folder, read_folder
from fixtures.migrations.overlay import overlay
from fixtures.migrations.runners import HistoryError, MigrationError, runner_for
from fixtures.postgres.catalog_snapshot import catalog_differences, catalog_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fixtures.migrations.reference_runners import ReferenceRunners, RunnerName
    from fixtures.postgres.databases import Databases
    from fixtures.postgres.server import Server

both_runners = pytest.mark.parametrize("runner", ["drizzle", "paperclip"])
History = list[tuple[Any, ...]] | None


@dataclass(frozen=True)
class Ends:
    """What two runs left behind, as seen by one who compares; equal ends mean equal runners."""

    sqlstates: tuple[str | None, str | None]
    succeeded: tuple[bool, bool]
    catalog: list[str]
    histories: tuple[History, History]

    def check(self) -> None:
        assert not self.catalog, "\n".join(self.catalog)
        assert self.succeeded[0] == self.succeeded[1], self
        assert self.sqlstates[0] == self.sqlstates[1], self
        assert self.histories[0] == self.histories[1]


class Arena:
    """Where the real runner and ours each migrate a database of the same past."""

    def __init__(self, reference_runners: ReferenceRunners, cluster: Server, databases: Databases) -> None:
        self.reference_runners = reference_runners
        self.cluster = cluster
        self.databases = databases

    def past(self, name: str, path: Path | None, since: str = "", by: RunnerName = "drizzle") -> str:
        """Make a template of a state in the past: a folder as the real drizzle-orm applies it, then some SQL."""

        def build(dsn: str) -> None:
            if path is not None:
                outcome = self.reference_runners.migrate(by, path, self.cluster, dsn)
                assert outcome.ok, outcome
            if since:
                with psycopg.connect(dsn, autocommit=True) as conn:
                    conn.execute(since.encode())

        self.databases.template(name, build)
        return name

    def duel(self, runner: RunnerName, path: Path, past: str | None = None) -> Ends:
        """Let both migrate a clone each, and compare what they leave."""
        with self.databases.fresh(past) as real, self.databases.fresh(past) as ours:
            outcome = self.reference_runners.migrate(runner, path, self.cluster, real)
            sqlstate, succeeded = ours_on(ours, runner, path)
            with psycopg.connect(real, autocommit=True) as a, psycopg.connect(ours, autocommit=True) as b:
                return Ends(
                    sqlstates=(outcome.sqlstate, sqlstate),
                    succeeded=(outcome.ok, succeeded),
                    catalog=catalog_differences(catalog_snapshot(a), catalog_snapshot(b)),
                    histories=(history(a), history(b)),
                )


@pytest.fixture(scope="module")
def arena(reference_runners: ReferenceRunners, cluster: Server, databases: Databases) -> Arena:
    return Arena(reference_runners, cluster, databases)


def ours_on(dsn: str, runner: str, path: Path) -> tuple[str | None, bool]:
    with psycopg.connect(dsn, autocommit=True) as conn:
        try:
            folder = read_folder(path)
            runner_for(folder, runner).migrate(conn, folder)
        except MigrationError as error:
            return error.sqlstate, False
        except HistoryError:
            return None, False
    return None, True


def history(conn: psycopg.Connection[tuple[Any, ...]]) -> History:
    table = conn.execute("SELECT to_regclass('drizzle.__drizzle_migrations')").fetchone()
    if table is None or table[0] is None:
        return None
    v1 = conn.execute(
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'drizzle.__drizzle_migrations'::regclass AND attname = 'name'"
    ).fetchone() == (1,)
    more = ", name, applied_at IS NULL" if v1 else ""
    rows = conn.execute(
        f"SELECT id, hash, created_at{more} FROM drizzle.__drizzle_migrations ORDER BY id".encode()
    )
    return [(number, digest, "now" if is_now(when) else when, *rest) for number, digest, when, *rest in rows]


def is_now(when: int | None) -> bool:
    """Tell whether a time in milliseconds is the moment of this run: what a file without an entry gets."""
    return when is not None and abs(when / 1_000 - time.time()) < 300


def write_folder(
    into: Path, entries: Sequence[tuple[str, int, str]], unlisted: Sequence[tuple[str, str]] = ()
) -> Path:
    """Write (tag, when, SQL) as a drizzle folder; `unlisted` are files that the journal does not name."""
    (into / "meta").mkdir(parents=True)
    journal = [
        {"idx": idx, "version": "7", "when": when, "tag": tag, "breakpoints": True}
        for idx, (tag, when, _) in enumerate(entries)
    ]
    text = json.dumps({"version": "7", "dialect": "postgresql", "entries": journal})
    (into / "meta" / "_journal.json").write_text(text, encoding="utf-8")
    for tag, sql in [*((tag, sql) for tag, _, sql in entries), *unlisted]:
        (into / f"{tag}.sql").write_text(sql, encoding="utf-8")
    return into


def prefix(folder: Folder, count: int, into: Path) -> Path:
    """Write the first `count` migrations of a folder as a folder, idx as it was."""
    (into / "meta").mkdir(parents=True)
    journal = json.loads((folder.path / "meta" / "_journal.json").read_text(encoding="utf-8"))
    journal["entries"] = journal["entries"][:count]
    (into / "meta" / "_journal.json").write_text(json.dumps(journal), encoding="utf-8")
    for migration in folder.migrations[:count]:
        (into / f"{migration.tag}.sql").write_bytes(migration.sql.encode())
    return into


def count_through(folder: Folder, number: int) -> int:
    """Return how many migrations there are up to and with the one of that number."""
    return next(n for n, each in enumerate(folder.migrations, 1) if each.tag.startswith(f"{number:04d}_"))


# --- The real folder.


@both_runners
def test_the_real_folder_from_empty(arena: Arena, runner: RunnerName, real_folder: Folder) -> None:
    ends = arena.duel(runner, real_folder.path)

    ends.check()
    assert ends.succeeded == (True, True)
    assert len(ends.histories[0] or []) == len(real_folder.migrations)


@both_runners
@pytest.mark.parametrize("number", [0, 77, 78, 79, 176])
def test_the_real_folder_from_a_state_in_the_past(
    arena: Arena,
    runner: RunnerName,
    number: int,
    real_folder: Folder,
    tmp_path: Path,
) -> None:
    past = prefix(real_folder, count_through(real_folder, number), tmp_path / "past")

    ends = arena.duel(runner, real_folder.path, arena.past(f"past_{number}", past))

    ends.check()


@both_runners
def test_the_real_folder_with_a_statement_that_fails_half_way(
    arena: Arena, runner: RunnerName, real_folder: Folder, tmp_path: Path
) -> None:
    past = prefix(real_folder, count_through(real_folder, 50), tmp_path / "past")
    broken = prefix(real_folder, len(real_folder.migrations), tmp_path / "broken")
    victim = broken / f"{real_folder.migrations[count_through(real_folder, 77)].tag}.sql"
    victim.write_text(f"{victim.read_text()}--> statement-breakpoint\nSELECT 1/0;\n", encoding="utf-8")

    ends = arena.duel(runner, broken, arena.past("past_50", past))

    ends.check()
    assert ends.sqlstates == ("22012", "22012")


@both_runners
def test_the_real_folder_with_ours_on_top(
    arena: Arena,
    runner: RunnerName,
    real_folder: Folder,
    own_folder: Folder,
    tmp_path: Path,
) -> None:
    tags = [each.tag for each in own_folder.migrations[1:]]
    overlaid = overlay(real_folder, own_folder, tags, tmp_path / "overlaid")

    ends = arena.duel(runner, overlaid.path, arena.past("past_all", real_folder.path))

    ends.check()
    assert len(ends.histories[0] or []) == len(overlaid.migrations)


# --- Our folder.


@both_runners
def test_our_folder_from_empty(arena: Arena, runner: RunnerName, own_folder: Folder) -> None:
    ends = arena.duel(runner, own_folder.path)

    ends.check()
    assert len(ends.histories[0] or []) == len(own_folder.migrations)


@both_runners
def test_our_folder_from_the_baseline(
    arena: Arena, runner: RunnerName, own_folder: Folder, tmp_path: Path
) -> None:
    past = prefix(own_folder, 1, tmp_path / "past")

    ends = arena.duel(runner, own_folder.path, arena.past("our_baseline", past))

    ends.check()
    assert len(ends.histories[0] or []) == len(own_folder.migrations)


# --- Small folders, one for each turn that a runner can take.


@dataclass(frozen=True)
class Case:
    """A past folder, what somebody did to the database since, and the folder of today.

    `recorded` is how many rows the history has at the end, under drizzle and under paperclip: it keeps a case
    from passing because nothing happened.
    """

    now: Sequence[tuple[str, int, str]]
    recorded: tuple[int, int]
    past: Sequence[tuple[str, int, str]] = ()
    since: str = ""
    unlisted: Sequence[tuple[str, str]] = field(default=())


A = ("0000_a", 1_000, 'CREATE TABLE "a" ("id" int PRIMARY KEY);')
B = ("0001_b", 2_000, 'CREATE TABLE "b" ("id" int);')
C = ("0002_c", 3_000, 'CREATE TABLE "c" ("id" int);')
CHECK = ("0001_check", 2_000, 'ALTER TABLE "a" ADD CONSTRAINT "rule" CHECK ("id" > 0) NOT VALID;')
FUNCTION = (
    "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;"
)
TRIGGER = "CREATE TRIGGER touched AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION touch();"
# Two statements that the reconcile step knows by their words alone; both fail when they are run.
RANKED = 'WITH ranked AS (SELECT 1/0) UPDATE "heartbeat_run_events" AS event SET seq = 1/0'
NEXT = 'UPDATE "heartbeat_runs" AS run SET "next_event_seq" = COALESCE(1/0, 1)'

CASES = {
    "nothing_pending": Case(past=[A], now=[A], recorded=(1, 1)),
    "low_when_is_skipped_by_drizzle_only": Case(past=[A, C], now=[A, B, C], recorded=(2, 3)),
    "equal_when_is_skipped_by_drizzle_only": Case(past=[A], now=[A, (B[0], A[1], B[2])], recorded=(1, 2)),
    "only_file_edited_reads_as_applied": Case(past=[A], now=[(*A[:2], A[2] + "\n\n")], recorded=(1, 1)),
    "one_of_two_files_edited_is_reconciled": Case(
        past=[A, B], now=[(*A[:2], A[2] + "\n\n"), B], recorded=(2, 3)
    ),
    "one_of_two_files_edited_to_something_else_runs": Case(
        past=[A, B], now=[(*A[:2], "CREATE TABLE a2 (id int);"), B], recorded=(2, 3)
    ),
    "one_of_two_files_edited_and_failing": Case(
        past=[A, B], now=[(*A[:2], "CREATE INDEX b ON a (id);"), B], recorded=(2, 2)
    ),
    "table_already_there": Case(past=[A], since=B[2], now=[A, B], recorded=(1, 2)),
    "reconcile_stops_at_the_first_that_is_missing": Case(
        past=[A], since=C[2], now=[A, B, C], recorded=(1, 2)
    ),
    "index_and_column_already_there": Case(
        past=[A],
        since="ALTER TABLE a ADD COLUMN n int; CREATE INDEX a_n ON a (n)",
        now=[
            A,
            (
                "0001_n",
                2_000,
                'ALTER TABLE "a" ADD COLUMN "n" int;--> statement-breakpoint\nCREATE INDEX "a_n" ON "a" ("n");',
            ),
        ],
        recorded=(1, 2),
    ),
    "constraint_of_that_name_with_another_rule": Case(
        past=[A], since='ALTER TABLE a ADD CONSTRAINT "rule" CHECK (true)', now=[A, CHECK], recorded=(1, 2)
    ),
    "constraint_of_that_name_on_another_table": Case(
        past=[A],
        since='CREATE TABLE z (id int CONSTRAINT "rule" CHECK (true))',
        now=[A, CHECK],
        recorded=(2, 2),
    ),
    "qualified_constraint_is_never_reconciled": Case(
        past=[A],
        since='ALTER TABLE a ADD CONSTRAINT "rule" CHECK (true)',
        now=[A, (CHECK[0], CHECK[1], CHECK[2].replace('"a"', '"public"."a"'))],
        recorded=(1, 1),
    ),
    "comments_before_a_constraint_do_not_hide_it": Case(
        past=[A],
        since='ALTER TABLE a ADD CONSTRAINT "rule" CHECK (true)',
        now=[A, (*CHECK[:2], f"-- why\n  --> how\n{CHECK[2]}")],
        recorded=(1, 2),
    ),
    "type_of_a_column_already_there": Case(
        past=[A],
        now=[A, ("0001_t", 2_000, 'ALTER TABLE "a" ALTER COLUMN "id" SET DATA TYPE INTEGER')],
        recorded=(2, 2),
    ),
    "function_and_trigger_already_there": Case(
        past=[A],
        since=f"{FUNCTION} CREATE TABLE z (); {TRIGGER.replace('ON a', 'ON z')}",
        now=[A, ("0001_f", 2_000, f"{FUNCTION}--> statement-breakpoint\n{TRIGGER}")],
        recorded=(2, 2),
    ),
    "repairs_of_rows_already_done": Case(
        past=[A],
        since="""CREATE TABLE heartbeat_runs (id int, next_event_seq int);
                 CREATE TABLE heartbeat_run_events (run_id int, seq int);
                 INSERT INTO heartbeat_runs VALUES (1, 3), (2, 1);
                 INSERT INTO heartbeat_run_events VALUES (1, 1), (1, 2);""",
        now=[A, ("0001_r", 2_000, f"{RANKED}--> statement-breakpoint\n{NEXT}")],
        recorded=(1, 2),
    ),
    "repairs_of_rows_still_to_do": Case(
        past=[A],
        since="""CREATE TABLE heartbeat_runs (id int, next_event_seq int);
                 CREATE TABLE heartbeat_run_events (run_id int, seq int);
                 INSERT INTO heartbeat_runs VALUES (1, 9);
                 INSERT INTO heartbeat_run_events VALUES (1, 1);""",
        now=[A, ("0001_r", 2_000, f"{RANKED}--> statement-breakpoint\n{NEXT}")],
        recorded=(1, 1),
    ),
    "second_of_three_fails_from_empty": Case(now=[A, ("0001_bad", 2_000, "SELECT 1/0"), C], recorded=(0, 0)),
    "second_of_two_pending_fails": Case(
        past=[A],
        now=[A, B, ("0002_bad", 3_000, "CREATE TABLE d ();--> statement-breakpoint\nSELEC 1")],
        recorded=(1, 2),
    ),
    "comments_and_empty_pieces": Case(
        now=[
            (
                "0000_x",
                1,
                "-- one\n--> statement-breakpoint\n\n--> statement-breakpoint\nCREATE TABLE x ();\n",
            )
        ],
        recorded=(1, 1),
    ),
    "several_statements_in_one_piece": Case(
        now=[("0000_x", 1, "CREATE TABLE x (id int); CREATE TABLE y (); COMMENT ON TABLE x IS 'a;b'")],
        recorded=(1, 1),
    ),
    "dollar_quoted_function": Case(
        now=[("0000_f", 1, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;")],
        recorded=(1, 1),
    ),
    "concurrently_in_a_transaction": Case(
        past=[A], now=[A, ("0001_i", 2_000, 'CREATE INDEX CONCURRENTLY "i" ON "a" ("id")')], recorded=(1, 1)
    ),
    "enum_value_used_in_its_own_transaction": Case(
        past=[("0000_e", 1, "CREATE TYPE mood AS ENUM ('ok')")],
        now=[
            ("0000_e", 1, "CREATE TYPE mood AS ENUM ('ok')"),
            ("0001_e", 2, "ALTER TYPE mood ADD VALUE 'fine'"),
            ("0002_e", 3, "CREATE TABLE moods (m mood DEFAULT 'fine')"),
        ],
        recorded=(1, 3),
    ),
    "set_local_reaches_the_next_file_under_drizzle_only": Case(
        past=[A],
        now=[
            A,
            ("0001_path", 2_000, "CREATE SCHEMA s;--> statement-breakpoint\nSET LOCAL search_path = s;"),
            ("0002_t", 3_000, "CREATE TABLE landed ()"),
        ],
        recorded=(3, 3),
    ),
    "percent_signs_and_dollars": Case(
        now=[("0000_p", 1, "CREATE TABLE p (t text DEFAULT '100% $1 %s {}')")], recorded=(1, 1)
    ),
    "tables_and_no_history": Case(since="CREATE TABLE stranger ()", now=[A], recorded=(1, 0)),
    "files_that_the_journal_does_not_name_run_last_under_paperclip_only": Case(
        past=[A],
        now=[A, B],
        unlisted=[("0000_0", 'CREATE VIEW "v" AS SELECT * FROM "b";')],
        recorded=(2, 3),
    ),
    "far_future_when": Case(
        past=[("0000_a", 9_999_999_999_999, A[2])],
        now=[("0000_a", 9_999_999_999_999, A[2]), B],
        recorded=(1, 2),
    ),
}


@both_runners
@pytest.mark.parametrize("name", CASES)
def test_a_small_folder(arena: Arena, runner: RunnerName, name: str, tmp_path: Path) -> None:
    case = CASES[name]
    before = write_folder(tmp_path / "past", case.past) if case.past else None
    past = arena.past(f"case_{list(CASES).index(name)}", before, case.since)

    ends = arena.duel(runner, write_folder(tmp_path / "now", case.now, case.unlisted), past)

    ends.check()
    assert len(ends.histories[0] or []) == case.recorded[runner == "paperclip"]


# --- drizzle v1, on its own layout: from empty, as an upgrade, and after the upgrade of a history of 0.45.


@dataclass(frozen=True)
class CaseV1:
    """What 0.45 ran (`old`), or v1 (`past`), some SQL since, and v1's folder of today: name -> SQL.

    `recorded` is how many rows the history has at the end.
    """

    now: Mapping[str, str]
    recorded: int
    old: Sequence[tuple[str, int, str]] = ()
    past: Mapping[str, str] = field(default_factory=dict)
    since: str = ""


A1, B1, C1 = "20260101000000_a", "20260102000000_b", "20260103000000_c"
OLD_A, OLD_B = ("0000_a", 1767225600123, A[2]), ("0001_b", 1767312000456, B[2])
BOTH, ALL_THREE = {A1: A[2], B1: B[2]}, {A1: A[2], B1: B[2], C1: C[2]}
_SET = "UPDATE drizzle.__drizzle_migrations SET"

CASES_V1 = {
    "from_empty": CaseV1(now=ALL_THREE, recorded=3),
    "nothing_pending": CaseV1(past=BOTH, now=BOTH, recorded=2),
    "as_an_upgrade": CaseV1(past=BOTH, now=ALL_THREE, recorded=3),
    "merged_late_runs_out_of_order": CaseV1(past={A1: A[2], C1: C[2]}, now=ALL_THREE, recorded=3),
    "edited_file_never_runs_again": CaseV1(past={A1: A[2]}, now={A1: "CREATE TABLE other ()"}, recorded=1),
    "renamed_runs_again": CaseV1(past={A1: A[2]}, now={"20260101000000_renamed": A[2]}, recorded=1),
    "renamed_and_repeatable_is_recorded_twice": CaseV1(
        past={A1: "SELECT 1"}, now={"20260101000000_z": "SELECT 1"}, recorded=2
    ),
    "one_transaction_for_all": CaseV1(past={A1: A[2]}, now={**BOTH, C1: "SELECT 1/0"}, recorded=1),
    "failure_from_empty": CaseV1(now={A1: A[2], B1: "SELECT 1/0"}, recorded=0),
    "order_of_names_not_of_bytes": CaseV1(
        now={"20260101000000_B": 'ALTER TABLE "a" ADD "n" int', "20260101000000_a": A[2]}, recorded=2
    ),
    "set_local_reaches_the_next_file": CaseV1(
        now={
            A1: "CREATE SCHEMA s;--> statement-breakpoint\nSET LOCAL search_path = s;",
            B1: "CREATE TABLE t ()",
        },
        recorded=2,
    ),
    "history_of_045": CaseV1(old=[OLD_A, OLD_B], now=ALL_THREE, recorded=3),
    "history_of_045_and_nothing_pending": CaseV1(old=[OLD_A, OLD_B], now=BOTH, recorded=2),
    "history_of_045_by_hash": CaseV1(
        old=[OLD_A, OLD_B], since=f"{_SET} created_at = id", now=BOTH, recorded=2
    ),
    "history_of_045_edited_since": CaseV1(
        old=[OLD_A, OLD_B], now={**BOTH, B1: "CREATE TABLE other ()"}, recorded=2
    ),
    "history_of_045_without_a_match": CaseV1(
        old=[OLD_A, OLD_B], since=f"{_SET} created_at = 1, hash = 'x' WHERE id = 2", now=BOTH, recorded=2
    ),
    "history_of_045_without_created_at": CaseV1(
        old=[OLD_A, OLD_B], since=f"{_SET} created_at = NULL", now=BOTH, recorded=2
    ),
    "history_of_045_of_one_second": CaseV1(
        old=[OLD_A, ("0001_b", 1767225600456, B[2])], now={A1: A[2], "20260101000000_b": B[2]}, recorded=2
    ),
    "history_of_045_of_one_second_and_edited": CaseV1(
        old=[OLD_A, ("0001_b", 1767225600456, B[2])],
        now={A1: A[2], "20260101000000_b": "CREATE TABLE other ()"},
        recorded=2,
    ),
    "row_of_045_that_is_taken_for_another": CaseV1(
        old=[OLD_A, OLD_B], since=f"{_SET} created_at = 1767225600124 WHERE id = 2", now=BOTH, recorded=2
    ),
    "one_text_twice_goes_to_the_last": CaseV1(
        old=[("0000_a", 1, "SELECT 1")], now={A1: "SELECT 1", B1: "SELECT 1"}, recorded=2
    ),
    "history_of_045_negative_times": CaseV1(
        old=[OLD_A], since=f"{_SET} created_at = -5", now=BOTH, recorded=2
    ),
}


@pytest.mark.parametrize("name", CASES_V1)
def test_a_small_folder_of_v1(arena: Arena, name: str, tmp_path: Path) -> None:
    case = CASES_V1[name]
    by: RunnerName = "drizzle" if case.old else "drizzle-v1"
    before = write_folder(tmp_path / "past", case.old) if case.old else write_v1(tmp_path / "past", case.past)
    started = before if case.old or case.past else None
    past = arena.past(f"v1_{list(CASES_V1).index(name)}", started, case.since, by)

    ends = arena.duel("drizzle-v1", write_v1(tmp_path / "now", case.now), past)

    ends.check()
    assert len(ends.histories[0] or []) == case.recorded


def write_v1(into: Path, migrations: Mapping[str, str]) -> Path:
    """Write name -> SQL as v1 lays a folder out."""
    for name, sql in migrations.items():
        (into / name).mkdir(parents=True)
        (into / name / "migration.sql").write_text(sql, encoding="utf-8")
    return into


def as_v1(folder: Folder, count: int, into: Path) -> Path:
    """Write the first migrations of a folder with a journal as `drizzle-kit up` converts it: its time is the name."""
    names = {
        f"{datetime.fromtimestamp(one.when / 1000, UTC):%Y%m%d%H%M%S}_{one.tag}": one.sql
        for one in folder.migrations[:count]
    }
    return write_v1(into, names)


def test_our_folder_as_v1_from_empty(arena: Arena, own_folder: Folder, tmp_path: Path) -> None:
    ends = arena.duel("drizzle-v1", as_v1(own_folder, len(own_folder.migrations), tmp_path / "now"))

    ends.check()
    assert len(ends.histories[0] or []) == len(own_folder.migrations)


@pytest.mark.parametrize("runner", ["drizzle", "drizzle-v1"])
def test_our_folder_as_v1_from_the_baseline(
    arena: Arena, own_folder: Folder, tmp_path: Path, runner: RunnerName
) -> None:
    """Under `drizzle` the baseline's history is 0.45's, and is brought up first."""
    written = prefix if runner == "drizzle" else as_v1
    past = arena.past(f"baseline_{runner}", written(own_folder, 1, tmp_path / "past"), by=runner)

    ends = arena.duel("drizzle-v1", as_v1(own_folder, len(own_folder.migrations), tmp_path / "now"), past)

    ends.check()
    assert len(ends.histories[0] or []) == len(own_folder.migrations)
