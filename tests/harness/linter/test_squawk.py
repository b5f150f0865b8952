"""squawk's findings on a deploy, compared with what a real Postgres did."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.linter.__main__ import main, observe
from fixtures.linter.squawk_vs_observed import ask, batch
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
LOCK = "require-lock-timeout"
SCAN = "constraint-missing-not-valid"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "sql" / "migrations", tmp_path / "drizzle"))


def rewrite(folder: Path, old: str, new: str) -> None:
    (path,) = folder.glob("0077_*.sql")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def verdicts(folder: Path, pg_version: int) -> dict[str, tuple[bool, str]]:
    asked = argparse.Namespace(
        migrations=folder, overlay=False, overlay_from=[], runner="drizzle", pg_version=pg_version,
        constraint=[], constraint_spec=[],
    )  # fmt: skip
    return {line.rule: (line.said is not None, line.verdict) for line in observe(asked)[CLOSED_STATE.name]}


@pytest.fixture
def pg_version(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("pg_version"))


def test_linter_and_database_agree_on_our_own_deploy(folder: Path, pg_version: int) -> None:
    found = verdicts(folder, pg_version)

    assert found[LOCK] == (False, "agrees")
    assert found[SCAN] == (False, "agrees")


def test_both_see_a_deploy_that_validates(folder: Path, pg_version: int) -> None:
    rewrite(folder, "  NOT VALID;", ";")

    assert verdicts(folder, pg_version)[SCAN] == (True, "agrees")


def test_timeout_that_the_linter_cannot_see_is_reported_as_a_disagreement(
    folder: Path, pg_version: int
) -> None:
    rewrite(folder, "SET LOCAL lock_timeout = '2s';", "SELECT set_config('lock_timeout', '1s', true);")

    assert verdicts(folder, pg_version)[LOCK] == (True, "disagrees")


def test_batch_has_the_transactions_of_the_runner() -> None:
    migrations = read_folder(ROOT / "sql" / "migrations").migrations[:2]

    assert batch(migrations, "one").count("BEGIN;") == 1
    assert batch(migrations, "each file").count("BEGIN;") == 2
    assert batch(migrations, "none").count("BEGIN;") == 0


def test_folder_of_drizzle_v1_is_linted_as_one_transaction(
    folder: Path, v1_of: Callable[[Path], Path], pg_version: int
) -> None:
    rewrite(folder, "  NOT VALID;", ";")

    assert verdicts(v1_of(folder), pg_version)[SCAN] == (True, "agrees")


def test_three_steps_in_one_transaction_are_told_from_three_transactions() -> None:
    add = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;"
    validate = "ALTER TABLE t VALIDATE CONSTRAINT c;"

    one = ask(f"BEGIN;{add}{validate}COMMIT;", major=18)
    two = ask(f"BEGIN;{add}COMMIT;BEGIN;{validate}COMMIT;", major=18)

    assert SCAN in {finding.rule for finding in one}
    assert SCAN not in {finding.rule for finding in two}


def test_folder_that_cannot_be_read_says_so_first_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--migrations", str(tmp_path)]) == 1

    assert capsys.readouterr().err.startswith("meta/_journal.json: there is no such file")
