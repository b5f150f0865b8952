"""The operator's scripts, and the folders they are read from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.core.errors import HarnessError, SubjectError
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.mutants.rollout_mutants import MUTANTS, read_mutants
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.psql import run_psql
from fixtures.rehearsal.interrupted_connections import beginnings
from fixtures.rehearsal.rollout_scripts import find_rollout, read_rollout

if TYPE_CHECKING:
    from fixtures.postgres.databases import Databases
    from fixtures.rehearsal.rollout_scripts import Rollout

ROOT = Path(__file__).resolve().parents[3]
HEADINGS = ("-- Does:", "-- Why:", "-- Locks:", "-- Rows:", "-- Run:")


@pytest.fixture(params=["sql/rollout/closed_state", "examples/finished_state/rollout"])
def rollout(request: pytest.FixtureRequest) -> Rollout:
    return read_rollout(ROOT / request.param)


def test_every_constraint_has_a_rollout_of_all_steps(rollout: Rollout) -> None:
    assert [script.name for script in rollout.scripts] == [
        "preflight",
        "deploy",
        "backfill",
        "validate",
        "monitor",
        "rollback",
    ]
    assert rollout.steps == ("companion", "preflight", "migration", "backfill", "validate", "monitor")


def test_every_script_opens_with_what_it_does(rollout: Rollout) -> None:
    for script in rollout.scripts:
        missing = [heading for heading in HEADINGS if heading not in script.text]
        assert not missing, f"{script.path.name}: says no {missing[0]}"


@pytest.mark.parametrize(
    ("scripts", "migrations"),
    [
        ("sql/rollout/closed_state", "sql/migrations"),
        ("examples/finished_state/rollout", "examples/finished_state/migrations"),
        ("tests/harness/second_application/rollout", "tests/harness/second_application/migrations"),
    ],
)
def test_rule_knows_the_migration(scripts: str, migrations: str) -> None:
    migration = read_folder(ROOT / migrations).migrations[-1]

    rule = (ROOT / scripts / "rule.sql").read_text()

    assert f"\\set migration_tag_default {migration.tag}\n" in rule
    assert f"\\set migration_when_default {migration.when}\n" in rule
    assert f"\\set migration_hash_default {migration.digest}\n" in rule, "the migration has changed"


def test_script_that_includes_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "3_backfill.sql").write_text("\\ir steps/gone.sql\n")

    with pytest.raises(SubjectError, match=r"includes steps/gone\.sql, and there is no such file"):
        _ = read_rollout(tmp_path).script("backfill").text


def test_script_that_includes_itself_stands_there_once(tmp_path: Path) -> None:
    (tmp_path / "3_backfill.sql").write_text("SELECT 1;\n\\ir 3_backfill.sql\n")

    assert read_rollout(tmp_path).script("backfill").text == "SELECT 1;\n\\ir 3_backfill.sql\n"


def test_scripts_are_ascii() -> None:
    texts = [path.read_bytes() for path in (ROOT / "sql" / "rollout").rglob("*.sql")]

    assert len(texts) > 10
    assert all(text.isascii() for text in texts), "psql would send other bytes as PGCLIENTENCODING says"


def test_scripts_know_no_command_that_psql_11_lacks() -> None:
    texts = [path.read_text() for path in (ROOT / "sql" / "rollout").rglob("*.sql")]

    used = {name for text in texts for name in re.findall(r"^\\(\w+)", text, re.MULTILINE)}

    assert used <= {"echo", "else", "encoding", "endif", "gexec", "gset", "if", "ir", "pset", "set", "timing"}


def test_scripts_leave_no_setting_to_the_next_client_of_a_pooler() -> None:
    texts = [path.read_text() for path in (ROOT / "sql" / "rollout").rglob("*.sql")]

    assert {
        line for text in texts for line in re.findall(r"^(?:SET|RESET) (?!LOCAL ).*", text, re.MULTILINE)
    } == {
        "SET statement_timeout = 0;",
        "RESET statement_timeout;",
        "SET transaction_timeout = 0;",
        "RESET transaction_timeout;",
    }


def test_rollout_of_our_constraint_is_found_by_its_name() -> None:
    assert find_rollout(ROOT, CLOSED_STATE).path.name == "closed_state"


def test_steps_file_says_another_order(tmp_path: Path) -> None:
    (tmp_path / "3_backfill.sql").write_text("SELECT 1;\n")
    (tmp_path / "steps.txt").write_text("# first\nbackfill\nmigration\n\nbackfill # again\n")

    assert read_rollout(tmp_path).steps == ("backfill", "migration", "backfill")


def test_steps_file_that_names_no_script(tmp_path: Path) -> None:
    (tmp_path / "3_backfill.sql").write_text("SELECT 1;\n")
    (tmp_path / "steps.txt").write_text("clean_up\n")

    with pytest.raises(SubjectError, match="names 'clean_up'"):
        read_rollout(tmp_path)


def test_folder_without_scripts(tmp_path: Path) -> None:
    with pytest.raises(SubjectError, match="holds no scripts"):
        read_rollout(tmp_path)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="there is no such folder"):
        read_rollout(tmp_path / "gone")


def test_cut_scripts_end_at_statements_outside_quotes() -> None:
    script = "SET a = 1;\nDO $x$\nBEGIN\n  PERFORM 1;\nEND\n$x$;\nSELECT 1 AS one\n\\gset\nSELECT 2;\n"

    assert [len(text.splitlines()) for text in beginnings(script)] == [1, 6, 8]


def test_every_mutant_says_its_mistake_and_what_catches_it() -> None:
    mutants = read_mutants(ROOT / MUTANTS)

    assert len(mutants) >= 15
    assert all(mutant.caught for mutant in mutants)


def test_rule_is_the_one_of_the_spec(databases: Databases, tmp_path: Path) -> None:
    script = tmp_path / "1_rule.sql"
    script.write_text(
        f"\\ir {find_rollout(ROOT, CLOSED_STATE).path / 'rule.sql'}\n\\pset format unaligned\n\\pset tuples_only on\n"
        "SELECT jsonb_build_object('constraint', :'constraint', 'table', :'table', 'key', :'key', 'rule', :'rule',"
        " 'repair', jsonb_build_object(:'repair_column', :'repair_value'));\n"
    )
    kinds = ", ".join(f"{column} {kind}" for column, kind in CLOSED_STATE.kinds.items())
    with databases.fresh() as dsn:
        said = json.loads(run_psql(dsn, script).last_line)
        with psycopg.connect(dsn, autocommit=True) as conn:
            query = f"SELECT ({said['rule']}) IS NOT FALSE FROM jsonb_to_recordset(%s) AS row ({kinds})"
            verdicts = [
                verdict
                for (verdict,) in conn.execute(
                    query.encode(), [json.dumps([dict(s) for s in CLOSED_STATE.states])]
                )
            ]

    assert (said["constraint"], said["table"], said["key"], said["repair"]) == (
        CLOSED_STATE.name,
        CLOSED_STATE.table,
        CLOSED_STATE.key,
        CLOSED_STATE.repair,
    )
    assert verdicts == [CLOSED_STATE.holds(state) for state in CLOSED_STATE.states]
