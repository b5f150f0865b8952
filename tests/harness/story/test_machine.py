"""The machine that makes up stories: what it finds when the constraint is switched off, and how it tells it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.drizzle.folder import read_folder
from fixtures.drizzle.runners import RUNNERS
from fixtures.errors import HarnessError, SubjectError
from fixtures.rollout.phases import Phases
from fixtures.rollout.subject import OWN_MIGRATIONS, Subject
from fixtures.story.crowd import Crowd, gather
from fixtures.story.machine import never_happened, play
from fixtures.story.stage import Stage, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fixtures.invariants import Invariant
    from fixtures.postgres.databases import Databases

STEP = re.compile(r" +\d+\. \[(before|deployed|backfilled|validated)\] [A-Z][^=<>{}]*\.")


@pytest.fixture
def rewritten(
    databases: Databases, invariant: Invariant, tmp_path: Path, pytestconfig: pytest.Config
) -> Iterator[Callable[[str], Phases]]:
    """Return what makes phases of a copy of the folder whose constraint has another predicate."""
    made: list[Phases] = []

    def make(predicate: str) -> Phases:
        folder = shutil.copytree(pytestconfig.rootpath / OWN_MIGRATIONS, tmp_path / "migrations")
        for file in folder.glob("*.sql"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(invariant.predicate, predicate), encoding="utf-8")
        made.append(Phases(databases, Subject(read_folder(folder), RUNNERS["drizzle"], (invariant,))))
        return made[0]

    yield make
    for phases in made:
        phases.close()


def _story(phases: Phases, invariant: Invariant) -> list[str]:
    with stage(phases, invariant) as made, pytest.raises(SubjectError) as caught:
        play(made, same_each_time=True)
    return str(caught.value).splitlines()


def test_constraint_that_is_switched_off_makes_a_short_story_that_ends_in_a_contradiction(
    rewritten: Callable[[str], Phases], invariant: Invariant
) -> None:
    first, *steps = _story(rewritten("true"), invariant)

    assert re.match(rf"public\.{invariant.table}: [34] steps end in a contradiction: W[12] has ", first)
    assert invariant.sentence in first
    assert len(steps) <= 4
    assert all(STEP.fullmatch(step) for step in steps), steps


def test_constraint_that_is_too_strict_makes_a_story_that_ends_in_a_refusal(
    rewritten: Callable[[str], Phases], invariant: Invariant
) -> None:
    first, *steps = _story(rewritten("false"), invariant)

    assert "end in a refusal: W1 would be " in first
    assert len(steps) <= 3
    assert steps[-1].endswith(f"It is refused with 23514 by {invariant.name}.")


def test_every_story_leaves_the_stage_as_it_found_it(phases: Phases, invariant: Invariant) -> None:
    with stage(phases, invariant) as made:
        play(made, examples_max=5)

        assert not made.rows()
        assert made.conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_run_without_a_story_is_an_error_of_the_harness(phases: Phases, invariant: Invariant) -> None:
    with stage(phases, invariant) as made, pytest.raises(HarnessError, match="no story was played"):
        never_happened(made)


def test_what_stories_never_showed_is_named(phases: Phases, invariant: Invariant) -> None:
    with stage(phases, invariant) as made:
        shown = Stage(made.conn, invariant, (), accepted=Counter(create=1))

    assert "delete was never accepted" in never_happened(shown)
    assert "change wrongly was never refused" in never_happened(shown)
    assert "create was never accepted" not in never_happened(shown)


def test_writers_beside_each_other_find_a_constraint_that_is_switched_off(
    rewritten: Callable[[str], Phases], invariant: Invariant
) -> None:
    phases = rewritten("true")

    with (
        phases.prior_state(invariant, phases.subject.runner) as dsn,
        pytest.raises(SubjectError, match=r"read committed: .*(contradictions after|with violators)"),
    ):
        gather(dsn, phases.subject, invariant, "read committed", 3)


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
def test_error_that_is_not_allowed_is_told_from_one_that_is(invariant: Invariant, isolation: str) -> None:
    crowd = Crowd(invariant, isolation)  # type: ignore[arg-type]
    failure = psycopg.errors.SerializationFailure("could not serialize access")

    if isolation == "serializable":
        crowd.was_refused(failure)
        assert crowd.refused["40001"] == 1
    else:
        with pytest.raises(SubjectError, match="a writer ended with 40001"):
            crowd.was_refused(failure)
