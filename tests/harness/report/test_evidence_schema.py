from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fixtures.rehearsal.evidence import from_json, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.rehearsal.evidence import Evidence


def test_evidence_survives_a_trip_through_a_file(make_evidence: Callable[..., Evidence]) -> None:
    evidence = make_evidence(("warning", "frozen-window", "1037 rows are frozen"))

    assert from_json(json.loads(json.dumps(evidence.as_json()))) == evidence


def test_an_error_is_a_no_go_and_a_warning_is_not(make_evidence: Callable[..., Evidence]) -> None:
    warned = make_evidence(("warning", "frozen-window", "1037 rows are frozen"))
    broken = make_evidence(("error", "stall-over-limit", "deploy: a reader waited 840 ms (limit 500 ms)"))

    assert warned.as_json()["verdict"] == "go"
    assert broken.verdict == "NO-GO: deploy: a reader waited 840 ms (limit 500 ms)"


def test_schema_names_every_field_that_is_written(make_evidence: Callable[..., Evidence]) -> None:
    said = schema()["$defs"]["Evidence"]

    assert make_evidence().as_json().keys() == said["properties"].keys()
    assert said["additionalProperties"] is False


def test_schema_describes_every_field() -> None:
    silent = [
        f"{kind}.{name}"
        for kind, said in schema()["$defs"].items()
        for name, field in said["properties"].items()
        if not field.get("description")
    ]

    assert silent == []
