"""Waivers: one that works, one that has ended, one that is not allowed, one that matches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.migrations.waivers import read_waivers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.findings.conftest import Project

    Closing = Callable[[str], list[tuple[str, str]]]

SNAPSHOT = "snapshot-without-constraint"
FAST = ("-k", "folder_files")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_waiver_in_the_migration_is_shown_and_the_run_is_green(
    project: Project, closing: Closing, workers: str
) -> None:
    project.without_snapshot()
    project.append(f"-- harness-ignore {SNAPSHOT}: the next generate is looked at\n")

    run = project.verify("-n", workers)

    assert run.returncode == 0, run.stdout
    assert closing(run.stdout) == [("waived", SNAPSHOT)]
    assert f": the next generate is looked at ({project.constraint.name}:" in run.stdout
    assert "verdict     GREEN" in run.stdout


@pytest.mark.parametrize(
    ("file", "table"), [("pyproject.toml", "tool.closed-state-harness.waivers"), ("harness.toml", "waivers")]
)
def test_waiver_in_the_project_works_to_its_last_day(
    project: Project, closing: Closing, file: str, table: str
) -> None:
    project.without_snapshot()
    (project.path / file).write_text(f'[{table}]\n{SNAPSHOT} = {{reason = "so", until = 2999-01-31}}\n')

    run = project.verify(*FAST)

    assert run.returncode == 0, run.stdout
    assert closing(run.stdout) == [("waived", SNAPSHOT)]
    assert f": so ({file}, until 2999-01-31)" in run.stdout


def test_waiver_that_has_ended_works_no_more(project: Project, closing: Closing) -> None:
    project.without_snapshot()
    (project.path / "harness.toml").write_text(
        f'[waivers]\n{SNAPSHOT} = {{reason = "so", until = 2020-01-31}}\n'
    )

    run = project.verify(*FAST)

    assert run.returncode == 1, run.stdout
    assert closing(run.stdout) == [("error", SNAPSHOT), ("warning", "waiver-ended")]
    assert f"harness.toml: the waiver of {SNAPSHOT} ended on 2020-01-31" in run.stdout


def test_rule_itself_cannot_be_waived(project: Project, closing: Closing) -> None:
    sql = project.constraint.read_text().replace("'archived','cleanup_failed'", "'archived'")
    project.constraint.write_text(f"-- harness-ignore other-rule: we like it so\n{sql}")

    run = project.verify("-k", "folder_files or means_the_rule")

    assert run.returncode == 1, run.stdout
    assert ("error", "other-rule") in closing(run.stdout)
    assert ("error", "waiver-refused") in closing(run.stdout)
    assert (
        f"{project.constraint.name}:1: waives other-rule, which cannot be waived; remove the waiver"
        in run.stdout
    )


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        ("-- harness-ignore no-locktimeout: the role has it", "waiver-unknown"),
        ("-- harness-ignore no-lock-timeout", "waiver-without-reason"),
        ("-- harness-ignore no-lock-timeout:  ", "waiver-without-reason"),
        ("--harness-ignore: no-lock-timeout", "waiver-unknown"),
    ],
)
def test_waiver_that_says_nothing_is_named(project: Project, comment: str, name: str) -> None:
    project.append(f"{comment}\n")

    (waiver,) = read_waivers(read_folder(project.migrations), project.migrations)

    problem = waiver.problem()
    assert problem is not None
    assert problem.id == name
    assert problem.line == project.constraint.read_text().count("\n")


def test_waiver_that_matches_nothing_is_reported(project: Project, closing: Closing) -> None:
    project.append("-- harness-ignore locks-other-tables: there are none\n")

    run = project.verify()

    assert run.returncode == 0, run.stdout
    assert closing(run.stdout) == [("warning", "waiver-unused")]


def test_waiver_in_a_string_is_none(project: Project) -> None:
    project.append("\nSELECT '\n-- harness-ignore other-rule: x\n';\n")

    assert read_waivers(read_folder(project.migrations), project.migrations) == ()


def test_waiver_of_another_file_waives_nothing_here(project: Project, closing: Closing) -> None:
    project.without_snapshot()
    baseline = next(project.migrations.glob("0000_*.sql"))
    baseline.write_text(f"{baseline.read_text()}\n-- harness-ignore {SNAPSHOT}: elsewhere\n")

    run = project.verify(*FAST)

    assert run.returncode == 1, run.stdout
    assert closing(run.stdout) == [("error", SNAPSHOT)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[waivers]\nx = {until = 2027-01-01}", "missing required field `reason`"),
        ("[waivers]\nx = {reason = 'y', til = 1}", "unknown field `til`"),
        ("waivers = 1", "waivers is no table"),
        ("[waivers", "cannot be read as TOML"),
        ("x = " + "[" * 100_000, "cannot be read as TOML"),
        ("#" * 2_000_000, "it has more than 1,048,576 bytes"),
    ],
    ids=["no reason", "unknown field", "no table", "no toml", "deep", "huge"],
)
def test_table_that_cannot_be_read_is_told_in_one_line(project: Project, text: str, says: str) -> None:
    (project.path / "harness.toml").write_text(text)

    with pytest.raises(HarnessError, match=says) as caught:
        read_waivers(read_folder(project.migrations), project.migrations)

    assert "\n" not in str(caught.value)


def test_directory_that_everybody_can_write_to_is_no_project(project: Project) -> None:
    (project.path / "harness.toml").write_text('[waivers]\nno-lock-timeout = "planted"\n')
    (project.path / ".git").rmdir()
    project.path.chmod(0o777)

    assert read_waivers(read_folder(project.migrations), project.migrations) == ()


def test_file_that_is_a_link_out_of_the_project_is_refused(project: Project) -> None:
    elsewhere = project.path.parent / "elsewhere.toml"
    elsewhere.write_text('[waivers]\nno-lock-timeout = "unseen"\n')
    (project.path / "harness.toml").symlink_to(elsewhere)

    with pytest.raises(HarnessError, match=r"harness\.toml: is a link out of the project"):
        read_waivers(read_folder(project.migrations), project.migrations)
