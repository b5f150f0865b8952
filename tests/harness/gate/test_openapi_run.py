"""What is sent from a server's OpenAPI, and which statements are surprises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import EXIT_HARNESS
from fixtures.gate import openapi_run
from fixtures.gate.known_failures import KnownWriter, load_writers, unknown_writers
from fixtures.gate.write_audit import Writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

WORKSPACE = "/api/execution-workspaces/{id}"
ROWS: Mapping[str, Sequence[object]] = {
    "execution-workspaces": ["w1"],
    "issues": ["i1"],
    "projects": ["p1"],
    "exported": [{"COMPANY.md": "x"}],
}
NESTED = {"type": "object", "properties": {"teardownCommand": {"type": "string"}, "kept": {"type": "string"}}}
DOCUMENT = {
    "openapi": "3.0.0",
    "security": [{"board": []}],
    "paths": {
        WORKSPACE: {
            "patch": {
                "parameters": [
                    {"name": "id", "in": "path", "schema": {"type": "string"}},
                    {"name": "X-Run", "in": "header", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["cwd"],
                                "properties": {
                                    "status": {"type": "string", "enum": ["active"]},
                                    "cwd": {"type": "string"},
                                    "projectId": {"type": "string"},
                                    "goalId": {"type": "string"},
                                    "nested": {"oneOf": [NESTED]},
                                },
                            }
                        }
                    }
                },
            },
            "get": {},
        },
        "/api/plugins/install": {"post": {}},
    },
}
STATEMENT = 'update "execution_workspaces" set "status" = $1'
BREAKS = KnownWriter("broke", "update .* set .*", "it is known")


def writer(statement: str = STATEMENT, *, broke: int = 0, could_break: bool = True) -> Writer:
    return Writer(statement, 1, broke, 0, writes_rule=True, could_break=could_break)


@pytest.mark.parametrize(
    "operation",
    [
        "POST /api/plugins/install", "POST /api/adapters/install", "POST /api/companies/{companyId}/agents",
        "PATCH /api/agents/{id}", "POST /api/environments/{id}/probe", "POST /api/companies/{companyId}/skills/import",
        "POST /api/execution-workspaces/{id}/runtime-commands/{action}", "DELETE /api/companies/{companyId}",
        "PATCH /api/instance/settings/experimental", "POST /api/tool-gateway/tools/call",
    ],
)  # fmt: skip
def test_operations_that_run_programs_or_leave_the_machine_are_not_sent(operation: str) -> None:
    method, path = operation.split()

    assert not openapi_run.allowed(method, path)


def test_document_keeps_the_allowed_operations_alone() -> None:
    bounded = openapi_run.bounded_document(DOCUMENT, ROWS)

    assert {path: list(operations) for path, operations in bounded["paths"].items()} == {WORKSPACE: ["patch"]}
    assert "security" not in bounded


def test_document_names_rows_that_are_there_and_no_headers() -> None:
    (parameter,) = openapi_run.bounded_document(DOCUMENT, ROWS)["paths"][WORKSPACE]["patch"]["parameters"]

    assert parameter["schema"] == {"enum": ["w1"]}


def test_body_has_no_field_for_a_program_a_path_or_a_row_that_is_not_there() -> None:
    body = openapi_run.bounded_document(DOCUMENT, ROWS)["paths"][WORKSPACE]["patch"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]

    assert set(schema["properties"]) == {"status", "projectId", "nested"}
    assert schema["properties"]["projectId"] == {"enum": ["p1"]}
    assert set(schema["properties"]["nested"]["oneOf"][0]["properties"]) == {"kept"}
    assert (schema["required"], schema["additionalProperties"]) == (["status"], False)


@pytest.mark.parametrize(
    ("seen", "surprises"),
    [
        (writer(could_break=False), 0),
        (writer(), 0),
        (writer(broke=1), 0),
        (writer("insert into other", broke=1), 1),
        (writer("merge into other"), 1),
    ],
)
def test_statement_that_no_entry_names_is_a_surprise(seen: Writer, surprises: int) -> None:
    assert len(unknown_writers([seen], [BREAKS])) == surprises


def test_statement_that_was_only_known_to_be_able_to_break_the_rule_is_a_surprise_once_it_did() -> None:
    known = KnownWriter("could break", BREAKS.statement, "it is known")

    assert unknown_writers([writer(broke=1)], [known]) == [f"broke, and not known: {STATEMENT}"]


def test_server_that_is_fixed_in_the_service_is_not_known_to_break_the_rule() -> None:
    assert {fix: [one.verdict for one in load_writers(fix)] for fix in ("none", "route", "service")} == {
        "none": ["broke"], "route": ["broke"], "service": ["could break"],
    }  # fmt: skip


def test_answers_are_counted_from_the_report(tmp_path: Path) -> None:
    events = tmp_path / "events.ndjson"
    responses = [{"response": {"status_code": status}} for status in (200, 201, 404, 500)]
    events.write_text("\n".join(map(json.dumps, responses)), encoding="utf-8")

    assert openapi_run.answers(events) == {2: 2, 4: 1, 5: 1}


def test_without_schemathesis_it_is_the_harness_that_cannot_work(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))

    assert openapi_run.main([]) == EXIT_HARNESS
    assert "tox -e schemathesis" in capsys.readouterr().err
