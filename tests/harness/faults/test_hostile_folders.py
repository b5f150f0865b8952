"""What a hostile folder tries is refused, named, and changes nothing outside its own database."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.core.errors import SubjectError
from fixtures.migrations import simple_query, time_limited_migrate
from fixtures.migrations.constraint_trace import trace_migrations
from fixtures.migrations.drizzle_folder import FILE_BYTES_MAX, FolderError, read_folder
from fixtures.migrations.load_subject import OWN_MIGRATIONS, load_subject
from fixtures.migrations.observe_migration import observe_side_effects
from fixtures.migrations.phase_databases import Phases
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.databases import Databases
from fixtures.pytest_plugin.options_and_collection import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.migrations.load_subject import Subject
    from fixtures.postgres.server import Server
    from tests.harness.conftest import Inner

HOSTILE = {
    "program": ("COPY (SELECT 1) TO PROGRAM 'touch {mark}';", "permission denied to COPY to or from an external"),
    "server file": ("COPY (SELECT 1) TO '{mark}';", "permission denied to COPY to a file"),
    "secret": ("SELECT pg_read_file('/etc/passwd');", "permission denied for function pg_read_file"),
    "large object": ("SELECT lo_import('/etc/passwd');", "permission denied for function lo_import"),
    "library": ("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc.so.6', 'getpid';", "permission denied for language c"),
    "superuser": ("SET ROLE postgres;", "permission denied to set role"),
    "authorization": ("SET SESSION AUTHORIZATION postgres;", "permission denied to set session authorization"),
    "role": ("CREATE ROLE spy SUPERUSER;", "permission denied to create role"),
    "server setting": ("ALTER SYSTEM SET log_statement = 'all';", "ALTER SYSTEM cannot run inside a transaction"),
    "drop": ("DROP DATABASE postgres;", "DROP DATABASE cannot run inside a transaction"),
    "drop, hidden": (
        "DO $$ BEGIN EXECUTE format('DROP DATABASE %I', current_database()); END $$;",
        "DROP DATABASE cannot",
    ),
    "commit": ("CREATE TABLE x (); COMMIT; DROP TABLE x;", "COMMIT ends the transaction that the runner opened"),
    "commit, hidden": ("DO $$ BEGIN COMMIT; END $$;", "invalid transaction termination"),
    "session": ("SELECT pg_terminate_backend(pg_backend_pid());", "it ends the session that runs it"),
    "template": ("ALTER DATABASE template1 OWNER TO CURRENT_USER;", "must be owner of database template1"),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "says"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_migration_is_refused_and_changes_nothing(
    subject_with: Callable[[str], Subject], databases: Databases, tmp_path: Path, sql: str, says: str
) -> None:
    mark = tmp_path / "mark"
    subject = subject_with(sql.replace("{mark}", str(mark)))
    before = _server_wide(databases.server)

    with pytest.raises(SubjectError, match=f"_hostile, .*{says}"):
        trace_migrations(databases, subject)

    assert _server_wide(databases.server) == before
    assert not mark.exists()


LATE = "it did not end and was cancelled"
"""Which limit comes first, the time, the memory or the disk, depends on the machine."""
ENDLESS = {
    "message": (
        "DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', 50000000); END $$;",
        r"xxx… \(50,000,000 characters\)",
    ),
    "rows": ("SELECT repeat('x', 1000000) FROM generate_series(1, 600); SELECT 1 / 0;", "division by zero"),
    "notices": (
        "DO $$ BEGIN FOR n IN 1..300000 LOOP RAISE NOTICE '%', n; END LOOP; RAISE EXCEPTION 'done'; END $$;",
        "done",
    ),
    "memory": (
        "DO $$ DECLARE a text[]; BEGIN FOR n IN 1..100 LOOP a := a || repeat('x', 100000000); END LOOP; END $$;",
        f"(out of memory|{LATE})",
    ),
    "one value": (
        "SELECT length(string_agg(repeat('x', 500000000), '')) FROM generate_series(1, 9);",
        f"(out of memory|exceeds maximum allowed length|{LATE})",
    ),
    "series": (
        "SELECT count(*) FROM generate_series(1, 1000000000000);",
        f"(temporary file size exceeds|{LATE})",
    ),
    "disk": (
        "SELECT count(*) FROM (SELECT g FROM generate_series(1, 1000000000000) g ORDER BY -g) s;",
        f"(temporary file size exceeds|{LATE})",
    ),
}


@pytest.fixture
def subject_with(with_migration: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Subject]:
    """Return what reads our own folder with one more migration at its end, given its SQL."""
    return lambda sql: load_subject(
        ROOT, specs=[CLOSED_STATE], migrations=with_migration(sql), scratch=tmp_path
    )


@pytest.mark.parametrize(("sql", "says"), ENDLESS.values(), ids=ENDLESS)
def test_migration_without_end_is_ended_and_takes_no_memory_of_the_harness(
    subject_with: Callable[[str], Subject],
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    sql: str,
    says: str,
) -> None:
    monkeypatch.setattr(time_limited_migrate, "MIGRATION_SECONDS_MAX", 5.0)
    subject = subject_with(sql)
    before = _peak_mb(reset=True)

    with pytest.raises(SubjectError, match=f"_hostile, statement [^\n]*{says}") as refused:
        trace_migrations(databases, subject)

    assert len(str(refused.value)) < 10_000
    assert _peak_mb() - before < 500
    assert databases.server.alive()


def test_notifications_of_a_migration_are_let_go_of(databases: Databases) -> None:
    flood = (
        "DO $$ BEGIN FOR n IN 1..40000 LOOP PERFORM pg_notify('a', n || repeat('x', 7900)); END LOOP; END $$"
    )
    with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        simple_query.send(conn, "LISTEN a")
        before = _peak_mb(reset=True)

        outcome = simple_query.send(conn, flood)

    assert outcome.error is None
    assert _peak_mb() - before < 100


def test_formats_that_a_migration_sets_change_no_row(cluster: Server, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / OWN_MIGRATIONS, tmp_path / "folder"))
    (file,) = folder.glob("0077_*.sql")
    formats = "SET LOCAL TIME ZONE 'Asia/Tokyo'; SET LOCAL datestyle = 'SQL, DMY'; SET LOCAL quote_all_identifiers = on;"
    file.write_text(f"{formats}--> statement-breakpoint\n{file.read_text('utf-8')}", encoding="utf-8")
    subject = load_subject(ROOT, specs=[CLOSED_STATE], migrations=folder, scratch=tmp_path)
    databases = Databases(dataclasses.replace(cluster, prefix=f"{cluster.prefix}formats_"))
    phases = Phases(databases, subject)

    with phases.prior_rows(CLOSED_STATE) as dsn:
        found = observe_side_effects(dsn, subject, phases.trace_migrations.traces[CLOSED_STATE.name])

    phases.close()
    databases.close()
    assert {name: seen for name, seen in found.seen.items() if seen} == {}
    assert found.rewritten_by is None


def test_huge_log_is_not_read_whole(cluster: Server, tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    with log.open("wb") as file:
        file.seek(500_000_000)
        file.write(b"\nlast words\n")
    before = _peak_mb(reset=True)

    said = dataclasses.replace(cluster, log=str(log)).log_tail(1)

    assert said == "last words"
    assert _peak_mb() - before < 100


def _peak_mb(*, reset: bool = False) -> int:
    """Return the most memory that this process has had at a time since the last reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    return int(line.split()[1]) // 1024


SLEEPS = """
    CREATE FUNCTION public.waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {}; RETURN NEW; END $$;
    CREATE TRIGGER waits BEFORE INSERT OR UPDATE ON public.execution_workspaces FOR EACH ROW EXECUTE FUNCTION public.waits();
"""
IMPATIENT = """
from fixtures.pytest_plugin import abort_on_hung_statements
abort_on_hung_statements.SLOW_SECONDS, abort_on_hung_statements.SLOW_SECONDS_MAX = 0.5, 2
from tests.invariant.conftest import *
from tests.invariant.test_inserts import *
"""


@pytest.mark.parametrize(
    "waits", ["PERFORM pg_sleep(100)", "PERFORM pg_sleep(0.9)"], ids=["for ever", "each time"]
)
def test_trigger_that_waits_on_each_write_ends_the_run_once(
    inner: Inner, with_migration: Callable[[str], Path], waits: str
) -> None:
    folder = with_migration(SLEEPS.format(waits))

    done = inner.run(
        IMPATIENT, f"--migrations={folder}", "--deployed=0077_workspace_closed_state_consistency"
    )

    assert done.returncode == 1, done.stdout
    assert "verdict     RED: migrations: statements on their tables ran for more than 2 s" in done.stdout
    assert done.stdout.count("ERROR at setup") == 1, done.stdout
    assert inner.leftovers() == []


@pytest.mark.parametrize("first", [False, True], ids=["after the constraint", "before it"])
def test_table_with_a_child_is_no_fault_of_anybody(
    inner: Inner, with_migration: Callable[[str], Path], *, first: bool
) -> None:
    child = "CREATE TABLE public.child () INHERITS (public.execution_workspaces);"
    folder = with_migration("SELECT 1;" if first else child)
    if first:
        baseline = folder / "0000_baseline.sql"
        baseline.write_text(f"{baseline.read_text()}\n--> statement-breakpoint\n{child}")
    source = "from tests.invariant.conftest import *\nfrom tests.{}"

    effects = inner.run(
        "from tests.migrations.test_upgrade import *\n", f"--migrations={folder}", "-k", "side_effect"
    )
    writes = inner.run(
        source.format("invariant.test_write_paths import *\n"),
        f"--migrations={folder}",
        "-k",
        "partition or inherit",
    )

    assert (effects.returncode, writes.returncode) == (0, 0), effects.stdout + writes.stdout


def test_file_of_100_mb_is_refused_unread(with_migration: Callable[[str], Path]) -> None:
    folder = with_migration("SELECT 1;")
    with next(folder.glob("*_hostile.sql")).open("r+b") as file:
        file.truncate(100 * 1024 * 1024)

    with pytest.raises(FolderError, match=f"has 104,857,600 bytes \\(limit {FILE_BYTES_MAX:,}\\)"):
        read_folder(folder)


def _server_wide(cluster: Server) -> set[tuple[object, ...]]:
    """Return what a migration must not touch: other databases, roles, settings."""
    with cluster.admin() as conn:
        return set(
            conn.execute("""
                SELECT 'database', datname::text, datdba::text FROM pg_database WHERE datname !~ '^harness_'
                UNION ALL SELECT 'role', rolname::text, rolsuper::text FROM pg_roles WHERE rolname !~ '^harness_' OR rolsuper
                UNION ALL SELECT 'setting', name, setting FROM pg_file_settings
            """).fetchall()
        )
