from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from fixtures.core.markdown import code, plain
from fixtures.report.write_report import markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.rehearsal.evidence import Evidence


def test_verdict_is_the_first_line(make_evidence: Callable[..., Evidence]) -> None:
    go, no_go = markdown(make_evidence()), markdown(make_evidence(("error", "a", "the rule is not there")))

    assert go.startswith("## ✅ GO: rollout of `execution_workspaces_closed_state_consistency`\n")
    assert no_go.startswith("## ❌ NO-GO")
    assert "- **No-go**: the rule is not there (`a`)\n" in no_go


def test_steps_and_window_are_tables_of_one_width(make_evidence: Callable[..., Evidence]) -> None:
    blocks = [
        block.splitlines() for block in markdown(make_evidence()).split("\n\n") if block.startswith("|")
    ]

    widths = [{line.replace("\\|", "").count("|") for line in block} for block in blocks]
    assert [len(one) for one in widths] == [1, 1, 1, 1, 1, 1]
    assert (
        "| `deploy` | done | `ACCESS EXCLUSIVE` | 0.60 ms | 1.4 ms | 0.70 ms | 0 | 1,037 | NOT VALID |"
        in blocks[0]
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("a | b\n# c", "a \\| b \\# c"),
        ("[x](javascript:1) ![y](z)", "\\[x\\](javascript:1) \\!\\[y\\](z)"),
        ("*a* __b__ snake_case `c`", "\\*a\\* \\__b_\\_ snake_case \\`c\\`"),
    ],
)
def test_markup_in_a_text_is_escaped(text: str, written: str) -> None:
    assert plain(text) == written


def test_code_has_a_fence_longer_than_any_inside() -> None:
    assert code("a `b` ``c`` | d") == "```a `b` ``c`` \\| d```"


def test_hostile_names_break_no_table(make_evidence: Callable[..., Evidence]) -> None:
    evidence = make_evidence()
    hostile = msgspec.structs.replace(evidence.steps[0], name="a | b\n</td><script>`")

    text = markdown(msgspec.structs.replace(evidence, steps=(hostile,)))

    row = next(line for line in text.splitlines() if "</td>" in line)
    assert row.startswith("| `` a \\| b </td><script>` `` |")
