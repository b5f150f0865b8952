from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.constraints.closed_state import INVARIANT as CLOSED_STATE
from fixtures.constraints.write_verdicts import table_digest
from fixtures.core.errors import HarnessError
from fixtures.paperclip.factories import (
    FACTORIES,
    RECIPE_TRAITS,
    RELATION_TRAITS,
    STATUS_TRAITS,
    build,
    insert,
)

if TYPE_CHECKING:
    from fixtures.migrations.phase_databases import Connection, Phases

WORKSPACES = CLOSED_STATE.table


@pytest.mark.parametrize("table", FACTORIES)
def test_rows_are_valid_by_default(db: Connection, table: str) -> None:
    before = table_digest(db, table)

    insert(db, table, [build(table), build(table)])

    assert table_digest(db, table) != before


@pytest.mark.parametrize("trait", [*STATUS_TRAITS, "closed", *RELATION_TRAITS])
def test_legal_traits_are_accepted(db: Connection, trait: str) -> None:
    insert(db, WORKSPACES, [build(WORKSPACES, **{trait: True})])


@pytest.mark.parametrize("trait", STATUS_TRAITS)
def test_a_status_trait_has_its_status_and_keeps_the_rule(trait: str) -> None:
    row = build(WORKSPACES, **{trait: True})

    assert row["status"] == trait
    assert CLOSED_STATE.holds(row)


@pytest.mark.parametrize("trait", RECIPE_TRAITS)
def test_a_recipe_of_production_makes_a_violator(phases: Phases, trait: str) -> None:
    row = build(WORKSPACES, **{trait: True})

    with phases.connection("before", CLOSED_STATE) as conn:
        insert(conn, WORKSPACES, [row])

    assert not CLOSED_STATE.holds(row)
    assert row["cleanup_reason"] == trait


def test_rows_differ_in_their_ids_and_prefixes() -> None:
    rows = [build("companies") for _ in range(50)]

    assert len({row["id"] for row in rows}) == len(rows)
    assert len({row["issue_prefix"] for row in rows}) == len(rows)


def test_a_table_without_a_factory_is_named() -> None:
    with pytest.raises(HarnessError, match="heartbeat_runs has no factory"):
        build("heartbeat_runs")
