"""Known failures, the write audit, and the reader of the database's log."""

from __future__ import annotations

import doctest
import importlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.core.errors import HarnessError
from fixtures.gate import database_log, known_failures
from fixtures.gate.database_log import DatabaseLog
from fixtures.gate.gate_results import Result
from fixtures.gate.gate_rows import STARTS
from fixtures.gate.request_cases import MEANT, REQUESTS, matrix
from fixtures.gate.write_audit import could_break, one_line, writes_rule
from fixtures.paperclip.closed_state import STATUSES
from tests.harness.gate.stub_server import Right

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import LiteralString

    from fixtures.gate.request_checker import RequestChecker
    from fixtures.migrations.phase_databases import Phase
    from fixtures.postgres.connection_type import Connection

RED = known_failures.Known(r"test_patch\[.*\]", ("rule_holds",), "it is known")
MAYBE = known_failures.Known(r"test_race", ("rule_holds",), "it is a race", sometimes=True)


def found(test: str, outcome: str = "failed", *laws: str) -> Result:
    return Result(test, outcome, laws, "said")


@pytest.mark.parametrize(
    ("results", "entries", "surprise"),
    [
        ([found("test_patch[a]", "failed", "rule_holds")], [RED], None),
        ([found("test_race", "passed")], [MAYBE], None),
        ([found("test_race", "failed", "rule_holds")], [MAYBE], None),
        ([found("test_patch[a]", "failed", "accepts")], [RED], "new failure: test_patch[a] breaks accepts"),
        ([found("test_new", "failed", "accepts")], [], "new failure: test_new breaks accepts"),
        ([found("test_patch[a]", "passed")], [RED], "no longer fails: test_patch[a]"),
        ([found("test_patch[a]", "skipped")], [], "not tried: test_patch[a]"),
        ([], [RED], "no test is named"),
    ],
)
def test_difference_from_what_is_known_is_a_surprise(
    results: list[Result], entries: list[known_failures.Known], surprise: str | None
) -> None:
    surprises = known_failures.compare(results, entries)

    assert len(surprises) == (surprise is not None)
    assert surprise is None or surprises[0].startswith(surprise)


def test_every_variant_but_the_right_one_has_known_failures() -> None:
    counts = {
        fix: [len(known_failures.load(fix, phase)) for phase in ("without", "with")]
        for fix in ("none", "route", "service")
    }

    assert counts == {"none": [7, 7], "route": [2, 2], "service": [0, 0]}


def test_broken_list_of_known_failures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "known_failures.toml").write_text("[[none.with]]\ntests = 'x'\n", encoding="utf-8")

    with pytest.raises(HarnessError, match="not a list of known failures"):
        known_failures.load("none", "with", tmp_path / "known_failures.toml")


@pytest.mark.parametrize(
    ("statement", "writes", "breaks"),
    [
        ('update "w" set "status" = $1 where "id" = $2', True, True),
        ('update "w" set "closed_at" = $1', True, True),
        ('update "w" set "status" = $1, "closed_at" = $2', True, False),
        ('update "w" set "name" = $1', False, False),
        ('insert into "w" ("status") values ($1)', True, False),
        ('delete from "issues" where "id" = $1', False, False),
        ("no SQL at all", False, False),
    ],
)
def test_statement_tells_what_it_could_break(statement: str, writes: bool, breaks: bool) -> None:
    assert (writes_rule(statement), could_break(statement)) == (writes, breaks)


def test_same_statement_with_other_columns_is_one_writer() -> None:
    texts = [
        'update "w" set "name" = $1, "status" = $2 where "id" = $3',
        'update "w" set "cwd" = $1,\n "status" = $2 where "id" = $9',
    ]

    assert len({one_line(text) for text in texts}) == 1


def test_census_finds_a_writer_and_whether_it_broke_the_rule(
    gate_at: Callable[[Right, Phase], RequestChecker], database_in: Callable[[Phase], str]
) -> None:
    checker = gate_at(Right(), "before")
    checker.write_audit.begin()
    assert checker.write_audit.unavailable is None
    key, dsn = checker.start_row("active-open"), database_in("before")

    with psycopg.connect(dsn, autocommit=True) as other:
        other.execute("UPDATE execution_workspaces SET closed_at = now() WHERE id = %s", [key])
        other.execute("UPDATE execution_workspaces SET status = 'archived' WHERE id = %s", [key])
        other.execute("UPDATE execution_workspaces SET name = 'x' WHERE id = %s", [key])

    assert [(one.verdict, one.times, one.broke) for one in checker.writers()] == [
        ("broke", 1, 1),
        ("could break", 1, 0),
    ]


def test_log_tells_the_sqlstate_of_this_database_alone(
    database_in: Callable[[Phase], str], gate_log: Path
) -> None:
    refused = "SELECT 1\n\t / 0"
    with (
        psycopg.connect(database_in("before"), autocommit=True) as mine,
        psycopg.connect(database_in("deployed"), autocommit=True) as other,
    ):
        fail(mine, "SELECT 'before the gate'::int")
        log = DatabaseLog(gate_log, mine)
        for one in (mine, other):
            fail(one, refused)

        errors = log.errors()

    assert [(one.sqlstate, one.message, one.statement) for one in errors] == [
        ("22012", "division by zero", "SELECT 1 / 0")
    ]


def test_log_that_is_written_late_tells_what_it_was_asked_for(
    database_in: Callable[[Phase], str], gate_log: Path, tmp_path: Path
) -> None:
    copy, over = tmp_path / "late.log", threading.Event()
    copy.touch()
    with ThreadPoolExecutor(1) as pool, psycopg.connect(database_in("before"), autocommit=True) as mine:
        pool.submit(copy_late, gate_log, copy, over)
        try:
            log = DatabaseLog(copy, mine)
            fail(mine, "SELECT 1 / 0")
            mark = log.mark()
            fail(mine, "SELECT 'no number'::int")

            seen = [one.sqlstate for one in log.errors()], [one.sqlstate for one in log.errors(mark)]
        finally:
            over.set()

    assert seen == (["22012", "22P02"], ["22P02"])


def test_log_of_another_server_is_refused(
    database_in: Callable[[Phase], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_log, "_SECONDS_MAX", 0.1)
    (path := tmp_path / "postgres.log").touch()

    with (
        psycopg.connect(database_in("before"), autocommit=True) as mine,
        pytest.raises(HarnessError, match=r"what the database has just logged; name the log of its server"),
    ):
        DatabaseLog(path, mine)


def fail(conn: Connection, statement: LiteralString) -> None:
    with pytest.raises(psycopg.DataError):
        conn.execute(statement)


def copy_late(log: Path, copy: Path, over: threading.Event) -> None:
    """Keep a copy of a log that lags behind it, as a collector's file does, until that is over."""
    with log.open("rb") as source, copy.open("ab", buffering=0) as out:
        while not over.is_set():
            written = source.read()
            over.wait(0.3)
            out.write(written)


def test_matrix_meets_every_status_with_every_field() -> None:
    cases = matrix(list(STARTS))

    pairs = {(case.status, field) for _, case in cases for field in case.asked if len(case.asked) == 2}
    alone = [name for start, name in ((s, c.name) for s, c in cases) if start == "active-open"]
    assert {(status, field) for status in STATUSES for field in MEANT} <= pairs
    assert {f"status:{status}" for status in STATUSES} | set(MEANT) <= set(alone)
    assert len({one.name for one in REQUESTS}) == len(REQUESTS)


@pytest.mark.parametrize("module", ["server_laws", "write_audit"])
def test_examples_of_the_docstrings_are_true(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"fixtures.gate.{module}"))

    assert result.attempted > 0
    assert result.failed == 0
