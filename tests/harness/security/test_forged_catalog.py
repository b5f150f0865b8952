"""What a folder's SQL does to its role, to what databases share, and to names of the catalog, is seen or in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from fixtures.constraints.constraint_catalog import find_constraint, parsed_as_check
from fixtures.core.errors import SubjectError
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres import binaries, server
from fixtures.postgres.catalog_snapshot import catalog_differences, catalog_snapshot, pinned
from fixtures.postgres.databases import Databases
from fixtures.postgres.logical_replication import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixtures.migrations.phase_databases import Phases
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
        (
            f"DO $$ BEGIN {OWN.format('ALTER DATABASE %I CONNECTION LIMIT 0')}; END $$",
            "options of its database: connection limit 0",
        ),
    ],
    ids=[
        "setting of the role",
        "password",
        "setting of the database",
        "right on the database",
        "connections",
    ],
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


def test_change_that_fails_the_rest_of_the_build_is_named(databases: Databases) -> None:
    def build(dsn: str) -> None:
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute(f"DO $$ BEGIN {OWN.format('ALTER DATABASE %I CONNECTION LIMIT 0')}; END $$".encode())
        psycopg.connect(dsn)

    with pytest.raises(SubjectError, match="connection limit 0"):
        databases.template("test_limited", build)


@pytest.fixture(scope="module")
def alone(pytestconfig: pytest.Config) -> Iterator[Server]:
    """Yield a server of this process: what changes on it for all shows in every comparison of another worker's."""
    with server.start(
        binaries.from_wheel(pytestconfig.getoption("pg_version")), settings=SETTINGS
    ) as started:
        yield started


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("SELECT pg_replication_origin_create('planted')", "replication origin planted"),
        (
            "CREATE SUBSCRIPTION planted CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE)",
            "subscription planted",
        ),
        ("CREATE ROLE a; CREATE ROLE b; GRANT a TO b", "members of a: b"),
        ("GRANT SET ON PARAMETER log_statement TO PUBLIC", "parameter log_statement"),
        ("CREATE ROLE planted SUPERUSER", "role planted"),
    ],
)  # fmt: skip
def test_what_only_a_superuser_could_have_changed_is_named(alone: Server, change: str, named: str) -> None:
    with pytest.raises(SubjectError, match=named), Databases(alone).fresh(), alone.admin() as conn:
        conn.execute(change.encode())


def _as_superuser(started: Server, dsn: str, statement: str) -> None:
    with started.admin() as conn:
        conn.execute(f'ALTER ROLE "{conninfo_to_dict(dsn)["user"]}" SUPERUSER'.encode())
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(statement.encode())


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("SELECT pg_create_logical_replication_slot('planted', 'pgoutput')", "slot of its database: planted"),
        (
            "CREATE SUBSCRIPTION planted CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE)",
            "subscription of its database: planted",
        ),
    ],
    ids=["slot", "subscription"],
)
def test_slot_or_subscription_in_its_own_database_is_named(alone: Server, statement: str, named: str) -> None:
    """Its role has no right to make one; should it get one, this is seen."""
    with pytest.raises(SubjectError, match=named), Databases(alone).fresh() as dsn:
        _as_superuser(alone, dsn, statement)


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


# Objects of which a folder can make or change one, by the statement that does.
OBJECTS = {
    "text search configuration": "CREATE TEXT SEARCH CONFIGURATION c (PARSER = pg_catalog.default)",
    "text search dictionary": "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)",
    "text search mapping": "ALTER TEXT SEARCH CONFIGURATION had ADD MAPPING FOR word WITH simple",
    "operator": "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
    "cast": "CREATE CAST (had_type AS int) WITH INOUT",
    "collation": "CREATE COLLATION c (LOCALE = 'C')",
    "conversion": "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    "aggregate": "CREATE OR REPLACE AGGREGATE had_agg(int) (SFUNC = int4mi, STYPE = int)",
    "operator family": "CREATE OPERATOR FAMILY f USING btree",
    "operator of a family": "ALTER OPERATOR FAMILY had_family USING btree ADD OPERATOR 1 < (int, int)",
    "publication": "ALTER PUBLICATION had_publication SET (publish = 'insert')",
    "columns of a publication": "ALTER PUBLICATION had_publication SET TABLE t (n)",
    "range": "DROP TYPE had_range; CREATE TYPE had_range AS RANGE (SUBTYPE = bigint)",
    "right on a function": "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",
    "right on a type": "REVOKE USAGE ON TYPE had_type FROM PUBLIC",
    "parent": "ALTER TABLE child INHERIT t",
    "partition": "ALTER TABLE parted ATTACH PARTITION part DEFAULT",
    "privileges to come": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
}
HAD = """
    CREATE TABLE t (n int); CREATE TABLE child (n int); CREATE TABLE parted (n int) PARTITION BY LIST (n); CREATE TABLE part (n int);
    CREATE TYPE had_type AS (n int); CREATE TYPE had_range AS RANGE (SUBTYPE = int); CREATE PUBLICATION had_publication FOR TABLE t;
    CREATE TEXT SEARCH CONFIGURATION had (PARSER = pg_catalog.default); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE had_agg(int) (SFUNC = int4pl, STYPE = int)
"""


@pytest.mark.parametrize("statement", OBJECTS.values(), ids=OBJECTS)
def test_object_of_any_kind_is_compared(databases: Databases, statement: str) -> None:
    privileged = "OPERATOR FAMILY" in statement
    with (
        databases.clean_room() as room,
        databases.privileged(room) if privileged else psycopg.connect(room, autocommit=True) as conn,
    ):
        conn.execute(HAD.encode())
        if privileged:
            conn.execute("CREATE OPERATOR FAMILY had_family USING btree")
        before = catalog_snapshot(conn)
        conn.execute(statement.encode())

        assert catalog_differences(before, catalog_snapshot(conn)) != []
