"""Scripts run through the real psql."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.postgres.psql import psql_command, run_client, run_psql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fixtures.postgres.databases import Databases


@pytest.fixture
def dsn(databases: Databases) -> Iterator[str]:
    with databases.fresh() as made:
        yield made


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "1_look.sql"


def test_script_that_ends_well(dsn: str, script: Path) -> None:
    script.write_text("\\pset tuples_only on\nSELECT :'word';\n")

    done = run_psql(dsn, script, {"word": "here"})

    assert (done.exit_code, done.last_line.strip(), done.error) == (0, "here", "")


@pytest.mark.parametrize(("stop", "code"), [("", 3), ("\\set ON_ERROR_STOP off\n", 0)])
def test_first_error_ends_the_script_unless_it_says_otherwise(
    dsn: str, script: Path, stop: str, code: int
) -> None:
    script.write_text(f"{stop}SELECT 1/0;\nSELECT 'later';\n")

    done = run_psql(dsn, script)

    assert (done.exit_code, done.error) == (code, "division by zero")
    assert ("later" in done.out) is (code == 0)


def test_script_that_asks_gets_no_answer_and_ends(dsn: str, script: Path) -> None:
    script.write_text("\\prompt 'who? ' who\nSELECT 'later';\n")

    done = run_psql(dsn, script)

    assert done.exit_code == 3
    assert "later" not in done.out


def test_no_password_stands_on_the_command_line(script: Path) -> None:
    command = psql_command("host=h dbname=d", script)

    assert "--no-password" in command
    assert "--no-psqlrc" in command


def test_missing_script_is_the_harness_that_is_wrong(dsn: str, script: Path) -> None:
    with pytest.raises(HarnessError, match=r"1_look\.sql: no such script"):
        run_psql(dsn, script)


def test_client_that_fails_tells_its_own_words() -> None:
    with pytest.raises(HarnessError, match="pg_dump: ended with 1"):
        run_client("pg_dump", ["--dbname=host=/nowhere dbname=d"])
