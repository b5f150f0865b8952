"""The real packages, installed once from npm, and a Postgres with contrib."""

from __future__ import annotations

import dataclasses
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.core.npm import npm_tree
from fixtures.migrations.drizzle_folder import Folder, read_folder
from fixtures.migrations.reference_runners import ReferenceRunners, real_migrations
from fixtures.postgres import binaries, database_cleanup_guard, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.postgres.server import Server

OWN = Path(__file__).resolve().parents[2] / "sql" / "migrations"


@pytest.fixture(scope="session")
def reference_runners(tmp_path_factory: pytest.TempPathFactory) -> ReferenceRunners:
    """Return the real migrators and drizzle-kit."""
    return ReferenceRunners(npm_tree(), tmp_path_factory.mktemp("companion"))


@pytest.fixture(scope="session")
def release_folder(reference_runners: ReferenceRunners, cluster: Server) -> Callable[[str | None], Folder]:
    """Return what reads paperclip's folder of a release, None the newest, on a server with its extensions."""
    with cluster.admin() as conn:
        found = conn.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone()
    if found is None:
        pytest.exit(
            "tests/real needs a Postgres with contrib; run `tox -e real`, or name a pg_ctl", returncode=3
        )
    return lambda release: read_folder(real_migrations(reference_runners.tree, release))


@pytest.fixture(scope="session")
def real_folder(release_folder: Callable[[str | None], Folder]) -> Folder:
    """Return paperclip's own folder, of the newest release that is pinned."""
    return release_folder(None)


@pytest.fixture(scope="session")
def own_folder() -> Folder:
    """Return this project's own folder."""
    return read_folder(OWN)


@pytest.fixture(scope="session")
def managed(cluster: Server) -> Iterator[Server]:
    """Yield a server as a provider runs it: autovacuum on, and an admin who is no superuser."""
    assert cluster.bindir is not None
    found = binaries.from_pg_ctl(Path(cluster.bindir) / "pg_ctl")
    settings = {"autovacuum": "on", "autovacuum_naptime": "1s"}
    with server.start(found, settings=settings, tcp=True) as own:
        password = secrets.token_urlsafe(18)
        with own.admin() as conn:
            conn.execute("CREATE ROLE admin LOGIN CREATEDB CREATEROLE")
            database_cleanup_guard.set_password(conn, "admin", password)
        yield dataclasses.replace(own, passwords={**own.passwords, "admin": password})
