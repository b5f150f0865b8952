"""The mutants are enough, each with its sentence, each a folder that differs from ours."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.constraints.constraint_catalog import parsed_as_check
from fixtures.core.errors import HarnessError
from fixtures.migrations.drizzle_folder import FolderError, read_folder
from fixtures.mutants.load_sql_mutants_folder import read_files
from fixtures.mutants.mutant_catalogue import FILES, SOURCE, catalogue, listed_equivalents
from fixtures.mutants.mutant_verdicts import prove
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from pathlib import Path

    from fixtures.postgres.databases import Databases

MUTANTS = catalogue()


def test_there_are_enough() -> None:
    counts = Counter(mutant.right for mutant in MUTANTS)

    assert counts[False] >= 60
    assert counts[True] >= 12


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_mutant_says_in_a_sentence_which_mistake_it_is(mutant) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch(r"\S.{7,}[.]", mutant.sentence)


def test_ids_are_unique() -> None:
    repeated = [name for name, count in Counter(mutant.id for mutant in MUTANTS).items() if count > 1]

    assert not repeated


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_mutant_is_a_folder_unlike_ours(mutant, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    mutant.build(tmp_path)

    assert _texts(tmp_path) != _texts(SOURCE)
    try:
        read_folder(tmp_path)
    except FolderError:
        assert mutant.family == "folder"


def test_generated_predicates_are_ones_that_postgres_takes(databases: Databases) -> None:
    with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        for migration in read_folder(SOURCE).migrations:
            conn.execute(migration.sql.encode())
        for mutant in MUTANTS:
            if mutant.predicate is not None:
                parsed_as_check(conn, mutant.spec.table, mutant.predicate)


@pytest.mark.parametrize("name", listed_equivalents())
def test_listed_equivalents_are_proven(name: str, databases: Databases) -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.id == name)

    with databases.fresh() as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        proof = prove(conn, mutant)

    assert proof.proved, proof.sentence


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("state/a.sql", "-- Place: after\nSELECT 1;\n", "has no sentence"),
        ("state/a.sql", "-- Mistake: It is wrong.\n-- Place: nowhere\nSELECT 1;\n", "'nowhere' is not known"),
        ("folder/a.toml", 'mistake = "It is wrong."\nnothing = 1\n', "nothing"),
        ("folder/a.toml", 'mistake = "It is wrong."\n', "no change"),
        ("other/a.sql", "-- Mistake: It is wrong.\n-- Place: after\nSELECT 1;\n", "no family"),
    ],
)
def test_file_that_is_not_a_mutant_is_refused(name: str, text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(text)

    with pytest.raises(HarnessError, match=message):
        list(read_files(tmp_path, SOURCE, CLOSED_STATE))


def test_files_are_in_the_folders_of_their_families() -> None:
    written = {
        f"{path.parent.name}/{path.stem}" for path in FILES.glob("*/*") if path.parent.name != "rollout"
    }

    assert written <= {mutant.id for mutant in MUTANTS}


def _texts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
