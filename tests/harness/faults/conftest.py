"""Faults: a broken migration, a full disk, a foreign server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.migrations.load_subject import OWN_MIGRATIONS
from fixtures.pytest_plugin.options_and_collection import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.harness.conftest import Inner

NO_MOUNT = "needs root and mount: makes a small file system"


@pytest.fixture
def with_migration(tmp_path: Path) -> Callable[[str], Path]:
    """Return what makes a copy of our own folder with one more migration at its end, given its SQL."""

    def make(sql: str) -> Path:
        folder = Path(shutil.copytree(ROOT / OWN_MIGRATIONS, tmp_path / "folder"))
        path = folder / "meta" / "_journal.json"
        journal = json.loads(path.read_text(encoding="utf-8"))
        last = journal["entries"][-1]
        number, tag = last["idx"] + 1, f"{last['idx'] + 1:04d}_hostile"
        journal["entries"].append({**last, "idx": number, "when": last["when"] + 1, "tag": tag})
        path.write_text(json.dumps(journal), encoding="utf-8")
        (folder / f"{tag}.sql").write_text(sql, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def small_disk(inner: Inner) -> Iterator[Callable[[int], None]]:
    """Return what puts a file system of so many megabytes in place of the data directory of `inner`."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip(NO_MOUNT)
    mounted: list[Path] = []

    def make(size_mb: int) -> None:
        options = f"size={size_mb}m,mode=755"
        done = subprocess.run([mount, "-t", "tmpfs", "-o", options, "tmpfs", inner.data], check=False)
        if done.returncode != 0:
            pytest.skip(NO_MOUNT)
        mounted.append(inner.data)

    yield make
    for path in mounted:
        subprocess.run(["umount", "--lazy", path], check=True)
