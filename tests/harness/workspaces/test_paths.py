"""Ways to write a row: a table that can be read, and a runner that would notice."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from fixtures.errors import HarnessError, SubjectError
from fixtures.workspaces.paths import PATHS, Ground, WritePath, judge_way, render_table, try_way
from fixtures.workspaces.paths.model import ACCEPTED, always

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Connection

INSERT = next(path for path in PATHS if path.name == "insert_values")


def test_ways_have_names_of_their_own() -> None:
    assert len({path.name for path in PATHS}) == len(PATHS) >= 40


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_way_says_how_it_writes_in_statements_or_in_python(path: WritePath) -> None:
    assert path.how
    assert bool(path.steps) is (path.by is None)


def test_table_has_a_row_for_each_way_and_for_each_version_that_differs() -> None:
    rows = [line for line in render_table().splitlines() if line.startswith("| `")]

    assert len(rows) == sum(1 + len(path.before) for path in PATHS)
    assert all(row.count(" | ") == 5 for row in rows)


def test_version_that_differs_has_its_own_answer() -> None:
    way = dataclasses.replace(INSERT, before={15: always("15"), 17: always("17")})

    assert [way.expects("deployed", major).allowed for major in (14, 15, 16, 17)] == [
        "15",
        "17",
        "17",
        ACCEPTED,
    ]


def test_back_door_is_noticed(db: Connection, invariant: Invariant) -> None:
    db.execute(Ground(db, invariant, "deployed").fill("ALTER TABLE {table} DROP CONSTRAINT {name}"))
    ground = Ground(db, invariant, "deployed")

    answered = try_way(INSERT, ground)

    with pytest.raises(SubjectError, match=r"deployed: \d+ of \d+ rows written by insert_values"):
        judge_way(INSERT, ground, answered)


def test_row_that_is_left_without_being_accepted_is_noticed(db: Connection, invariant: Invariant) -> None:
    def writes_and_says_nothing(ground: Ground, trial: object) -> int:
        ground.conn.execute("INSERT INTO companies (name, issue_prefix) SELECT 'x', gen_random_uuid()")
        return 0 if trial else 1

    way = dataclasses.replace(INSERT, steps=(), by=writes_and_says_nothing)

    with pytest.raises(SubjectError, match=r"changed: public\.companies"):
        try_way(way, Ground(db, invariant, "deployed"))


def test_row_that_is_accepted_and_not_there_is_noticed(db: Connection, invariant: Invariant) -> None:
    way = dataclasses.replace(INSERT, steps=("SELECT 1 FROM {table}",))

    with pytest.raises(SubjectError, match="was accepted, and its row is not there"):
        try_way(way, Ground(db, invariant, "deployed"))


def test_statement_that_cannot_run_is_an_error_of_the_harness(db: Connection, invariant: Invariant) -> None:
    ground = Ground(db, invariant, "before")
    way = dataclasses.replace(INSERT, steps=("SELEC 1",))

    answered = try_way(way, ground)

    with pytest.raises(HarnessError, match="refused with 42601"):
        judge_way(way, ground, answered)
