"""Fixtures for write paths: clean rooms for roles with more rights, and a server that replicates."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.migrations.phase_databases import Phases
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
    from fixtures.migrations.load_subject import Subject
    from fixtures.migrations.phase_databases import Phase
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
            replicating = request.getfixturevalue("logical_phases")
            with _subscriber(replicating, phase, spec) as replicated:
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
    with phases.fresh(phase, spec) as dsn, clean_room(databases, dsn, spec) as room:
        privileged = where == "superuser"
        connected = databases.privileged(room) if privileged else psycopg.connect(room, autocommit=True)
        with connected as conn:
            if not privileged:
                databases.grant_replica_role(room)
            with conn.transaction(force_rollback=True):
                yield conn


@contextlib.contextmanager
def _subscriber(phases: Phases, phase: Phase, spec: ConstraintSpec) -> Iterator[Replication]:
    databases = phases.databases
    with (
        phases.fresh("before", spec) as source, clean_room(databases, source, spec) as publisher,
        phases.fresh(phase, spec) as target, clean_room(databases, target, spec) as subscriber,
        psycopg.connect(publisher, autocommit=True) as there, psycopg.connect(subscriber, autocommit=True) as here,
        replication(databases, WriteContext(there, spec, "before"), WriteContext(here, spec, phase)) as replicated,
    ):  # fmt: skip
        yield replicated


@pytest.fixture(scope="module")
def logical_phases(cluster: Server, subject: Subject, pytestconfig: pytest.Config) -> Iterator[Phases]:
    """Return the phases on a server of the same version whose WAL can be decoded."""
    if cluster.bindir is None:
        pytest.skip(NO_BINARIES)
    found = binaries.from_pg_ctl(Path(cluster.bindir) / "pg_ctl")
    root = pytestconfig.getoption("pg_data")
    with server.start(found, origin=cluster.origin, root=root, settings=SETTINGS, tcp=True) as replicating:
        databases = Databases(replicating)
        made = Phases(databases, subject)
        yield made
        made.close()
        databases.close()
