"""Every wrong rollout is a no-go with its sentence; a right one in other words is a go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
import pytest

from fixtures.migrations.constraint_trace import trace_migrations
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.migrations.load_subject import OWN_MIGRATIONS, load_subject
from fixtures.mutants.rollout_mutants import MUTANTS, RolloutMutant, apply_mutant, read_mutants
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.rehearsal import cost_by_table_size
from fixtures.rehearsal.experiments import run_one
from fixtures.rehearsal.judge import judged
from fixtures.rehearsal.rehearsal_databases import EnvironmentFactory
from fixtures.rehearsal.rehearse import Options, rehearse
from fixtures.rehearsal.rollout_scripts import find_rollout
from fixtures.rows.production_like_rows import Population
from tests.harness.rehearsal.conftest import ROWS_OF_PRODUCTION, VIOLATORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.postgres.databases import Databases
    from fixtures.rehearsal.evidence import Evidence
    from fixtures.rehearsal.rollout_scripts import Rollout

ROOT = Path(__file__).resolve().parents[3]
WRONG = read_mutants(ROOT / MUTANTS)
RIGHT = read_mutants(Path(__file__).parent / "right_rollouts")
GROWTH = "growth"
ROWS = Population(rows_total=1_500, violators_total=1_037)


def environments_of(
    databases: Databases,
    scratch: Path,
    rollout: Rollout | None = None,
    data_from: str | None = None,
    **more: Any,
) -> EnvironmentFactory:
    """Return what rehearses our own rollout, or another; `more` says of which folder."""
    subject = load_subject(ROOT, specs=[CLOSED_STATE], scratch=scratch, **more)
    trace = trace_migrations(databases, subject).traces[CLOSED_STATE.name]
    rollout = rollout or find_rollout(ROOT, CLOSED_STATE)
    return EnvironmentFactory(databases, subject, trace, rollout, population=ROWS, data_from=data_from)


@pytest.fixture
def rehearse_mutant(databases: Databases, tmp_path: Path) -> Callable[[RolloutMutant], Evidence]:
    own = read_folder(ROOT / OWN_MIGRATIONS)

    def run(mutant: RolloutMutant) -> Evidence:
        rollout, folder = apply_mutant(
            mutant, find_rollout(ROOT, CLOSED_STATE), own, CLOSED_STATE, tmp_path / "mutant"
        )
        environments = environments_of(databases, tmp_path, rollout, migrations=folder.path)
        evidence = rehearse(environments, Options(briefly=True))
        tried = tuple(run_one(environments, name) for name in mutant.tried if name != GROWTH)
        growth = (
            cost_by_table_size.steps(environments, rows=20_000, violators=1_037)
            if GROWTH in mutant.tried
            else ()
        )
        return judged(msgspec.structs.replace(evidence, tried=tried, growth=growth))

    return run


@pytest.mark.parametrize("mutant", WRONG, ids=lambda mutant: mutant.name)
def test_wrong_rollout_is_a_no_go(
    mutant: RolloutMutant, rehearse_mutant: Callable[[RolloutMutant], Evidence]
) -> None:
    evidence = rehearse_mutant(mutant)

    told = [reason for reason in evidence.reasons if mutant.caught in reason]

    assert mutant.caught
    assert told, f"{mutant.sentence} Not told; instead: {list(evidence.reasons)}"


@pytest.mark.parametrize("mutant", RIGHT, ids=lambda mutant: mutant.name)
def test_right_rollout_in_other_words_is_a_go(
    mutant: RolloutMutant, rehearse_mutant: Callable[[RolloutMutant], Evidence]
) -> None:
    evidence = rehearse_mutant(mutant)

    assert not mutant.caught
    assert evidence.go, f"{mutant.sentence} {evidence.verdict}"


@pytest.mark.parametrize(
    ("runner", "reason"), [("paperclip", None), ("drizzle", "one transaction held ACCESS EXCLUSIVE")]
)
def test_folder_that_repairs_itself_is_a_go_where_each_file_is_a_transaction(
    databases: Databases, tmp_path: Path, runner: str, reason: str | None
) -> None:
    example = ROOT / "examples" / "self_repairing"
    environments = environments_of(databases, tmp_path, overlay_from=[example], runner=runner)

    evidence = rehearse(environments, Options(briefly=True))

    assert (reason is None and evidence.go) or (reason and reason in evidence.reasons[0]), evidence.reasons
    assert evidence.repairs_itself is (reason is None)


def test_database_that_the_harness_did_not_seed_is_a_go(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        made = environments_of(databases, tmp_path, data_from=conn.info.dbname)
        made.subject.runner.migrate(conn, made.subject.prefix(made.trace.index))
        conn.execute(ROWS_OF_PRODUCTION.encode())
        conn.close()
        evidence = rehearse(made, Options(briefly=True))

    assert evidence.go, evidence.verdict
    assert evidence.violators_total == VIOLATORS + 1, "its own, and the one that operations are tried on"
