"""What a hostile folder tries is refused, named, and changes nothing outside its own database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import SubjectError
from fixtures.migrations.constraint_trace import trace_migrations
from fixtures.migrations.drizzle_folder import FILE_BYTES_MAX, FolderError, read_folder
from fixtures.migrations.subject import load_subject
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.pytest_plugin.options_and_collection import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.postgres.databases import Databases
    from fixtures.postgres.server import Server

HOSTILE = {
    "program": ("COPY (SELECT 1) TO PROGRAM 'touch {mark}';", "permission denied to COPY to or from an external"),
    "server file": ("COPY (SELECT 1) TO '{mark}';", "permission denied to COPY to a file"),
    "secret": ("SELECT pg_read_file('/etc/passwd');", "permission denied for function pg_read_file"),
    "large object": ("SELECT lo_import('/etc/passwd');", "permission denied for function lo_import"),
    "library": ("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc.so.6', 'getpid';", "permission denied for language c"),
    "superuser": ("SET ROLE postgres;", "permission denied to set role"),
    "session": ("SET SESSION AUTHORIZATION postgres;", "permission denied to set session authorization"),
    "role": ("CREATE ROLE spy SUPERUSER;", "permission denied to create role"),
    "server setting": ("ALTER SYSTEM SET log_statement = 'all';", "ALTER SYSTEM cannot run inside a transaction"),
    "drop": ("DROP DATABASE postgres;", "DROP DATABASE cannot run inside a transaction"),
    "drop, hidden": (
        "DO $$ BEGIN EXECUTE format('DROP DATABASE %I', current_database()); END $$;",
        "DROP DATABASE cannot",
    ),
    "commit": ("CREATE TABLE x (); COMMIT; DROP TABLE x;", "COMMIT ends the transaction that the runner opened"),
    "commit, hidden": ("DO $$ BEGIN COMMIT; END $$;", "invalid transaction termination"),
    "template": ("ALTER DATABASE template1 OWNER TO CURRENT_USER;", "must be owner of database template1"),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "says"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_migration_is_refused_and_changes_nothing(
    with_migration: Callable[[str], Path], databases: Databases, tmp_path: Path, sql: str, says: str
) -> None:
    mark = tmp_path / "mark"
    folder = with_migration(sql.replace("{mark}", str(mark)))
    subject = load_subject(ROOT, specs=[CLOSED_STATE], migrations=folder, scratch=tmp_path)
    before = _server_wide(databases.server)

    with pytest.raises(SubjectError, match=f"_hostile, statement .*{says}"):
        trace_migrations(databases, subject)

    assert _server_wide(databases.server) == before
    assert not mark.exists()


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
