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


def unqualified(path: Path, text: str) -> list[str]:
    """Return the names of the catalog that a file, or the strings of a Python file, use without its schema."""
    nodes = ast.walk(ast.parse(text)) if path.suffix == ".py" else [ast.Constant(text)]
    texts = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [name for one in texts for pattern in (RELATION, FUNCTION) for name in pattern.findall(one)]


def test_sql_of_the_harness_names_the_catalog_in_full() -> None:
    files = [path for ending in ("py", "sql", "toml") for path in (ROOT / "fixtures").rglob(f"*.{ending}")]
    # Mutants write as a folder does, and the records of findings are prose.
    ours = [path for path in files if not {"mutants", "finding_records"} & {*path.parts}]
    found = {str(path): names for path in ours if (names := unqualified(path, path.read_text("utf-8")))}

    assert found == {}, "write pg_catalog. before each"


@pytest.mark.parametrize(
    "query",
    ["SELECT oid FROM pg_class", "SELECT FROM t JOIN pg_index AS i ON true", "SELECT to_regclass(%s)"],
)
def test_name_without_a_schema_is_found(query: str) -> None:
    assert len(unqualified(Path("x.py"), f"conn.execute({query!r})")) == 1
    assert len(unqualified(Path("x.sql"), f"-- name: x\n{query}\n")) == 1
