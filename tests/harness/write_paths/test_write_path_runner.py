"""The runner of write paths notices a wrong answer, and a path that says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from fixtures.constraints.judge_write_verdicts import ACCEPTED
from fixtures.core.errors import HarnessError, SubjectError
from fixtures.report.generate_docs_pages import tried_page
from fixtures.write_paths.write_context import WriteContext
from fixtures.write_paths.write_path import PATHS
from fixtures.write_paths.write_path_trials import judge_write_path, try_write_path
from fixtures.write_paths.writes_in_python import BY

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.postgres.connection_type import Connection
    from fixtures.write_paths.write_path import WritePath

INSERT = next(path for path in PATHS if path.name == "insert_values")


def test_ways_have_names_of_their_own() -> None:
    assert len({path.name for path in PATHS}) == len(PATHS) >= 40


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_way_says_how_it_writes_in_statements_or_in_python(path: WritePath) -> None:
    assert path.how
    assert bool(path.steps) is (path.by is None)
    assert path.by is None or path.by in BY


def test_table_has_a_row_for_each_way_and_for_each_version_that_differs() -> None:
    section = tried_page().split("\n## ")[1]
    rows = [line for line in section.splitlines() if line.startswith("| `")]

    assert len(rows) == sum(1 + len(path.older) for path in PATHS)
    assert all(row.count(" | ") == 5 for row in rows)


def test_version_that_differs_has_its_own_answer() -> None:
    path_name = replace(INSERT, older={15: {"before": "15"}, 17: {"deployed": "17"}})

    answers = [path_name.expects("deployed", major).allowed for major in (14, 15, 16, 17)]
    assert answers == ["15", "17", "17", ACCEPTED]


def test_back_door_is_noticed(db: Connection, spec: ConstraintSpec) -> None:
    db.execute(WriteContext(db, spec, "deployed").fill("ALTER TABLE {table} DROP CONSTRAINT {name}"))
    context = WriteContext(db, spec, "deployed")

    answered = try_write_path(INSERT, context)

    with pytest.raises(SubjectError, match=r"deployed: \d+ of \d+ rows written by insert_values"):
        judge_write_path(INSERT, context, answered)


def test_row_that_is_left_without_being_accepted_is_noticed(
    db: Connection, spec: ConstraintSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writes_and_says_nothing(context: WriteContext, trial: object) -> int:
        context.conn.execute("INSERT INTO companies (name, issue_prefix) SELECT 'x', gen_random_uuid()")
        return 0 if trial else 1

    monkeypatch.setitem(BY, "says_nothing", writes_and_says_nothing)
    path_name = replace(INSERT, steps=(), by="says_nothing")

    with pytest.raises(SubjectError, match=r"changed: public\.companies"):
        try_write_path(path_name, WriteContext(db, spec, "deployed"))


def test_row_that_is_accepted_and_not_there_is_noticed(db: Connection, spec: ConstraintSpec) -> None:
    path_name = replace(INSERT, steps=("SELECT 1 FROM {table}",))

    with pytest.raises(SubjectError, match="was accepted, and its row is not there"):
        try_write_path(path_name, WriteContext(db, spec, "deployed"))


def test_statement_that_cannot_run_is_an_error_of_the_harness(db: Connection, spec: ConstraintSpec) -> None:
    context = WriteContext(db, spec, "before")
    path_name = replace(INSERT, steps=("SELEC 1",))

    answered = try_write_path(path_name, context)

    with pytest.raises(HarnessError, match="refused with 42601"):
        judge_write_path(path_name, context, answered)
