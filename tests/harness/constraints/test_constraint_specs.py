"""A constraint spec that contradicts itself is refused."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.constraints import ConstraintSpec, Transition
from fixtures.constraints.constraint_spec import literal
from fixtures.constraints.judge_write_verdicts import disagreements
from fixtures.constraints.python_spec_files import read_spec_files
from fixtures.constraints.try_writes import CHECK_VIOLATION, Verdict
from fixtures.core.errors import HarnessError
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.rows.seed_rows import seed_id
from fixtures.rows.strategies import rows, walks

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).resolve().parents[3] / "examples/finished_state/finished_state.py"
KNOWN = (CLOSED_STATE, *read_spec_files([EXAMPLE], [CLOSED_STATE]))
BROKEN: dict[str, tuple[Callable[[ConstraintSpec], dict[str, Any]], str]] = {
    "long name": (lambda _: {"name": "n" * 64}, "the name has 64 bytes"),
    "no default": (lambda _: {"defaults": {}}, "defaults must name exactly"),
    "repeated value": (lambda i: {"domain": {c: (*v, v[0]) for c, v in i.domain.items()}}, "repeats a value"),
    "unknown ordinary": (lambda i: {"ordinary": dict.fromkeys(i.domain, ("?",))}, "lacks"),
    "matters both ways": (lambda i: {"bystanders": dict.fromkeys(i.domain, (None,))}, "cannot both matter"),
    "rule that holds always": (lambda _: {"holds": lambda _: True}, "states that it forbids"),
    "rule that never holds": (lambda _: {"holds": lambda _: False}, "states that the rule allows"),
    "repair that does not": (lambda _: {"repair": {}}, "leaves .* a violator"),
    "transition from nowhere": (
        lambda i: {"transitions": (Transition("t", "x", dict.fromkeys(i.columns, "?"), {}),)},
        "transition t starts at",
    ),
    "two of a name": (lambda i: {"transitions": i.transitions[:1] * 2}, "same name"),
    "nothing creates a row": (
        lambda i: {"transitions": tuple(t for t in i.transitions if t.before is not None)},
        "no transition that creates a legal row",
    ),
    "nothing changes a row": (
        lambda i: {"transitions": tuple(t for t in i.transitions if t.before is None)},
        "no transition that changes a row",
    ),
    "no violator comes to be": (
        lambda i: {"transitions": i.legal_transitions},
        "no transition whose outcome the rule forbids",
    ),
    "unknown kind": (lambda i: {"kinds": dict.fromkeys(i.domain, "date")}, "the kind of status is 'date'"),
}


@pytest.mark.parametrize(("change", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_spec_that_contradicts_itself_is_refused(
    change: Callable[[ConstraintSpec], dict[str, Any]], reason: str
) -> None:
    with pytest.raises(
        HarnessError, match=f"{'n' * 64 if 'bytes' in reason else CLOSED_STATE.name}: .*{reason}"
    ):
        dataclasses.replace(CLOSED_STATE, **change(CLOSED_STATE))


def test_application_that_fails_is_blamed_in_one_line() -> None:
    def fails(**_: object) -> Any:
        raise KeyError("gone")

    broken = dataclasses.replace(CLOSED_STATE.application, parent_rows=fails, factories={"t": fails})

    with pytest.raises(HarnessError, match=r"^application paperclip: parent_rows failed: KeyError: 'gone'; "):
        broken.parents()
    with pytest.raises(HarnessError, match=r"^application paperclip: the factory of t failed: KeyError: "):
        broken.build("t")


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_states_have_ids_of_their_own(known: ConstraintSpec) -> None:
    assert len({seed_id(known, state) for state in known.states}) == len(known.states)


def test_the_domain_has_near_misses_of_each_sort() -> None:
    statuses = [value or "" for value in CLOSED_STATE.domain["status"]]
    misses = [value for value in statuses if value not in CLOSED_STATE.ordinary["status"]]

    assert len(misses) >= 25
    assert any(value != value.strip() for value in misses)
    assert any(normalize("NFC", value) != value for value in misses)
    assert any(normalize("NFKC", value) == "archived" for value in misses)
    assert any(value.lower() == "archived" for value in misses)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("infinity", "infinity"),
        (True, "true"),
        (7, "7"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=5))), "2026-01-02T00:00:00+05:00"),
        ({"a": [1, None]}, '{"a": [1, null]}'),
    ],
)
def test_values_have_one_input_text(value: object, text: str | None) -> None:
    assert literal(value) == text


@pytest.mark.parametrize("value", [b"bytes", datetime(2026, 1, 2), object()])  # noqa: DTZ001
def test_values_without_an_obvious_input_text_are_refused(value: object) -> None:
    with pytest.raises(HarnessError, match="no input text"):
        literal(value)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
@given(data=st.data())
def test_a_walk_starts_with_a_creation_and_goes_on_where_it_was(
    known: ConstraintSpec, data: st.DataObject
) -> None:
    walk = data.draw(walks(known))

    assert walk[0].before is None
    for before, after in pairwise(walk):
        assert after.before is not None
        assert known.outcome(before) == known.state_of(after.before)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
@given(data=st.data())
def test_the_oracle_takes_no_other_answer(known: ConstraintSpec, data: st.DataObject) -> None:
    row = data.draw(rows(known))
    right = Verdict(rows=1) if known.holds(row) else Verdict(CHECK_VIOLATION, known.name)
    wrong = [Verdict(), Verdict(CHECK_VIOLATION, "another"), Verdict("23502"), Verdict("P0001", known.name)]
    wrong.append(Verdict(CHECK_VIOLATION, known.name) if known.holds(row) else Verdict(rows=1))

    assert not disagreements(known, [row], [right])
    assert all(disagreements(known, [row], [answer]) for answer in wrong)
