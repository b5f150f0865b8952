"""Batched verdicts equal those of a savepoint for each write, and leave nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from fixtures.constraints.try_writes import Verdict, attempt, snapshot, table_digest, verdicts
from fixtures.constraints.write_statements import Delete, Insert, Update, Write, qualified, statement_of
from fixtures.core.errors import HarnessError
from fixtures.rows.seed_rows import row_in, seed_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.phase_databases import Phase
    from fixtures.postgres.connection_type import Connection

NOWHERE = "00000000-0000-0000-0000-000000000000"


def _writes(spec: ConstraintSpec) -> list[Write]:
    """Return writes of every kind and shape, mixed; some go through, some meet each kind of constraint."""
    table, start = spec.table, spec.legal_states[0]
    row = row_in(spec, start)
    states = spec.states[:: len(spec.states) // 40]
    inserts = [Insert(table, row_in(spec, state)) for state in states]
    updates = [Update(table, seed_key(spec, start), state) for state in states]
    deletes = [Delete(table, seed_key(spec, state)) for state in states]
    mixed = [write for three in zip(inserts, updates, deletes, strict=True) for write in three]
    return [
        Insert(table, {**row, **seed_key(spec, start)}),  # unique
        Insert(table, {**row, "company_id": NOWHERE}),  # foreign key
        Insert(table, {**row, "company_id": None}),  # not null
        *mixed,
        Insert(table),  # nothing but defaults
        Insert(table, {**row, "metadata": {"quote": "it's", "percent": "%s"}}),
    ]


def test_verdicts_are_those_of_a_savepoint_per_write(db: Connection, spec: ConstraintSpec) -> None:
    writes = _writes(spec)

    one_by_one = [attempt(db, *statement_of(write)) for write in writes]

    assert verdicts(db, writes) == one_by_one
    assert {answer.sqlstate for answer in one_by_one} == {None, "23502", "23503", "23505", "23514"}


def test_verdicts_leave_no_trace(db: Connection, spec: ConstraintSpec) -> None:
    objects = "SELECT count(*) FROM pg_proc UNION ALL SELECT count(*) FROM pg_namespace"
    before = snapshot(db), db.execute(objects).fetchall()

    verdicts(db, _writes(spec))

    assert (snapshot(db), db.execute(objects).fetchall()) == before


def test_verdicts_leave_no_trace_in_autocommit(
    fresh_database: Callable[[Phase], AbstractContextManager[str]], spec: ConstraintSpec
) -> None:
    with fresh_database("deployed") as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        before = snapshot(conn)
        verdicts(conn, _writes(spec))
        after = snapshot(conn)

    assert after == before


def test_no_write_sees_another(db: Connection, spec: ConstraintSpec) -> None:
    same = [Insert(spec.table, row_in(spec, spec.legal_states[0]))] * 3

    assert verdicts(db, same) == [Verdict(rows=1)] * 3


def test_no_writes_have_no_verdicts(db: Connection) -> None:
    assert verdicts(db, []) == []


def test_a_rejected_write_names_its_constraint(db: Connection, spec: ConstraintSpec) -> None:
    [answer] = verdicts(db, [Insert(spec.table, row_in(spec, spec.violators[0]))])

    assert answer.refused_by(spec.name)
    assert str(answer) == f"refused with 23514 by {spec.name}"


def test_a_write_that_a_trigger_swallows_is_not_accepted(db: Connection, spec: ConstraintSpec) -> None:
    state = spec.legal_states[0]
    _trigger(db, spec, "RETURN NULL")

    answers = verdicts(
        db,
        [
            Insert(spec.table, row_in(spec, state)),
            Update(spec.table, seed_key(spec, state), state),
        ],
    )

    assert [str(answer) for answer in answers] == ["swallowed (no error, 0 rows)"] * 2


@pytest.mark.parametrize("trick", ["RAISE SQLSTATE 'HVUND'", "ASSERT false"])
def test_a_trigger_cannot_pose_as_an_accepted_write(db: Connection, spec: ConstraintSpec, trick: str) -> None:
    _trigger(db, spec, trick)

    [answer] = verdicts(db, [Insert(spec.table, row_in(spec, spec.legal_states[0]))])

    assert not answer.accepted
    assert answer.sqlstate in {"HVUND", "P0004"}


def test_a_deferred_constraint_answers_at_once(db: Connection, spec: ConstraintSpec) -> None:
    db.execute("CREATE TABLE parent (id text PRIMARY KEY)")
    db.execute("CREATE TABLE child (id text REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
    write = Insert("child", {"id": spec.name})

    assert verdicts(db, [write]) == [attempt(db, *statement_of(write))]
    assert verdicts(db, [write])[0].constraint == "child_id_fkey"


def test_a_domain_answers_for_its_own_check(db: Connection, spec: ConstraintSpec) -> None:
    db.execute("CREATE DOMAIN short AS varchar(3) CONSTRAINT not_x CHECK (VALUE <> 'x')")
    db.execute("CREATE TABLE narrow (a short, b varchar(3))")
    texts = [{"a": "x"}, {"a": "abcd"}, {"b": "abcd"}, {"b": spec.name[:3]}]

    answers = verdicts(db, [Insert("narrow", text) for text in texts])

    assert [answer.constraint or answer.sqlstate for answer in answers] == ["not_x", "22001", "22001", None]


BAD = {
    "no such table": (Insert("no_such_table", {}), "no such table"),
    "no such column": (Insert("companies", {"no_such": "x"}), "no column 'no_such'"),
    "uncastable value": (Insert("companies", {"id": "not-a-uuid"}), "invalid input syntax"),
    "uncastable key": (Delete("companies", {"id": "not-a-uuid"}), "invalid input syntax"),
    "value without a text": (Insert("companies", {"name": object()}), "has no input text"),
    "NUL in a text": (Insert("companies", {"name": "\0"}), "could not be tried"),
    "lone surrogate": (Insert("companies", {"name": "\ud800"}), "could not be tried"),
    "row that is not there": (Update("companies", {"id": NOWHERE}, {"name": "x"}), "matches no row"),
    "delete of no row": (Delete("companies", {"id": NOWHERE}), "matches no row"),
    "update of nothing": (Update("companies", {"id": NOWHERE}, {}), "must change a column"),
    "empty key": (Delete("companies", {}), "a key must name the row"),
}


@pytest.mark.parametrize(("write", "reason"), BAD.values(), ids=BAD)
def test_bad_input_is_an_error_of_the_harness(db: Connection, write: Write, reason: str) -> None:
    before = snapshot(db)

    with pytest.raises(HarnessError, match=reason):
        verdicts(db, [write])

    assert snapshot(db) == before


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT * FROM no_such_table", "SELECT 'x'::uuid"])
def test_a_statement_that_cannot_be_read_is_an_error_of_the_harness(db: Connection, statement: str) -> None:
    with pytest.raises(HarnessError, match="could not be tried"):
        attempt(db, sql.SQL(statement))


def test_an_attempt_is_undone_unless_it_is_kept(db: Connection, spec: ConstraintSpec) -> None:
    statement = statement_of(Insert(spec.table, row_in(spec, spec.legal_states[0])))
    before = table_digest(db, spec.table)

    attempt(db, *statement)
    undone = table_digest(db, spec.table)
    attempt(db, *statement, keep=True)

    assert undone == before
    assert table_digest(db, spec.table) != before


def test_a_digest_depends_on_the_rows_and_not_on_their_order(db: Connection) -> None:
    db.execute("CREATE TABLE one AS SELECT g FROM generate_series(1, 9) AS g")
    db.execute("CREATE TABLE two AS SELECT g FROM generate_series(9, 1, -1) AS g")

    assert table_digest(db, "one") == table_digest(db, "two")
    db.execute("UPDATE two SET g = 10 WHERE g = 9")
    assert table_digest(db, "one") != table_digest(db, "two")


def test_a_digest_is_not_taken_by_functions_of_the_folder(db: Connection) -> None:
    db.execute("CREATE TABLE one AS SELECT 1 AS g")
    db.execute(
        "CREATE FUNCTION hashtextextended(text, int) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint'"
    )
    db.execute(
        "CREATE FUNCTION hashtextextended(text, numeric) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint'"
    )
    db.execute("CREATE FUNCTION concat(bigint, text, numeric) RETURNS text LANGUAGE sql AS $$SELECT 'same'$$")
    before = table_digest(db, "one")

    db.execute("UPDATE one SET g = 2")

    assert table_digest(db, "one") != before


def test_rule_that_selects_besides_leaves_a_write_what_it_is(db: Connection, spec: ConstraintSpec) -> None:
    table = qualified(spec.table)
    db.execute(sql.SQL("CREATE RULE besides AS ON INSERT TO {} DO ALSO SELECT 1 WHERE false").format(table))
    write = Insert(spec.table, row_in(spec, spec.legal_states[0]))

    assert attempt(db, *statement_of(write)).rows == 1
    assert verdicts(db, [write])[0].rows == 1


def test_a_percent_sign_in_a_name_is_a_part_of_it(db: Connection) -> None:
    db.execute('CREATE TABLE "rates" ("%s" text PRIMARY KEY, "of %" text)')
    writes: list[Write] = [
        Insert("rates", {"%s": "a", "of %": "5 %"}),
        Update("rates", {"%s": "a"}, {"of %": "6 %"}),
    ]

    assert verdicts(db, writes[:1])[0].accepted
    assert [attempt(db, *statement_of(write), keep=True).rows for write in writes] == [1, 1]
    assert db.execute("SELECT * FROM rates").fetchall() == [("a", "6 %")]


def _trigger(db: Connection, spec: ConstraintSpec, body: str) -> None:
    db.execute(
        sql.SQL("CREATE FUNCTION trick() RETURNS trigger LANGUAGE plpgsql AS {}").format(
            sql.Literal(f"BEGIN {body}; RETURN NEW; END")
        )
    )
    db.execute(
        sql.SQL(
            "CREATE TRIGGER trick BEFORE INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION trick()"
        ).format(sql.Identifier(spec.table))
    )
