"""The rows that a rehearsal is run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from fixtures.constraints.try_writes import snapshot
from fixtures.constraints.write_statements import qualified
from fixtures.core.errors import HarnessError
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.catalog_snapshot import catalog_differences, catalog_snapshot
from fixtures.rows.production_like_rows import Population, populate

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.databases import Databases

ASKED = Population(rows_total=400, violators_total=60, seed=5)


@pytest.fixture
def digests(phases: Phases) -> Callable[[Population], dict[str, str]]:
    def build(population: Population) -> dict[str, str]:
        with (
            phases.prior_state(CLOSED_STATE, phases.subject.runner) as dsn,
            psycopg.connect(dsn, autocommit=True) as conn,
        ):
            made = populate(conn, CLOSED_STATE, population)
            query = sql.SQL("SELECT count(*), count(*) FILTER (WHERE NOT ({})) FROM {}").format(
                sql.SQL(CLOSED_STATE.predicate), qualified(CLOSED_STATE.table)
            )
            assert conn.execute(query).fetchone() == (population.rows_total, population.violators_total)
            assert sum(made.values()) == population.violators_total
            return snapshot(conn, [CLOSED_STATE.table, "issues", "project_workspaces"])

    return build


def test_same_seed_gives_the_same_rows(digests: Callable[[Population], dict[str, str]]) -> None:
    assert digests(ASKED) == digests(ASKED)


def test_rows_that_the_server_multiplies_leave_the_catalog_as_it_was(
    phases: Phases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.rows.production_like_rows._DRAWN_ROWS_MAX", 50)
    asked = Population(rows_total=1_000, violators_total=20)
    with (
        phases.prior_state(CLOSED_STATE, phases.subject.runner) as dsn,
        psycopg.connect(dsn, autocommit=True) as conn,
    ):
        before = catalog_snapshot(conn)
        populate(conn, CLOSED_STATE, asked)
        query = sql.SQL("SELECT count(*), count(*) FILTER (WHERE NOT ({})) FROM {}").format(
            sql.SQL(CLOSED_STATE.predicate), qualified(CLOSED_STATE.table)
        )

        assert conn.execute(query).fetchone() == (1_000, 20)
        assert catalog_differences(before, catalog_snapshot(conn)) == []


def test_another_seed_gives_other_rows(digests: Callable[[Population], dict[str, str]]) -> None:
    other = digests(Population(ASKED.rows_total, ASKED.violators_total, seed=6))

    assert other[CLOSED_STATE.table] != digests(ASKED)[CLOSED_STATE.table]


def test_source_issues_of_violators_are_done_or_cancelled(phases: Phases) -> None:
    with phases.prior_state(CLOSED_STATE, phases.subject.runner) as dsn, psycopg.connect(dsn) as conn:
        populate(conn, CLOSED_STATE, ASKED)
        rows = conn.execute(
            "SELECT DISTINCT i.status FROM public.execution_workspaces AS w JOIN public.issues AS i ON i.id = w.source_issue_id"
            " WHERE w.closed_at IS NOT NULL AND w.status NOT IN ('archived', 'cleanup_failed')"
        ).fetchall()

    assert {status for (status,) in rows} == {"done", "cancelled"}


def test_fewer_rows_than_violators_is_bad_input() -> None:
    with pytest.raises(HarnessError, match="--rows 10: fewer than the 1037 violators"):
        Population(rows_total=10)


@pytest.mark.parametrize(("rows", "violators"), [(10, 10), (10, 0), (1, 1)])
def test_rows_that_are_too_few_are_named_as_they_were_asked_for(rows: int, violators: int) -> None:
    with pytest.raises(
        HarnessError, match=f"--rows {rows} --violators {violators}: ask for 1 violators or more"
    ):
        Population(rows, violators).before(rows=2, violators=1)


def test_clone_of_a_database_in_use_is_refused_and_nobody_is_thrown_out(databases: Databases) -> None:
    with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as user:
        name = user.info.dbname

        with (
            pytest.raises(HarnessError, match=f"--data-from {name}: somebody is connected"),
            databases.clone(name),
        ):
            pass

        assert user.execute("SELECT 1").fetchone() == (1,)


def test_clone_of_a_database_that_is_not_there(databases: Databases) -> None:
    with (
        pytest.raises(HarnessError, match="--data-from nowhere: cannot be cloned"),
        databases.clone("nowhere"),
    ):
        pass
