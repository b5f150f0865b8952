"""The pull request's own change: a constraint without lock_timeout, and without its snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.core.findings_registry import records
from fixtures.migrations.drizzle_snapshot import snapshot_fragment
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.findings.conftest import Project

    Closing = Callable[[str], list[tuple[str, str]]]


def test_pull_request_is_red_with_both_findings_the_weightier_first(
    project: Project, closing: Closing
) -> None:
    project.without_timeouts()
    project.without_snapshot()

    run = project.verify("-n", "2")

    assert run.returncode == 1, run.stdout
    assert closing(run.stdout) == [("error", "no-lock-timeout"), ("error", "snapshot-without-constraint")]
    assert (
        "verdict     RED: 0077_workspace_closed_state_consistency: waits for ACCESS EXCLUSIVE" in run.stdout
    )
    for name in ("no-lock-timeout", "snapshot-without-constraint"):
        assert f"mend      {records()[name].mend}" in run.stdout
    assert all(
        f"  {line}" in run.stdout
        for line in snapshot_fragment(
            CLOSED_STATE.table, CLOSED_STATE.name, CLOSED_STATE.predicate
        ).splitlines()
    )
    assert f"at        drizzle/{project.constraint.name}:" in run.stdout
    assert "def test_" not in run.stdout


def test_pull_request_is_green_with_what_mends_it(project: Project, closing: Closing) -> None:
    project.without_timeouts()
    sql = project.constraint.read_text()
    mended = (
        "SET LOCAL lock_timeout = '2s';--> statement-breakpoint\n",
        ";--> statement-breakpoint\nSET LOCAL lock_timeout TO DEFAULT;\n",
    )
    project.constraint.write_text(mended[0] + sql.rstrip().removesuffix(";") + mended[1])

    run = project.verify()

    assert run.returncode == 0, run.stdout
    assert closing(run.stdout) == []
    assert run.stdout.count("verdict     GREEN") == 1


def test_deploying_role_with_a_timeout_makes_up_for_the_missing_one(
    project: Project, closing: Closing
) -> None:
    project.without_timeouts()

    run = project.verify("--session-setting", "lock_timeout=2s")

    assert run.returncode == 0, run.stdout
    assert closing(run.stdout) == []
    assert "session     lock_timeout = 2s, which the deploying role or connection has" in run.stdout


def test_setting_that_postgres_refuses_is_told_in_one_line(project: Project) -> None:
    run = project.verify("--session-setting", "lock_timeout=soon")

    assert run.returncode == 3, run.stdout
    assert run.stdout.count("--session-setting lock_timeout=soon: Postgres refuses it: invalid value") == 1


def test_setting_of_another_shape_is_a_usage_error(project: Project) -> None:
    run = project.verify("--session-setting", "lock_timeout")

    assert run.returncode == 4, run.stdout
    assert "is not NAME=VALUE, such as lock_timeout=2s" in run.stdout


def test_source_of_the_test_is_shown_with_vv(project: Project) -> None:
    project.without_snapshot()

    run = project.verify("-vvv", "-k", "snapshot_holds")

    assert run.returncode == 1, run.stdout
    assert "def test_newest_snapshot_holds_the_constraint" in run.stdout
    assert "finding   snapshot-without-constraint (error)" in run.stdout
