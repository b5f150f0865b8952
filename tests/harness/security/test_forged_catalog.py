"""What a folder's SQL does to its role, to what databases share, and to names of the catalog, is seen or in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.constraints.constraint_catalog import find_constraint, parsed_as_check
from fixtures.core.errors import SubjectError
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.catalog_snapshot import pinned

if TYPE_CHECKING:
    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.databases import Databases
    from fixtures.postgres.server import Server

OWN = "EXECUTE pg_catalog.format('{}', pg_catalog.current_database())"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog", "settings: .*search_path"),
        ("ALTER ROLE CURRENT_USER PASSWORD 'canary-of-theirs'", "password"),
        (
            f"DO $$ BEGIN {OWN.format('ALTER DATABASE %I SET timezone = 3')}; END $$",
            "settings of its database: .*3",
        ),
        (
            f"DO $$ BEGIN {OWN.format('GRANT CREATE ON DATABASE %I TO PUBLIC')}; END $$",
            "rights on its database: .*PUBLIC CREATE",
        ),
    ],
    ids=["setting of the role", "password", "setting of the database", "right on the database"],
)
def test_change_that_lasts_outside_its_database_is_named(
    databases: Databases, statement: str, named: str
) -> None:
    with (
        pytest.raises(SubjectError, match=f"lasts outside their database: {named}") as refused,
        databases.fresh() as dsn,
        psycopg.connect(dsn, autocommit=True) as conn,
    ):
        conn.execute(statement.encode())

    assert "canary-of-theirs" not in str(refused.value)


def test_change_while_a_template_is_built_leaves_no_template(databases: Databases) -> None:
    def build(dsn: str) -> None:
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute("ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog")

    with pytest.raises(SubjectError, match="lasts outside their database"):
        databases.template("test_forged", build)


@pytest.mark.parametrize(
    ("change", "undo", "named"),
    [
        ("GRANT SET ON PARAMETER log_statement TO PUBLIC", "REVOKE SET ON PARAMETER log_statement FROM PUBLIC", "parameter log_statement"),
        ("CREATE ROLE planted SUPERUSER", "DROP ROLE planted", "role planted"),
    ],
)  # fmt: skip
def test_what_only_a_superuser_could_have_changed_is_named(
    databases: Databases, cluster: Server, change: str, undo: str, named: str
) -> None:
    if cluster.origin == "running":
        pytest.skip("on somebody's server others are at work")
    try:
        with pytest.raises(SubjectError, match=named), databases.fresh(), cluster.admin() as conn:
            conn.execute(change.encode())
    finally:
        with cluster.admin() as conn:
            conn.execute(undo.encode())


def test_setting_of_a_role_does_not_reach_another_folders_database(databases: Databases) -> None:
    with (
        databases.fresh() as dsn,
        psycopg.connect(dsn, autocommit=True) as conn,
        databases.fresh() as other_dsn,
        psycopg.connect(other_dsn, autocommit=True) as other,
    ):
        owners = [one.execute("SELECT current_user").fetchone() for one in (conn, other)]

    assert owners[0] != owners[1]


@pytest.mark.parametrize("schema", ["public", "pg_temp"])
def test_view_in_place_of_a_catalog_is_not_believed(phases: Phases, schema: str) -> None:
    forged = "CREATE TEMP VIEW pg_constraint AS SELECT * FROM pg_catalog.pg_constraint WHERE false"
    with phases.connection("deployed", CLOSED_STATE) as conn:
        conn.execute(
            forged.encode() if schema == "pg_temp" else forged.replace("TEMP VIEW ", "VIEW public.").encode()
        )
        conn.execute("SET LOCAL search_path = public, pg_catalog")

        assert [state.name for state in find_constraint(conn, CLOSED_STATE.name)] == [CLOSED_STATE.name]


def test_function_in_place_of_the_catalogs_is_not_called(databases: Databases) -> None:
    with databases.fresh() as dsn, psycopg.connect(dsn) as conn:
        conn.execute(
            "CREATE FUNCTION public.pg_get_constraintdef(oid) RETURNS text LANGUAGE sql AS $$ SELECT 'forged' $$"
        )
        conn.execute("CREATE TABLE t (n int CONSTRAINT positive CHECK (n > 0))")
        conn.execute("SET search_path = public, pg_catalog")

        assert [state.definition for state in find_constraint(conn, "positive")] == ["CHECK ((n > 0))"]


def test_constraint_of_another_table_is_not_taken_for_the_rule(databases: Databases) -> None:
    with databases.fresh() as dsn, psycopg.connect(dsn) as conn:
        conn.execute("CREATE TABLE a (n int CONSTRAINT harness_parsed CHECK (n < 0)); CREATE TABLE t (n int)")

        assert parsed_as_check(conn, "t", "n > 0").expression == "(n > 0)"


def test_pinned_session_has_its_own_search_path_back_afterwards(databases: Databases) -> None:
    with databases.fresh() as dsn, psycopg.connect(dsn) as conn:
        conn.execute("SET search_path = public, pg_catalog")
        with pinned(conn):
            inside = conn.execute("SHOW search_path").fetchone()

        assert (inside, conn.execute("SHOW search_path").fetchone()) == (
            ("pg_catalog, pg_temp",), ("public, pg_catalog",),
        )  # fmt: skip
