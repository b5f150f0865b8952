from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from fixtures.report.mask_evidence_secrets import cleaned
from fixtures.report.render_template import TEMPLATES
from fixtures.report.write_report import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.rehearsal.evidence import Evidence

HOSTILE = "0077_<script>alert(1)</script>\"'&{{ 7*7 }}--></style></title>"
CSS = (TEMPLATES / "report.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def go_page(make_evidence: Callable[..., Evidence], parse_page: Callable[[str], Any]) -> Any:
    return parse_page(page(make_evidence(("warning", "frozen-window", "1037 rows are frozen"))))


def test_verdict_stands_before_everything_else(go_page: Any) -> None:
    order = [one.attrs.get("id") or one.tag for one in go_page.all() if one.tag in {"strong", "section"}]

    assert order == ["strong", "findings", "steps", "window", "blast", "cost", "tried", "reproduce"]
    assert go_page.all("strong")[0].text == "✓ GO"
    assert go_page.all("title")[0].text.startswith("GO: rollout of execution_workspaces")


def test_no_go_gives_every_reason_at_the_top(
    make_evidence: Callable[..., Evidence], parse_page: Callable[[str], Any]
) -> None:
    reasons = ["deploy: a reader waited 840 ms (limit 500 ms)", "monitor: 3 violators are left"]

    root = parse_page(page(make_evidence(*(("error", "code", reason) for reason in reasons))))

    verdict = root.all(id="verdict")[0]
    assert verdict.all("strong")[0].text == "✕ NO-GO"
    assert [one.text for one in verdict.all("li")] == reasons


def test_each_step_has_its_lock_times_and_stalls(
    go_page: Any, make_evidence: Callable[..., Evidence]
) -> None:
    rows = go_page.all("table", **{"class": "steps"})[0].all("tbody")[0].all("tr")

    assert [row.all("th")[0].text for row in rows] == [step.name for step in make_evidence().steps]
    assert [cell.text for cell in rows[1].all("td")] == [
        "done", "ACCESS EXCLUSIVE stops readers and writers", "0.60 ms", "1.4 ms", "0.70 ms", "0", "1,037",
        "NOT VALID", "41 ms",
    ]  # fmt: skip


def test_what_is_over_the_limit_says_so_in_words(
    make_evidence: Callable[..., Evidence], parse_page: Callable[[str], Any]
) -> None:
    evidence = make_evidence()
    slow = msgspec.structs.replace(
        evidence.steps[1],
        reader_stall_ms_max=840.0,
        locks=(msgspec.structs.replace(evidence.steps[1].locks[0], held_ms=840),),
    )

    root = parse_page(page(msgspec.structs.replace(evidence, steps=(slow,))))

    cells = [one.text for one in root.all("table", **{"class": "steps"})[0].all("td")]
    assert cells[2:5] == ["840 ms over the limit", "840 ms over the limit", "0.70 ms"]


def test_frozen_window_has_operations_against_phases(go_page: Any) -> None:
    table = go_page.all("table", **{"class": "phases"})[0]
    rows = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in table.all("tr")[1:]}

    assert [one.text for one in table.all("thead")[0].all("th")][1:] == [
        "before", "deployed", "backfilled", "validated",
    ]  # fmt: skip
    assert rows["rename a violator"] == ["✓ works", "✕ fails 23514", "✓ works", "✓ works"]
    assert "1,037 rows cannot be updated, and 861 rows" in go_page.all(id="window")[0].text


def test_orders_are_compared_by_window_and_by_what_breaks(go_page: Any) -> None:
    rows = go_page.all("table", **{"class": "orders"})[0].all("tbody")[0].all("tr")

    assert [cell.text for cell in rows[1].all("td")][:5] == ["95 ms", "3", "3", "3", "4"]
    assert rows[2].all("td")[0].text == "212 ms, and as long as the operator takes"


def test_command_seed_and_server_are_there_to_reproduce_it(go_page: Any) -> None:
    text = go_page.all(id="reproduce")[0].text

    assert all(
        part in text for part in ("tox -e rollout -- --rows 20000 --seed 13", "Seed 13", "PostgreSQL 18.4")
    )


def test_every_table_has_a_caption_and_headers_with_a_scope(go_page: Any) -> None:
    for table in go_page.all("table"):
        assert table.all("caption")[0].text
        assert {one.attrs.get("scope") for one in table.all("th")} <= {"row", "rowgroup", "col", "colgroup"}
        assert all(row.all("th") for row in table.all("tr"))


def test_every_table_scrolls_in_a_named_box_that_the_keyboard_reaches(go_page: Any) -> None:
    ids = {one.attrs["id"] for one in go_page.all() if "id" in one.attrs}

    for table in go_page.all("table"):
        box = table.parent.attrs
        assert (box["class"], box["role"], box["tabindex"]) == ("scroll", "region", "0")
        assert box["aria-labelledby"] in ids


def test_language_viewport_and_headings_are_in_order(go_page: Any) -> None:
    levels = [int(one.tag[1]) for one in go_page.all("h1", "h2", "h3")]

    assert go_page.all("html")[0].attrs["lang"] == "en"
    assert go_page.all("meta", name="viewport")[0].attrs["content"] == "width=device-width, initial-scale=1"
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_ids_are_unique_and_every_reference_leads_somewhere(go_page: Any) -> None:
    ids = [one.attrs["id"] for one in go_page.all() if "id" in one.attrs]
    references = [
        part
        for one in go_page.all()
        for name in ("href", "aria-labelledby")
        for part in one.attrs.get(name, "").replace("#", "").split()
    ]

    assert len(ids) == len(set(ids))
    assert set(references) <= set(ids)


def test_page_needs_nothing_from_elsewhere_and_runs_nothing(go_page: Any) -> None:
    names = {name for one in go_page.all() for name in one.attrs}

    assert not go_page.all("script", "link", "img", "iframe", "object", "base", "form")
    assert not [name for name in names if name.startswith("on") or name == "src"]
    assert not re.search(r"@import|url\((?!#)", go_page.all("style")[0].text)
    assert (
        "default-src 'none'"
        in go_page.all("meta", **{"http-equiv": "Content-Security-Policy"})[0].attrs["content"]
    )


def test_hostile_text_in_any_field_stays_text(
    make_evidence: Callable[..., Evidence], parse_page: Callable[[str], Any]
) -> None:
    harmless, hostile = (
        parse_page(page(with_text(make_evidence(("error", "a", "b")), text)))
        for text in ("harmless", HOSTILE)
    )

    assert [one.tag for one in hostile.all()] == [one.tag for one in harmless.all()]
    assert hostile.text.count(HOSTILE) == harmless.text.count("harmless") > 50


def test_page_of_the_same_evidence_is_the_same(make_evidence: Callable[..., Evidence]) -> None:
    assert page(make_evidence()) == page(make_evidence())


def test_evidence_of_a_rehearsal_that_broke_off_still_makes_a_page(
    make_evidence: Callable[..., Evidence], parse_page: Callable[[str], Any]
) -> None:
    evidence = msgspec.structs.replace(
        make_evidence(("error", "broke-off", "x")),
        steps=(),
        frozen_window=None,
        cost=(),
        growth=(),
        blast_radius=(),
        tried=(),
    )

    root = parse_page(page(cleaned(evidence)))

    assert root.all("strong")[0].text == "✕ NO-GO"
    assert "No step was run." in root.text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("text", "bg"), ("muted", "bg"), ("link", "bg"), ("good", "bg"), ("bad", "bg"), ("warn", "bg"),
        ("one", "bg"), ("two", "bg"), ("three", "bg"), ("text", "raised"), ("text", "good-bg"),
        ("text", "bad-bg"), ("good", "good-bg"), ("bad", "bad-bg"), ("one", "band"), ("two", "band"),
    ],
)  # fmt: skip
def test_contrast_is_enough_for_small_text(theme: str, ink: str, paper: str) -> None:
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in CSS.split("@media", 2)[:2])
    colours = light if theme == "light" else dark

    darker, lighter = sorted((luminance(colours[ink]), luminance(colours[paper])))

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def with_text(data: Any, text: str) -> Any:
    """Return the data with a text in each text that a page shows; words of closed lists stay."""
    if isinstance(data, msgspec.Struct):
        closed = {"severity", "outcome", "on", "probe", "phase", "mode"}
        given = {one.name: getattr(data, one.name) for one in msgspec.structs.fields(data)}
        return type(data)(
            **{name: value if name in closed else with_text(value, text) for name, value in given.items()}
        )
    if isinstance(data, tuple):
        return tuple(with_text(item, text) for item in data)
    if isinstance(data, dict):
        return {with_text(key, text): value for key, value in data.items()}
    return f"{data} {text}" if isinstance(data, str) else data
