"""Every command ends through one function: its error in one line on stderr, and the code that says whose fault it is."""

from __future__ import annotations

import importlib

import pytest

from fixtures.core import npm
from fixtures.core.errors import EXIT_HARNESS, EXIT_SUBJECT, HarnessError, SubjectError, command

COMMANDS = (
    "benchmarks.__main__", "fixtures.core.npm", "fixtures.gate.__main__", "fixtures.gate.openapi_run", "fixtures.linter.__main__",
    "fixtures.mutants.__main__", "fixtures.report.__main__",
)  # fmt: skip


@pytest.mark.parametrize(("error", "code"), [(SubjectError, EXIT_SUBJECT), (HarnessError, EXIT_HARNESS)])
def test_an_error_of_a_command_is_said_and_has_its_code(
    capsys: pytest.CaptureFixture[str], error: type[SubjectError | HarnessError], code: int
) -> None:
    @command
    def main(_: object) -> int:
        raise error("0077: no such file")

    assert main(None) == code
    assert capsys.readouterr().err == "0077: no such file\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_ends_through_the_one_function(name: str) -> None:
    assert hasattr(importlib.import_module(name).main, "__wrapped__")


def test_npm_that_cannot_install_is_no_fault_of_the_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm, "_PLATFORM", ("Plan9", "mips"))

    assert npm.main(None) == EXIT_HARNESS
