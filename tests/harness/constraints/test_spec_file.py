"""Constraints that are described outside this repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.constraints.python_spec_files import read_spec_files, read_specs
from fixtures.core.errors import HarnessError
from fixtures.paperclip.closed_state import CLOSED_STATE

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples/finished_state/finished_state.py"
OTHER_APPLICATION = ROOT / "tests/harness/second_application/invoices.py"

WRONG = {
    "x = 1\n": "defines no SPEC; write SPEC = ConstraintSpec",
    "SPEC = 7\n": "defines SPEC as a int",
    "def broken(:\n": r"spec\.py:1: SyntaxError: ",
    "\nSPEC = nothing\n": r"spec\.py:2: NameError: name 'nothing' is not defined",
    "from fixtures.constraints import ConstraintSpec\nSPEC = ConstraintSpec(name='n')\n": r"spec\.py:2: TypeError: ",
    "import no_such_module\n": r"spec\.py:1: ModuleNotFoundError: ",
    "from fixtures.paperclip.closed_state import CLOSED_STATE as SPEC\n": f"{CLOSED_STATE.name} is described already",
    "import dataclasses\nfrom fixtures.paperclip.closed_state import CLOSED_STATE\nSPEC = dataclasses.replace(CLOSED_STATE, name='n', repair={})\n": (
        r"spec\.py:3: constraint n: the repair leaves"
    ),
}


@pytest.mark.parametrize(("text", "reason"), WRONG.items())
def test_wrong_file_is_refused_in_one_line(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "spec.py").write_text(text)

    with pytest.raises(HarnessError, match=reason) as refused:
        read_spec_files([tmp_path / "spec.py"], [CLOSED_STATE])

    assert str(refused.value).startswith("--constraint-spec ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["gone.py", "spec.txt"])
def test_what_is_no_python_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "spec.txt").write_text("SPEC = 1\n")

    with pytest.raises(HarnessError, match=r"no such file|no Python file"):
        read_spec_files([tmp_path / name], [CLOSED_STATE])


def test_same_file_twice_is_refused() -> None:
    with pytest.raises(HarnessError, match="is described already"):
        read_spec_files([EXAMPLE, EXAMPLE], [CLOSED_STATE])


@pytest.mark.parametrize(
    ("files", "keep", "built_in"),
    [
        ([], False, True),
        ([EXAMPLE], False, True),
        ([OTHER_APPLICATION], False, False),
        ([OTHER_APPLICATION], True, True),
        ([OTHER_APPLICATION, EXAMPLE], False, True),
    ],
)
def test_built_in_constraint_is_left_out_of_another_applications_folder(
    files: list[Path], keep: bool, built_in: bool
) -> None:
    specs = read_specs(CLOSED_STATE, files, keep=keep)

    assert (CLOSED_STATE in specs) is built_in
    assert len(specs) == len(files) + built_in


def test_file_may_import_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "values_beside.py").write_text("NAME = 'n'\n")
    (tmp_path / "spec.py").write_text(
        "import dataclasses\nimport values_beside\nfrom fixtures.paperclip.closed_state import CLOSED_STATE\n"
        "SPEC = dataclasses.replace(CLOSED_STATE, name=values_beside.NAME)\n"
    )

    (spec,) = read_spec_files([tmp_path / "spec.py"], [CLOSED_STATE])

    assert spec.name == "n"


@pytest.mark.parametrize(
    "command",
    [["pytest", "tests/migrations"], ["fixtures.mutants", "-k", "drop-1"], ["fixtures.linter"]],
    ids=lambda command: command[0],
)
def test_every_command_ends_with_one_line_and_exit_code_3(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "spec.py").write_text("SPEC = nothing\n")

    done = subprocess.run(
        [sys.executable, "-m", *command, "--constraint-spec", str(tmp_path / "spec.py")],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 3, done.stdout + done.stderr
    assert "NameError: name 'nothing' is not defined" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
