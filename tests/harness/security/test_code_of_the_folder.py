"""A folder is read as data: none of its Python, its git configuration or its project's settings is obeyed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.deployed_from_option_or_git_base import what_is_deployed
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.postgres import database_cleanup_guard
from fixtures.postgres.server import new_prefix

if TYPE_CHECKING:
    from fixtures.postgres.server import Server

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "sql" / "migrations", tmp_path / "project" / "drizzle")


def test_conftest_of_the_folder_and_configuration_around_it_are_not_run(tmp_path: Path, folder: Path) -> None:
    ran = tmp_path / "ran"
    for name in ("conftest.py", "test_1/conftest.py", "../evil.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"open({str(ran)!r}, 'w')\n")
    # With a copy of the harness inside of the project, pytest would take the project's settings for its own.
    inside = folder.parent / "harness"
    for name in ("fixtures", "tests", "sql", "pyproject.toml"):
        (inside / name).parent.mkdir(exist_ok=True)
        (inside / name).symlink_to(ROOT / name)
    (folder.parent / "pytest.ini").write_text("[pytest]\naddopts = -p evil\npythonpath = .\n")
    command = next(
        line for line in (ROOT / "tox.ini").read_text().splitlines() if "commands = pytest" in line
    )
    options = (
        command.partition("pytest ")[2].replace("-n 2", "").replace("{posargs}", "--collect-only -q").split()
    )

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--migrations", str(folder)],
        cwd=inside, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    assert not ran.exists()
    assert "test_folder_reads_without_errors" in done.stdout, done.stdout + done.stderr


def test_module_where_the_run_is_started_is_not_imported_by_the_clean_up(
    tmp_path: Path, cluster: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "socket", "contextlib"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w')\n")
    monkeypatch.chdir(tmp_path)
    password = cluster.passwords.get(cluster.user)

    process = database_cleanup_guard.launch(
        {
            "host": cluster.host, "port": cluster.port, "user": cluster.user, "password": password,
            "prefix": new_prefix(),
        }
    )  # fmt: skip
    database_cleanup_guard.dismiss(process, [])

    assert process.returncode == 0
    assert not (tmp_path / "ran").exists()


CONFIG = """
[core]
    bare = true
    repositoryformatversion = 1
    sshCommand = touch {ran}; false
    fsmonitor = touch {ran}
[protocol "ext"]
    allow = always
[extensions]
    partialClone = origin
[remote "origin"]
    url = ext::sh -c touch% {ran}
    promisor = true
"""


def test_git_configuration_of_the_folder_starts_no_program(tmp_path: Path, folder: Path) -> None:
    ran = tmp_path / "ran"
    (folder / "objects").mkdir()
    (folder / "refs" / "heads").mkdir(parents=True)
    (folder / "refs" / "heads" / "main").write_text("1" * 40)
    (folder / "HEAD").write_text("ref: refs/heads/main")
    (folder / "config").write_text(CONFIG.format(ran=ran))

    with pytest.raises(HarnessError, match=r"^--base main: git: "):
        what_is_deployed(read_folder(folder), tag=None, ref="main")

    assert not ran.exists()
