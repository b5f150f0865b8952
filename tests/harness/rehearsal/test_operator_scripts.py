"""The operator's scripts outside the happy path: on the oldest and the newest Postgres, each number of docs/operator.md."""

from __future__ import annotations

import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from fixtures.postgres import binaries
from tests.harness.commands import wait_until
from tests.harness.rehearsal.conftest import (
    CLOSED_STATE,
    HISTORY,
    ISSUE,
    ROOT,
    ROW,
    ROWS_OF_PRODUCTION,
    VIOLATORS,
    Shop,
    answers,
    psql,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "execution_workspaces_closed_state_consistency"
ADD = f"ALTER TABLE execution_workspaces ADD CONSTRAINT {NAME} CHECK "
RULE = "closed_at IS NULL OR status IN ('archived', 'cleanup_failed')"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
NEWER = "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('newer', 1900000000000)"
OPEN_ISSUE = f"UPDATE issues SET status = 'in_progress' WHERE id = '{ISSUE.format(3)}'"
WORK_IN_USE = f"UPDATE issues SET status = 'in_progress', execution_workspace_id = '{ROW.format(4)}' WHERE id = '{ISSUE.format(20)}'"


class Case(NamedTuple):
    """A script that is run once: after what, which and with what variables, how it ends, and what it says."""

    given: str
    script: str
    variables: dict[str, Any]
    code: int
    said: str


NO_HISTORY = "there is no drizzle history here, or it is empty"
CASES = {
    "pending_migration_is_the_deploys": Case("", "2_deploy.sql", {}, 3, "the migration is pending"),
    "newer_migration": Case(NEWER, "1_preflight.sql", {}, 3, "stock drizzle skips"),
    "newer_migration_under_paperclips_runner": Case(NEWER, "1_preflight.sql", {"runner": "paperclip"}, 0, "GO"),
    "another_hash": Case(
        "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('edited', 1778630400000)",
        "1_preflight.sql", {}, 3, "with another hash",
    ),
    "unrecorded_constraint": Case(
        f"{ADD} ({RULE}) NOT VALID", "1_preflight.sql", {}, 3, "is not recorded: the next deploy fails with 42710",
    ),
    "empty_history": Case("DELETE FROM drizzle.__drizzle_migrations", "1_preflight.sql", {}, 3, NO_HISTORY),
    "no_history": Case("DROP TABLE drizzle.__drizzle_migrations", "1_preflight.sql", {}, 3, NO_HISTORY),
    "empty_history_gets_no_first_entry_by_hand": Case(
        "DELETE FROM drizzle.__drizzle_migrations", "2_deploy.sql", {"record": "yes"}, 3,
        f"nothing was changed: {NO_HISTORY}",
    ),
    "name_of_another_kind_of_constraint": Case(
        f"ALTER TABLE execution_workspaces ADD CONSTRAINT {NAME} UNIQUE (id, name)", "1_preflight.sql", {}, 3,
        "name is taken by a constraint that is no CHECK",
    ),
    "backfill_that_something_undoes": Case(
        "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.status := ''idle''; RETURN NEW; END';"
        " CREATE TRIGGER undo BEFORE UPDATE ON execution_workspaces FOR EACH ROW EXECUTE FUNCTION undo()",
        "3_backfill.sql", {}, 3, "10 violators left",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_script_ends_as_it_says(shop: Shop, case: Case) -> None:
    if case.given:
        shop.query(case.given)

    done = shop.run(case.script, **case.variables)

    assert done.exit_code == case.code
    assert case.said in (done.last_line if case.script == "1_preflight.sql" else done.err)


def test_every_step_in_order(shop: Shop) -> None:
    deployed = shop.run("2_deploy.sql", record="yes").exit_code
    names = [
        "1_preflight",
        "3_backfill",
        "1_preflight",
        "4_validate",
        "1_preflight",
        "5_monitor",
        "9_rollback",
    ]

    codes = [deployed, *(shop.run(f"{name}.sql").exit_code for name in names)]

    assert codes == [0] * 8


# 1 and 2: a deploy by hand behind its fence, and who holds the lock.


def test_deploy_by_hand_gives_up_and_names_who_holds_the_lock(shop: Shop) -> None:
    with psycopg.connect(make_conninfo(shop.dsn, application_name="nightly report")) as holder:
        pid = holder.info.backend_pid
        holder.execute("SELECT 1 FROM execution_workspaces")
        done = shop.run("2_deploy.sql", record="yes", attempts="1")

    assert done.exit_code == 3
    assert f"pid {pid}" in done.err
    assert '"nightly report", idle in transaction' in done.err


def test_deploy_by_hand_tries_until_the_lock_is_free(shop: Shop) -> None:
    with psycopg.connect(shop.dsn) as holder:
        holder.execute("SELECT 1 FROM execution_workspaces")
        process = shop.start("2_deploy.sql", record="yes")
        assert process.stderr is not None
        first = process.stderr.readline()
    out, _ = process.communicate(timeout=60)

    assert "no lock at attempt 1 of 5" in first
    assert (process.returncode, "added NOT VALID at attempt" in out) == (0, True)


def test_prepared_transaction_is_named_by_its_gid(shop: Shop) -> None:
    with psycopg.connect(shop.dsn) as conn:
        conn.tpc_begin("left-behind")
        conn.execute("SELECT 1 FROM execution_workspaces FOR SHARE")
        conn.tpc_prepare()
        done, preflight = shop.run("2_deploy.sql", record="yes", attempts="1"), shop.run("1_preflight.sql")
        conn.tpc_rollback()

    assert "prepared transaction" in done.err
    assert "left-behind" in done.err
    assert "left-behind" in preflight.out
    assert preflight.exit_code == 3


def test_ordinary_autovacuum_gives_way_to_the_deploy(shop: Shop) -> None:
    with AutovacuumInTheWay(shop):
        preflight, done = shop.run("1_preflight.sql"), shop.run("2_deploy.sql", record="yes", attempts="1")

    assert ("autovacuum" in preflight.out, preflight.exit_code) == (True, 0)
    assert done.exit_code == 0, done.err


def test_autovacuum_against_wraparound_is_named_to_a_plain_owner(shop: Shop) -> None:
    with role(shop, "plain_owner") as plain, AutovacuumInTheWay(shop, against_wraparound=True):
        preflight = shop.run("1_preflight.sql", dsn=plain)
        done = shop.run("2_deploy.sql", dsn=plain, record="yes", attempts="1")

    assert (preflight.exit_code, done.exit_code) == (3, 3)
    assert "autovacuum against wraparound" in preflight.out
    assert "autovacuum against wraparound" in done.err


@pytest.mark.parametrize(
    ("script", "lock"),
    [
        ("1_preflight.sql", "execution_workspaces IN ACCESS EXCLUSIVE"),
        ("1_preflight.sql", "issues IN ACCESS EXCLUSIVE"),
        ("1_preflight.sql", "drizzle.__drizzle_migrations IN ACCESS EXCLUSIVE"),
        ("3_backfill.sql", "execution_workspaces IN SHARE"),
        ("4_validate.sql", "execution_workspaces IN ACCESS EXCLUSIVE"),
        ("5_monitor.sql", "execution_workspaces IN ACCESS EXCLUSIVE"),
        ("9_rollback.sql", "drizzle.__drizzle_migrations IN EXCLUSIVE"),
        ("9_rollback.sql", "drizzle.__drizzle_migrations IN SHARE"),
    ],
)
def test_wait_for_any_lock_ends_and_names_who_holds_it(shop: Shop, script: str, lock: str) -> None:
    shop.deploy()
    with psycopg.connect(shop.dsn) as holder:
        pid = holder.info.backend_pid
        holder.execute(f"LOCK TABLE {lock} MODE".encode())
        done = shop.run(script, attempts="1")

    assert done.exit_code == 3
    assert f"pid {pid}" in done.err.splitlines()[-1]


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE execution_workspaces SET name = 'held' WHERE id = '{ROW.format(3)}'",
        f"UPDATE issues SET title = 'held' WHERE id = '{ISSUE.format(3)}'",
    ],
    ids=["row", "work"],
)
def test_backfill_names_who_holds_the_rows_that_it_left(shop: Shop, statement: str) -> None:
    with psycopg.connect(shop.dsn) as holder:
        pid = holder.info.backend_pid
        holder.execute(statement.encode())
        done = shop.run("3_backfill.sql")

    assert (done.exit_code, shop.violators()) == (3, 1)
    assert (
        f"9 rows archived in 1 batches, 1 violators left; the rest is locked by pid {pid}"
        in done.err.splitlines()[-1]
    )
    assert done.err.count("INFO") == 1


def test_backfill_without_a_lock_for_analyze_says_so_and_is_done(shop: Shop) -> None:
    with psycopg.connect(shop.dsn) as vacuum:
        vacuum.execute("LOCK TABLE execution_workspaces IN SHARE UPDATE EXCLUSIVE MODE")
        done = shop.run("3_backfill.sql")

    assert (done.exit_code, "ERROR" in done.err) == (0, False)
    assert "no lock for ANALYZE public.execution_workspaces" in done.last_line


def test_reader_on_a_hot_standby_holds_up_replay_and_the_readers_there_not_the_deploy(
    shop: Shop, standby: str
) -> None:
    there = make_conninfo(standby, dbname=str(conninfo_to_dict(shop.dsn)["dbname"]))
    wait_until(lambda: answers(there), what="the database has arrived")
    with psycopg.connect(there) as reader, psycopg.connect(there, autocommit=True) as late:
        reader.execute("SELECT 1 FROM execution_workspaces")
        done = shop.run("2_deploy.sql", record="yes", attempts="1")
        behind = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn < pg_current_wal_lsn()"
        wait_until(lambda: late.execute(WAITING).fetchone() == (1,), what="replay waits for the reader")
        assert shop.query(behind) == [(1,)]
        late.execute("SET statement_timeout = '300ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            late.execute("SELECT 1 FROM execution_workspaces")
        reader.rollback()
        late.execute("SET statement_timeout = 0")
        late.execute("SELECT 1 FROM execution_workspaces")

    assert done.exit_code == 0, done.err


# 3: drizzle's history.


@pytest.mark.parametrize("statement", [NEWER, f"{ADD} ({RULE}) NOT VALID"], ids=["newer", "unrecorded"])
def test_deploy_by_hand_is_what_preflight_asks_for(shop: Shop, statement: str) -> None:
    shop.query(statement)
    asked = shop.run("1_preflight.sql").last_line

    done = shop.run("2_deploy.sql", record="yes")

    assert "2_deploy.sql" in asked
    assert done.exit_code == 0
    assert "GO: next is 3_backfill" in shop.run("1_preflight.sql").last_line


def test_history_is_found_in_another_schema(shop: Shop) -> None:
    shop.query("ALTER TABLE drizzle.__drizzle_migrations SET SCHEMA public")

    shop.deploy()

    assert shop.query("SELECT count(*) FROM public.__drizzle_migrations")[0][0] == 2


def test_history_of_drizzle_v1_goes_by_name(shop: Shop) -> None:
    shop.query(f"ALTER TABLE drizzle.__drizzle_migrations ADD name text; {NEWER}")

    preflight = shop.run("1_preflight.sql")
    shop.deploy()
    names = "SELECT name FROM drizzle.__drizzle_migrations WHERE name IS NOT NULL"
    recorded = shop.query(names)
    shop.query("UPDATE drizzle.__drizzle_migrations SET hash = 'edited' WHERE name IS NOT NULL")
    done = shop.run("9_rollback.sql")

    assert preflight.exit_code == 0
    assert recorded == [("0077_workspace_closed_state_consistency",)]
    assert "1 entries taken out of the history" in done.last_line
    assert shop.query(names) == []


# 4 and 5: open work, the record, the way back.


@pytest.mark.parametrize("statement", [OPEN_ISSUE, WORK_IN_USE], ids=["source", "in_use"])
def test_open_work_is_refused_or_left_out(shop: Shop, statement: str) -> None:
    shop.query(statement)

    preflight, refused = shop.run("1_preflight.sql"), shop.run("3_backfill.sql")
    skipped = shop.run("3_backfill.sql", open_issues="skip")

    assert (preflight.exit_code, refused.exit_code, skipped.exit_code) == (3, 3, 3)
    assert "refused, nothing was changed: 1 rows" in refused.err
    assert "not all: backfill: 9 rows archived in 1 batches, 1 violators left" in skipped.err
    assert shop.violators() == 1


def test_open_work_is_listed_up_to_twenty_rows_with_the_query_for_all(shop: Shop) -> None:
    shop.query(
        f"UPDATE execution_workspaces SET status = 'idle', closed_at = now(), source_issue_id = '{ISSUE.format(3)}'; {OPEN_ISSUE}"
    )
    shop.query(
        "INSERT INTO execution_workspaces (company_id, project_id, source_issue_id, mode, strategy_type, name, closed_at)"
        " SELECT company_id, project_id, source_issue_id, mode, strategy_type, name, closed_at FROM execution_workspaces LIMIT 5"
    )

    done = shop.run("3_backfill.sql", open_issues="skip")
    table, _, query = done.out.partition("the query for all of them:")

    assert (done.exit_code, table.count("in_progress")) == (3, 20)
    assert len(shop.query(query)) == 25
    assert "25 violators left; 25 belong to open work, see the list above" in done.err.splitlines()[-1]


@pytest.mark.parametrize(("repair", "column"), [("archived", "status"), ("reopen", "closed_at")])
def test_single_row_is_repaired_as_decided(shop: Shop, repair: str, column: str) -> None:
    shop.query(OPEN_ISSUE)
    shop.run("3_backfill.sql", open_issues="skip")

    done = shop.run("3_backfill.sql", row=ROW.format(3), repair=repair)

    assert (done.exit_code, shop.violators()) == (0, 0)
    assert shop.query(f"SELECT column_name FROM rollout.repaired_rows WHERE row_key = '{ROW.format(3)}'") == [
        (column,)
    ]


def test_backfill_is_recorded_and_put_back(shop: Shop) -> None:
    before = shop.query("SELECT id, status FROM execution_workspaces ORDER BY id")
    shop.deploy()
    shop.run("3_backfill.sql")
    recorded = shop.query("SELECT old_value, new_value FROM rollout.repaired_rows ORDER BY row_key")

    done = shop.run("9_rollback.sql", restore="yes")

    assert recorded == [("id\nle", "archived"), *[("active", "archived")] * (VIOLATORS - 1)]
    assert "restore: 10 rows put back" in done.out
    assert shop.query("SELECT id, status FROM execution_workspaces ORDER BY id") == before


def test_row_that_was_changed_since_is_not_put_back(shop: Shop) -> None:
    shop.run("3_backfill.sql")
    shop.query(f"UPDATE execution_workspaces SET status = 'cleanup_failed' WHERE id = '{ROW.format(2)}'")

    done = shop.run("9_rollback.sql", restore="yes", history="none")

    assert "restore: 9 rows put back as they were before the backfill; 1 left as they are" in done.last_line
    assert shop.query(f"SELECT status FROM execution_workspaces WHERE id = '{ROW.format(2)}'") == [
        ("cleanup_failed",)
    ]


def test_rights_to_restore_are_checked_before_the_constraint_is_dropped(shop: Shop) -> None:
    shop.deploy()
    shop.run("3_backfill.sql")
    with role(shop, "owner_alone") as owner:
        shop.query("REVOKE ALL ON SCHEMA rollout FROM owner_alone")
        done = shop.run("9_rollback.sql", dsn=owner, restore="yes")
        backfill = shop.run("3_backfill.sql", dsn=owner)

    assert "nothing was changed: to restore takes" in done.err
    assert "nothing was changed: role owner_alone may not make or write rollout.repaired_rows" in backfill.err
    assert shop.query(f"SELECT count(*) FROM pg_constraint WHERE conname = '{NAME}'") == [(1,)]


# 6: the exit code is the truth.


@pytest.mark.parametrize(
    ("script", "name", "value"),
    [
        ("1_preflight.sql", "patience_s", ""),
        ("1_preflight.sql", "open_issues", "yes"),
        ("1_preflight.sql", "runner", "papperclip"),
        ("1_preflight.sql", "history", "drizzle.nosuch"),
        ("2_deploy.sql", "migration_hash", "zz"),
        ("9_rollback.sql", "restore", "true"),
    ],
)
def test_value_that_means_nothing_is_refused(shop: Shop, script: str, name: str, value: str) -> None:
    given: dict[str, Any] = {"record": "yes", name: value}
    done = shop.run(script, **given)

    assert (done.exit_code, "syntax error" in done.err) == (3, False)
    assert shop.query(f"SELECT count(*) FROM pg_constraint WHERE conname = '{NAME}'") == [(0,)]


def test_script_says_what_it_goes_by_where_a_name_is_wrong(shop: Shop) -> None:
    done = shop.run("3_backfill.sql", batch_row="5")

    assert "options   batch_rows=250 pause_ms=0 open_issues=refuse record=yes row= repair=\n" in done.out


@pytest.mark.parametrize("value", ["0", "-1", "many", ""])
def test_batch_of_no_rows_is_refused(shop: Shop, value: str) -> None:
    done = shop.run("3_backfill.sql", batch_rows=value)

    assert (done.exit_code, shop.violators()) == (3, VIOLATORS)


def test_rollback_that_would_take_nothing_out_of_the_history_is_refused(shop: Shop) -> None:
    shop.deploy()

    done = shop.run("9_rollback.sql", migration_hash="0" * 64)

    assert done.exit_code == 3
    assert shop.query(f"SELECT count(*) FROM pg_constraint WHERE conname = '{NAME}'") == [(1,)]


def test_rollback_after_a_drop_by_hand_takes_it_out_of_the_history(shop: Shop) -> None:
    shop.deploy()
    shop.query(f"ALTER TABLE execution_workspaces DROP CONSTRAINT {NAME}")

    monitor, done = shop.run("5_monitor.sql"), shop.run("9_rollback.sql")

    assert (monitor.exit_code, done.exit_code) == (3, 0)
    assert "1 entries taken out" in done.out


@pytest.mark.parametrize(
    "setting",
    [
        "\\set AUTOCOMMIT off",
        "\\set AUTOCOMMIT off\nSELECT 1;",
        "\\x on\n\\timing on\n\\set FETCH_COUNT 1\n\\set ON_ERROR_STOP off",
    ],
)
def test_psqlrc_changes_nothing(shop: Shop, tmp_path: Path, setting: str) -> None:
    rc = tmp_path / "psqlrc"
    rc.write_text(f"{setting}\n")

    done = shop.run("3_backfill.sql", rc=rc)

    assert (done.exit_code == 0) == (shop.violators() == 0)
    assert done.exit_code in {0, 3}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT 1", 1),
        (f"ALTER TABLE execution_workspaces DROP CONSTRAINT {NAME}", 2),
        ("ALTER TABLE execution_workspaces RENAME TO gone", 3),
    ],
    ids=["not_validated", "dropped", "no_table"],
)
def test_monitor_has_codes_that_monitoring_understands(shop: Shop, statement: str, code: int) -> None:
    shop.deploy()
    shop.run("3_backfill.sql")
    shop.query(statement)

    assert _monitor(shop.dsn) == code


def test_monitor_says_in_its_last_line_what_is_wrong(shop: Shop) -> None:
    shop.run("3_backfill.sql")

    done = shop.run("5_monitor.sql")

    assert f"violated: closed state consistency: constraint {NAME} is missing" in done.err.splitlines()[-1]


def test_monitor_of_a_server_that_does_not_answer_could_not_look(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / ".s.PGSQL.5432"))
        silent.listen()

        assert _monitor(make_conninfo(host=str(tmp_path), port=5432, user="postgres", dbname="shop")) == 3


def test_monitor_of_a_server_that_is_gone_could_not_look(shop: Shop) -> None:
    assert _monitor(make_conninfo(shop.dsn, port=1)) == 3


def test_monitor_of_a_finished_rollout_is_silent_and_an_exporter_has_the_same_columns(shop: Shop) -> None:
    shop.deploy()
    shop.run("3_backfill.sql")
    shop.run("4_validate.sql")

    silent = shop.run("5_monitor.sql")
    query, row = (shop.run("5_monitor.sql", output=output) for output in ("query", "rows"))

    assert (silent.exit_code, silent.out, _monitor(shop.dsn)) == (0, "", 0)
    assert row.out.strip() == f"{NAME}|0|0|t|t|t"
    assert shop.query(query.out) == [(NAME, 0, 0, True, True, True)]


# 7: where am I.


def test_script_says_where_it_is(shop: Shop) -> None:
    done = shop.run("1_preflight.sql")

    assert done.out.startswith(f"server    Postgres {shop.server.major}")
    assert "role      postgres\nmode      primary\n" in done.out


def test_database_out_of_the_environment_is_not_taken(shop: Shop) -> None:
    known = psycopg.conninfo.conninfo_to_dict(shop.dsn)
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}
    env = {variable: str(known[name]) for variable, name in names.items()}

    taken = shop.run("3_backfill.sql", dsn="", env=env)
    confirmed = shop.run("1_preflight.sql", dsn="", env=env, database=env["PGDATABASE"])

    assert (taken.exit_code, shop.violators()) == (3, VIOLATORS)
    assert "DATABASE_URL is not set" in taken.err
    assert confirmed.exit_code == 0


def test_read_only_by_default_is_respected(shop: Shop) -> None:
    done = shop.run(
        "3_backfill.sql", dsn=make_conninfo(shop.dsn, options="-c default_transaction_read_only=on")
    )

    assert (done.exit_code, shop.violators()) == (3, VIOLATORS)
    assert "default_transaction_read_only is on" in done.err


def test_rights_are_checked_first(shop: Shop) -> None:
    shop.query("GRANT SELECT ON ALL TABLES IN SCHEMA public TO harness_reader")
    reader = make_conninfo(shop.dsn, user="harness_reader")

    names = ("2_deploy", "3_backfill", "4_validate", "9_rollback")
    said = [shop.run(f"{name}.sql", dsn=reader) for name in names]

    assert [done.exit_code for done in said] == [3] * 4
    assert all("nothing was changed: the role " in done.err for done in said)


def test_role_without_temp_is_told_before_anything(shop: Shop) -> None:
    with role(shop, "no_temp") as owner:
        name = psycopg.conninfo.conninfo_to_dict(shop.dsn)["dbname"]
        shop.query(f"REVOKE TEMP ON DATABASE {name} FROM PUBLIC")
        done = shop.run("3_backfill.sql", dsn=owner)

    assert "nothing was changed: the role has no TEMP on the database" in done.err


# 8: go and no-go.


@pytest.mark.parametrize("words", ["NO INHERIT NOT VALID", "NOT ENFORCED"])
def test_constraint_that_does_not_hold_everywhere_is_replaced_as_preflight_says(
    shop: Shop, words: str
) -> None:
    known = shop.server.major >= 18 or words != "NOT ENFORCED"  # else a rule of other rows stands for it
    shop.query(f"{ADD} ({RULE}) {words}" if known else f"{ADD} (true)")

    preflight, validate = shop.run("1_preflight.sql"), shop.run("4_validate.sql")
    dropped, again = shop.run("9_rollback.sql", history="none"), shop.run("1_preflight.sql")

    assert (preflight.exit_code, validate.exit_code) == (3, 3)
    assert "2_deploy.sql" not in preflight.last_line
    assert "run 9_rollback.sql -v history=none" in preflight.last_line
    assert (dropped.exit_code, again.exit_code) == (0, 0)


def test_idle_reader_holds_no_backfill_up(shop: Shop) -> None:
    shop.deploy()
    with psycopg.connect(shop.dsn) as reader:
        reader.execute("SELECT 1 FROM execution_workspaces")
        done = shop.run("1_preflight.sql")

    assert done.last_line.startswith("GO: next is 3_backfill.sql")


def test_holder_of_a_child_table_is_a_no_go(shop: Shop) -> None:
    shop.query("CREATE TABLE child () INHERITS (execution_workspaces)")
    with psycopg.connect(shop.dsn) as reader:
        pid = reader.info.backend_pid
        reader.execute("SELECT 1 FROM ONLY child")
        done = shop.run("1_preflight.sql")

    assert done.exit_code == 3
    assert f"1 transactions hold the table for longer than 0.2 s, one is: pid {pid}" in done.last_line


def test_child_table_of_another_role_is_a_no_go(shop: Shop) -> None:
    shop.query("CREATE TABLE child () INHERITS (execution_workspaces)")
    with role(shop, "parent_owner") as owner:
        preflight, deploy = (
            shop.run("1_preflight.sql", dsn=owner),
            shop.run("2_deploy.sql", dsn=owner, record="yes"),
        )
        of_both = shop.run("1_preflight.sql")

    assert (preflight.exit_code, deploy.exit_code, of_both.exit_code) == (3, 3, 0)
    assert (
        "reaches public.child, which belongs to role postgres, and fails there with 42501"
        in preflight.last_line
    )
    assert "does not own a table that inherits from it: public.child" in deploy.err
    assert "needs a role with ownership of public.child, which belongs to role postgres" in of_both.last_line


def test_published_table_without_a_replica_identity_is_a_no_go(shop: Shop) -> None:
    shop.query(
        "CREATE PUBLICATION published FOR TABLE execution_workspaces; ALTER TABLE execution_workspaces REPLICA IDENTITY NOTHING"
    )

    with role(shop, "publishing_owner") as owner:
        preflight, backfill = (
            shop.run("1_preflight.sql", dsn=owner),
            shop.run("3_backfill.sql", dsn=owner, record="no"),
        )

    assert (preflight.exit_code, backfill.exit_code, shop.violators()) == (3, 3, VIOLATORS)
    assert "no row of public.execution_workspaces can be updated, nor repaired (55000)" in preflight.last_line
    assert "does not have a replica identity" in backfill.err


def test_publication_that_filters_by_what_is_no_identity_is_named(shop: Shop) -> None:
    shop.query("CREATE PUBLICATION filtered FOR TABLE execution_workspaces WHERE (status <> 'x')")

    done = shop.run("3_backfill.sql")

    assert (done.exit_code, shop.violators()) == (3, VIOLATORS)
    assert (
        "a publication's filter or columns do not go with its replica identity" in done.err.splitlines()[-1]
    )


def test_strings_that_take_backslashes_are_told_before_anything(shop: Shop) -> None:
    done = shop.run(
        "3_backfill.sql", dsn=make_conninfo(shop.dsn, options="-c standard_conforming_strings=off")
    )

    assert (done.exit_code, shop.violators()) == (3, VIOLATORS)
    assert "standard_conforming_strings is off for this role" in done.err.splitlines()[-1]


def test_rows_are_put_back_where_all_tables_are_published(shop: Shop) -> None:
    shop.query("CREATE PUBLICATION published FOR ALL TABLES")

    codes = [
        shop.run("3_backfill.sql").exit_code,
        shop.run("9_rollback.sql", restore="yes", history="none").exit_code,
    ]

    assert (codes, shop.violators()) == ([0, 0], VIOLATORS)


def test_row_security_that_hides_rows_is_no_go(shop: Shop) -> None:
    shop.query(
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO harness_reader; ALTER TABLE execution_workspaces ENABLE ROW LEVEL SECURITY"
    )

    done = shop.run("1_preflight.sql", dsn=make_conninfo(shop.dsn, user="harness_reader"))

    assert done.exit_code == 3
    assert "row security hides rows" in done.err


@pytest.mark.parametrize(
    "expression",
    [
        f"{RULE} OR branch_name IS NOT NULL",
        "closed_at IS NULL OR status IN ('archived', 'cleanup_failed', 'on_hold')",
        f"({RULE}) AND length(name) < 40",
        f"({RULE}) AND length(status) < 40",
        f"{RULE} OR status LIKE 'zz%'",
        f"{RULE} OR closed_at < '2001-01-01'",
        f"{RULE} OR (closed_at > '2001-01-01+00' AND closed_at < '2001-01-01 00:00:00.000002+00')",
        f"{RULE} OR (closed_at IS NOT NULL AND NULL)",
        f"({RULE}) AND 1 / (length(status) - 9) < 1",
    ],
)
def test_constraint_that_is_not_the_rule_is_named(shop: Shop, expression: str) -> None:
    shop.query(f"{ADD} ({expression}) NOT VALID")

    preflight, monitor = shop.run("1_preflight.sql"), shop.run("5_monitor.sql")

    assert (preflight.exit_code, monitor.exit_code) == (3, 3)
    assert "the constraint of that name is not the rule" in preflight.last_line
    assert "is not the rule" in monitor.out


@pytest.mark.parametrize(
    "expression", [RULE, "status = 'archived' OR (NOT closed_at IS NOT NULL) OR status = 'cleanup_failed'"]
)
def test_constraint_in_other_words_is_the_rule(shop: Shop, expression: str) -> None:
    shop.query(f"{ADD} ({expression}) NOT VALID")

    assert "is not the rule" not in shop.run("1_preflight.sql").last_line


def test_standby_is_a_no_go_and_can_be_monitored(standby: str) -> None:
    preflight, backfill = (
        psql(standby, CLOSED_STATE / f"{name}.sql") for name in ("1_preflight", "3_backfill")
    )
    monitor = psql(standby, CLOSED_STATE / "5_monitor.sql", output="rows")

    assert "mode      standby" in preflight.out
    assert (preflight.exit_code, backfill.exit_code, monitor.exit_code) == (3, 3, 0)
    assert "NO-GO: this is a standby" in preflight.last_line
    assert f"{NAME}|2|10|f" in monitor.out


# 9 and 10: poolers, encodings, paths, timeouts.


def test_pooler_is_noticed_and_keeps_no_setting(shop: Shop, pooled: str) -> None:
    done = shop.run("3_backfill.sql", dsn=pooled)

    with psycopg.connect(pooled, prepare_threshold=None) as conn:
        left = conn.execute(
            "SELECT count(*) FROM pg_settings WHERE source = 'session' AND name LIKE '%timeout'"
        ).fetchone()
        procedures = conn.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'rollout%'").fetchone()

    assert "(a pooler? connect to the server directly)\n" in done.out
    assert (left, procedures) == ((0,), (0,))


def test_latin1_client_reads_and_repairs_all_the_same(shop: Shop) -> None:
    shop.query(
        f"UPDATE execution_workspaces SET status = 'łódź', cleanup_reason = E'two\nlines' WHERE id = '{ROW.format(2)}'"
    )

    codes = [
        shop.run(f"{name}.sql", env={"PGCLIENTENCODING": "LATIN1"}).exit_code
        for name in ("1_preflight", "5_monitor", "3_backfill")
    ]

    assert codes == [0, 3, 0]


def test_bytes_of_no_encoding_are_read_and_repaired(shop: Shop) -> None:
    name = "bytes_shop"
    with shop.server.admin() as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'".encode())
    dsn = make_conninfo(shop.dsn, dbname=name)
    with psycopg.connect(dsn, autocommit=True, client_encoding="sql_ascii") as conn:
        conn.execute((ROOT / "sql" / "migrations" / "0000_baseline.sql").read_bytes())
        conn.execute((HISTORY + ROWS_OF_PRODUCTION).encode())
        conn.execute(r"UPDATE execution_workspaces SET cleanup_reason = E'\xe9'")
    codes = [
        shop.run(f"{step}.sql", dsn=dsn).exit_code for step in ("1_preflight", "5_monitor", "3_backfill")
    ]
    with shop.server.admin() as conn:
        conn.execute(f"DROP DATABASE {name}".encode())

    assert codes == [0, 3, 0]


def test_hostile_search_path_changes_nothing(shop: Shop) -> None:
    shop.query("""CREATE SCHEMA evil;
        CREATE FUNCTION evil.format(text, text) RETURNS text LANGUAGE sql AS 'SELECT ''SELECT 1/0''';
        CREATE FUNCTION evil.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.never);
        CREATE OPERATOR evil.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.never);
        CREATE TABLE evil.issues (id int); CREATE DOMAIN evil.jsonb AS text; CREATE DOMAIN evil.text AS int""")
    evil = make_conninfo(shop.dsn, options="-c search_path=evil,pg_catalog,public")

    steps: dict[str, dict[str, Any]] = {
        "1_preflight": {}, "2_deploy": {"record": "yes"}, "3_backfill": {}, "4_validate": {}, "5_monitor": {},
        "9_rollback": {"restore": "yes"},
    }  # fmt: skip

    codes = [shop.run(f"{name}.sql", dsn=evil, **given).exit_code for name, given in steps.items()]

    assert codes == [0] * 6


def test_settings_of_the_role_do_not_stop_the_steps(shop: Shop) -> None:
    options = "-c statement_timeout=300 -c default_transaction_isolation=serializable -c lock_timeout=10"
    if shop.server.major >= 17:
        options += " -c transaction_timeout=350"
    tight = make_conninfo(shop.dsn, options=options)

    done = shop.run("3_backfill.sql", dsn=tight, batch_rows="3", pause_ms="400")

    assert (done.exit_code, shop.violators()) == (0, 0)


def test_preflight_holds_nothing_while_it_waits(shop: Shop) -> None:
    with psycopg.connect(shop.dsn) as reader:
        reader.execute("SELECT 1 FROM execution_workspaces")
        process = shop.start("1_preflight.sql", patience_s="3")
        wait_until(
            lambda: shop.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
            ),
            what="it waits",
        )
        held = shop.query(
            "SELECT count(*) FROM pg_locks WHERE relation = 'execution_workspaces'::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        process.communicate(timeout=30)

    assert held == [(1,)]


def test_backfill_is_stopped_by_its_name_and_ends_with_an_error(shop: Shop) -> None:
    process = shop.start("3_backfill.sql", batch_rows="2", pause_ms="5000")
    stop = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollout backfill' AND datname = current_database()"
    wait_until(lambda: shop.query(stop), what="it can be stopped by its name")
    _, err = process.communicate(timeout=30)

    assert process.returncode == 3
    assert "it stopped: " in err


@contextmanager
def role(shop: Shop, name: str) -> Iterator[str]:
    """Make a role that owns the table, with no more than an operator's rights on the others; yield where to connect as it."""
    shop.query(f"CREATE ROLE {name} LOGIN; ALTER TABLE execution_workspaces OWNER TO {name}")
    shop.query(
        f"GRANT USAGE ON SCHEMA public, drizzle TO {name}; GRANT ALL ON ALL TABLES IN SCHEMA public, drizzle TO {name};"
        f" GRANT ALL ON ALL SEQUENCES IN SCHEMA drizzle TO {name}"
    )
    yield make_conninfo(shop.dsn, user=name)
    shop.query(f"REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}")


class AutovacuumInTheWay:
    """An autovacuum that holds the table until somebody cancels it, or the block ends; against wraparound: until the latter."""

    def __init__(self, shop: Shop, *, against_wraparound: bool = False) -> None:
        self.shop = shop
        self.against_wraparound = against_wraparound

    def __enter__(self) -> None:
        slow = (
            "autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1,"
            " autovacuum_vacuum_scale_factor = 0"
        )
        self.shop.query(f"ALTER TABLE execution_workspaces SET ({slow})")
        if self.against_wraparound:
            self.shop.query("ALTER TABLE execution_workspaces SET (autovacuum_freeze_max_age = 100000)")
            self.shop.query(
                "DO 'BEGIN FOR n IN 1 .. 100100 LOOP PERFORM txid_current(); COMMIT; END LOOP; END'"
            )
        for _ in range(40 if self.against_wraparound else 1):  # one more page is some 100 ms more
            self.shop.query("UPDATE execution_workspaces SET name = repeat('n', 800)")
        with self.shop.server.admin() as conn:
            conn.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
            conn.execute("ALTER SYSTEM SET autovacuum = on")
            conn.execute("SELECT pg_reload_conf()")
        wait_until(
            lambda: self.shop.query(
                "SELECT 1 FROM pg_stat_progress_vacuum WHERE relid = 'execution_workspaces'::regclass AND datname = current_database()"
            ),
            what="autovacuum runs",
        )

    def __exit__(self, *_: object) -> None:
        with self.shop.server.admin() as conn:
            conn.execute("ALTER SYSTEM RESET ALL")
            conn.execute("SELECT pg_reload_conf()")


def _monitor(dsn: str) -> int:
    path = f"{binaries.from_wheel(18).bindir}:/usr/bin:/bin"
    command = ["sh", str(CLOSED_STATE.parent / "monitor.sh"), str(CLOSED_STATE), dsn]
    return subprocess.run(
        command, env={"PATH": path}, capture_output=True, check=False, timeout=60
    ).returncode
