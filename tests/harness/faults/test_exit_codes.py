"""A run that cannot go on ends once, with one line and the right exit code, on one worker and on two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness.conftest import Inner

both = pytest.mark.parametrize("workers", ["0", "2"], ids=["alone", "two workers"])

ASKS_FOR_DB = """
import pytest
@pytest.mark.parametrize("n", range(6))
def test_it(db, n):
    pass
"""
DIES = """
import os, signal, psycopg, pytest
@pytest.mark.parametrize("n", range(30))
def test_it(databases, cluster, n):
    if n == 4:
        os.kill(cluster.pid, signal.SIGQUIT)
    with databases.fresh() as dsn:
        psycopg.connect(dsn).close()
"""
BROKEN = """
import pytest
from fixtures.core.errors import HarnessError
@pytest.fixture(scope="session")
def tool():
    raise HarnessError("the tool is missing; install it")
@pytest.mark.parametrize("n", range(6))
def test_it(tool, n):
    pass
"""


def test_server_that_dies_under_two_workers_ends_the_run_once(inner: Inner) -> None:
    done = inner.run(DIES, "-n", "2")

    assert done.returncode == 3, done.stdout
    assert done.stdout.count("the Postgres server died during") == 1
    assert "INTERNALERROR" not in done.stdout
    assert inner.leftovers() == []


@both
def test_harness_that_breaks_in_a_fixture_ends_the_run_once(inner: Inner, workers: str) -> None:
    done = inner.run(BROKEN, "-n", workers)

    assert done.returncode == 3, done.stdout
    assert done.stdout.count("the tool is missing; install it") == 1


@both
def test_folder_that_fails_to_apply_is_red_once(
    inner: Inner, workers: str, with_migration: Callable[[str], Path]
) -> None:
    folder = with_migration("SELECT 1 / 0;")

    done = inner.run(ASKS_FOR_DB, "-n", workers, f"--migrations={folder}")

    assert done.returncode == 1, done.stdout
    assert done.stdout.count("ERROR at setup") == 1
    assert "verdict     RED: " in done.stdout
    assert "_hostile, statement 1, line 1: division by zero (22012)" in done.stdout.split("RED: ")[1]
    assert inner.leftovers() == []


@both
def test_folder_that_cannot_be_read_is_red_before_any_test(inner: Inner, workers: str) -> None:
    done = inner.run(ASKS_FOR_DB, "-n", workers, "--migrations=/nowhere")

    assert done.returncode == 1, done.stdout
    assert "Exit: /nowhere: there is no such folder" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        ("from fixtures.core.errors import HarnessError; raise HarnessError('no node')", "no node"),
        ("[][0]", "IndexError: list index out of range"),
    ],
)
def test_harness_that_breaks_in_a_test_is_not_red(inner: Inner, breaks: str, told: str) -> None:
    done = inner.run(ASKS_FOR_DB.replace("    pass", f"    {breaks}"))

    assert done.returncode == 3, done.stdout
    assert f"verdict     NONE: {told}" in done.stdout


def test_failure_of_the_subject_outweighs_one_of_the_harness(inner: Inner) -> None:
    source = """
from fixtures.core.errors import HarnessError
def test_harness(db):
    raise HarnessError("no node")
def test_subject(db):
    assert "the rule" == "kept"
"""
    done = inner.run(source)

    assert done.returncode == 1, done.stdout
    assert "verdict     RED: assert 'the rule' == 'kept'" in done.stdout


def test_option_that_does_not_exist_is_a_usage_error(inner: Inner) -> None:
    done = inner.run(ASKS_FOR_DB, "--no-such-option")

    assert done.returncode == 4, done.stdout
