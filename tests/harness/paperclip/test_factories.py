"""The factories: rows that are valid by default, and what a row may hold besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.constraints.try_writes import table_digest
from fixtures.core.errors import HarnessError
from fixtures.paperclip.paperclip_rows import PAPERCLIP
from fixtures.rows.seed_rows import insert

if TYPE_CHECKING:
    from fixtures.postgres.connection_type import Connection


@pytest.mark.parametrize("table", PAPERCLIP.factories)
def test_rows_are_valid_by_default(db: Connection, table: str) -> None:
    before = table_digest(db, table)

    insert(db, table, [PAPERCLIP.build(table), PAPERCLIP.build(table)])

    assert table_digest(db, table) != before


def test_rows_differ_in_their_ids_and_prefixes() -> None:
    rows = [PAPERCLIP.build("companies") for _ in range(50)]

    assert len({row["id"] for row in rows}) == len(rows)
    assert len({row["issue_prefix"] for row in rows}) == len(rows)


def test_a_table_without_a_factory_is_named() -> None:
    with pytest.raises(HarnessError, match=r"heartbeat_runs has no factory: .* description of paperclip"):
        PAPERCLIP.build("heartbeat_runs")
