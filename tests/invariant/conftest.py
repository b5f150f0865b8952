"""Fixtures for write paths: clean rooms for roles with more rights, and a server that replicates."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.postgres import binaries, server
from fixtures.postgres.databases import Databases
from fixtures.postgres.logical_replication import SETTINGS
from fixtures.write_paths.clean_room_database import clean_room
from fixtures.write_paths.logical_replication_writes import replication
from fixtures.write_paths.write_context import WriteContext
from fixtures.write_paths.write_path_trials import try_write_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.phase_databases import Phase, Phases
    from fixtures.postgres.connection_type import Connection
    from fixtures.postgres.server import Server
    from fixtures.write_paths.logical_replication_writes import Replication
    from fixtures.write_paths.write_path_trials import Attempt

NO_SUPERUSER = "the running server's role is no superuser"
NO_BINARIES = "the running server's programs are not at hand, to start a second one that replicates"


@pytest.fixture
def writer(
    phases: Phases, spec: ConstraintSpec, request: pytest.FixtureRequest
) -> Callable[[str, Phase], AbstractContextManager[tuple[WriteContext, Attempt]]]:
    """Return what opens a write context, given who writes (`WritePath.where`) and the phase.

    It yields the context and the function that tries a write path in it; nothing of it stays.
    """

    @contextlib.contextmanager
    def opened(where: str, phase: Phase) -> Iterator[tuple[WriteContext, Attempt]]:
        if where == "subscriber":
            replicating = request.getfixturevalue("logical_databases")
            with _subscriber(replicating, phases, phase, spec) as replicated:
                yield replicated.subscriber, replicated.try_write_path
            return
        with _connection(phases, where, phase, spec) as conn:
            context = WriteContext(conn, spec, phase)
            yield context, lambda path: try_write_path(path, context)

    return opened


@contextlib.contextmanager
def _connection(phases: Phases, where: str, phase: Phase, spec: ConstraintSpec) -> Iterator[Connection]:
    """Connect as the owner, or to a clean room as a superuser or with the right to session_replication_role."""
    databases = phases.databases
    if where == "owner":
        with phases.connection(phase, spec) as conn:
            yield conn
        return
    if not databases.server.admin_is_superuser():
        pytest.skip(NO_SUPERUSER)
    with phases.connection(phase, spec) as there, clean_room(databases, there.info.dsn, spec) as room:
        privileged = where == "superuser"
        connected = databases.privileged(room) if privileged else psycopg.connect(room, autocommit=True)
        with connected as conn:
            if not privileged:
                databases.grant_replica_role(room)
            with conn.transaction(force_rollback=True):
                yield conn


@contextlib.contextmanager
def _subscriber(
    databases: Databases, phases: Phases, phase: Phase, spec: ConstraintSpec
) -> Iterator[Replication]:
    with (
        phases.connection("before", spec) as source, clean_room(databases, source.info.dsn, spec) as publisher,
        phases.connection(phase, spec) as target, clean_room(databases, target.info.dsn, spec) as subscriber,
        psycopg.connect(publisher, autocommit=True) as there, psycopg.connect(subscriber, autocommit=True) as here,
        replication(databases, WriteContext(there, spec, "before"), WriteContext(here, spec, phase)) as replicated,
    ):  # fmt: skip
        yield replicated


@pytest.fixture(scope="module")
def logical_databases(cluster: Server, pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Return the databases of a server of the same version whose WAL can be decoded."""
    if cluster.bindir is None:
        pytest.skip(NO_BINARIES)
    found = binaries.from_pg_ctl(Path(cluster.bindir) / "pg_ctl")
    root = pytestconfig.getoption("pg_data")
    with server.start(found, origin=cluster.origin, root=root, settings=SETTINGS, tcp=True) as replicating:
        databases = Databases(replicating)
        yield databases
        databases.close()
