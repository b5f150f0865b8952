"""drizzle v1's layout and its runner: what is pending goes by the name, and the hash is never compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.drizzle_folder import FolderError, read_folder
from fixtures.migrations.history_table import match_v1
from fixtures.migrations.runners import RUNNERS, HistoryError, MigrationError, runner_for
from fixtures.migrations.snapshot import check_in_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import psycopg

    Connection = psycopg.Connection[Any]

A = ("20260101000000_a", "CREATE TABLE a ();")
B = ("20260102000000_b", "CREATE TABLE b ();")
C = ("20260103000000_c", "CREATE TABLE c ();")


def v1(root: Path, *migrations: tuple[str, str]) -> Path:
    for name, sql in migrations:
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / "migration.sql").write_text(sql, encoding="utf-8")
    return root


def run(conn: Connection, path: Path) -> tuple[str, ...]:
    folder = read_folder(path)
    return runner_for(folder, "drizzle").migrate(conn, folder).ran


def test_layout_is_read_by_itself(tmp_path: Path) -> None:
    folder = read_folder(v1(tmp_path, B, A))

    assert folder.v1
    assert [(m.tag, m.when, m.file) for m in folder.migrations] == [
        (A[0], 1767225600000, f"{A[0]}/migration.sql"),
        (B[0], 1767312000000, f"{B[0]}/migration.sql"),
    ]


def test_checks_of_the_newest_snapshot_are_read(tmp_path: Path) -> None:
    check = {"entityType": "checks", "schema": "public", "table": "a", "name": "rule", "value": "true"}
    v1(tmp_path, A)
    (tmp_path / A[0] / "snapshot.json").write_text(json.dumps({"version": "8", "ddl": [check]}))

    assert check_in_snapshot(read_folder(tmp_path).newest_snapshot, "a", "rule") == "true"


def test_name_without_a_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="YYYYMMDDHHmmss"):
        read_folder(v1(tmp_path, ("first", "SELECT 1")))


def test_merged_late_runs_out_of_order(empty_db: Connection, tmp_path: Path) -> None:
    first, second = run(empty_db, v1(tmp_path, A, C)), run(empty_db, v1(tmp_path, B))

    assert (first, second) == ((A[0], C[0]), (B[0],))


def test_edited_file_never_runs_again_and_is_named(empty_db: Connection, tmp_path: Path) -> None:
    run(empty_db, v1(tmp_path, A))
    folder = read_folder(v1(tmp_path, (A[0], "CREATE TABLE other ();")))

    applied = runner_for(folder, "drizzle").migrate(empty_db, folder)

    assert (applied.ran, applied.skipped) == ((), (A[0],))


def test_renamed_file_runs_again(empty_db: Connection, tmp_path: Path) -> None:
    run(empty_db, v1(tmp_path, A))
    (tmp_path / A[0]).rename(tmp_path / "20260101000000_renamed")

    with pytest.raises(MigrationError, match='"a" already exists'):
        run(empty_db, tmp_path)


def test_all_that_is_pending_is_one_transaction(
    empty_db: Connection, tables: Callable[[], list[str]], tmp_path: Path
) -> None:
    with pytest.raises(MigrationError):
        run(empty_db, v1(tmp_path, A, (B[0], "SELECT 1/0")))

    assert tables() == []


def test_history_of_045_is_brought_up_and_nothing_runs_again(
    empty_db: Connection, draft: Any, tmp_path: Path
) -> None:
    draft.add("0000_a", A[1], when=1767225600123).add("0001_b", B[1], when=1767312000456)
    RUNNERS["drizzle"].migrate(empty_db, draft.read())

    assert run(empty_db, v1(tmp_path / "v1", A, B, C)) == (C[0],)


def test_history_with_a_row_without_a_match_is_refused(
    empty_db: Connection, draft: Any, tmp_path: Path
) -> None:
    draft.add("0000_a", "CREATE TABLE elsewhere ();", when=1)
    RUNNERS["drizzle"].migrate(empty_db, draft.read())

    with pytest.raises(HistoryError, match=r"1 rows \(ids 1\) match no migration"):
        run(empty_db, v1(tmp_path / "v1", A))


def test_row_goes_by_its_second_then_by_its_hash() -> None:
    known = [("one", 1000, "x"), ("two", 1000, "y"), ("three", 2000, "z")]

    assert match_v1("another", 2999, known) == "three"
    assert match_v1("y", 1500, known) == "two"
    assert match_v1("another", 1500, known) is None
    assert match_v1("z", 9000, known) == "three"


def test_paperclips_runner_does_not_read_it(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="reads a journal"):
        runner_for(read_folder(v1(tmp_path, A)), "paperclip")


def test_migrator_over_http_keeps_no_setting_and_records_last(
    empty_db: Connection, tables: Callable[[], list[str]], history_rows: Callable[[], list[Any]], draft: Any
) -> None:
    draft.add("0000_a", "SET search_path = nowhere;--> statement-breakpoint\nCREATE TABLE a ();")
    folder = draft.add("0001_b", "SELECT 1/0").read()

    with pytest.raises(MigrationError):
        runner_for(folder, "neon-http").migrate(empty_db, folder)

    assert (tables(), history_rows()) == (["a"], [])
