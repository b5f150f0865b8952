"""Run the harness's commands on a folder, as processes of their own, wait for them, and read how they end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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


def wait_until(condition: Callable[[], object], seconds_max: float = 30, what: str = "") -> None:
    """Wait for a condition, and fail when it does not come in time."""
    deadline = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < deadline, f"not so after {seconds_max} s{what and ': '}{what}"
        time.sleep(0.02)
