"""What programs read of a run: JSON with its schema, SARIF, GitHub's annotations."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from fixtures.core.errors import Finding
from fixtures.core.findings_registry import Waived, found
from fixtures.report.findings_formats import Findings, as_json, as_markdown, as_sarif, github_commands, read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness.findings.conftest import Project

HOSTILE = "::error::a\x1b[31m,b:c%0A::warning::d\n::add-mask::e ##[command]f"


def run_of(*findings: Finding, waived: Waived | None = None) -> Findings:
    met = tuple(msgspec.structs.replace(found(one), waived=waived) for one in findings)
    return Findings(verdict="red", reason="r", facts={"server": "s"}, findings=met)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_files_say_what_the_closing_lines_say(project: Project, tmp_path: Path, workers: str) -> None:
    project.without_snapshot()
    json_file, sarif_file = tmp_path / "out" / "findings.json", tmp_path / "out" / "log.sarif"

    run = project.verify(
        "-k", "folder_files", "-n", workers, f"--findings={json_file}", f"--sarif={sarif_file}"
    )

    (finding,) = read(json_file).findings
    (result,) = json.loads(sarif_file.read_text())["runs"][0]["results"]
    assert run.returncode == 1, run.stdout
    assert f"error       [{finding.id}] {finding.sentence}" in run.stdout
    assert (finding.id, finding.file) == ("snapshot-without-constraint", f"drizzle/{project.constraint.name}")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == finding.file
    assert place["region"]["startLine"] == finding.line
    assert "::" not in run.stdout.replace("::test_", "")


def test_folder_that_cannot_be_read_is_in_the_file(project: Project, tmp_path: Path) -> None:
    project.constraint.unlink()

    run = project.verify(f"--findings={tmp_path / 'findings.json'}")

    assert run.returncode == 1
    assert [one.id for one in read(tmp_path / "findings.json").findings] == ["file-missing"]


def test_annotation_stands_on_the_line_of_the_file(project: Project) -> None:
    project.without_snapshot()

    run = project.verify("-k", "folder_files", GITHUB_ACTIONS="true")

    (line,) = [line for line in run.stdout.splitlines() if line.startswith("::")]
    assert re.match(
        rf"::error file=drizzle/{project.constraint.name},line=\d+,title=snapshot-without-constraint \(docs/findings.md\)::",
        line,
    )


def test_stranger_cannot_speak_to_the_runner() -> None:
    said = Finding(
        "other-rule", HOSTILE.replace("\n", " "), tuple(HOSTILE.splitlines()), file="a,b:c\n::d.sql", line=3
    )

    (line,) = github_commands(run_of(said))
    everything = "\n".join([as_json(run_of(said)), as_markdown(run_of(said)), as_sarif(run_of(said))])

    assert line.startswith("::error file=a%2Cb%3Ac")
    assert "\n" not in line
    assert "\x1b" not in line + everything
    assert "##[" not in line + everything
    assert not [one for one in everything.splitlines() if one.lstrip().startswith("::")]


def test_waived_finding_is_suppressed_and_not_annotated() -> None:
    run = run_of(
        Finding("changes-more", "it does", file="a.sql", line=1), waived=Waived(reason="so", where="x")
    )

    result = json.loads(as_sarif(run))["runs"][0]["results"][0]

    assert list(github_commands(run)) == []
    assert result["suppressions"] == [{"kind": "inSource", "justification": "so"}]
    assert "| waived | `changes-more` |" in as_markdown(run)


def test_place_in_sarif_is_a_uri_whatever_the_file_is_called() -> None:
    run = run_of(Finding("changes-more", "it does", file="drizzle/a b%zz#?[é.sql", line=1))

    (place,) = json.loads(as_sarif(run))["runs"][0]["results"][0]["locations"]

    assert place["physicalLocation"]["artifactLocation"]["uri"] == "drizzle/a%20b%25zz%23%3F%5B%C3%A9.sql"


def test_file_that_cannot_be_written_is_refused_before_anything_runs(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")

    run = project.verify(f"--findings={tmp_path / 'taken' / 'findings.json'}")

    assert run.returncode == 4
    assert "cannot be written" in run.stdout
