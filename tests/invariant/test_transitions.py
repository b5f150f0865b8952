"""Legal transitions succeed, and those that made the violators are rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from fixtures.constraints.judge_write_verdicts import judge
from fixtures.constraints.try_writes import attempt, verdicts
from fixtures.constraints.write_statements import Insert, Update, Write, statement_of
from fixtures.rows.seed_rows import row_in, seed_key
from fixtures.rows.strategies import walks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fixtures.constraints import ConstraintSpec, Transition
    from fixtures.core.tried_counts import Tally
    from fixtures.postgres.connection_type import Connection


def _try(db: Connection, spec: ConstraintSpec, tally: Tally, steps: Sequence[Transition], what: str) -> None:
    """Take each step with the seed row that is in its first state, or with a new row."""
    writes: list[Write] = [
        Insert(spec.table, row_in(spec, step.changes))
        if step.before is None
        else Update(spec.table, seed_key(spec, spec.state_of(step.before)), step.changes)
        for step in steps
    ]
    judge(spec, [spec.outcome(step) for step in steps], verdicts(db, writes), tally, what=what)


def test_every_legal_transition_succeeds(db: Connection, spec: ConstraintSpec, tally: Tally) -> None:
    _try(db, spec, tally, spec.legal_transitions, "legal transitions")


def test_every_way_that_made_violators_is_rejected(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    _try(db, spec, tally, spec.forbidden_transitions, "transitions that made violators")


@given(data=st.data())
def test_a_row_lives_through_any_legal_transitions(
    db: Connection, spec: ConstraintSpec, tally: Tally, data: st.DataObject
) -> None:
    walk = data.draw(walks(spec), label="walk")
    row = row_in(spec, walk[0].changes)
    key = {spec.key: row[spec.key]}
    updates: list[Write] = [Update(spec.table, key, step.changes) for step in walk[1:]]
    writes = [Insert(spec.table, row), *updates]

    with db.transaction(force_rollback=True):
        answers = [attempt(db, *statement_of(write), keep=True) for write in writes]

    judge(spec, [spec.outcome(step) for step in walk], answers, tally, what="steps of a row's life")
