"""What a folder plants in its table, its schema or its role never meets a session with more rights."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.core.errors import HarnessError, SubjectError
from fixtures.migrations.load_subject import OWN_MIGRATIONS
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.pytest_plugin.options_and_collection import ROOT
from fixtures.write_paths.clean_room_database import clean_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.databases import Databases
    from tests.harness.conftest import Inner

TABLE = f"public.{CLOSED_STATE.table}"
RUNS = "EXECUTE $x$COPY (SELECT 1) TO PROGRAM 'touch {mark}'$x$"
IF_PRIVILEGED = f"""
    IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN {RUNS}; END IF
"""
# A trigger, one that replication fires too, a DEFAULT, an index, and a function that is called like the catalog's.
PLANTED = f"""
    CREATE FUNCTION public.spy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {IF_PRIVILEGED}; RETURN NEW; END $$;
    CREATE TRIGGER spy BEFORE INSERT OR UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION public.spy();
    CREATE TRIGGER spy_always BEFORE INSERT OR UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION public.spy();
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER spy_always;
    CREATE FUNCTION public.spied() RETURNS text LANGUAGE plpgsql AS $$ BEGIN {IF_PRIVILEGED}; RETURN NULL; END $$;
    ALTER TABLE {TABLE} ADD COLUMN planted text DEFAULT public.spied();
    CREATE FUNCTION public.spied(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
        $$ BEGIN {IF_PRIVILEGED}; RETURN $1; END $$;
    CREATE INDEX planted ON {TABLE} (public.spied(name));
    CREATE FUNCTION public.pg_create_logical_replication_slot(text, text) RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN {RUNS}; RETURN NULL; END $$;
"""


@pytest.fixture
def planted(inner: Inner) -> Callable[[str], tuple[Path, Path]]:
    """Return what makes a copy of our own folder whose baseline ends in that SQL, and the mark that it would leave."""

    def make(sql: str) -> tuple[Path, Path]:
        folder = Path(shutil.copytree(ROOT / OWN_MIGRATIONS, inner.project / "folder"))
        mark = Path("/dev/shm") / f"planted-{inner.project.parent.name}"  # noqa: S108 - any account can write there
        baseline = folder / "0000_baseline.sql"
        text = sql.replace("{mark}", str(mark))
        baseline.write_text(
            f"{baseline.read_text('utf-8')}\n--> statement-breakpoint\n{text}", encoding="utf-8"
        )
        return folder, mark

    return make


def test_what_is_planted_does_not_run_with_more_rights_in_any_write_path(
    inner: Inner, planted: Callable[[str], tuple[Path, Path]]
) -> None:
    folder, mark = planted(PLANTED)

    done = inner.run(
        "from tests.invariant.test_write_paths import *\nfrom tests.invariant.conftest import *\n",
        f"--migrations={folder}", "-k", "before and (superuser or replica_role or replication_)",
    )  # fmt: skip

    left = mark.exists()
    mark.unlink(missing_ok=True)
    assert not left, done.stdout
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_no_database_but_a_clean_room_is_opened_with_more_rights(databases: Databases) -> None:
    with databases.fresh() as dsn, pytest.raises(HarnessError, match="no clean room"):
        databases.privileged(dsn)


@pytest.mark.parametrize(
    "call",
    ["public.planted(status)", "pg_catalog.lo_export(1, status) = 1", "pg_catalog.pg_read_file(status) = ''"],
)
def test_constraint_that_calls_what_a_superuser_must_not_run_is_refused(phases: Phases, call: str) -> None:
    with phases.fresh("before", CLOSED_STATE) as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute(
                "CREATE FUNCTION public.planted(text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true'"
            )
            conn.execute(
                psycopg.sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({}) NOT VALID").format(
                    psycopg.sql.Identifier("public", CLOSED_STATE.table),
                    psycopg.sql.Identifier(CLOSED_STATE.name),
                    psycopg.sql.SQL(call),
                )
            )
        refused = pytest.raises(SubjectError, match="which a superuser's session must not run")
        with refused, clean_room(phases.databases, dsn, CLOSED_STATE):
            pass


def test_clean_room_holds_nothing_of_the_folder_but_table_rows_and_constraint(phases: Phases) -> None:
    with (
        phases.fresh("deployed", CLOSED_STATE) as dsn,
        clean_room(phases.databases, dsn, CLOSED_STATE) as room,
        psycopg.connect(room) as conn,
    ):
        found = conn.execute("""
            SELECT count(*) FILTER (WHERE relkind = 'r'),
                   (SELECT count(*) FROM pg_catalog.pg_proc WHERE oid >= 16384),
                   (SELECT count(*) FROM pg_catalog.pg_trigger),
                   (SELECT array_agg(conname::text) FROM pg_catalog.pg_constraint WHERE contype = 'c' AND oid >= 16384)
              FROM pg_catalog.pg_class WHERE relnamespace = 'public'::regnamespace
        """).fetchone()

    assert found == (1, 0, 0, [CLOSED_STATE.name])
