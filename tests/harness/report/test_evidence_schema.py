from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fixtures.rehearsal.evidence import from_json, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.rehearsal.evidence import Evidence


def test_evidence_survives_a_trip_through_a_file(make_evidence: Callable[..., Evidence]) -> None:
    evidence = make_evidence(("warning", "frozen-window", "1037 rows are frozen"))

    assert from_json(json.loads(json.dumps(evidence.as_json()))) == evidence


def test_an_error_is_a_no_go_and_a_warning_is_not(make_evidence: Callable[..., Evidence]) -> None:
    warned = make_evidence(("warning", "frozen-window", "1037 rows are frozen"))
    broken = make_evidence(("error", "stall-over-limit", "deploy: a reader waited 840 ms (limit 500 ms)"))

    assert warned.as_json()["verdict"] == "go"
    assert broken.verdict == "NO-GO: deploy: a reader waited 840 ms (limit 500 ms)"


def test_schema_names_and_describes_every_field(make_evidence: Callable[..., Evidence]) -> None:
    data = json.loads(json.dumps(make_evidence().as_json()))

    assert list(differences(data, schema(), "evidence")) == []


def differences(data: Any, said: dict[str, Any], where: str) -> Iterator[str]:
    """Yield where data and schema differ: keys, and properties without a description."""
    if "anyOf" in said and data is not None:
        said = next(one for one in said["anyOf"] if one != {"type": "null"})
    if isinstance(data, dict) and "properties" in said:
        if data.keys() != said["properties"].keys():
            yield f"{where}: {data.keys() ^ said['properties'].keys()}"
        for name, value in data.items():
            inner = said["properties"][name]
            if not inner.get("description"):
                yield f"{where}.{name} has no description"
            yield from differences(value, inner, f"{where}.{name}")
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from differences(item, said["items"], f"{where}[{number}]")
