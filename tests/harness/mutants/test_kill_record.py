"""The kill record names the test files that are there, and what each alone catches."""

from __future__ import annotations

import pytest

from fixtures.mutants.mutant_catalogue import ROOT, catalogue
from fixtures.mutants.mutant_runs import read_record

MATRIX = read_record()
FILES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/invariant").glob("test_*.py"))
CATCHERS = sorted({file for files in MATRIX.values() for file in files})


@pytest.mark.parametrize("file", CATCHERS)
def test_what_caught_a_fault_is_still_there(file: str) -> None:
    caught = [fault for fault, files in MATRIX.items() if file in files]
    only = [fault for fault in caught if list(MATRIX[fault]) == [file]]

    assert (ROOT / file).exists(), (
        f"{file} is gone; it caught {', '.join(caught)}, and nothing else catches {', '.join(only) or '(none)'};"
        " bring it back, or run tox -e mutants -- -k fault/ --kill-matrix to see what is left"
    )


@pytest.mark.parametrize("file", FILES)
def test_every_test_file_catches_a_fault(file: str) -> None:
    assert file in CATCHERS, (
        f"{file}: no fault in sql/mutants/fault is known to be caught by it; add one that it alone can catch, and run"
        f" tox -e mutants -- -k fault/ --kill-matrix --only {file}"
    )


def test_record_is_of_every_fault() -> None:
    assert set(MATRIX) == {mutant.id for mutant in catalogue() if mutant.family == "fault"}


def test_every_recorded_fault_is_caught() -> None:
    assert not [fault for fault, files in MATRIX.items() if not files]
