"""Folders made from our own, and the main job on them as a user runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
CI_VARIABLES = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "PYTEST_ADDOPTS")


class Project:
    """A user's checkout: a folder of migrations in it, and what is written beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.migrations = path / "drizzle"
        shutil.copytree(ROOT / "sql" / "migrations", self.migrations)
        (path / ".git").mkdir()

    @property
    def constraint(self) -> Path:
        """The file that adds the constraint."""
        return next(self.migrations.glob("0077_*.sql"))

    def without_timeouts(self) -> None:
        """Take out every SET LOCAL, as in the pull request."""
        text = re.sub(r"SET LOCAL[^;]*;(?:--> statement-breakpoint)?\n?", "", self.constraint.read_text())
        self.constraint.write_text(text.rstrip().removesuffix("--> statement-breakpoint") + "\n")

    def without_snapshot(self) -> None:
        """Take out the constraint's snapshot, as in the pull request."""
        (self.migrations / "meta" / "0077_snapshot.json").unlink()

    def append(self, sql: str) -> None:
        """Write at the end of the file that adds the constraint."""
        self.constraint.write_text(self.constraint.read_text() + sql)

    def verify(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the folder's own tests; the constraint's rows are tried elsewhere."""
        kept = {name: value for name, value in os.environ.items() if name not in CI_VARIABLES}
        command = [sys.executable, "-m", "pytest", "tests/migrations", "-p", "no:cacheprovider", "-q"]
        return subprocess.run(
            [*command, "--migrations", str(self.migrations), *options], cwd=ROOT, env={**kept, **environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a checkout with our own folder in it."""
    return Project(tmp_path)


@pytest.fixture
def closing() -> Callable[[str], list[tuple[str, str]]]:
    """Return what reads the closing lines: (error, warning or waived, id) of each finding, in their order."""
    line = re.compile(r"^(error|warning|waived) +\[([a-z-]+)\] ", re.MULTILINE)
    return line.findall
