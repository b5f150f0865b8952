"""Every write path in every phase gives the answers that its table says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.migrations.phase_databases import PHASES
from fixtures.write_paths import PATHS, WriteContext, judge_write_path, try_write_path
from fixtures.write_paths.clean_room import clean_room
from fixtures.write_paths.replicated_writes import replication

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fixtures.constraints import ConstraintSpec
    from fixtures.core.counts import Tally
    from fixtures.migrations.phase_databases import Connection, Phase, Phases
    from fixtures.write_paths import WritePath

    Opened = Callable[[Phase], AbstractContextManager[Connection]]


def _by(where: str) -> pytest.MarkDecorator:
    paths = [path for path in PATHS if path.where == where]
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.name)


@_by("owner")
@pytest.mark.parametrize("phase", PHASES)
def test_way_to_write_does_what_its_table_says(
    phases: Phases, spec: ConstraintSpec, tally: Tally, path: WritePath, phase: Phase
) -> None:
    with phases.connection(phase, spec) as conn:
        context = WriteContext(conn, spec, phase)
        answered = try_write_path(path, context)
        tally.count_write_path(path.name, phase, [one.verdict.accepted for one in answered])

        judge_write_path(path, context, answered)


@_by("superuser")
@pytest.mark.parametrize("phase", PHASES)
def test_way_of_a_superuser_does_what_its_table_says(
    superuser: Opened, spec: ConstraintSpec, tally: Tally, path: WritePath, phase: Phase
) -> None:
    with superuser(phase) as conn, conn.transaction(force_rollback=True):
        context = WriteContext(conn, spec, phase)
        answered = try_write_path(path, context)
        tally.count_write_path(path.name, phase, [one.verdict.accepted for one in answered])

        judge_write_path(path, context, answered)


@_by("replica role")
@pytest.mark.parametrize("phase", PHASES)
def test_way_of_a_replica_role_does_what_its_table_says(
    replica_role: Opened, spec: ConstraintSpec, tally: Tally, path: WritePath, phase: Phase
) -> None:
    with replica_role(phase) as conn, conn.transaction(force_rollback=True):
        context = WriteContext(conn, spec, phase)
        answered = try_write_path(path, context)
        tally.count_write_path(path.name, phase, [one.verdict.accepted for one in answered])

        judge_write_path(path, context, answered)


@_by("subscriber")
@pytest.mark.parametrize("phase", PHASES)
def test_way_of_a_subscriber_does_what_its_table_says(
    logical_phases: Phases, spec: ConstraintSpec, tally: Tally, path: WritePath, phase: Phase
) -> None:
    databases = logical_phases.databases
    with (
        logical_phases.fresh("before", spec) as source, clean_room(databases, source, spec) as publisher,
        logical_phases.fresh(phase, spec) as target, clean_room(databases, target, spec) as subscriber,
        psycopg.connect(publisher, autocommit=True) as there, psycopg.connect(subscriber, autocommit=True) as here,
        replication(databases, WriteContext(there, spec, "before"), WriteContext(here, spec, phase)) as replicated,
    ):  # fmt: skip
        answered = replicated.try_write_path(path)
        tally.count_write_path(path.name, phase, [one.verdict.accepted for one in answered])

        judge_write_path(path, replicated.subscriber, answered)
