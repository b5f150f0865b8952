"""UPDATE and DELETE from every state, those of old violators among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.constraints.judge_write_verdicts import judge
from fixtures.constraints.try_writes import attempt, snapshot, verdicts
from fixtures.constraints.write_statements import Delete, Update, statement_of
from fixtures.core.errors import SubjectError
from fixtures.rows.seed_rows import seed_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fixtures.constraints import ConstraintSpec, State
    from fixtures.core.tried_counts import Tally
    from fixtures.postgres.connection_type import Connection


def _try(
    db: Connection, spec: ConstraintSpec, tally: Tally, steps: Iterable[tuple[State, State]], what: str
) -> None:
    """Try to change seed rows, given as (the state it is in, the changes), and judge what they become."""
    tried = list(steps)
    writes = [Update(spec.table, seed_key(spec, start), changes) for start, changes in tried]
    judge(spec, [{**start, **changes} for start, changes in tried], verdicts(db, writes), tally, what=what)


def test_update_of_one_column_is_judged_by_the_rule_from_every_state(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    steps = ((state, change) for state in spec.states for change in spec.changes(state))

    _try(db, spec, tally, steps, "UPDATEs of one column from every state")


def test_update_from_every_state_to_every_ordinary_state_is_judged_by_the_rule(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    steps = ((start, end) for start in spec.states for end in spec.ordinary_states)

    _try(db, spec, tally, steps, "UPDATEs from every state to every ordinary one")


def test_update_from_every_ordinary_state_to_every_state_is_judged_by_the_rule(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    steps = ((start, end) for start in spec.ordinary_states for end in spec.states)

    _try(db, spec, tally, steps, "UPDATEs from every ordinary state to every one")


def test_update_to_the_same_value_is_judged_by_the_rule(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    steps = ((state, {column: state[column]}) for state in spec.states for column in spec.columns)

    _try(db, spec, tally, steps, "UPDATEs that change nothing")


def test_update_of_a_bystander_is_judged_by_the_row_it_stands_in(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    steps = (
        (state, {column: value})
        for state in spec.ordinary_states
        for column, values in spec.bystanders.items()
        for value in values
    )

    _try(db, spec, tally, steps, "UPDATEs of bystanders")


def test_repair_is_accepted_for_every_violator(db: Connection, spec: ConstraintSpec, tally: Tally) -> None:
    steps = ((state, spec.repair) for state in spec.violators)

    _try(db, spec, tally, steps, "repairs of violators")


def test_delete_is_accepted_in_every_state(db: Connection, spec: ConstraintSpec, tally: Tally) -> None:
    answers = verdicts(db, [Delete(spec.table, seed_key(spec, s)) for s in spec.states])

    tally.accepted += len(answers)
    tally.properties.add("DELETEs from every state")
    refused = [str(answer) for answer in answers if not answer.accepted]
    if refused:
        raise SubjectError(
            f"public.{spec.table}: {len(refused)} of {len(answers)} DELETEs were {refused[0]}; a CHECK forbids none:"
            " find the trigger or rule that does",
            finding="delete-refused",
        )


def test_rejected_update_leaves_the_database_as_it_was(
    db: Connection, spec: ConstraintSpec, tally: Tally
) -> None:
    start, end = spec.legal_states[0], spec.violators[0]
    writes = [Update(spec.table, seed_key(spec, state), end) for state in (start, end)]
    before = snapshot(db)

    answers = [attempt(db, *statement_of(write), keep=True) for write in writes]

    judge(spec, [end, end], answers, tally, what="UPDATEs that leave the database as it was")
    if snapshot(db) != before:
        raise SubjectError(
            f"public.{spec.table}: an UPDATE that was refused left rows changed; find the trigger or rule that writes",
            finding="refused-write-left-something",
        )
