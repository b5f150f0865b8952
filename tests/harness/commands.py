"""Run the harness's commands on a folder, as processes of their own, and read how they end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BRIEF = ("-p", "no:cacheprovider", "--hypothesis-profile", "brief")


def run(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `python -m module` from the repository's root; both streams are in `stdout`."""
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


def closing_lines(said: str) -> dict[str, str]:
    """Return the closing lines of a run of pytest by their first word."""
    closing = said.partition(" verified ===")[2].splitlines()[1:]
    return {line[:11].strip(): line[12:] for line in closing if line and not line.startswith("=")}
