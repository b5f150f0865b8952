"""The lock monitor and the load probes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from fixtures.postgres.load_probes import stall_ms_max, traffic
from fixtures.postgres.lock_monitor import held_locks, watch_locks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixtures.postgres.databases import Databases

READ = [(sql.SQL("SELECT * FROM public.t").format(), ())]


@pytest.fixture
def dsn(databases: Databases) -> Iterator[str]:
    with databases.fresh() as made:
        with psycopg.connect(made, autocommit=True) as conn:
            conn.execute("CREATE TABLE public.t (n integer)")
        yield made


@pytest.mark.parametrize("mode", ["ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "ACCESS EXCLUSIVE"])
def test_watch_sees_the_mode_and_how_long_it_is_held(dsn: str, mode: str) -> None:
    with psycopg.connect(dsn) as conn, watch_locks(dsn) as watch:
        conn.execute(sql.SQL("LOCK TABLE public.t IN {} MODE").format(sql.SQL(mode)))
        conn.execute("SELECT pg_sleep(0.05)")
        conn.commit()

    lock = watch[0]

    assert (lock.relation, lock.mode, lock.granted) == ("public.t", mode, True)
    assert lock.held_ms >= 10


def test_watch_holds_up_no_concurrent_index(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("INSERT INTO public.t SELECT generate_series(1, 200000)")
        conn.execute("SET lock_timeout = '5s'")
        with watch_locks(dsn) as watch:
            conn.execute("CREATE INDEX CONCURRENTLY ON public.t (n)")

    assert {lock.mode for lock in watch} == {"SHARE UPDATE EXCLUSIVE"}


def test_watch_leaves_out_the_backends_that_it_is_told_of(dsn: str) -> None:
    with psycopg.connect(dsn) as conn, watch_locks(dsn, [conn.info.backend_pid]) as watch:
        conn.execute("LOCK TABLE public.t")
        conn.execute("SELECT pg_sleep(0.02)")

    assert not watch


def test_watch_tells_a_lock_that_is_waited_for(dsn: str) -> None:
    def wait() -> None:
        with psycopg.connect(dsn, autocommit=True) as late:
            late.execute("TRUNCATE public.t")

    with psycopg.connect(dsn) as conn, watch_locks(dsn) as watch:
        conn.execute("LOCK TABLE public.t IN ACCESS SHARE MODE")
        waiter = threading.Thread(target=wait)
        waiter.start()
        conn.execute("SELECT pg_sleep(0.2)")
        conn.commit()
        waiter.join()

    assert [lock.mode for lock in watch if not lock.granted] == ["ACCESS EXCLUSIVE"]


def test_longest_stretch_counts() -> None:
    key = "7|42|AccessShareLock|t"
    changes = [(0.0, [key]), (20.0, []), (26.0, [key]), (30.0, [])]

    (lock,) = held_locks(changes, {"42": "public.t"})

    assert (lock.relation, lock.mode, lock.held_ms, lock.stretches) == ("public.t", "ACCESS SHARE", 20.0, 2)


def test_stall_is_as_long_as_what_the_reader_waits_for(dsn: str) -> None:
    with traffic(dsn, reader=READ) as beside, psycopg.connect(dsn) as conn, beside.beside():
        conn.execute("LOCK TABLE public.t")
        conn.execute("SELECT pg_sleep(0.1)")
        conn.commit()

    assert stall_ms_max(beside.samples, "reader") >= 80


def test_statements_before_the_block_are_not_beside_it(dsn: str) -> None:
    with traffic(dsn, reader=READ) as beside, beside.beside():
        pass

    total = sum(len(probe.samples) for probe in beside.probes)

    assert total >= 8
    assert len(beside.samples) <= total - 5


def test_errors_of_probes_are_counted(dsn: str) -> None:
    wrong = [(sql.SQL("SELECT * FROM public.gone").format(), ())]

    with traffic(dsn, writer=wrong) as beside, beside.beside():
        pass

    assert beside.errors.keys() == {"42P01"}
