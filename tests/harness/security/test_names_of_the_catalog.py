"""SQL of the harness names the catalog's relations and functions in full: a folder's of the same name are not meant."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Upper case, for prose has `from pg_dump` too.
RELATION = re.compile(r"\b(?:FROM|JOIN)\s+(?:(?:LATERAL|ONLY)\s+)?(pg_(?!catalog\.|temp\.)\w+)")
FUNCTION = re.compile(r"(?<![\w.'\"`])((?:pg_(?!catalog\.|temp\.)[a-z_]+|to_reg[a-z]+|format_type)\()")


def unqualified(source: str) -> list[str]:
    """Return the names of the catalog that the strings of a Python file use without its schema."""
    texts = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [name for text in texts for pattern in (RELATION, FUNCTION) for name in pattern.findall(text)]


def test_sql_of_the_harness_names_the_catalog_in_full() -> None:
    fixtures = ROOT / "fixtures"
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted(
            {*fixtures.rglob("*.py")} - {*(fixtures / "mutants").rglob("*.py")}
        )  # these write as a folder
        if (names := unqualified(path.read_text("utf-8")))
    }

    assert found == {}, "write pg_catalog. before each"


@pytest.mark.parametrize(
    "query",
    ["SELECT oid FROM pg_class", "SELECT FROM t JOIN pg_index AS i ON true", "SELECT to_regclass(%s)"],
)
def test_name_without_a_schema_is_found(query: str) -> None:
    assert len(unqualified(f"conn.execute({query!r})")) == 1
