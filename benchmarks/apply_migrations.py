"""Cost of applying the real migrations, and of cloning their database."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.benchmark_environment import npm_server
from benchmarks.database_per_test import clones, per_test
from benchmarks.figures import Figure, in_turn, spent_ms
from fixtures.core.errors import HarnessError
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.migrations.reference_runners import ReferenceRunners
from fixtures.migrations.runners import RUNNERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.benchmark_environment import BenchmarkEnvironment

_MAJOR = 18


def run(environment: BenchmarkEnvironment) -> Iterator[Figure]:
    """Compare our runner with the real drizzle-orm, each from reading the folder to the last commit.

    Raises: HarnessError without npm's tree.
    """
    with npm_server(_MAJOR) as (tree, server, databases), tempfile.TemporaryDirectory() as scratch:
        reference_runners = ReferenceRunners(tree, Path(scratch))

        def ours() -> float:
            with databases.fresh() as dsn:
                return spent_ms(lambda: _migrate(dsn, reference_runners.real_migrations))

        def theirs() -> float:
            with databases.fresh() as dsn:
                outcome = reference_runners.migrate("drizzle", reference_runners.real_migrations, server, dsn)
                if not outcome.ok:
                    raise HarnessError(f"drizzle-orm on the real folder: {outcome.message}")
                return outcome.spent_ms

        count = len(read_folder(reference_runners.real_migrations).migrations)
        mine, drizzle = in_turn(
            {"ours": ours, "drizzle-orm's migrate()": theirs}, max(3, environment.rounds // 2)
        ).values()
        yield Figure(
            f"the {count} real migrations, from empty", mine, drizzle, aim=1,
            note="the call alone: neither side pays for the start of its interpreter",
        )  # fmt: skip
        databases.template("real", lambda dsn: _migrate(dsn, reference_runners.real_migrations))
        yield clones(databases, "real", environment.rounds, "a clone of the real schema")
    source = ("--paperclip", "--overlay", "--pg-source=npm", f"--pg-version={_MAJOR}")
    yield per_test(environment, "isolation for one test, the real schema", *source)


def _migrate(dsn: str, folder: Path) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        RUNNERS["drizzle"].migrate(conn, read_folder(folder))
