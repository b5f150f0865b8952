from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.core.errors import HarnessError
from fixtures.rehearsal.evidence import schema
from fixtures.report.__main__ import main
from fixtures.report.evidence_reader import differences, read_evidence
from fixtures.report.redaction import cleaned
from fixtures.report.write_report import write_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.rehearsal.evidence import Evidence


def test_evidence_is_read_as_it_was_written(make_evidence: Callable[..., Evidence], tmp_path: Path) -> None:
    evidence = make_evidence(("error", "a", "b"))

    write_report(evidence, tmp_path)

    assert read_evidence(tmp_path / "evidence.json") == cleaned(evidence)


def test_written_evidence_is_what_the_written_schema_says(
    make_evidence: Callable[..., Evidence], tmp_path: Path
) -> None:
    write_report(make_evidence(("warning", "a", "b")), tmp_path)

    data, said = (
        json.loads((tmp_path / name).read_text()) for name in ("evidence.json", "evidence.schema.json")
    )

    assert list(differences(data, said, "evidence")) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("rows_total", "many", "evidence.rows_total is not of type integer"),
        ("rows_total", True, "evidence.rows_total is not of type integer"),
        ("verdict", "maybe", "evidence.verdict is 'maybe', not one of ['go', 'no-go']"),
        (
            "violators_by_status",
            {"active": "x"},
            "evidence.violators_by_status.active is not of type integer",
        ),
        ("steps", [{}], "evidence.steps[0].name is missing"),
        ("frozen_window", 3, "evidence.frozen_window is not of type object"),
        ("surprise", 1, "evidence.surprise is not known"),
        ("schema_version", 2, "schema_version 2, this harness reads 1"),
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


def test_schema_uses_only_keywords_that_the_check_knows() -> None:
    known = {
        "$schema", "title", "type", "const", "enum", "anyOf", "properties", "required", "additionalProperties",
        "items", "description",
    }  # fmt: skip

    assert keywords(schema()) <= known


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


def keywords(said: Any) -> set[str]:
    """Return the keywords of a schema, not the names of its properties."""
    if isinstance(said, list):
        return {word for item in said for word in keywords(item)}
    if not isinstance(said, dict):
        return set()
    found = set(said)
    for key, value in said.items():
        inner = value.values() if key == "properties" else [value]
        found |= {word for item in inner for word in keywords(item)}
    return found
