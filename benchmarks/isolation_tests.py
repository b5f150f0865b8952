"""The tests that `database_per_test` lets pytest run, both sides in turn on one template."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pytest_postgresql import factories
from pytest_postgresql.executors import NoopExecutor

if TYPE_CHECKING:
    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.connection_type import Connection
    from fixtures.postgres.databases import Databases
    from fixtures.postgres.server import Server


class OnOurTemplate(NoopExecutor):
    """pytest-postgresql's picture of a running server, with a template of ours to clone."""

    template = ""

    @property
    def template_dbname(self) -> str:
        """Return the name of the template."""
        return self.template


@pytest.fixture(scope="session")
def their_server(cluster: Server, databases: Databases, phases: Phases) -> NoopExecutor:
    """Tell pytest-postgresql of our server."""
    made = OnOurTemplate(
        cluster.host, cluster.port, cluster.user, options="", dbname=f"{cluster.prefix}theirs"
    )
    made.template = databases.template(phases.template("deployed", phases.subject.specs[0]), lambda _: None)
    return made


postgresql = factories.postgresql("their_server")


rounds = pytest.mark.parametrize("turn", range(int(os.environ["BENCH_ROUNDS"])))


@rounds
def test_db(db: Connection, turn: int) -> None:  # noqa: ARG001
    """Use ours."""
    db.execute("SELECT 1")


@rounds
def test_postgresql(postgresql: Connection, turn: int) -> None:  # noqa: ARG001
    """Use theirs."""
    postgresql.execute("SELECT 1")
