"""Each end that an experiment can come to has its sentence in experiments.toml, and is given what stands in it."""

from __future__ import annotations

import ast
import inspect
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from fixtures.rehearsal import dump_and_restore, experiments, interrupted_connections, logical_replica
from fixtures.rehearsal.experiments import EXPERIMENTS, RUNS

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = (experiments, dump_and_restore, interrupted_connections, logical_replica)
FUNCTIONS = [
    node
    for module in MODULES
    for node in ast.walk(ast.parse(inspect.getsource(module)))
    if isinstance(node, ast.FunctionDef)
]


def told(function: ast.FunctionDef) -> Iterator[tuple[str, set[str | None]]]:
    """Yield the key of each sentence that a function tells, and what it is given."""
    for call in ast.walk(function):
        name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
        if isinstance(call, ast.Call) and name in {"ends", "expect"}:
            key = ast.literal_eval(call.args[1]) if name == "expect" else "ends"
            yield key, {word.arg for word in call.keywords}


def constants(function: ast.FunctionDef) -> set[object]:
    return {node.value for node in ast.walk(function) if isinstance(node, ast.Constant)}


def test_every_experiment_is_described_and_done() -> None:
    assert list(RUNS) == list(EXPERIMENTS)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_each_end_has_its_sentence_and_what_stands_in_it(function: ast.FunctionDef) -> None:
    own = [EXPERIMENTS[function.name]] if function.name in EXPERIMENTS else list(EXPERIMENTS.values())
    sentences = [{"ends": one.ends, **one.says} for one in own]
    for key, given in told(function):
        found = [one[key] for one in sentences if key in one]
        fields = {
            name.partition(".")[0] for said in found for _, name, _, _ in Formatter().parse(said) if name
        }

        assert found, key
        assert fields <= given, key


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_each_sentence_is_told(name: str) -> None:
    by = [function for function in FUNCTIONS if function.name == name or function.name not in EXPERIMENTS]

    assert set(EXPERIMENTS[name].says) <= set().union(*map(constants, by))
