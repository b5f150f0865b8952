"""The state machine: what it finds when the constraint is switched off, how it says so, and how that is replayed."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import reproduce_failure, settings
from hypothesis.database import InMemoryExampleDatabase

from fixtures.core.errors import HarnessError, SubjectError
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.migrations.load_subject import OWN_MIGRATIONS, Subject
from fixtures.migrations.phase_databases import Phases
from fixtures.migrations.runners import RUNNERS
from fixtures.stateful import state_machine
from fixtures.stateful.concurrent_writers import ConcurrentRun, run_concurrently
from fixtures.stateful.state_machine import (
    RolloutMachine,
    StatefulEnvironment,
    environment,
    never_happened,
    play,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fixtures.constraints import ConstraintSpec
    from fixtures.postgres.databases import Databases

STEP = re.compile(r" +\d+\. \[(before|deployed|backfilled|validated)\] [A-Z][^=<>{}]*\.")


@pytest.fixture
def rewritten(
    databases: Databases, spec: ConstraintSpec, tmp_path: Path, pytestconfig: pytest.Config
) -> Iterator[Callable[[str], Phases]]:
    """Return what makes phases of a copy of the folder whose constraint has another predicate."""
    made: list[Phases] = []

    def make(predicate: str) -> Phases:
        folder = shutil.copytree(pytestconfig.rootpath / OWN_MIGRATIONS, tmp_path / "migrations")
        for file in folder.glob("*.sql"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(spec.predicate, predicate), encoding="utf-8")
        made.append(Phases(databases, Subject(read_folder(folder), RUNNERS["drizzle"], (spec,))))
        return made[0]

    yield make
    for phases in made:
        phases.close()


def _failing_steps(phases: Phases, spec: ConstraintSpec) -> list[str]:
    with environment(phases, spec) as made, pytest.raises(SubjectError) as caught:
        play(made, same_each_time=True)
    return str(caught.value).splitlines()


def test_switched_off_constraint_is_found_in_a_few_steps(
    rewritten: Callable[[str], Phases], spec: ConstraintSpec
) -> None:
    first, *steps = _failing_steps(rewritten("true"), spec)

    assert re.match(rf"public\.{spec.table}: [34] steps end in a contradiction: W[12] has ", first)
    assert spec.sentence in first
    assert len(steps) <= 4
    assert all(STEP.fullmatch(step) for step in steps), steps


def test_too_strict_constraint_is_found_in_a_few_steps(
    rewritten: Callable[[str], Phases], spec: ConstraintSpec
) -> None:
    first, *steps = _failing_steps(rewritten("false"), spec)

    assert "end in a refusal: W1 would be " in first
    assert len(steps) <= 3
    assert steps[-1].endswith(f"It is refused with 23514 by {spec.name}.")


@pytest.fixture
def dev_profile() -> Iterator[None]:
    """Load the profile `dev`, with an example database of its own."""
    before = settings.get_current_profile_name()
    settings.register_profile(
        "dev_in_memory", settings.get_profile("dev"), derandomize=False, database=InMemoryExampleDatabase()
    )
    settings.load_profile("dev_in_memory")
    yield
    settings.load_profile(before)


def _failure(made: StatefulEnvironment, *, examples_max: int | None = None) -> SubjectError:
    with pytest.raises(SubjectError) as caught:
        play(made, examples_max=examples_max)
    return caught.value


@pytest.mark.usefixtures("dev_profile")
def test_failing_steps_are_replayed_from_the_example_database(
    rewritten: Callable[[str], Phases], spec: ConstraintSpec
) -> None:
    with environment(rewritten("false"), spec) as made:
        first = _failure(made)

        # The only example of a run without a database takes no step at all.
        assert str(_failure(made, examples_max=1)) == str(first)


def test_failing_steps_are_replayed_by_their_blob(
    rewritten: Callable[[str], Phases], spec: ConstraintSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    with environment(rewritten("false"), spec) as made:
        first = _failure(made)
        notes = "\n".join(first.__notes__)
        blob = re.search(r"@reproduce_failure\('([^']+)', (b'[^']+')\)", notes)
        assert blob is not None
        assert "state.create(which" in notes
        again = reproduce_failure(blob[1], ast.literal_eval(blob[2]))(type("Again", (RolloutMachine,), {}))
        monkeypatch.setattr(state_machine, "RolloutMachine", again)

        assert str(_failure(made, examples_max=1)) == str(first)


def test_every_example_leaves_the_database_as_it_was(phases: Phases, spec: ConstraintSpec) -> None:
    with environment(phases, spec) as made:
        play(made, examples_max=5)

        assert not made.rows()
        assert made.conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_run_without_steps_is_an_error_of_the_harness(phases: Phases, spec: ConstraintSpec) -> None:
    with environment(phases, spec) as made, pytest.raises(HarnessError, match="no steps were run"):
        never_happened(made)


def test_step_that_never_happened_is_named(phases: Phases, spec: ConstraintSpec) -> None:
    with environment(phases, spec) as made:
        shown = StatefulEnvironment(made.conn, spec, (), accepted=Counter(create=1))

    assert "delete was never accepted" in never_happened(shown)
    assert "change wrongly was never refused" in never_happened(shown)
    assert "create was never accepted" not in never_happened(shown)


def test_writers_beside_each_other_find_a_constraint_that_is_switched_off(
    rewritten: Callable[[str], Phases], spec: ConstraintSpec
) -> None:
    phases = rewritten("true")

    with (
        phases.prior_state(spec, phases.subject.runner) as dsn,
        pytest.raises(SubjectError, match=r"read committed: .*(contradictions after|with violators)"),
    ):
        run_concurrently(dsn, phases.subject, spec, "read committed", 3)


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
def test_error_that_is_not_allowed_is_told_from_one_that_is(spec: ConstraintSpec, isolation: str) -> None:
    sessions = ConcurrentRun(spec, isolation)  # type: ignore[arg-type]
    failure = psycopg.errors.SerializationFailure("could not serialize access")

    if isolation == "serializable":
        sessions.was_refused(failure)
        assert sessions.refused["40001"] == 1
    else:
        with pytest.raises(SubjectError, match="a writer ended with 40001"):
            sessions.was_refused(failure)
