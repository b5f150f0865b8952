"""Months later: what the migrations after the constraint's do to it, and to a table with a row in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import Finding, SubjectError
from fixtures.migrations.judge_migrations_after_constraint import Later, judge_later_migrations

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.core.tried_counts import Tally
    from fixtures.migrations.phase_databases import Phases


@pytest.fixture(scope="module")
def later(phases: Phases, spec: ConstraintSpec, tally: Tally) -> Later:
    found = judge_later_migrations(phases, spec)
    tally.tried["later migrations run on rows"] += len(found.migrations)
    for fact, lines in (("depends", found.depends), ("not judged", found.unjudged)):
        if lines:
            tally.facts[fact] = "; ".join(lines)
    return found


def test_later_migrations_keep_the_constraint_and_the_rule(later: Later) -> None:
    if later.wrong:
        raise SubjectError.of(_findings("later-migration", later.wrong))


def test_backfill_repairs_what_breaks_the_rule_and_no_more(later: Later) -> None:
    if later.repairs:
        raise SubjectError.of(_findings("other-repair", later.repairs))


def _findings(code: str, lines: list[str]) -> list[Finding]:
    return [Finding(code, line, file=f"{line.partition(':')[0]}.sql") for line in lines]


def test_every_pending_migration_runs(later: Later, phases: Phases) -> None:
    if later.skipped:
        raise SubjectError(
            f"{later.skipped[0]}: {phases.subject.runner.name} skips it on a database that has what production has, and"
            " reports success; give it a higher `when` in meta/_journal.json",
            finding="migration-skipped",
            file=f"{later.skipped[0]}.sql",
        )
