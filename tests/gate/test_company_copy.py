"""A company that is exported and imported again has no row that breaks the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.gate.deletes_copies_and_frozen_rows import hold_copy

if TYPE_CHECKING:
    from fixtures.gate.request_checker import RequestChecker


def test_import_of_the_exported_company(checker: RequestChecker) -> None:
    if reason := hold_copy(checker):
        pytest.skip(f"no import: {reason}")
