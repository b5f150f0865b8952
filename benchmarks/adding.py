"""What it costs to add the constraint: NOT VALID and VALIDATE beside the naive ADD, at growing sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from benchmarks.figure import Figure, in_turn, spent_ms
from fixtures.workspaces.cast import plant_world, row_in
from fixtures.workspaces.factories import insert
from fixtures.workspaces.writes import qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.lab import Lab
    from fixtures.invariants import Invariant

    Connection = psycopg.Connection[tuple[object, ...]]

_SMALLEST = 1_000
_STEP = 10


def run(lab: Lab) -> Iterator[Figure]:
    """Fill the table as it is before the deploy, tenfold each time, and add the constraint in each way."""
    with (
        lab.phases.prior_state(lab.invariant, lab.phases.subject.runner) as dsn,
        psycopg.connect(dsn, autocommit=True) as conn,
    ):
        rows = _SMALLEST
        while rows <= lab.rows_max:
            fill(conn, lab.invariant, rows)
            yield from _at(conn, lab, rows)
            rows *= _STEP


def fill(conn: Connection, invariant: Invariant, rows: int) -> None:
    """Fill the table with so many legal rows, in the states that the application writes; the world besides."""
    table = qualified(invariant.table)
    conn.execute(sql.SQL("TRUNCATE {} CASCADE").format(table))
    plant_world(conn)
    legal = [state for state in invariant.ordinary_states if invariant.holds(state)]
    with conn.transaction():
        insert(conn, invariant.table, [row_in(invariant, state) for state in legal])
        names = conn.execute(
            "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
            " AND NOT attisdropped AND attname <> %s ORDER BY attnum",
            [table.as_string(conn), invariant.key],
        ).fetchall()
        columns = sql.SQL(", ").join(sql.Identifier(str(name)) for (name,) in names)
        conn.execute(
            sql.SQL(
                "INSERT INTO {t} ({c}) SELECT {c} FROM {t} CROSS JOIN generate_series(1, %s) LIMIT %s"
            ).format(t=table, c=columns),
            [rows // len(legal) + 1, rows - len(legal)],
        )
    conn.execute(sql.SQL("VACUUM ANALYZE {}").format(table))


def _at(conn: Connection, lab: Lab, rows: int) -> Iterator[Figure]:
    invariant = lab.invariant
    names = {"t": qualified(invariant.table), "c": sql.Identifier(invariant.name)}
    add = sql.SQL("ALTER TABLE {t} ADD CONSTRAINT {c} CHECK ({p})").format(
        **names, p=sql.SQL(invariant.predicate)
    )
    not_valid = add + sql.SQL(" NOT VALID")
    validate = sql.SQL("ALTER TABLE {t} VALIDATE CONSTRAINT {c}").format(**names)
    drop = sql.SQL("ALTER TABLE {t} DROP CONSTRAINT {c}").format(**names)

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
    quick, naive, later = in_turn(sides, lab.rounds).values()
    size = f"{rows:,} rows"
    yield Figure(f"ACCESS EXCLUSIVE held, {size}", quick, naive, note="no reader or writer passes meanwhile")
    yield Figure(f"the scan, {size}", later, naive, note="VALIDATE scans beside readers and writers")
