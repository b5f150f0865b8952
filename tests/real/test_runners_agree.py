"""The real migrators and ours, on the same folder and the same database, leave the same behind."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from fixtures.migrations.drizzle_folder import Folder, read_folder
from fixtures.migrations.overlay import overlay
from fixtures.migrations.runners import RUNNERS, HistoryError, MigrationError
from fixtures.postgres.catalog_snapshot import catalog_differences, catalog_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
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

    def past(self, name: str, path: Path | None, since: str = "") -> str:
        """Make a template of a state in the past: a folder as the real drizzle-orm applies it, then some SQL."""

        def build(dsn: str) -> None:
            if path is not None:
                outcome = self.reference_runners.migrate("drizzle", path, self.cluster, dsn)
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
            RUNNERS[runner].migrate(conn, read_folder(path))
        except MigrationError as error:
            return error.sqlstate, False
        except HistoryError:
            return None, False
    return None, True


def history(conn: psycopg.Connection[tuple[Any, ...]]) -> History:
    table = conn.execute("SELECT to_regclass('drizzle.__drizzle_migrations')").fetchone()
    if table is None or table[0] is None:
        return None
    rows = conn.execute("SELECT id, hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id")
    return [(number, digest, "now" if is_now(when) else when) for number, digest, when in rows]


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
