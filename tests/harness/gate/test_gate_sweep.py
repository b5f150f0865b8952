"""SIGKILL at every step of the gate's rows and of their clean-up, both at once: the next run removes what is left."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.gate import gate_rows, gate_rows_cleanup_guard
from fixtures.gate.gate_rows import GateRows, open_database
from tests.harness.conftest import KILLED, in_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.migrations.phase_databases import Phase

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

LEFT = """
    SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, 'gate_')
    UNION ALL SELECT name FROM public.companies WHERE starts_with(name, 'closed-state gate ')
    UNION ALL SELECT experimental::text FROM public.instance_settings WHERE experimental <> '{"theirs": true}'
"""


@pytest.fixture
def dsn(database_in: Callable[[Phase], str]) -> Iterator[str]:
    """A database with the server's settings, one switch of theirs in them."""
    named = database_in("deployed")
    with psycopg.connect(named, autocommit=True) as conn:
        conn.execute("CREATE TABLE public.instance_settings (experimental jsonb)")
        conn.execute("INSERT INTO public.instance_settings VALUES (%s)", [json.dumps({"theirs": True})])
        yield named
        conn.execute("DROP TABLE public.instance_settings")


def left(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as conn:
        return [name for (name,) in conn.execute(LEFT)]


def a_run_whose_cleanup_is_killed_too(dsn: str) -> None:
    gate_rows_cleanup_guard._PROGRAM = "import sys; sys.stdin.read()"  # noqa: SLF001
    rows = GateRows(open_database(dsn), dsn, may_insert_violators=False)
    rows.switch_on_experimental("ours")
    rows.put_back_experimental()
    rows.switch_on_experimental("ours")


def swept(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        gate_rows_cleanup_guard.sweep(conn)


def test_run_and_cleanup_that_are_killed_at_any_step_are_swept(dsn: str) -> None:
    seen = 0
    for step in itertools.count(1):
        ended = in_child(lambda: a_run_whose_cleanup_is_killed_too(dsn), step)
        seen = max(seen, len(left(dsn)))
        swept(dsn)
        assert left(dsn) == [], step
        if ended != KILLED:
            break

    assert ended == 0
    assert seen == 3


def test_sweep_that_is_killed_at_any_step_is_ended_by_the_next(dsn: str) -> None:
    assert in_child(lambda: a_run_whose_cleanup_is_killed_too(dsn)) == 0
    steps = 0
    for step in itertools.count(1):
        if in_child(lambda: swept(dsn), step) != KILLED or not left(dsn):
            break
        steps = step
    swept(dsn)

    assert left(dsn) == []
    assert steps > 5


def test_run_that_is_alive_is_not_swept(dsn: str) -> None:
    rows = gate_rows.GateRows(open_database(dsn), dsn, may_insert_violators=False)
    before = left(dsn)

    swept(dsn)

    assert left(dsn) == before != []
    assert rows.close() == ""
    assert left(dsn) == []
