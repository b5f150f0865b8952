"""Every way to write a row, in every phase: none is a back door, and each does what its table says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.rollout.phases import PHASES
from fixtures.workspaces.paths import PATHS, Ground, judge_way, try_way
from fixtures.workspaces.paths.replication import replication

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Connection, Phase, Phases
    from fixtures.tally import Tally
    from fixtures.workspaces.paths import WritePath

    Superuser = Callable[[Phase], AbstractContextManager[Connection]]


def _by(where: str) -> pytest.MarkDecorator:
    paths = [path for path in PATHS if path.where == where]
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.name)


@_by("owner")
@pytest.mark.parametrize("phase", PHASES)
def test_way_to_write_does_what_its_table_says(
    phases: Phases, invariant: Invariant, tally: Tally, path: WritePath, phase: Phase
) -> None:
    with phases.connection(phase, invariant) as conn:
        ground = Ground(conn, invariant, phase)
        answered = try_way(path, ground)
        tally.count_way(path.name, phase, [one.verdict.accepted for one in answered])

        judge_way(path, ground, answered)


@_by("superuser")
@pytest.mark.parametrize("phase", PHASES)
def test_way_of_a_superuser_does_what_its_table_says(
    superuser: Superuser, invariant: Invariant, tally: Tally, path: WritePath, phase: Phase
) -> None:
    with superuser(phase) as conn, conn.transaction(force_rollback=True):
        ground = Ground(conn, invariant, phase)
        answered = try_way(path, ground)
        tally.count_way(path.name, phase, [one.verdict.accepted for one in answered])

        judge_way(path, ground, answered)


@_by("subscriber")
@pytest.mark.parametrize("phase", PHASES)
def test_way_of_a_subscriber_does_what_its_table_says(
    logical_phases: Phases, invariant: Invariant, tally: Tally, path: WritePath, phase: Phase
) -> None:
    server = logical_phases.databases.server
    with (
        logical_phases.fresh("before", invariant) as source, psycopg.connect(source, autocommit=True) as there,
        logical_phases.fresh(phase, invariant) as target, psycopg.connect(target, autocommit=True) as here,
        replication(server, Ground(there, invariant, "before"), Ground(here, invariant, phase)) as replicated,
    ):  # fmt: skip
        answered = replicated.try_way(path)
        tally.count_way(path.name, phase, [one.verdict.accepted for one in answered])

        judge_way(path, replicated.subscriber, answered)
