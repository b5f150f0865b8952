from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.report.__main__ import main
from fixtures.report.clear_and_read_report_files import read_evidence
from fixtures.report.mask_evidence_secrets import cleaned
from fixtures.report.write_report import write_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.rehearsal.evidence import Evidence


def test_evidence_is_read_as_it_was_written(make_evidence: Callable[..., Evidence], tmp_path: Path) -> None:
    evidence = make_evidence(("error", "a", "b"))

    write_report(evidence, tmp_path)

    assert read_evidence(tmp_path / "evidence.json") == cleaned(evidence)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("rows_total", "many", "Expected `int`, got `str` - at `$.rows_total`"),
        ("rows_total", True, "Expected `int`, got `bool` - at `$.rows_total`"),
        ("verdict", "maybe", "the findings say 'go' - at `$.verdict`"),
        (
            "violators_by_status",
            {"active": "x"},
            "Expected `int`, got `str` - at `$.violators_by_status[...]`",
        ),
        ("steps", [{}], "missing required field `name` - at `$.steps[0]`"),
        ("frozen_window", 3, "Expected `object | null`, got `int` - at `$.frozen_window`"),
        ("surprise", 1, "unknown field `surprise`"),
        ("schema_version", 1, "schema_version 1, this harness reads 2"),
    ],
)
def test_what_does_not_fit_the_schema_is_named(
    make_evidence: Callable[..., Evidence], tmp_path: Path, name: str, value: object, said: str
) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps({**make_evidence().as_json(), name: value}))

    with pytest.raises(HarnessError) as caught:
        read_evidence(path)

    assert said in str(caught.value)


@pytest.mark.parametrize("content", [None, "no json", "[]"])
def test_what_is_no_evidence_ends_the_program_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    path = tmp_path / "evidence.json"
    if content is not None:
        path.write_text(content)

    assert main([str(path), str(tmp_path / "again")]) == 3
    assert str(path) in capsys.readouterr().err


def test_a_report_is_rendered_again_from_its_evidence(
    make_evidence: Callable[..., Evidence], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    write_report(make_evidence(), first)

    assert main([str(first / "evidence.json"), str(again)]) == 0

    assert capsys.readouterr().out == f"GO: {again / 'report.html'}\n"
    assert {path.name: path.read_text() for path in first.iterdir()} == {
        path.name: path.read_text() for path in again.iterdir()
    }
