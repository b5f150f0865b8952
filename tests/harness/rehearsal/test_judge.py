"""Each rule of the judge, on evidence made by hand."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fixtures.rehearsal.evidence import Evidence, GrowthPoint, Limits, LockSample, StepEvidence, Tried
from fixtures.rehearsal.judge import BATCH_ROWS_MAX, RULES, judged

TABLE = "public.execution_workspaces"
NAMES = ("preflight", "deploy", "backfill", "validate", "monitor")


def step(name: str, **more: Any) -> StepEvidence:
    given: dict[str, Any] = {
        "title": name, "source": "0077_x, by drizzle" if name == "deploy" else f"{name}.sql", "outcome": "done",
        "duration_ms": 1.0, "violators_left": 0, "convalidated": True, "message": "GO", **more,
    }  # fmt: skip
    return StepEvidence(name=name, **given)


def evidence(**changed: dict[str, Any]) -> Evidence:
    steps = {name: step(name) for name in NAMES}
    steps["deploy"] = step("deploy", convalidated=False, violators_left=9)
    steps |= {name: msgspec.structs.replace(steps[name], **more) for name, more in changed.items()}
    return Evidence(
        constraint="c", table=TABLE, predicate="p", repair={"status": "archived"}, server="", subject="", data="",
        rows_total=100, violators_total=9, limits=Limits(lock_ms=200, stall_ms=500), steps=tuple(steps.values()),
        reproduce="",
    )  # fmt: skip


def lock(mode: str, held_ms: float) -> dict[str, Any]:
    return {"locks": (LockSample(relation=TABLE, mode=mode, held_ms=held_ms),)}


WRONG: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "lock-over-limit": ({"deploy": lock("ACCESS EXCLUSIVE", 840)}, f"0077_x: ACCESS EXCLUSIVE on {TABLE} held 840 ms (limit 200 ms)"),
    "lock-too-strong": ({"validate": lock("ACCESS EXCLUSIVE", 1)}, "takes ACCESS EXCLUSIVE"),
    "stall-over-limit": ({"backfill": {"writer_stall_ms_max": 501.0}}, "a writer waited 501 ms (limit 500 ms)"),
    "one-transaction": ({"deploy": {"rows_changed": 9, "rows_changed_with_add": 9}}, "also changes rows"),
    "backfill-columns": ({"backfill": {"rows_changed": 9, "columns_changed": ("status", "closed_at")}}, "changes closed_at of 9 rows"),
    "backfill-bystanders": ({"backfill": {"bystanders_changed": 1}}, "changes 1 rows that break no rule"),
    "backfill-without-batches": ({"backfill": {"rows_per_transaction_max": BATCH_ROWS_MAX + 1}}, "commit in batches"),
    "backfill-incomplete": ({"backfill": {"violators_left": 4}}, "leaves 4 of 9 violators"),
    "backfill-loses-rows": ({"backfill": {"rows_lost": 2}}, "2 rows are gone"),
    "companion-not-deployed": ({"deploy": {"probe_errors": {"23514": 3}}}, "deploy the companion fix first"),
    "traffic-failed": ({"deploy": {"probe_errors": {"42P01": 3}}}, "3 with 42P01"),
    "changes-rows": ({"monitor": {"rows_changed": 1}}, "changes 1 rows and must change none"),
    "changes-other-tables": ({"backfill": {"tables_changed": ("public.issues",)}}, "changes rows of public.issues"),
    "changes-the-schema": ({"backfill": {"schema_changed": ("index i: unexpected",)}}, "leaves the schema changed: index i"),
    "monitor-speaks": ({"monitor": {"output": "all is well\n"}}, "prints on success (all is well)"),
    "preflight-without-verdict": ({"preflight": {"message": "fine"}}, "its last line is 'fine'"),
    "validate-failed": ({"validate": {"outcome": "failed", "exit_code": 3, "message": "no"}}, "failed (exit code 3): no"),
    "not-validated": ({"monitor": {"convalidated": False}}, "is not validated"),
    "no-constraint": ({"monitor": {"convalidated": None}}, "has no c"),
    "violators-left": ({"monitor": {"violators_left": 2}}, "2 rows break the rule"),
}  # fmt: skip


def test_clean_evidence_is_a_go() -> None:
    assert judged(evidence()).go


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE t;", True),
        ("-- \\set ON_ERROR_STOP on\n", True),
        ("\\set ON_ERROR_STOP on\nUPDATE t;", False),
    ],
)
def test_script_that_goes_on_after_errors_is_named(sql: str, *, named: bool) -> None:
    found = judged(evidence(backfill={"sql": sql, "exit_code": 0})).findings

    assert (
        any(
            one.severity == "warning" and one.sentence.startswith("backfill.sql: psql goes on after an error")
            for one in found
        )
        is named
    )


@pytest.mark.parametrize("code", WRONG)
def test_mistake_has_its_sentence(code: str) -> None:
    changed, words = WRONG[code]

    told = [finding for finding in judged(evidence(**changed)).findings if finding.severity == "error"]

    assert [finding.code for finding in told] == [code]
    assert words in told[0].sentence


def test_reason_about_the_deploy_names_the_option_that_settles_it() -> None:
    unknown = evidence(deploy={"validated_with_add": True}, backfill={"rows_lost": 2})

    reasons = judged(msgspec.structs.replace(unknown, assumed="say --deployed TAG")).reasons

    assert ["say --deployed TAG" in reason for reason in reasons] == [True, False]


def test_deploy_that_repairs_in_a_transaction_of_its_own_is_a_go() -> None:
    assert judged(evidence(deploy={"rows_changed": 9, "convalidated": True})).go


def test_number_at_its_limit_passes() -> None:
    at_limit = evidence(
        deploy=lock("ACCESS EXCLUSIVE", 200),
        backfill={"writer_stall_ms_max": 500.0, "rows_per_transaction_max": BATCH_ROWS_MAX},
    )

    assert judged(at_limit).go


@pytest.mark.parametrize(("read", "go"), [(40_000, True), (160_000, True), (161_000, False), (0, True)])
def test_step_that_reads_more_for_each_row_of_a_larger_table_is_a_reason(read: int, go: bool) -> None:
    points = tuple(
        GrowthPoint(step="backfill", rows=rows, took_ms=1, wal_bytes=1, rows_read=rows_read)
        for rows, rows_read in ((10_000, read), (1_000, 4_000))
    )

    assert judged(msgspec.structs.replace(evidence(), growth=points)).go is go


def test_experiment_that_ended_badly_is_a_reason() -> None:
    tried = (Tried(name="kill_it", title="killed", good=False, sentence="2 rows lost"),)

    assert judged(msgspec.structs.replace(evidence(), tried=tried)).reasons == ("killed: 2 rows lost",)


def test_every_rule_says_what_it_is_for() -> None:
    assert all(rule.__doc__ for rule in RULES)
