"""The mutation operators, on trees small enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.constraints.python_spec_files import read_spec_files
from fixtures.core.errors import HarnessError
from fixtures.mutants.mutant_catalogue import ROOT, SOURCE
from fixtures.mutants.mutant_folder import column_types
from fixtures.mutants.predicate_mutants import OPERATORS, Surroundings, mutate
from fixtures.mutants.predicate_syntax_tree import parsed, shown, sites
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec

EXAMPLE = ROOT / "examples/finished_state/finished_state.py"
AROUND = Surroundings(CLOSED_STATE, column_types(SOURCE, CLOSED_STATE))


def made(family: str, predicate: str) -> list[str]:
    """Return the predicates that one family makes of another, in the printer's spelling."""
    found = [site.replaced(text) for site in sites(predicate) for _, text in OPERATORS[family](site, AROUND)]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("family", "predicate", "expected"),
    [
        ("drop", "a OR b", ["b", "a"]),
        ("drop", "a AND (b OR c)", ["b OR c", "a", "a AND c", "a AND b"]),
        ("swap", "a OR b", ["a AND b"]),
        ("swap", "a AND b AND c", ["a OR b OR c"]),
        ("not", "a IS NULL", ["a IS NOT NULL"]),
        ("not", "a = 'x'", ["NOT a = 'x'"]),
        ("constant", "a OR b", ["TRUE", "FALSE"]),
        ("equals-null", "a IS NULL", ["a = NULL"]),
        ("equals-null", "a IS NOT NULL", ["a <> NULL"]),
        ("compare", "a = 'x'", ["a <> 'x'", "a < 'x'", "a <= 'x'", "a > 'x'", "a >= 'x'"]),
        ("null", "a", ["NULLIF(a, FALSE)", "a OR NULL", "CASE WHEN a THEN TRUE END"]),
    ],
)
def test_family_makes_its_mistakes(family: str, predicate: str, expected: list[str]) -> None:
    assert made(family, predicate) == expected


def test_list_loses_changes_and_gains_values() -> None:
    found = made("list", "status IN ('x1', 'y1')")

    assert "status IN ('x1')" in found
    assert "status IN ('X1', 'y1')" in found
    assert "status IN ('x1', 'y1', 'active')" in found
    assert "status IN ('x1', 'y1', NULL)" in found


def test_loosened_comparison_keeps_its_direction() -> None:
    found = made("loose", "status <> 'running'")

    assert "lower(status) NOT IN ('running')" in found
    assert "lower(status) IN ('running')" in made("loose", "status = 'running'")


def test_other_column_is_of_the_same_type() -> None:
    found = made("column", "closed_at IS NULL")

    assert found
    assert all(AROUND.types[text.split()[0]] == AROUND.types["closed_at"] for text in found)


def test_every_family_makes_something_of_the_first_constraint() -> None:
    idle = {"compare", "value"}  # it compares by IN alone

    found = {mutant.name.rsplit("-", 1)[0] for mutant in mutate(CLOSED_STATE, SOURCE)}

    assert found == set(OPERATORS) - idle


@pytest.mark.parametrize(
    "known", [CLOSED_STATE, *read_spec_files([EXAMPLE], [CLOSED_STATE])], ids=lambda known: known.name
)
def test_every_constraint_gets_mutants_that_differ_from_it(known: ConstraintSpec) -> None:
    found = [mutant.predicate for mutant in mutate(known, SOURCE)]

    assert len(found) >= 30
    assert len(set(found)) == len(found)
    assert shown(parsed(known.predicate)) not in found


def test_what_is_no_expression_is_refused() -> None:
    with pytest.raises(HarnessError, match="no SQL expression"):
        parsed("closed_at IS")
