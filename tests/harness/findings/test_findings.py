"""The registry: each record is whole, something provokes it, and whatever blames the subject has one."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from fixtures.core.errors import UNNAMED
from fixtures.core.findings_registry import read_records, records
from fixtures.gate.failure_messages import finding_of
from fixtures.gate.server_laws import LAWS
from fixtures.mutants.mutant_catalogue import FILES, catalogue
from fixtures.rehearsal.experiments import EXPERIMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
SUBJECT_TESTS = ("migrations", "invariant", "rollout", "gate")
GATE_TESTS = ROOT / "tests" / "gate"
GATE = ROOT / "fixtures" / "gate"
WHOLE = {"title": "t", "why": "w", "mend": "m", "bad": "b", "good": "g", "seen_in": ["x"]}


def toml(parts: dict[str, object]) -> str:
    return "[a-finding]\n" + "".join(f"{name} = {value!r}\n" for name, value in parts.items())


@pytest.mark.parametrize("part", WHOLE)
def test_record_without_a_part_is_refused(part: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=part):
        read_records(toml({name: value for name, value in WHOLE.items() if name != part}))


@pytest.mark.parametrize("name", records())
def test_record_is_whole_and_something_provokes_it(name: str) -> None:
    record = records()[name]

    assert re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", name)
    assert all(text.strip() for text in (record.title, record.why, record.mend, record.bad, record.good))
    assert record.bad != record.good
    assert record.seen_in
    assert [one for one in record.seen_in if not _provokes(one, name)] == []


def test_every_error_of_the_subject_names_a_record() -> None:
    named = {
        f"{path.relative_to(ROOT)}:{call.lineno}": _id_of(call)
        for path in _sources()
        for call in _calls(path, {"SubjectError", "Finding", "finding", "_finding", "error", "warning"})
    }

    unknown = {place: name for place, name in named.items() if name not in records()}

    assert len(named) > 100
    assert unknown == {}


def test_every_law_and_every_experiment_has_a_record() -> None:
    laws = {*LAWS, *(law for path in GATE_TESTS.glob("*.py") for law in _laws_named(path))}

    assert {finding_of(law) for law in laws} - set(records()) == set()
    assert {law for path in GATE.glob("*.py") for law in _laws_blamed(path)} - set(LAWS) == set()
    assert {name.replace("_", "-") for name in EXPERIMENTS} - set(records()) == set()


def test_tests_of_the_subject_blame_it_by_a_finding_and_not_by_an_assertion() -> None:
    blaming = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in SUBJECT_TESTS
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assert) and node.msg is not None
    ]

    assert blaming == []


def _laws_named(path: Path) -> Iterator[str]:
    """Yield the laws that a test of the gate blames by itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "GateError":
            yield from ast.literal_eval(node.args[1])


def _laws_blamed(path: Path) -> Iterator[str]:
    """Yield the laws that a check of the gate blames by name: its last argument."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="error") | ast.Name(id="of_race"), args=[*_, ast.Constant(str(law))]
            ):
                yield law


def _sources() -> Iterator[Path]:
    rooms = ("constraints", "migrations", "write_paths", "stateful", "rehearsal")
    yield from (path for room in rooms for path in sorted((ROOT / "fixtures" / room).glob("*.py")))
    yield from (path for folder in SUBJECT_TESTS for path in sorted((ROOT / "tests" / folder).glob("*.py")))


def _calls(path: Path, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in names and (name == "SubjectError" or _first(node) is not None):
                yield node


def _first(call: ast.Call) -> str | None:
    """Return the first argument when it looks like an id."""
    first = call.args[0] if call.args else None
    given = first.value if isinstance(first, ast.Constant) else None
    return given if isinstance(given, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", given) else None


def _id_of(call: ast.Call) -> str:
    given = next((word.value for word in call.keywords if word.arg == "finding"), None)
    if isinstance(given, ast.Constant):
        return str(given.value)
    if given is not None or any(word.arg == "findings" for word in call.keywords):
        return UNNAMED  # reckoned at run time; the tests of each say which
    return _first(call) or "no finding"


def _provokes(place: str, name: str) -> bool:
    """Tell whether a mutant or a test is there; a file of tests, or what a real server does, has to name it."""
    file, _, function = place.partition("::")
    if file.startswith(("tests/", "fixtures/")):
        text = (ROOT / file).read_text(encoding="utf-8")
        law = name.removeprefix("server-").replace("-", "_")
        return f"def {function}(" in text if function else f'"{name}"' in text or f'"{law}"' in text
    if place.startswith("rollout/"):
        return (FILES / f"{place}.toml").is_file()
    return any(mutant.id == place for mutant in catalogue())
