"""The deploy as production sees it: an upgrade, of a table with rows, beside other sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.drizzle.runners import RUNNERS
from fixtures.postgres.constraint import find_constraint
from fixtures.rollout.subject import skipped
from fixtures.rollout.upgrade import LOCK_WAIT_SECONDS_MAX, Manners, deploy_behind_a_reader, watch_manners

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Phase, Phases
    from fixtures.rollout.subject import Landing, Subject

    FreshDatabase = Callable[[Phase], AbstractContextManager[str]]


@pytest.fixture(scope="module")
def landing(phases: Phases, invariant: Invariant) -> Landing:
    return phases.survey.landings[invariant.name]


@pytest.fixture(scope="module")
def manners(phases: Phases, invariant: Invariant, subject: Subject, landing: Landing) -> Manners:
    with phases.fresh("before", invariant) as dsn:
        return watch_manners(dsn, subject, landing)


@pytest.mark.parametrize("runner", RUNNERS)
def test_upgrade_from_the_state_before_brings_the_constraint(
    phases: Phases, invariant: Invariant, subject: Subject, landing: Landing, runner: str
) -> None:
    with (
        phases.prior_state(invariant, RUNNERS[runner]) as dsn,
        psycopg.connect(dsn, autocommit=True) as conn,
    ):
        RUNNERS[runner].migrate(conn, subject.folder)
        found = find_constraint(conn, invariant.name)

    assert found, skipped(landing, subject.folder, runner)


def test_migration_changes_nothing_but_the_constraint(manners: Manners, landing: Landing) -> None:
    itself = f"constraint public.{landing.invariant.table}.{landing.invariant.name}: "
    others = [line for line in manners.catalog if not line.startswith(itself)]

    assert not others, f"{landing.migration.tag}: changes more than the constraint: {others[0]}"


def test_migration_changes_no_rows(manners: Manners, landing: Landing) -> None:
    assert not manners.tables, (
        f"{landing.migration.tag}: changes rows of {manners.tables[0]}; the backfill is a step of its own, after it"
    )


def test_backfill_is_not_in_the_deploy_that_adds_the_constraint(manners: Manners, landing: Landing) -> None:
    assert manners.rewritten_by is None, (
        f"{manners.rewritten_by}: rewrites rows of public.{landing.invariant.table} in the deploy that adds"
        f" {landing.invariant.name}; stock drizzle runs all that is pending in one transaction, so ACCESS EXCLUSIVE"
        " is held from the ADD to the commit; backfill in a step of its own, after this deploy"
    )


def test_migration_reads_no_rows_under_the_lock(manners: Manners, landing: Landing) -> None:
    assert manners.rows_read == 0, (
        f"{landing.migration.tag}: reads all {manners.rows_read} rows of public.{landing.invariant.table} in the"
        " transaction that holds ACCESS EXCLUSIVE; count and look before the deploy, or after it"
    )


def test_migration_locks_no_other_table(manners: Manners, landing: Landing) -> None:
    assert not manners.locked, (
        f"{landing.migration.tag}: takes {manners.locked[0]} and keeps it to the commit, beside ACCESS EXCLUSIVE on"
        f" public.{landing.invariant.table}; leave other tables to a migration of their own"
    )


def test_deploy_leaves_no_setting_behind(manners: Manners, landing: Landing) -> None:
    assert not manners.settings, (
        f"{landing.migration.tag}: leaves the session changed ({manners.settings[0]}), which whatever uses the"
        " connection next inherits; use SET LOCAL, and give back what it takes"
    )


def test_deploy_behind_a_long_transaction_gives_up_and_succeeds_later(
    fresh_database: FreshDatabase, invariant: Invariant, subject: Subject, landing: Landing
) -> None:
    with fresh_database("before") as dsn:
        wait = deploy_behind_a_reader(dsn, subject, invariant.table)
        with psycopg.connect(dsn, autocommit=True) as conn:
            subject.runner.migrate(conn, subject.folder)
            found = find_constraint(conn, invariant.name)

    assert wait.in_time, (
        f"{landing.migration.tag}: waits for ACCESS EXCLUSIVE on public.{invariant.table} longer than"
        f" {LOCK_WAIT_SECONDS_MAX:.0f} s behind a long transaction, and every reader waits behind it;"
        " set lock_timeout before the ALTER TABLE"
    )
    assert wait.sqlstate in {"55P03", "57014"}, (
        f"{landing.migration.tag}: ended with {wait.sqlstate}, not a timeout"
    )
    assert found
