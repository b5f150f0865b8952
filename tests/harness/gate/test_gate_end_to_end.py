"""The gate as a user runs it against a right server: green, repeatable, and it leaves nothing behind."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from tests.harness.commands import wait_until
from tests.harness.gate.stub_server import ClearsNothing, Right, serve

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.migrations.phase_databases import Phase

    Run = Callable[..., subprocess.Popen[str]]

SOME = ("-k", "archived-closed and (status or name) or test_delete or test_other_rows or test_write_audit")
EVERY_TABLE = (
    "SELECT table_name::text FROM information_schema.tables"
    " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
)
OURS = (
    "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, 'gate_')"
    " UNION ALL SELECT tgname::text FROM pg_trigger WHERE starts_with(tgname, 'gate_')"
)


def left_behind(dsn: str) -> tuple[dict[str, int], list[str]]:
    """Return how many rows each table has, and what else of the gate's is there."""
    with psycopg.connect(dsn) as conn:
        counts = {}
        for (table,) in conn.execute(EVERY_TABLE).fetchall():
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))
            counts[table] = next(number for (number,) in conn.execute(query))
        return counts, [name for (name,) in conn.execute(OURS)]


@pytest.fixture
def a_database(database_in: Callable[[Phase], str]) -> str:
    return database_in("deployed")


def test_right_server_is_green_from_end_to_end(a_database: str, run_gate: Run, gate_log: Path) -> None:
    before = left_behind(a_database)

    with serve(Right(), a_database) as url:
        run = run_gate(
            "--server-url",
            url,
            "--database-url",
            a_database,
            "--database-log",
            str(gate_log),
            "--plant-violators",
        )
        out, _ = run.communicate(timeout=400)

    assert run.returncode == 0, out[-3000:]
    assert "gate        GREEN" in out
    assert "frozen, as expected until the backfill" in out
    assert left_behind(a_database) == before


def test_twice_at_once_and_again_give_the_same_verdict(a_database: str, run_gate: Run) -> None:
    before = left_behind(a_database)
    with serve(ClearsNothing(), a_database) as url:
        options = ("--server-url", url, "--database-url", a_database, *SOME)

        runs = [run_gate(*options), run_gate(*options)]
        said = [run.communicate(timeout=200)[0] for run in runs]
        again = run_gate(*options)
        said.append(again.communicate(timeout=200)[0])

    broken = [
        [line for line in text.splitlines() if line.startswith(("tests  ", "broken law"))] for text in said
    ]
    assert [run.returncode for run in (*runs, again)] == [1, 1, 1], said[0][-3000:]
    assert broken[0] == broken[1] == broken[2] != []
    assert left_behind(a_database) == before


def test_two_at_once_do_not_take_each_other_for_the_server(
    a_database: str, run_gate: Run, gate_log: Path
) -> None:
    with serve(Right(), a_database) as url:
        options = (
            "--server-url", url, "--database-url", a_database, "--database-log", str(gate_log), "--plant-violators",
            "-k", "active-closed and status or test_write_audit",
        )  # fmt: skip
        runs = [run_gate(*options), run_gate(*options)]
        said = [run.communicate(timeout=200)[0] for run in runs]

    assert [run.returncode for run in runs] == [0, 0], said


def test_killed_run_leaves_nothing(a_database: str, run_gate: Run) -> None:
    before = left_behind(a_database)
    with serve(Right(), a_database) as url:
        run = run_gate("--server-url", url, "--database-url", a_database)
        wait_until(lambda: left_behind(a_database)[1] != [], 60)

        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=60)

    wait_until(lambda: left_behind(a_database) == before, 60)


def test_failure_can_be_pasted_and_tells_the_row(a_database: str, run_gate: Run, gate_log: Path) -> None:
    with serve(ClearsNothing(), a_database) as url:
        run = run_gate(
            "--server-url", url, "--database-url", a_database, "--database-log", str(gate_log),
            "-k", "test_patch and archived-closed-status:idle]",
        )  # fmt: skip
        out, _ = run.communicate(timeout=100)

    assert run.returncode == 1
    for part in (
        "PATCH status:idle of a workspace with status 'archived', closed_at '2026-05-13T08:33:00+00:00'",
        "a valid request is not refused",
        f"curl -i -X PATCH {url}/api/execution-workspaces/",
        '--data-raw \'{"status": "idle"}\'',
        "row before  status 'archived', closed_at 2026-05-13T08:33:00+00:00",
        "row after   unchanged",
    ):
        assert part in out


def test_report_and_summary_are_written(a_database: str, run_gate: Run, tmp_path: Path) -> None:
    page, report = tmp_path / "summary.md", tmp_path / "gate.json"
    with serve(Right(), a_database) as url:
        run = run_gate(
            "--server-url", url, "--database-url", a_database, "--gate-report", str(report), "-k", "nothing",
            GITHUB_STEP_SUMMARY=str(page),
        )  # fmt: skip
        run.communicate(timeout=100)

    assert "## Closed-state gate: green" in page.read_text(encoding="utf-8")
    assert '"outcome": "passed"' in report.read_text(encoding="utf-8")
