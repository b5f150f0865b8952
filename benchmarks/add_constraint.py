"""Cost of NOT VALID and VALIDATE beside the naive ADD, at growing sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from benchmarks.figures import Figure, in_turn, spent_ms
from fixtures.constraints import repair_validate_drop_sql
from fixtures.constraints.write_statements import qualified
from fixtures.postgres.columns_and_foreign_keys import columns_of
from fixtures.rows.seed_rows import insert, insert_parent_rows, row_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.benchmark_environment import BenchmarkEnvironment
    from fixtures.constraints import ConstraintSpec
    from fixtures.postgres.connection_type import Connection


_SMALLEST = 1_000
_STEP = 10


def run(environment: BenchmarkEnvironment) -> Iterator[Figure]:
    """Fill the table as it is before the deploy, tenfold each time, and add the constraint in each way."""
    with (
        environment.phases.prior_state(environment.spec, environment.phases.subject.runner) as dsn,
        psycopg.connect(dsn, autocommit=True) as conn,
    ):
        rows = _SMALLEST
        while rows <= environment.rows_max:
            fill(conn, environment.spec, rows)
            yield from _at(conn, environment, rows)
            rows *= _STEP


def fill(conn: Connection, spec: ConstraintSpec, rows: int) -> None:
    """Fill the table with so many legal rows, in the states that the application writes, and their parent rows."""
    table = qualified(spec.table)
    conn.execute(sql.SQL("TRUNCATE {} CASCADE").format(table))
    insert_parent_rows(conn, spec)
    legal = [state for state in spec.ordinary_states if spec.holds(state)]
    with conn.transaction():
        insert(conn, spec.table, [row_in(spec, state) for state in legal])
        names = (name for name in columns_of(conn, spec.table) if name != spec.key)
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        conn.execute(
            sql.SQL(
                "INSERT INTO {t} ({c}) SELECT {c} FROM {t} CROSS JOIN generate_series(1, %s) LIMIT %s"
            ).format(t=table, c=columns),
            [rows // len(legal) + 1, rows - len(legal)],
        )
    conn.execute(sql.SQL("VACUUM ANALYZE {}").format(table))


def _at(conn: Connection, environment: BenchmarkEnvironment, rows: int) -> Iterator[Figure]:
    spec = environment.spec
    names = {"t": qualified(spec.table), "c": sql.Identifier(spec.name)}
    add = sql.SQL("ALTER TABLE {t} ADD CONSTRAINT {c} CHECK ({p})").format(**names, p=sql.SQL(spec.predicate))
    not_valid = add + sql.SQL(" NOT VALID")
    validate, drop = repair_validate_drop_sql.validate(spec), repair_validate_drop_sql.drop(spec)

    def timed(statement: sql.Composed, *, first: sql.Composed | None = None) -> float:
        if first is not None:
            conn.execute(first)
        spent = spent_ms(lambda: conn.execute(statement))
        conn.execute(drop)
        return spent

    sides = {
        "ADD … NOT VALID": lambda: timed(not_valid),
        "ADD, which validates": lambda: timed(add),
        "VALIDATE, after NOT VALID": lambda: timed(validate, first=not_valid),
    }
    quick, naive, later = in_turn(sides, environment.rounds).values()
    size = f"{rows:,} rows"
    yield Figure(f"ACCESS EXCLUSIVE held, {size}", quick, naive, note="no reader or writer passes meanwhile")
    yield Figure(f"the scan, {size}", later, naive, note="VALIDATE scans beside readers and writers")
