"""Figures add up, and the published page is the one that the published numbers give. No time is asserted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from benchmarks.__main__ import JSON, PAGE
from benchmarks.figures import Figure, Measure, Sheet, as_markdown, in_turn, shown, times

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK, SLOW = Measure.of("quick", [1.0, 2.0, 3.0]), Measure.of("slow", [200.0])
NONE = Measure.of("none", [0.0])


def sheet(*figures: Figure) -> Sheet:
    return Sheet(
        "2026-01-01", {"system": "Linux"}, {"Postgres": "18.4"}, list(figures), {"migrating": "no npm"}
    )


@pytest.mark.parametrize(
    ("figure", "ratio", "reached"),
    [
        (Figure("less is better", QUICK, SLOW, aim=100), 100, True),
        (Figure("less is better", SLOW, QUICK, aim=1), 0.01, False),
        (Figure("no aim", QUICK, SLOW), 100, None),
        (Figure("nothing on our side", NONE, SLOW, aim=1), None, True),
    ],
    ids=lambda value: value.subject if isinstance(value, Figure) else "",
)
def test_ratio_says_how_many_times_better_ours_is(
    figure: Figure, ratio: float | None, reached: bool | None
) -> None:
    assert (figure.ratio, figure.reached) == (ratio, reached)


def test_sides_take_turns_in_both_orders_and_the_first_does_not_count() -> None:
    seen: list[str] = []

    def side(name: str) -> Callable[[], float]:
        return lambda: seen.append(name) or float(len(seen))  # type: ignore[func-returns-value]

    measures = in_turn({"a": side("a"), "b": side("b")}, rounds=2)

    assert "".join(seen) == "baabba"
    assert (measures["a"].low, measures["b"].samples) == (3.0, 2)


def test_sheet_survives_json() -> None:
    made = sheet(Figure("isolation", QUICK, SLOW, aim=100), Figure("no aim", QUICK, SLOW))

    data = json.loads(json.dumps(made.as_data()))

    assert msgspec.convert(data, Sheet) == made
    assert data["figures"][0]["ratio"] == 100


def test_page_shows_each_figure_and_what_was_left_out() -> None:
    made = sheet(Figure("isolation", QUICK, SLOW, aim=100, note="same server"))

    page = as_markdown(made)

    assert "| isolation | quick | 2.00 ms | slow | 200 ms | 100× | 100× ✓ |" in page  # noqa: RUF001
    assert "- isolation: same server." in page
    assert "- migrating: no npm" in page


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234 ms"), (12.34, "12.3 ms"), (0.512, "0.51 ms")]
)  # fmt: skip
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert shown(Measure.of("x", [value])) == text


def test_a_ratio_without_a_bottom_is_a_dash() -> None:
    assert times(None) == "—"


def test_published_page_is_made_from_the_published_numbers() -> None:
    data = json.loads(JSON.read_text(encoding="utf-8"))

    assert PAGE.read_text(encoding="utf-8") == as_markdown(msgspec.convert(data, Sheet))
