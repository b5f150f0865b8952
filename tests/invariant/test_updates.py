"""UPDATE and DELETE: from every state that a row can be in, those before the constraint came among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.workspaces.cast import cast_key
from fixtures.workspaces.oracle import judge
from fixtures.workspaces.verdicts import attempt, snapshot, verdicts
from fixtures.workspaces.writes import Delete, Update, statement_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fixtures.invariants import Invariant, State
    from fixtures.rollout.phases import Connection
    from fixtures.tally import Tally


def _try(
    db: Connection, invariant: Invariant, tally: Tally, steps: Iterable[tuple[State, State]], what: str
) -> None:
    """Try to change rows of the cast, given as (the state it is in, the changes), and judge what they become."""
    tried = list(steps)
    writes = [Update(invariant.table, cast_key(invariant, start), changes) for start, changes in tried]
    judge(
        invariant, [{**start, **changes} for start, changes in tried], verdicts(db, writes), tally, what=what
    )


def test_update_of_one_column_is_judged_by_the_rule_from_every_state(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    steps = ((state, change) for state in invariant.states for change in invariant.changes(state))

    _try(db, invariant, tally, steps, "UPDATEs of one column from every state")


def test_update_from_every_state_to_every_ordinary_state_is_judged_by_the_rule(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    steps = ((start, end) for start in invariant.states for end in invariant.ordinary_states)

    _try(db, invariant, tally, steps, "UPDATEs from every state to every ordinary one")


def test_update_from_every_ordinary_state_to_every_state_is_judged_by_the_rule(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    steps = ((start, end) for start in invariant.ordinary_states for end in invariant.states)

    _try(db, invariant, tally, steps, "UPDATEs from every ordinary state to every one")


def test_update_to_the_same_value_is_judged_by_the_rule(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    steps = ((state, {column: state[column]}) for state in invariant.states for column in invariant.columns)

    _try(db, invariant, tally, steps, "UPDATEs that change nothing")


def test_update_of_a_bystander_is_judged_by_the_row_it_stands_in(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    steps = (
        (state, {column: value})
        for state in invariant.ordinary_states
        for column, values in invariant.bystanders.items()
        for value in values
    )

    _try(db, invariant, tally, steps, "UPDATEs of bystanders")


def test_repair_is_accepted_for_every_violator(db: Connection, invariant: Invariant, tally: Tally) -> None:
    steps = ((state, invariant.repair) for state in invariant.violators)

    _try(db, invariant, tally, steps, "repairs of violators")


def test_delete_is_accepted_in_every_state(db: Connection, invariant: Invariant, tally: Tally) -> None:
    answers = verdicts(db, [Delete(invariant.table, cast_key(invariant, s)) for s in invariant.states])

    tally.accepted += len(answers)
    tally.properties.add("DELETEs from every state")
    assert all(answer.accepted for answer in answers), f"a DELETE was {set(map(str, answers))}"


def test_rejected_update_leaves_the_database_as_it_was(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    start, end = invariant.legal_states[0], invariant.violators[0]
    writes = [Update(invariant.table, cast_key(invariant, state), end) for state in (start, end)]
    before = snapshot(db)

    answers = [attempt(db, *statement_of(write), keep=True) for write in writes]

    judge(invariant, [end, end], answers, tally, what="UPDATEs that leave the database as it was")
    assert snapshot(db) == before
