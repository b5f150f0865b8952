"""Run the commands of the documentation as a reader would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.harness.docs.reading import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def run_in_checkout() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs a command in the checkout, with the programs of this environment first on the path."""

    def run(words: list[str], *, path: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        programs = os.pathsep.join([str(Path(sys.executable).parent), path, os.environ["PATH"]])
        return subprocess.run(
            words, cwd=ROOT, env={**os.environ, **env, "PATH": programs}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip

    return run
