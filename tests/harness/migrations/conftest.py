"""Folders written by hand, and empty databases to apply them to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from fixtures.migrations.drizzle_folder import read_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fixtures.migrations.drizzle_folder import Folder
    from fixtures.migrations.runners import Applied, Runner
    from fixtures.postgres.connection_type import Connection
    from fixtures.postgres.databases import Databases


class Draft:
    """A folder being written: `sql` by tag; the journal follows from it unless `journal` is set."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sql: dict[str, str | bytes] = {}
        self.entries: list[Any] = []
        self.heading: dict[str, Any] = {"version": "7", "dialect": "postgresql"}

    def add(self, tag: str, sql: str | bytes = "SELECT 1;", /, **entry: Any) -> Draft:
        """Add a file and its entry; keywords replace the entry's values."""
        place = len(self.entries)
        usual = {"idx": place, "version": "7", "when": 1000 + place, "tag": tag, "breakpoints": True}
        self.entries.append({**usual, **entry})
        self.sql[tag] = sql
        return self

    def write(self) -> Path:
        """Write everything, as bytes; return the path."""
        (self.path / "meta").mkdir(parents=True, exist_ok=True)
        for tag, sql in self.sql.items():
            (self.path / f"{tag}.sql").write_bytes(sql.encode() if isinstance(sql, str) else sql)
        self.put("meta/_journal.json", json.dumps({**self.heading, "entries": self.entries}))
        return self.path

    def put(self, name: str, text: str | bytes) -> Draft:
        """Write one more file."""
        (self.path / "meta").mkdir(parents=True, exist_ok=True)
        (self.path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return self

    def read(self) -> Folder:
        """Write, and read it as the harness does."""
        return read_folder(self.write())


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """Return an empty draft."""
    return Draft(tmp_path / "migrations")


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[..., Folder]:
    """Return a function that makes a folder of migrations 0000_m, 0001_m … from their SQL."""
    made = iter(range(100))

    def make(*sqls: str, **changes: int) -> Folder:
        folder = Draft(tmp_path / f"folder{next(made)}")
        for place, sql in enumerate(sqls):
            folder.add(f"{place:04d}_m", sql, when=changes.get(f"when_{place}", 1000 + place))
        return folder.read()

    return make


@pytest.fixture
def empty_db(databases: Databases) -> Iterator[Connection]:
    """Yield an autocommit connection to an empty database, as its owner, who is not a superuser."""
    with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        yield conn


@dataclass(frozen=True)
class Target:
    """An empty database, and what makes folders from SQL to apply to it."""

    conn: Connection
    folder: Callable[..., Folder]

    def migrate(self, runner: Runner, *sqls: str, **changes: int) -> Applied:
        """Apply a folder of these migrations."""
        return runner.migrate(self.conn, self.folder(*sqls, **changes))

    def tables(self) -> list[str]:
        """List the tables in schema public."""
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        return [row[0] for row in self.conn.execute(query)]

    def history(self) -> list[tuple[Any, ...]]:
        """List hash and created_at of what is recorded, in order."""
        query = "SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id"
        return self.conn.execute(query).fetchall()


@pytest.fixture
def target(empty_db: Connection, folder_of: Callable[..., Folder]) -> Target:
    """Return an empty database with what makes folders for it."""
    return Target(empty_db, folder_of)
