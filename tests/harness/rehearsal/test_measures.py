"""What a rehearsal measures besides the steps: a pool in front of a deploy that queues, growth, and what a step leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.migrations.constraint_trace import trace_migrations
from fixtures.migrations.load_subject import load_subject
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.rehearsal import cost_by_table_size, pool_exhaustion
from fixtures.rehearsal.judge import GROWTH_MAX
from fixtures.rehearsal.rehearsal_databases import SMALL, EnvironmentFactory, RehearsalEnvironment
from fixtures.rehearsal.rollout_scripts import find_rollout

if TYPE_CHECKING:
    from fixtures.postgres.databases import Databases
    from tests.harness.rehearsal.conftest import Shop

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environments(databases: Databases, tmp_path: Path) -> EnvironmentFactory:
    own = load_subject(ROOT, specs=[CLOSED_STATE], scratch=tmp_path)
    trace = trace_migrations(databases, own).traces[CLOSED_STATE.name]
    return EnvironmentFactory(databases, own, trace, find_rollout(ROOT, CLOSED_STATE))


def test_requests_fail_while_a_deploy_queues_and_are_served_again_after_it(
    environments: EnvironmentFactory,
) -> None:
    with environments.small():
        plain, once, retried = pool_exhaustion.measure(environments)

    assert [one.ended for one in (plain, once, retried)] == ["deployed", "gave up with 55P03", "deployed"]
    for way in (plain, once, retried):
        counted = sum(one.served + one.failed for one in way.timeline)
        assert counted == way.served + way.failed
        assert way.served > way.timeline[0].served > 0
        assert way.timeline[-1].failed == 0, "the pool recovers"
    assert plain.failed
    assert plain.recovered_ms > pool_exhaustion.READER_SECONDS * 1000 - 1000


def test_steps_read_as_many_rows_for_each_of_a_larger_table(environments: EnvironmentFactory) -> None:
    points = cost_by_table_size.steps(environments, rows=2_000, violators=100)

    assert [(one.step, one.rows) for one in points] == [
        (step, rows) for rows in (1_000, 10_000) for step in ("backfill", "validate")
    ]
    assert all(one.rows_read >= one.rows and one.wal_bytes for one in points)
    small, large = (one.rows_read / one.rows for one in points if one.step == "backfill")
    assert large < small * GROWTH_MAX


def test_step_leaves_dead_rows_and_a_larger_table_behind(environments: EnvironmentFactory) -> None:
    with environments.small() as environment:
        environment.migrate()
        before = environment.costs()
        environment.must("backfill")
        after = environment.costs()

    assert after["dead_rows"] - before["dead_rows"] >= SMALL.violators_total
    assert after["bytes_grown"] > before["bytes_grown"]
    assert after["wal_bytes"] > before["wal_bytes"]


@pytest.mark.usefixtures("standby")
def test_replica_that_has_to_catch_up_is_seen(shop: Shop, environments: EnvironmentFactory) -> None:
    environment = RehearsalEnvironment(
        shop.dsn, environments.subject, environments.trace, environments.rollout
    )
    shop.query("UPDATE execution_workspaces SET name = repeat('n', 800)")
    behind = environment.replica_behind()
    environment.close()

    assert behind is not None
    assert behind >= 0


def test_no_replica_is_no_number(environments: EnvironmentFactory) -> None:
    with environments.small() as environment:
        assert environment.replica_behind() is None
