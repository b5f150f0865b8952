"""INSERT: every state of the domain, whatever the other columns hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.constraints.judge_write_verdicts import judge
from fixtures.constraints.try_writes import attempt, snapshot, verdicts
from fixtures.constraints.write_statements import Insert, statement_of
from fixtures.core.errors import SubjectError
from fixtures.rows.seed_rows import row_in

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.core.tried_counts import Tally
    from fixtures.postgres.connection_type import Connection


def test_insert_is_judged_by_the_rule_in_every_state(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    rows = [row_in(spec, state) for state in spec.states]

    answers = verdicts(db, [Insert(spec.table, row) for row in rows])

    judge(spec, rows, answers, tally, what="INSERTs of every state")


def test_insert_that_leaves_a_column_out_is_judged_by_its_default(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    whole = [(row_in(spec, state), column) for state in spec.states for column in spec.columns]
    rows = [{name: value for name, value in row.items() if name != left_out} for row, left_out in whole]

    answers = verdicts(db, [Insert(spec.table, row) for row in rows])

    judge(spec, rows, answers, tally, what="INSERTs that leave a column to its DEFAULT")


def test_no_null_slips_past_the_rule(db: Connection, spec: ConstraintSpec, tally: Tally) -> None:
    states = [{**state, column: None} for state in spec.ordinary_states for column in spec.columns]
    rows = [row_in(spec, state) for state in states if not spec.holds(state)]

    answers = verdicts(db, [Insert(spec.table, row) for row in rows])

    tally.rejected += len(answers)
    tally.properties.add("INSERTs of NULL where the rule does not hold")
    accepted = [row for row, answer in zip(rows, answers, strict=True) if answer.accepted]
    if accepted:
        raise SubjectError(
            f"public.{spec.table}: takes {spec.describe(accepted[0])}, for a CHECK that answers NULL passes;"
            " keep the columns of the rule NOT NULL, or say IS NOT NULL in it",
            finding="null-slips-past",
        )


def test_insert_is_judged_by_the_rule_whatever_stands_beside_it(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    rows = [
        row_in(spec, state, **{column: value})
        for state in spec.near_ordinary_states
        for column, values in spec.bystanders.items()
        for value in values
    ]

    answers = verdicts(db, [Insert(spec.table, row) for row in rows])

    judge(spec, rows, answers, tally, what="INSERTs beside every bystander")


def test_no_two_bystanders_together_let_a_violator_in(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    violators = [state for state in spec.ordinary_states if not spec.holds(state)]
    rows = [row_in(spec, state, **both) for state in violators for both in spec.bystander_pairs]

    answers = verdicts(db, [Insert(spec.table, row) for row in rows])

    judge(spec, rows, answers, tally, what="INSERTs of violators beside every two bystanders")


def test_rejected_insert_leaves_the_database_as_it_was(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    forbidden = [row_in(spec, s) for s in spec.ordinary_states if not spec.holds(s)]
    before = snapshot(db)

    answers = [attempt(db, *statement_of(Insert(spec.table, row)), keep=True) for row in forbidden]

    judge(spec, forbidden, answers, tally, what="INSERTs that leave the database as it was")
    if snapshot(db) != before:
        raise SubjectError(
            f"public.{spec.table}: an INSERT that was refused left rows behind; find the trigger or rule that writes",
            finding="refused-write-left-something",
        )
