from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fixtures.report.terminal_report import terminal_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.rehearsal.evidence import Evidence


def test_it_is_short_and_fits_the_width(make_evidence: Callable[..., Evidence]) -> None:
    lines = terminal_lines(make_evidence(), width=80, colour=False)

    assert lines[0] == "GO execution_workspaces_closed_state_consistency"
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80


def test_every_reason_is_told(make_evidence: Callable[..., Evidence]) -> None:
    evidence = make_evidence(("error", "a", "deploy: a reader waited 840 ms"), ("error", "b", "3 are left"))

    lines = terminal_lines(evidence, width=100, colour=False)

    assert lines[0].startswith("NO-GO")
    assert {"no-go: deploy: a reader waited 840 ms", "no-go: 3 are left"} <= set(lines)


def test_what_ended_as_it_must_not_is_told(make_evidence: Callable[..., Evidence]) -> None:
    evidence = make_evidence()
    bad = msgspec.structs.replace(evidence.tried[0], good=False, sentence="12 rows were lost")

    lines = terminal_lines(msgspec.structs.replace(evidence, tried=(bad,)), width=100, colour=False)

    assert "  backfill killed half way, and run again: 12 rows were lost" in lines


def test_markup_in_a_text_is_no_markup(make_evidence: Callable[..., Evidence]) -> None:
    evidence = msgspec.structs.replace(
        make_evidence(("warning", "a", "[red]x[/red] :smile:")), constraint="[bold]c"
    )

    lines = terminal_lines(evidence, width=100, colour=False)

    assert lines[0] == "GO [bold]c"
    assert "warning: [red]x[/red] :smile:" in lines


def test_colour_is_there_only_when_asked_for(make_evidence: Callable[..., Evidence]) -> None:
    plain, coloured = (
        "\n".join(terminal_lines(make_evidence(), width=90, colour=colour)) for colour in (False, True)
    )

    assert "\x1b" not in plain
    assert "\x1b[1;32mGO" in coloured
