"""An install that upgrades itself when its server starts, with rows that break the rule, and nobody who runs psql."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.constraints.constraint_catalog import find_constraint
from fixtures.core.errors import HarnessError
from fixtures.gate import paperclip_server, release_install
from fixtures.gate.http_client import Client
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.migrations.overlay import overlay
from fixtures.migrations.runners import RUNNERS
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.paperclip.paperclip_rows import PAPERCLIP
from fixtures.postgres.databases import Databases
from fixtures.postgres.psql import run_psql
from fixtures.rows.seed_rows import insert, insert_parent_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.migrations.drizzle_folder import Folder
    from fixtures.postgres.server import Server

ROOT = Path(__file__).resolve().parents[2]
SELF_REPAIRING = read_folder(ROOT / "examples" / "self_repairing")
BACKFILL, VALIDATE = (migration.tag for migration in SELF_REPAIRING.migrations)
RELEASES = ("2026.403.0", "2026.707.0", release_install.NEWEST)


@dataclass(frozen=True)
class Upgrade:
    """What is on top of the newest release's folder, and what comes of it; `rename` answers a PATCH of a violator.

    Where the server does not start, this is so after a backfill and another start.
    """

    tags: tuple[str, ...]
    starts: bool
    frozen: bool
    validated: bool
    rename: int


UPGRADES = {
    "constraint alone": Upgrade((), starts=True, frozen=True, validated=False, rename=500),
    "constraint, backfill, VALIDATE": Upgrade((BACKFILL, VALIDATE), starts=True, frozen=False, validated=True, rename=200),
    "constraint, VALIDATE": Upgrade((VALIDATE,), starts=False, frozen=False, validated=True, rename=200),
}  # fmt: skip


@pytest.fixture(scope="module")
def tree() -> Iterator[Path]:
    """Yield a copy of the newest server, whose migrations a test may replace; what is not paperclip's is linked."""
    installed = release_install.install(release_install.NEWEST)
    with tempfile.TemporaryDirectory(dir=installed.parent, prefix=".upgrade-") as directory:
        modules = Path(directory) / "node_modules"
        modules.mkdir()
        for package in (installed / "node_modules").iterdir():
            if package.name == "@paperclipai":
                shutil.copytree(package, modules / package.name, symlinks=True, copy_function=os.link)
            else:
                (modules / package.name).symlink_to(package)
        yield Path(directory)


@pytest.fixture(params=RELEASES)
def install(
    managed: Server, release_folder: Callable[[str | None], Folder], request: pytest.FixtureRequest
) -> Iterator[tuple[str, list[str]]]:
    """Yield an install of a release with a violator of each kind: its dsn, and their ids."""
    folder = release_folder(None if request.param == release_install.NEWEST else request.param)
    rows = [PAPERCLIP.build(CLOSED_STATE.table, **state) for state in CLOSED_STATE.violators]
    with Databases(managed).fresh() as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            RUNNERS["paperclip"].migrate(conn, folder)
            insert_parent_rows(conn, CLOSED_STATE)
            insert(conn, CLOSED_STATE.table, rows)
        yield dsn, [str(row["id"]) for row in rows]


def replace_migrations(tree: Path, upgrade: Upgrade, scratch: Path) -> None:
    """Put the constraint, and what comes with it, on top of the folder that the server applies."""
    own = tree / "node_modules" / "@paperclipai" / "db" / "dist" / "migrations"
    original = release_install.install(release_install.NEWEST)
    folder = release_install.folder_with_constraint(original, scratch / "constraint")
    if upgrade.tags:
        folder = overlay(folder, SELF_REPAIRING, upgrade.tags, scratch / "more")
    shutil.rmtree(own)
    shutil.copytree(folder.path, own)


def state_of(dsn: str) -> tuple[bool | None, int]:
    """Return whether the constraint is validated, None without one, and how many rows break the rule."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        found = find_constraint(conn, CLOSED_STATE.name)
        query = f"SELECT count(*) FROM {CLOSED_STATE.table} WHERE NOT ({CLOSED_STATE.predicate})"
        row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return (found[0].convalidated if found else None), int(row[0])


@contextlib.contextmanager
def started(tree: Path, managed: Server, dsn: str) -> Iterator[Client]:
    with (
        paperclip_server.start(tree, paperclip_server.tcp_url(managed, dsn)) as real,
        contextlib.closing(Client(real.url)) as client,
    ):
        yield client


def backfill(dsn: str) -> None:
    done = run_psql(dsn, ROOT / "sql" / "rollout" / "closed_state" / "3_backfill.sql")
    assert done.exit_code == 0, done.err


@pytest.mark.parametrize("name", UPGRADES)
def test_upgrade_at_the_start_of_the_server(
    managed: Server, install: tuple[str, list[str]], tree: Path, name: str, tmp_path: Path
) -> None:
    upgrade, (dsn, keys) = UPGRADES[name], install
    replace_migrations(tree, upgrade, tmp_path)
    path, body = f"/api/execution-workspaces/{keys[0]}", {"name": "renamed"}
    if not upgrade.starts:
        with pytest.raises(HarnessError, match="ended at its start"), started(tree, managed, dsn):
            pass
        assert state_of(dsn) == (False, len(keys))
        backfill(dsn)
    with started(tree, managed, dsn) as client:
        assert state_of(dsn) == (upgrade.validated, len(keys) if upgrade.frozen else 0)
        before = client.call("PATCH", path, body).code
        backfill(dsn)
        after = client.call("PATCH", path, body).code

    assert (before, after) == (upgrade.rename, 200), "frozen until the backfill, and not after it"
