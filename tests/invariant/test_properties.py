"""Any row at all: a write is accepted exactly when the rule holds for the row that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from fixtures.workspaces import strategies
from fixtures.workspaces.cast import cast_key
from fixtures.workspaces.oracle import judge
from fixtures.workspaces.verdicts import attempt, table_digest, verdicts
from fixtures.workspaces.writes import Insert, Update, statement_of

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Connection
    from fixtures.tally import Tally


@given(data=st.data())
def test_insert_is_accepted_exactly_when_the_rule_holds(
    db: Connection, invariant: Invariant, tally: Tally, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(strategies.rows(invariant), min_size=1, max_size=10), label="rows")

    answers = verdicts(db, [Insert(invariant.table, row) for row in rows])

    judge(invariant, rows, answers, tally, what="INSERTs of any row")


@given(data=st.data())
def test_update_is_accepted_exactly_when_the_rule_holds(
    db: Connection, invariant: Invariant, tally: Tally, data: st.DataObject
) -> None:
    step = st.tuples(
        strategies.planted(invariant), strategies.changes(invariant), strategies.bystanders(invariant, 1)
    )
    steps = data.draw(st.lists(step, min_size=1, max_size=5), label="(from, changes, bystanders)")

    answers = verdicts(
        db, [Update(invariant.table, cast_key(invariant, start), {**new, **by}) for start, new, by in steps]
    )

    judge(invariant, [{**start, **new} for start, new, _ in steps], answers, tally, what="UPDATEs of any row")


@given(data=st.data())
def test_rejected_write_leaves_the_table_as_it_was(
    db: Connection, invariant: Invariant, tally: Tally, data: st.DataObject
) -> None:
    row = data.draw(strategies.rows(invariant), label="row")
    before = table_digest(db, invariant.table)

    with db.transaction(force_rollback=True):
        answer = attempt(db, *statement_of(Insert(invariant.table, row)), keep=True)
        after = table_digest(db, invariant.table)

    judge(invariant, [row], [answer], tally, what="writes that change the table exactly when accepted")
    assert (after == before) is not answer.accepted
