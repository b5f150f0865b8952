"""A clone of somebody's database belongs to a role without rights, whoever owned what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from fixtures.postgres.databases import Databases


def test_clone_and_all_in_it_belong_to_a_role_without_rights(databases: Databases) -> None:
    name = f"{databases.server.prefix}theirs"
    with databases.server.admin() as admin:
        admin.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    with psycopg.connect(databases.server.dsn(name, databases.server.user), autocommit=True) as theirs:
        theirs.execute(
            "CREATE SCHEMA app; CREATE TABLE app.t (id serial); CREATE TYPE app.mood AS ENUM ('well')"
        )
        theirs.execute("CREATE TABLE app.parts (id int) PARTITION BY HASH (id)")
        theirs.execute("CREATE FUNCTION app.f() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'")
        theirs.execute("""
            CREATE FUNCTION app.read(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all';
            REVOKE EXECUTE ON FUNCTION app.read FROM PUBLIC;
            CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
            CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'canary');
            CREATE USER MAPPING FOR postgres SERVER far OPTIONS (password 'canary')
        """)

    with databases.clone(name) as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        rights = conn.execute(
            "SELECT rolsuper, rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user"
        )
        assert rights.fetchone() == (False, False)
        owners = conn.execute("""
            SELECT relowner::regrole = current_user::regrole FROM pg_catalog.pg_class WHERE relname IN ('t', 'parts')
            UNION SELECT proowner::regrole = current_user::regrole FROM pg_catalog.pg_proc WHERE proname = 'f'
            UNION SELECT typowner::regrole = current_user::regrole FROM pg_catalog.pg_type WHERE typname = 'mood'
        """).fetchall()
        assert owners == [(True,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT app.read('PG_VERSION')")
        assert conn.execute("SELECT count(*) FROM pg_catalog.pg_user_mappings").fetchone() == (0,)
    databases.drop(name)
