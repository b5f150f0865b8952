"""What another user of the machine has made, or a container allows, is looked at before it is relied on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from fixtures.core import npm
from fixtures.core.errors import HarnessError
from fixtures.postgres import server

if TYPE_CHECKING:
    from pathlib import Path

GB = 1 << 30
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: gives a directory to another user")


@needs_root
@pytest.mark.parametrize("which", ["cache", "tree"])
def test_npm_cache_that_another_user_made_is_not_run(tmp_path: Path, which: str) -> None:
    tree = tmp_path / "cache" / npm._digest(npm.COMPANION)  # noqa: SLF001
    (tree / "node_modules").mkdir(parents=True)
    os.chown(tree if which == "tree" else tree.parent, 1, 1)

    with pytest.raises(HarnessError, match="belongs to another account"):
        npm.npm_tree(tmp_path / "cache")


def test_npm_cache_that_everybody_may_write_to_is_not_run(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(HarnessError, match="may be written to by everybody"):
        npm.npm_tree(tmp_path)


def cgroup(mount: Path, group: str, names: tuple[str, str], limit: object, used: int) -> None:
    (mount / group).mkdir(parents=True, exist_ok=True)
    for name, value in zip(names, (limit, used), strict=True):
        (mount / group / name).write_text(f"{value}\n")


V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")
V2 = ("memory.max", "memory.current")


@pytest.mark.parametrize(
    ("own", "groups", "left"),
    [
        ("0::/\n", [("", V2, 2 * GB, GB)], GB),
        ("0::/\n", [("", V2, "max", GB)], 9 * GB),
        ("0::/a/b\n", [("a/b", V2, "max", 0), ("a", V2, 3 * GB, GB)], 2 * GB),
        ("0::/docker/of/the/host\n", [("", V2, GB, 2 * GB)], 0),
        ("4:cpu:/x\n3:memory:/x\n", [("memory/x", V1, 5 * GB, GB)], 4 * GB),
        ("3:memory:/\n", [("memory", V1, 2**63 - 4096, GB)], 9 * GB),
        ("", [], 9 * GB),
    ],
)
def test_memory_that_a_container_allows_is_known(
    tmp_path: Path, own: str, groups: list[tuple[str, tuple[str, str], object, int]], left: int
) -> None:
    (tmp_path / "own").write_text(own)
    for group in groups:
        cgroup(tmp_path / "mount", *group)

    assert server.memory_left(default=9 * GB, own=tmp_path / "own", mount=tmp_path / "mount") == left


def test_shared_memory_is_left_alone_where_a_container_allows_too_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "memory_left", lambda **_: GB)

    assert server.data_root().name != "shm"
