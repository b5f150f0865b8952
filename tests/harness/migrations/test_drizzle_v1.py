"""drizzle v1's layout and its runner: what is pending goes by the name, and the hash is never compared."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.constraint_on_every_prefix import upgrades
from fixtures.migrations.constraint_trace import trace_migrations
from fixtures.migrations.drizzle_folder import FolderError, read_folder
from fixtures.migrations.drizzle_snapshot import check_in_snapshot
from fixtures.migrations.drizzle_v1_upgrade_on_a_copy import history_findings
from fixtures.migrations.history_table import match_v1
from fixtures.migrations.load_subject import OWN_MIGRATIONS, load_subject
from fixtures.migrations.runners import RUNNERS, HistoryError, MigrationError, runner_for
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.psql import run_client
from fixtures.postgres.restore_untrusted_dump import restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.core.errors import Finding
    from fixtures.postgres.connection_type import Connection
    from fixtures.postgres.databases import Databases
    from tests.harness.migrations.conftest import Target

ROOT = Path(__file__).resolve().parents[3]
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


def test_hidden_character_of_the_newest_snapshot_is_found(tmp_path: Path) -> None:
    v1(tmp_path, A)
    (tmp_path / A[0] / "snapshot.json").write_text('{"ddl": [], "note": "arch\u200bived"}', encoding="utf-8")

    assert [problem.code for problem in read_folder(tmp_path).problems] == ["hidden-unicode"]


def test_name_without_a_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="YYYYMMDDHHmmss"):
        read_folder(v1(tmp_path, ("first", "SELECT 1")))


@pytest.mark.parametrize("flat", [True, False])
def test_journal_that_an_upgrade_left_is_named(draft: Any, flat: bool) -> None:
    draft.add("0000_a", A[1])
    v1(draft.path, A)
    if not flat:
        draft.sql.clear()

    with pytest.raises(FolderError, match="finish the upgrade to v1"):
        draft.read()


def test_sql_of_another_name_in_a_directory_is_named(tmp_path: Path) -> None:
    (v1(tmp_path, A, B) / B[0] / "migration.sql").rename(tmp_path / B[0] / "up.sql")

    assert [one.where for one in read_folder(tmp_path).errors] == [f"{B[0]}/up.sql"]


def test_folder_that_was_meant_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=f"name {v1(tmp_path / 'drizzle', A)}"):
        read_folder(tmp_path)


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


def test_all_that_is_pending_is_one_transaction(target: Target, tmp_path: Path) -> None:
    with pytest.raises(MigrationError):
        run(target.conn, v1(tmp_path, A, (B[0], "SELECT 1/0")))

    assert target.tables() == []


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


def test_migrator_over_http_keeps_no_setting_and_records_last(target: Target, draft: Any) -> None:
    draft.add("0000_a", "SET search_path = nowhere;--> statement-breakpoint\nCREATE TABLE a ();")
    folder = draft.add("0001_b", "SELECT 1/0").read()

    with pytest.raises(MigrationError):
        runner_for(folder, "neon-http").migrate(target.conn, folder)

    assert (target.tables(), target.history()) == (["a"], [])


@pytest.mark.parametrize("name", ["neon-http", "paperclip"])
def test_every_session_of_a_run_has_what_the_deploying_role_has(
    empty_db: Connection, draft: Any, name: str
) -> None:
    said = "CREATE TABLE said AS SELECT current_setting('lock_timeout') AS lock_timeout"
    pieces = "--> statement-breakpoint".join([*["SELECT 1;"] * 10, said])
    if name == "neon-http":
        draft.add("0000_a", pieces)
    else:  # a file without an entry: paperclip's runner runs it over connections of its own
        draft.add("0000_a").put("0001_b.sql", pieces)
    folder = draft.read()

    runner = dataclasses.replace(runner_for(folder, name), settings=(("lock_timeout", "2s"),))
    runner.migrate(empty_db, folder)

    assert empty_db.execute("SELECT lock_timeout FROM said").fetchone() == ("2s",)


def test_constraint_lands_on_every_prefix_of_a_folder_of_v1(
    databases: Databases, v1_of: Callable[[Path], Path], tmp_path: Path
) -> None:
    own = load_subject(ROOT, specs=(CLOSED_STATE,), scratch=tmp_path, migrations=v1_of(ROOT / OWN_MIGRATIONS))
    trace = trace_migrations(databases, own).traces[CLOSED_STATE.name]

    tried = list(upgrades(databases, own, trace))

    assert [(one.runner, one.problem) for one in tried] == [("drizzle-v1", None)]


# --- --history-from: what v1 makes of a history of 0.45, on a copy.


def deploy_045(dsn: str, draft: Any, *migrations: tuple[str, str, int]) -> None:
    for tag, sql, when in migrations:
        draft.add(tag, sql, when=when)
    with psycopg.connect(dsn, autocommit=True) as conn:
        RUNNERS["drizzle"].migrate(conn, draft.read())


def rows_changed(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(statement.encode())


def upgraded(databases: Databases, dsn: str, path: Path) -> tuple[str, list[Finding]]:
    name = str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])
    folder = read_folder(path)
    upgrade, found = history_findings(databases, name, folder, runner_for(folder, "drizzle"))
    return str(upgrade), found


@pytest.fixture
def production(databases: Databases, draft: Any) -> Iterator[str]:
    """Yield the dsn of a database to which drizzle 0.45 has applied A and B, with milliseconds in their times."""
    with databases.fresh() as dsn:
        deploy_045(dsn, draft, ("0000_a", A[1], 1767225600123), ("0001_b", B[1], 1767312000456))
        yield dsn


def test_history_that_is_whole_has_no_finding(databases: Databases, production: str, tmp_path: Path) -> None:
    said, found = upgraded(databases, production, v1(tmp_path / "v1", A, B, C))

    assert (found, said) == ([], f"2 rows, each with a migration; drizzle v1 would run {C[0]}")


def test_row_without_a_migration_is_named(databases: Databases, production: str, tmp_path: Path) -> None:
    rows_changed(
        production, "UPDATE drizzle.__drizzle_migrations SET created_at = 1, hash = 'x' WHERE id = 2"
    )

    _, found = upgraded(databases, production, v1(tmp_path / "v1", A, B))

    assert [(one.id, one.evidence) for one in found] == [
        ("history-row-unmatched", ("id 2, created_at 1, hash x…",))
    ]


def test_row_that_is_taken_for_another_migration_makes_its_own_run_again(
    databases: Databases, production: str, tmp_path: Path
) -> None:
    rows_changed(
        production, "UPDATE drizzle.__drizzle_migrations SET created_at = 1767225600124 WHERE id = 2"
    )

    _, found = upgraded(databases, production, v1(tmp_path / "v1", A, B))

    assert [(one.id, one.file) for one in found] == [("history-runs-again", f"{B[0]}/migration.sql")]
    assert "on the copy: " in found[0].evidence[0]
    assert f"taken for {A[0]}" in found[0].evidence[1]


def test_migration_that_045_skipped_runs_late(databases: Databases, draft: Any, tmp_path: Path) -> None:
    with databases.fresh() as dsn:
        deploy_045(dsn, draft, ("0000_a", A[1], 1767225600123), ("0002_c", C[1], 1767398400123))
        said, found = upgraded(databases, dsn, v1(tmp_path / "v1", A, B, C))

    assert [(one.id, one.file) for one in found] == [("history-runs-late", f"{B[0]}/migration.sql")]
    assert said.endswith(f"would run {B[0]}")


def test_late_migration_that_the_database_has_runs_again(
    databases: Databases, draft: Any, tmp_path: Path
) -> None:
    with databases.fresh() as dsn:
        deploy_045(dsn, draft, ("0000_a", A[1], 1767225600123), ("0002_c", C[1], 1767398400123))
        rows_changed(dsn, B[1])
        _, found = upgraded(databases, dsn, v1(tmp_path / "v1", A, B, C))

    assert [one.id for one in found] == ["history-runs-again"]


def test_renamed_directory_runs_again_on_a_history_of_v1(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            run(conn, v1(tmp_path, A))
        (tmp_path / A[0]).rename(tmp_path / "20260101000000_renamed")
        _, found = upgraded(databases, dsn, tmp_path)

    assert [one.id for one in found] == ["history-runs-again"]
    assert "give the directory its name back" in found[0].sentence


def test_two_migrations_of_one_text_do_not_pass_for_one_another(
    databases: Databases, production: str, tmp_path: Path
) -> None:
    twice = v1(
        tmp_path / "v1", ("20260101000000_a", A[1]), ("20260102000000_b", B[1]), ("20260104000000_b", B[1])
    )
    (twice / "20260104000000_b" / "migration.sql").write_text(B[1], encoding="utf-8")

    with pytest.raises(MigrationError, match="already exists"):
        upgraded(databases, production, twice)


@pytest.mark.parametrize("form", ["plain", "custom", "tar", "directory"])
def test_dump_is_restored_and_read(databases: Databases, production: str, form: str, tmp_path: Path) -> None:
    dump = tmp_path / "production.dump"
    run_client("pg_dump", [f"--format={form}", f"--file={dump}", f"--dbname={production}"])
    folder = read_folder(v1(tmp_path / "v1", A, B, C))

    upgrade, found = history_findings(databases, str(dump), folder, runner_for(folder, "drizzle"))

    assert (len(upgrade.rows), found) == (2, [])


def test_plain_dump_runs_nothing_on_this_machine(databases: Databases, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    dump = tmp_path / "dump.sql"
    dump.write_text(f"\\unrestrict x\n\\! touch {mark}\nSELECT 1 \\g | touch {mark}\n", encoding="utf-8")

    with databases.fresh() as dsn:
        said = restore(dump, dsn)

    assert "restricted" in said[0]
    assert not mark.exists()


def test_history_is_asked_of_a_folder_of_v1_only(databases: Databases, draft: Any) -> None:
    folder = draft.add("0000_a").read()

    with pytest.raises(HarnessError, match="the folder has a journal"):
        history_findings(databases, "any", folder, runner_for(folder, "drizzle"))


@pytest.mark.parametrize(
    ("source", "said"), [("no/such.dump", "there is no such file"), ("no_such_db", "does not exist")]
)
def test_source_that_is_not_there_is_the_users_mistake(
    databases: Databases, source: str, said: str, tmp_path: Path
) -> None:
    folder = read_folder(v1(tmp_path, A))

    with pytest.raises(HarnessError, match=said):
        history_findings(databases, source, folder, runner_for(folder, "drizzle"))


def test_database_without_a_history_is_told(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn, pytest.raises(HarnessError, match="has no table drizzle"):
        upgraded(databases, dsn, v1(tmp_path, A))
