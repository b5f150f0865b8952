"""The contract of the rooms: imports point one way, those for types included."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("", 0),
        ("from fixtures.report import plots\n", 1),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from fixtures.paperclip import factories\n",
            1,
        ),
        ("import pytest\n", 1),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from fixtures.postgres import restore_untrusted_dump\n",
            1,
        ),
    ],
    ids=["as it is", "upward", "upward for a type", "pytest", "in a circle for a type"],
)
def test_import_against_the_contract_is_red(tmp_path: Path, added: str, code: int) -> None:
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "fixtures" / "postgres" / "psql.py").open("a", encoding="utf-8") as module:
        module.write(added)

    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == code, done.stdout
