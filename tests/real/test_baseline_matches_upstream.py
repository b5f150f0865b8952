"""Our baseline equals the real schema of the release that it was made from, table by table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.migrations.runners import RUNNERS
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.catalog_snapshot import (
    CatalogSnapshot,
    catalog_differences,
    catalog_snapshot,
    of_tables,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.migrations.drizzle_folder import Folder
    from fixtures.postgres.databases import Databases

TABLES = (
    "companies",
    "projects",
    "project_workspaces",
    "issues",
    "execution_workspaces",
    "environment_leases",
    "execution_workspace_runtime_leases",
    "issue_work_products",
    "tool_runtime_slots",
    "workspace_operations",
    "workspace_runtime_services",
)
BASELINE = "2026.824.1"
CHANGED_SINCE = ("companies", "issues")
STAND_INS = ("agents", "environments", "goals", "heartbeat_runs", "tool_applications", "tool_connections")

# Every known difference, and why it is there.
KNOWN = {
    "index public.issues.issues_description_search_idx": "needs pg_trgm, which the embedded wheel lacks",
    "index public.issues.issues_identifier_search_idx": "needs pg_trgm, which the embedded wheel lacks",
    "index public.issues.issues_title_search_idx": "needs pg_trgm, which the embedded wheel lacks",
}


def built(databases: Databases, name: str, folder: Folder) -> CatalogSnapshot:
    def migrate(dsn: str) -> None:
        with psycopg.connect(dsn, autocommit=True) as conn:
            RUNNERS["drizzle"].migrate(conn, folder)

    databases.template(name, migrate)
    with databases.fresh(name) as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        return catalog_snapshot(conn)


@pytest.fixture(scope="module")
def real(databases: Databases, release_folder: Callable[[str | None], Folder]) -> CatalogSnapshot:
    return built(databases, "drift_real", release_folder(BASELINE))


@pytest.fixture(scope="module")
def newest(databases: Databases, real_folder: Folder) -> CatalogSnapshot:
    return built(databases, "drift_newest", real_folder)


@pytest.fixture(scope="module")
def ours(databases: Databases, own_folder: Folder) -> CatalogSnapshot:
    return built(databases, "drift_ours", own_folder)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_equals_the_real_one(real: CatalogSnapshot, ours: CatalogSnapshot, table: str) -> None:
    wanted, found = (of_tables(each, frozenset([table])) for each in (real, ours))
    guarded = {f"constraint public.{table}.{CLOSED_STATE.name}"}

    differences = catalog_differences(wanted, {name: found[name] for name in found.keys() - guarded})
    unknown = [line for line in differences if line.partition(":")[0] not in KNOWN]

    assert not unknown, "\n".join(unknown)


def test_newest_release_has_changed_no_table_that_holds_the_rule(
    real: CatalogSnapshot, newest: CatalogSnapshot
) -> None:
    changed = [
        table
        for table in TABLES
        if catalog_differences(*(of_tables(each, frozenset([table])) for each in (real, newest)))
    ]

    assert tuple(changed) == CHANGED_SINCE


def test_every_known_difference_is_still_one(real: CatalogSnapshot, ours: CatalogSnapshot) -> None:
    wanted, found = (of_tables(each, frozenset(TABLES)) for each in (real, ours))

    lines = catalog_differences(wanted, found)

    assert {line.partition(":")[0] for line in lines} >= KNOWN.keys()


def test_every_table_that_points_at_workspaces_is_compared(real: CatalogSnapshot) -> None:
    pointing = {
        name.split(".")[1]
        for name, definition in real.items()
        if name.startswith("constraint ") and "REFERENCES public.execution_workspaces(" in definition
    }

    assert pointing - set(TABLES) == set()


def test_our_folder_has_the_compared_tables_and_the_stand_ins_alone(ours: CatalogSnapshot) -> None:
    tables = {match[1] for name in ours if (match := re.fullmatch(r"relation public\.(\w+)", name))}
    marked = {name.split(".")[1] for name in ours if name.startswith("comment public.")}

    assert tables == {*TABLES, *STAND_INS}
    assert marked == set(STAND_INS)
