"""The upgrade of a database's history to drizzle v1, on a copy: only with --history-from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.core.errors import SubjectError
from fixtures.migrations.drizzle_v1_upgrade_on_a_copy import history_findings

if TYPE_CHECKING:
    import pytest

    from fixtures.core.tried_counts import Tally
    from fixtures.migrations.load_subject import Subject
    from fixtures.postgres.databases import Databases


def test_history_is_brought_up_to_drizzle_v1_and_nothing_runs_again(
    databases: Databases, subject: Subject, tally: Tally, request: pytest.FixtureRequest
) -> None:
    source = request.config.getoption("history_from")

    upgrade, found = history_findings(databases, source, subject.folder, subject.runner)
    tally.facts["history"] = f"{source}: {upgrade}"

    if found:
        raise SubjectError.of(found)
