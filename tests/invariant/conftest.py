"""Grounds that only ways to write need: a superuser's session, and a server that replicates."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import conninfo_to_dict

from fixtures.migrations.phase_databases import Phases
from fixtures.postgres import binaries, server
from fixtures.postgres.databases import Databases
from fixtures.write_paths.replicated_writes import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from fixtures.migrations.constraint_trace import Subject
    from fixtures.migrations.phase_databases import Connection, Phase
    from fixtures.postgres.server import Server

NO_SUPERUSER = "the running server's role is no superuser"
NO_BINARIES = "the running server's programs are not at hand, to start a second one that replicates"


@pytest.fixture
def superuser(
    cluster: Server, fresh_database: Callable[[Phase], AbstractContextManager[str]]
) -> Callable[[Phase], AbstractContextManager[Connection]]:
    """Return what opens a superuser's connection to a database of its own, given the phase."""

    @contextlib.contextmanager
    def opened(phase: Phase) -> Iterator[Connection]:
        with (
            fresh_database(phase) as dsn,
            cluster.connect(str(conninfo_to_dict(dsn)["dbname"]), "admin") as conn,
        ):
            if conn.info.parameter_status("is_superuser") != "on":
                pytest.skip(NO_SUPERUSER)
            yield conn

    return opened


@pytest.fixture(scope="module")
def logical_phases(cluster: Server, subject: Subject, pytestconfig: pytest.Config) -> Iterator[Phases]:
    """Return the phases on a server of the same version whose WAL can be decoded."""
    if cluster.bindir is None:
        pytest.skip(NO_BINARIES)
    embedded = cluster.origin == "embedded"
    found = (
        binaries.from_wheel(cluster.major)
        if embedded
        else binaries.from_pg_ctl(Path(cluster.bindir) / "pg_ctl")
    )
    root = pytestconfig.getoption("pg_data")
    with server.start(found, origin=cluster.origin, root=root, settings=SETTINGS, tcp=True) as replicating:
        databases = Databases(replicating)
        made = Phases(databases, subject)
        yield made
        made.close()
        databases.close()
