from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.report.clear_and_read_report_files import read_evidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.rehearsal.evidence import Evidence


SOURCE = """
import pathlib
import pytest
from fixtures.pytest_plugin.shared_server_and_subject import state_of
from fixtures.report.clear_and_read_report_files import read_evidence

def test_rehearsal(pytestconfig):
    evidence = read_evidence(pathlib.Path("given.json"))
    state_of(pytestconfig).evidence[evidence.constraint] = evidence

def test_judge():
    {judge}
"""


@pytest.fixture
def rehearse(inner: Any, make_evidence: Callable[..., Evidence]) -> Callable[..., Any]:
    """Return what runs a small rehearsal with --report: what its judge does, and findings, in."""

    def run(judge: str, *findings: tuple[str, str, str], args: tuple[str, ...] = ()) -> Any:
        (inner.project / "given.json").write_text(json.dumps(make_evidence(*findings).as_json()))
        return inner.run(SOURCE.format(judge=judge), f"--report={inner.project / 'out'}", *args)

    return run


def test_go_is_told_and_written(rehearse: Callable[..., Any], inner: Any) -> None:
    done = rehearse("pass")

    assert done.returncode == 0
    assert "GO execution_workspaces_closed_state_consistency" in done.stdout
    assert f"report  {inner.project / 'out' / 'report.html'}" in done.stdout
    assert read_evidence(inner.project / "out" / "evidence.json").go


def test_a_failed_test_is_a_reason_for_no_go(rehearse: Callable[..., Any], inner: Any) -> None:
    done = rehearse("assert False, 'the replica stopped'")

    evidence = read_evidence(inner.project / "out" / "evidence.json")
    assert done.returncode == 1
    assert evidence.verdict == "NO-GO: test_inner.py::test_judge: the replica stopped"
    assert "NO-GO" in (inner.project / "out" / "report.html").read_text()


def test_a_failure_that_a_finding_says_is_told_once(rehearse: Callable[..., Any], inner: Any) -> None:
    rehearse("assert False, '3 violators are left'", ("error", "left", "3 violators are left"))

    assert read_evidence(inner.project / "out" / "evidence.json").reasons == ("3 violators are left",)


def test_a_run_that_ends_early_is_a_no_go(rehearse: Callable[..., Any], inner: Any) -> None:
    done = rehearse("pytest.exit('enough', returncode=3)")

    assert done.returncode == 3
    assert (
        "the run ended early (exit code 3)" in read_evidence(inner.project / "out" / "evidence.json").verdict
    )


def test_a_worker_hands_its_rehearsal_over(rehearse: Callable[..., Any], inner: Any) -> None:
    rehearse("assert False, 'the replica stopped'", args=("-n1",))

    evidence = read_evidence(inner.project / "out" / "evidence.json")
    assert evidence.reasons == ("test_inner.py::test_judge: the replica stopped",)


def test_an_earlier_report_does_not_outlive_a_run_without_one(
    rehearse: Callable[..., Any], inner: Any
) -> None:
    rehearse("pass")

    done = inner.run("def test_nothing(): pass", f"--report={inner.project / 'out'}")

    assert "nothing was rehearsed" in done.stdout
    assert list((inner.project / "out").iterdir()) == []


def test_a_directory_that_cannot_be_is_refused_before_anything_runs(inner: Any) -> None:
    (inner.project / "out").write_text("a file")

    done = inner.run("def test_nothing(): pass", f"--report={inner.project / 'out'}")

    assert done.returncode == 4
    assert "out cannot be written to (File exists)" in done.stdout


def test_summary_of_the_ci_job_gets_the_report(
    rehearse: Callable[..., Any], inner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = inner.project / "summary.md"
    summary.write_text("before\n")
    kept = inner.environment()
    monkeypatch.setattr(inner, "environment", lambda: {**kept, "GITHUB_STEP_SUMMARY": str(summary)})

    rehearse("pass")

    assert summary.read_text() == "before\n" + (inner.project / "out" / "report.md").read_text()


def test_password_of_the_server_is_in_no_file(rehearse: Callable[..., Any], inner: Any) -> None:
    rehearse("raise AssertionError('it is open sesame')", args=("--postgresql-password=sesame",))

    files = {path.name: path.read_text() for path in (inner.project / "out").iterdir()}
    assert len(files) == 4
    assert not [name for name, text in files.items() if "sesame" in text]
