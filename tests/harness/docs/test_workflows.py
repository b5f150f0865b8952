"""Workflows, and the examples of them in the docs: actions by digest, no credentials kept, least permissions."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.docs.reading import PAGES, ROOT

_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_USES = re.compile(r"uses: *(\S+)(.*)")
WORKFLOWS = {
    **{path.name: path.read_text("utf-8") for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))},
    **{
        f"{page.name}-{number}": block
        for page in PAGES
        for number, block in enumerate(_BLOCK.findall(page.read_text("utf-8")))
        if "jobs:" in block
    },
}


def zizmor(directory: Path, workflow: str) -> int:
    (directory / "workflow.yml").write_text(workflow, encoding="utf-8")
    program, file = str(Path(sys.executable).with_name("zizmor")), str(directory / "workflow.yml")
    command = [program, "--offline", "--no-progress", "--quiet", file]
    return subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode


def test_docs_have_examples_of_workflows() -> None:
    assert len(WORKFLOWS) >= 4


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_workflow_passes_zizmor(workflow: str, tmp_path: Path) -> None:
    assert zizmor(tmp_path, workflow) == 0


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_workflow_names_each_action_by_digest_and_says_its_version(workflow: str) -> None:
    used = _USES.findall(workflow)

    assert used
    assert [one for one in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[0-9.]+", "".join(one))] == []
    assert re.search(r"^permissions:\s*(\{ )?contents: read", workflow, re.MULTILINE)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("persist-credentials: false", "fetch-depth: 1"),
        ("@08c6903cd8c0fde910a37f88322edcfb5dd907a8", "@v5"),
        ("pull_request:", "pull_request_target:"),
    ],
)
def test_what_zizmor_is_there_for_is_found(tmp_path: Path, good: str, bad: str) -> None:
    wrong = WORKFLOWS["ci.yml"].replace(good, bad)

    assert wrong != WORKFLOWS["ci.yml"]
    assert zizmor(tmp_path, wrong) != 0
