"""Run the benchmarks; write benchmarks/figures.json and docs/figures.md."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown

from benchmarks import (
    add_constraint,
    apply_migrations,
    cold_start,
    database_per_test,
    verdict_cost,
)
from benchmarks.benchmark_environment import ROOT, open_benchmark_environment
from benchmarks.figures import Figure, Sheet, as_markdown, here
from fixtures.core.command_options import parsed
from fixtures.core.errors import EXIT_OK, HarnessError, command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MODULES = {
    module.__name__.rpartition(".")[2]: module
    for module in (database_per_test, cold_start, apply_migrations, add_constraint, verdict_cost)
}
PAGE = ROOT / "docs" / "figures.md"
JSON = ROOT / "benchmarks" / "figures.json"


@command
def main(arguments: Sequence[str] | None) -> int:
    """Take what is asked for; return the exit code."""
    computed: dict[str, dict[str, object]] = {
        "only": {"choices": [[], *MODULES]},
        "--out": {"default": JSON},
    }
    asked = parsed("bench", "benchmarks", __doc__, arguments, computed)
    console = Console(width=None if sys.stdout.isatty() else 120)
    figures: list[Figure] = []
    left_out: dict[str, str] = {}
    with open_benchmark_environment(
        major=asked.pg_version, rows_max=asked.rows_max, rounds=asked.rounds
    ) as environment:
        facts = here(environment.server.version)
        for name in asked.only or MODULES:
            console.print(f"[dim]{name} …[/dim]")
            try:
                figures.extend(MODULES[name].run(environment))
            except HarnessError as error:
                left_out[name] = str(error).splitlines()[0]
    sheet = Sheet(*facts, figures, left_out)
    page = as_markdown(sheet)
    console.print(Markdown(page))
    _write(asked.out, json.dumps(sheet.as_data(), indent=2, ensure_ascii=False) + "\n")
    if asked.out == JSON:
        _write(PAGE, page)
    return EXIT_OK


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(None))
