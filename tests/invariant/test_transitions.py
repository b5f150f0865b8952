"""The life of a row: what the application does goes on, and what made the violators ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from fixtures.workspaces.cast import cast_key, row_in
from fixtures.workspaces.oracle import judge
from fixtures.workspaces.strategies import walks
from fixtures.workspaces.verdicts import attempt, verdicts
from fixtures.workspaces.writes import Insert, Update, Write, statement_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fixtures.invariants import Invariant, Transition
    from fixtures.rollout.phases import Connection
    from fixtures.tally import Tally


def _try(db: Connection, invariant: Invariant, tally: Tally, steps: Sequence[Transition], what: str) -> None:
    """Take each step with the cast's row that is in its first state, or with a new row."""
    writes: list[Write] = [
        Insert(invariant.table, row_in(invariant, step.changes))
        if step.before is None
        else Update(invariant.table, cast_key(invariant, invariant.state_of(step.before)), step.changes)
        for step in steps
    ]
    judge(invariant, [invariant.outcome(step) for step in steps], verdicts(db, writes), tally, what=what)


def test_every_legal_transition_succeeds(db: Connection, invariant: Invariant, tally: Tally) -> None:
    _try(db, invariant, tally, invariant.legal_transitions, "legal transitions")


def test_every_way_that_made_violators_is_rejected(
    db: Connection, invariant: Invariant, tally: Tally
) -> None:
    _try(db, invariant, tally, invariant.forbidden_transitions, "transitions that made violators")


@given(data=st.data())
def test_a_row_lives_through_any_legal_transitions(
    db: Connection, invariant: Invariant, tally: Tally, data: st.DataObject
) -> None:
    walk = data.draw(walks(invariant), label="walk")
    row = row_in(invariant, walk[0].changes)
    key = {invariant.key: row[invariant.key]}
    updates: list[Write] = [Update(invariant.table, key, step.changes) for step in walk[1:]]
    writes = [Insert(invariant.table, row), *updates]

    with db.transaction(force_rollback=True):
        answers = [attempt(db, *statement_of(write), keep=True) for write in writes]

    judge(invariant, [invariant.outcome(step) for step in walk], answers, tally, what="steps of a row's life")
