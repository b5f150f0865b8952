"""The attacks as data, and the table that docs/security.md shows of them."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from pathlib import Path

from fixtures.core.markdown import cell, table

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "security.md"
ATTACKERS = ("folder", "other user", "server", "network")

_BEGIN, _END = "<!-- attacks: rendered, not written -->\n", "<!-- attacks: end -->\n"


@dataclass(frozen=True, slots=True)
class Attack:
    """One thing that an attacker tries; `tests` are node ids without parameters."""

    attack: str
    by: str
    result: str
    tests: tuple[str, ...]


def attacks() -> list[Attack]:
    """Return the attacks in the order of the file."""
    given = tomllib.loads(Path(__file__).with_name("attacks.toml").read_text("utf-8"))["attack"]
    return [Attack(**{**one, "tests": tuple(one["tests"])}) for one in given]


def missing(node_id: str) -> bool:
    """Tell whether no file has the test that a node id names."""
    path, _, name = node_id.partition("::")
    file = ROOT / path
    if not file.is_file():
        return True
    tree = ast.parse(file.read_text("utf-8"))
    return name not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def attack_table() -> str:
    """Return the attacks as a Markdown table, by attacker."""
    ordered = sorted(attacks(), key=lambda one: ATTACKERS.index(one.by))
    rows = [
        (
            cell(one.attack),
            one.by,
            cell(one.result),
            ", ".join(f"`{name.partition('::')[2]}`" for name in one.tests),
        )
        for one in ordered
    ]
    return table(("attack", "by", "what happens", "test"), rows) + "\n"


def rendered(page: str) -> str:
    """Return the page with the table as the data has it."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{attack_table()}\n{_END}{after}"


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text("utf-8")), encoding="utf-8")
