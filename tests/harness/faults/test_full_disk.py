"""A full disk ends the run once with exit code 3, and leaves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness.conftest import Inner

FULL = "the disk of the Postgres server is full"
FILL = "CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 300000)"
SERVER_MB, TOO_SMALL_MB = 120, 20


def test_disk_too_small_for_a_server_is_one_line(inner: Inner, small_disk: Callable[[int], None]) -> None:
    small_disk(TOO_SMALL_MB)

    done = inner.run("def test_it(databases):\n    pass\n" * 3)

    assert done.returncode == 3, done.stdout
    assert done.stdout.count("No space left on device") == 1
    assert "Traceback" not in done.stdout
    assert inner.leftovers() == []


def test_disk_that_fills_up_in_a_test_ends_the_run_once(
    inner: Inner, small_disk: Callable[[int], None]
) -> None:
    small_disk(SERVER_MB)
    source = f"""
import psycopg, pytest
@pytest.mark.parametrize("n", range(20))
def test_it(databases, n):
    with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute({FILL!r} if n == 1 else "SELECT 1")
"""
    done = inner.run(source)

    assert done.returncode == 3, done.stdout
    assert done.stdout.count(FULL) == 1
    assert "1 passed" in done.stdout
    assert inner.leftovers() == []


def test_disk_that_a_migration_fills_up_is_not_held_against_the_folder(
    inner: Inner, small_disk: Callable[[int], None], with_migration: Callable[[str], Path]
) -> None:
    small_disk(SERVER_MB)
    folder = with_migration(f"{FILL};")

    done = inner.run("def test_it(db):\n    pass\n", f"--migrations={folder}")

    assert done.returncode == 3, done.stdout
    assert done.stdout.count(FULL) == 1
    assert "RED" not in done.stdout
    assert inner.leftovers() == []
