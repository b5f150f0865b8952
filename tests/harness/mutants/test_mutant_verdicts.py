"""The verdict on a mutant: killed, equivalent, survived, passes, false alarm, or not judged."""

from __future__ import annotations

import pytest

from fixtures.constraints.rule_equivalence import Decision
from fixtures.mutants.mutant_catalogue import find
from fixtures.mutants.mutant_runs import Failure, Run
from fixtures.mutants.mutant_verdicts import judged, summary

GREEN = Run(0, (), 31, 1.0, "")
RED = Run(
    1,
    (Failure("tests/migrations/test_constraint_in_catalog.py::test_x[y]", "it is wrong", True),),
    3,
    1.0,
    "",
)
BROKEN = Run(
    1,
    (Failure("tests/migrations/test_constraint_in_catalog.py::test_x[y]", "KeyError: 'x'", False),),
    3,
    1.0,
    "",
)
EMPTY = Run(0, (), 0, 1.0, "")

WRONG, RIGHT = find("predicate/drop-1"), find("rewrite/de-morgan")
SAME = Decision("proved", 18, "they are one rule")
DIFFERENT = Decision("refuted", 18, "they differ on a row")


@pytest.mark.parametrize(
    ("mutant", "run", "proof", "reason", "outcome"),
    [
        (WRONG, RED, None, None, "killed"),
        (WRONG, GREEN, DIFFERENT, None, "survived"),
        (WRONG, GREEN, None, None, "survived"),
        (WRONG, GREEN, SAME, None, "survived"),  # nobody has said why
        (WRONG, GREEN, SAME, "the column is NOT NULL", "equivalent"),
        (WRONG, GREEN, DIFFERENT, "the column is NOT NULL", "survived"),
        (WRONG, RED, None, "the column is NOT NULL", "broken"),
        (WRONG, BROKEN, None, None, "broken"),
        (WRONG, EMPTY, None, None, "broken"),
        (RIGHT, GREEN, None, None, "passes"),
        (RIGHT, RED, None, None, "false alarm"),
        (RIGHT, BROKEN, None, None, "broken"),
    ],
)
def test_outcome(mutant, run, proof, reason, outcome) -> None:  # type: ignore[no-untyped-def]
    row = judged(mutant, run, proof, reason)

    assert row.outcome == outcome
    assert row.right == (outcome in {"killed", "equivalent", "passes"})


def test_summary_counts_killers_and_names_what_is_wrong() -> None:
    rows = [judged(WRONG, RED, None, None), judged(RIGHT, RED, None, None), judged(WRONG, GREEN, SAME, "why")]

    lines = summary(rows)

    assert "killed      1 of 2 mutants" in lines
    assert "1 by migrations/test_constraint_in_catalog.py" in lines
    assert "rewrites    0 of 1 pass" in lines
    assert "survived    none" in lines
    assert "wrong       rewrite/de-morgan" in lines
