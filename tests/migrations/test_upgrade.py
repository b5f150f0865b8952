"""The deploy as production sees it: an upgrade of a table with rows, beside other sessions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.constraints.constraint_catalog import find_constraint
from fixtures.core.errors import SubjectError
from fixtures.migrations.observe_migration import (
    FORBIDDEN,
    LOCK_WAIT_SECONDS_MAX,
    SideEffects,
    deploy_behind_a_reader,
    observe_side_effects,
)
from fixtures.migrations.runners import RUNNERS, runner_for
from fixtures.migrations.skipped_or_validating_deploy import not_added

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.load_subject import ConstraintTrace, Subject
    from fixtures.migrations.phase_databases import Phases


@pytest.fixture(scope="module")
def trace(phases: Phases, spec: ConstraintSpec) -> ConstraintTrace:
    return phases.trace_migrations.traces[spec.name]


@pytest.fixture(scope="module")
def own_deploy(subject: Subject, trace: ConstraintTrace) -> Subject:
    """Return the subject as far as it is deployed with the constraint."""
    situation = subject.situation(trace)
    if situation == "deployed":
        pytest.skip(f"{trace.migration.tag} has been deployed: only what is pending is judged")
    return subject if situation == "pending" else replace(subject, folder=subject.prefix(trace.index + 1))


@pytest.fixture(scope="module")
def side_effects(
    phases: Phases, spec: ConstraintSpec, own_deploy: Subject, trace: ConstraintTrace
) -> SideEffects:
    with phases.prior_rows(spec) as dsn:
        return observe_side_effects(dsn, own_deploy, trace)


@pytest.mark.parametrize("runner", RUNNERS)
def test_upgrade_from_the_state_before_brings_the_constraint(
    phases: Phases, spec: ConstraintSpec, subject: Subject, trace: ConstraintTrace, runner: str
) -> None:
    if subject.folder.v1 and runner == "paperclip":
        pytest.skip("paperclip's runner does not read drizzle v1's layout")
    used = runner_for(subject.folder, runner)
    with (
        phases.prior_state(spec, used) as dsn,
        psycopg.connect(dsn, autocommit=True) as conn,
    ):
        applied = used.migrate(conn, subject.folder)
        found = find_constraint(conn, spec.name)

    if not found:
        raise SubjectError.of([not_added(trace, subject.folder, runner, applied)])


@pytest.mark.parametrize("finding", FORBIDDEN)
def test_migration_has_no_side_effect(
    side_effects: SideEffects, trace: ConstraintTrace, finding: str
) -> None:
    if side_effects.seen[finding]:
        raise SubjectError.of([side_effects.finding(finding, trace)])


def test_backfill_is_not_in_the_deploy_that_adds_the_constraint(
    side_effects: SideEffects, own_deploy: Subject, trace: ConstraintTrace
) -> None:
    runner = own_deploy.runner
    apart = runner.transactions != "one" and side_effects.rewritten_by != trace.migration.tag

    if side_effects.rewritten_by and not apart:
        raise SubjectError(
            f"{side_effects.rewritten_by}: rewrites rows of public.{trace.spec.table} in the deploy that adds"
            f" {trace.spec.name}; {runner.sentence}, so ACCESS EXCLUSIVE is held from the ADD to the commit; backfill in"
            " a step of its own, after this deploy",
            finding="backfill-in-the-deploy",
            file=f"{side_effects.rewritten_by}.sql",
        )


def test_deploy_behind_a_long_transaction_gives_up_and_succeeds_later(
    phases: Phases, spec: ConstraintSpec, own_deploy: Subject, trace: ConstraintTrace
) -> None:
    with phases.prior_rows(spec) as dsn:
        wait = deploy_behind_a_reader(dsn, own_deploy, spec.table)
        with psycopg.connect(dsn, autocommit=True) as conn:
            own_deploy.runner.migrate(conn, own_deploy.folder)
            found = find_constraint(conn, spec.name)

    if not wait.in_time:
        mend = (
            f"{own_deploy.runner.sentence}; give the deploying role one (ALTER ROLE … SET lock_timeout = '2s') and say so:"
            " --session-setting lock_timeout=2s"
            if own_deploy.runner.transactions == "none"
            else "write SET LOCAL lock_timeout = '2s'; before the ALTER TABLE, or say --session-setting lock_timeout=2s"
            " when the deploying role has it"
        )
        sentence = (
            f"waits for ACCESS EXCLUSIVE on public.{spec.table} longer than {LOCK_WAIT_SECONDS_MAX:.0f} s behind a"
            f" long transaction, and every reader waits behind it; {mend}"
        )
        raise SubjectError.of([trace.finding("no-lock-timeout", sentence)])
    if wait.sqlstate not in {"55P03", "57014"}:
        sentence = (
            f"ends with {wait.sqlstate or 'success'} behind a long transaction, and not with a timeout of the statement"
            " (55P03, 57014); set lock_timeout, and let its error through"
        )
        raise SubjectError.of([trace.finding("ends-otherwise", sentence)])
    if not found:
        sentence = (
            "does not bring the constraint when it is run again after a timeout; leave nothing half done"
        )
        raise SubjectError.of([trace.finding("not-repeatable", sentence)])
