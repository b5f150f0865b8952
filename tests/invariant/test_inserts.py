"""INSERT: every state of the domain, whatever stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.workspaces.cast import row_in
from fixtures.workspaces.oracle import judge
from fixtures.workspaces.verdicts import attempt, snapshot, verdicts
from fixtures.workspaces.writes import Insert, statement_of

if TYPE_CHECKING:
    from fixtures.invariants import Invariant
    from fixtures.rollout.phases import Connection
    from fixtures.tally import Tally


def test_insert_is_judged_by_the_rule_in_every_state(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    rows = [row_in(invariant, state) for state in invariant.states]

    answers = verdicts(db, [Insert(invariant.table, row) for row in rows])

    judge(invariant, rows, answers, tally, what="INSERTs of every state")


def test_insert_that_leaves_a_column_out_is_judged_by_its_default(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    whole = [(row_in(invariant, state), column) for state in invariant.states for column in invariant.columns]
    rows = [{name: value for name, value in row.items() if name != left_out} for row, left_out in whole]

    answers = verdicts(db, [Insert(invariant.table, row) for row in rows])

    judge(invariant, rows, answers, tally, what="INSERTs that leave a column to its DEFAULT")


def test_no_null_slips_past_the_rule(db: Connection, invariant: Invariant, tally: Tally) -> None:
    states = [{**state, column: None} for state in invariant.ordinary_states for column in invariant.columns]
    rows = [row_in(invariant, state) for state in states if not invariant.holds(state)]

    answers = verdicts(db, [Insert(invariant.table, row) for row in rows])

    tally.rejected += len(answers)
    tally.properties.add("INSERTs of NULL where the rule does not hold")
    accepted = [row for row, answer in zip(rows, answers, strict=True) if answer.accepted]
    assert not accepted, (
        f"public.{invariant.table}: takes {invariant.describe(accepted[0])}, for a CHECK that answers NULL passes;"
        " keep the columns of the rule NOT NULL, or say IS NOT NULL in it"
    )


def test_insert_is_judged_by_the_rule_whatever_stands_beside_it(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    rows = [
        row_in(invariant, state, **{column: value})
        for state in invariant.near_ordinary_states
        for column, values in invariant.bystanders.items()
        for value in values
    ]

    answers = verdicts(db, [Insert(invariant.table, row) for row in rows])

    judge(invariant, rows, answers, tally, what="INSERTs beside every bystander")


def test_no_two_bystanders_together_let_a_violator_in(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    violators = [state for state in invariant.ordinary_states if not invariant.holds(state)]
    rows = [row_in(invariant, state, **both) for state in violators for both in invariant.bystander_pairs]

    answers = verdicts(db, [Insert(invariant.table, row) for row in rows])

    judge(invariant, rows, answers, tally, what="INSERTs of violators beside every two bystanders")


def test_rejected_insert_leaves_the_database_as_it_was(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    forbidden = [row_in(invariant, s) for s in invariant.ordinary_states if not invariant.holds(s)]
    before = snapshot(db)

    answers = [attempt(db, *statement_of(Insert(invariant.table, row)), keep=True) for row in forbidden]

    judge(invariant, forbidden, answers, tally, what="INSERTs that leave the database as it was")
    assert snapshot(db) == before
