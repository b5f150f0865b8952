"""Cost of a verdict: a batch, a savepoint for each row, a bare PL/pgSQL loop."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from psycopg import sql

from benchmarks.figures import Figure, Measure, in_turn, spent_ms
from fixtures.constraints.try_writes import attempt, verdicts
from fixtures.constraints.write_statements import Insert, qualified, statement_of
from fixtures.postgres.sql_file import queries_beside
from fixtures.rows.seed_rows import row_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.benchmark_environment import BenchmarkEnvironment
    from fixtures.constraints import ConstraintSpec, Row

_ROWS = 2_000
_SAVEPOINTS = 400  # of the same rows; the cost of one does not depend on how many there are


def run(environment: BenchmarkEnvironment) -> Iterator[Figure]:
    """Try the same INSERTs, some legal and some not, in all three ways."""
    states = itertools.islice(itertools.cycle(environment.spec.states), _ROWS)
    rows = [row_in(environment.spec, state) for state in states]
    writes = [Insert(environment.spec.table, row) for row in rows]
    statements = [statement_of(write) for write in writes[:_SAVEPOINTS]]
    with environment.phases.connection("deployed", environment.spec) as conn:
        conn.execute(_bare_loop(environment.spec, rows))
        values = json.dumps([dict(row) for row in rows])

        def bare() -> object:
            return conn.execute("SELECT pg_temp.harness_bare(%s::jsonb)", [values]).fetchone()

        def one_by_one() -> None:
            for statement, values in statements:
                attempt(conn, statement, values)

        sides = in_turn(
            {
                "bulk": lambda: spent_ms(lambda: verdicts(conn, writes)) / _ROWS,
                "savepoint": lambda: spent_ms(one_by_one) / _SAVEPOINTS,
                "bare": lambda: spent_ms(bare) / _ROWS,
            },
            environment.rounds,
        )
    bulk = _per_row("`verdicts`: all rows in one call", sides["bulk"])
    yield Figure(
        "a verdict, beside a savepoint", bulk,
        _per_row("a savepoint for each row, with psycopg", sides["savepoint"]), aim=8,
        note=f"{_ROWS} INSERTs in one call; both sides answer with SQLSTATE and constraint",
    )  # fmt: skip
    yield Figure(
        "a verdict, beside the floor", bulk,
        _per_row("a bare PL/pgSQL loop that inserts and catches", sides["bare"]), aim=0.5,
        note="the loop says nothing of each row, and takes one shape of row only",
    )  # fmt: skip


def _per_row(what: str, one: Measure) -> Measure:
    return Measure(what, 1000 * one.median, 1000 * one.low, 1000 * one.high, "µs", one.samples)


def _bare_loop(spec: ConstraintSpec, rows: Sequence[Row]) -> sql.Composed:
    """Return a function that inserts rows and counts those that are refused; each insert is undone by an error."""
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    table = qualified(spec.table)
    queries = {name: sql.SQL(query) for name, query in queries_beside(__file__).items()}
    body = queries["body"].format(
        table=table, columns=columns,
        values=sql.SQL(", ").join(sql.Identifier("_row", column) for column in rows[0]),
    )  # fmt: skip
    return queries["function"].format(body=sql.Literal(body.as_string(None)))
