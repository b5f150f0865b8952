"""Any write is accepted exactly when the rule holds for the row that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from fixtures.constraints.judge_write_verdicts import judge
from fixtures.constraints.try_writes import attempt, table_digest, verdicts
from fixtures.constraints.write_statements import Insert, Update, statement_of
from fixtures.core.errors import SubjectError
from fixtures.rows import strategies
from fixtures.rows.seed_rows import seed_key

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.core.tried_counts import Tally
    from fixtures.postgres.connection_type import Connection


@given(data=st.data())
def test_insert_is_accepted_exactly_when_the_rule_holds(
    db: Connection, spec: ConstraintSpec, tally: Tally, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(strategies.rows(spec), min_size=1, max_size=10), label="rows")

    answers = verdicts(db, [Insert(spec.table, row) for row in rows])

    judge(spec, rows, answers, tally, what="INSERTs of any row")


@given(data=st.data())
def test_update_is_accepted_exactly_when_the_rule_holds(
    db: Connection, spec: ConstraintSpec, tally: Tally, data: st.DataObject
) -> None:
    step = st.tuples(st.sampled_from(spec.states), strategies.changes(spec), strategies.bystanders(spec, 1))
    steps = data.draw(st.lists(step, min_size=1, max_size=5), label="(from, changes, bystanders)")

    answers = verdicts(
        db, [Update(spec.table, seed_key(spec, start), {**new, **by}) for start, new, by in steps]
    )

    judge(spec, [{**start, **new} for start, new, _ in steps], answers, tally, what="UPDATEs of any row")


@given(data=st.data())
def test_rejected_write_leaves_the_table_as_it_was(
    db: Connection, spec: ConstraintSpec, tally: Tally, data: st.DataObject
) -> None:
    row = data.draw(strategies.rows(spec), label="row")
    before = table_digest(db, spec.table)

    with db.transaction(force_rollback=True):
        answer = attempt(db, *statement_of(Insert(spec.table, row)), keep=True)
        after = table_digest(db, spec.table)

    judge(spec, [row], [answer], tally, what="writes that change the table exactly when accepted")
    if (after == before) is answer.accepted:
        left = (
            "accepted, and the table is as it was"
            if answer.accepted
            else "refused, and the table has changed"
        )
        raise SubjectError(
            f"public.{spec.table}: an INSERT of {spec.describe(row)} was {left}; find the trigger or rule that writes",
            finding="accepted-write-is-not-there" if answer.accepted else "refused-write-left-something",
        )
