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
from fixtures.write_paths.clean_room import clean_room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.constraint_trace import Subject
    from fixtures.migrations.phase_databases import Connection, Phase
    from fixtures.postgres.server import Server

NO_SUPERUSER = "the running server's role is no superuser"
NO_BINARIES = "the running server's programs are not at hand, to start a second one that replicates"


@contextlib.contextmanager
def _room(phases: Phases, phase: Phase, spec: ConstraintSpec) -> Iterator[str]:
    if not phases.databases.server.admin_is_superuser():
        pytest.skip(NO_SUPERUSER)
    with phases.fresh(phase, spec) as dsn, clean_room(phases.databases, dsn, spec) as room:
        yield room


@pytest.fixture
def superuser(phases: Phases, spec: ConstraintSpec) -> Callable[[Phase], AbstractContextManager[Connection]]:
    """Return what opens a superuser's connection to a clean room, given the phase."""

    @contextlib.contextmanager
    def opened(phase: Phase) -> Iterator[Connection]:
        with _room(phases, phase, spec) as room, phases.databases.privileged(room) as conn:
            yield conn

    return opened


@pytest.fixture
def replica_role(
    phases: Phases, spec: ConstraintSpec
) -> Callable[[Phase], AbstractContextManager[Connection]]:
    """Return what opens a connection to a clean room whose owner may set session_replication_role, given the phase."""

    @contextlib.contextmanager
    def opened(phase: Phase) -> Iterator[Connection]:
        with _room(phases, phase, spec) as room, psycopg.connect(room, autocommit=True) as conn:
            phases.databases.grant_replica_role(room)
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
