from __future__ import annotations

import json
import platform
import subprocess
from typing import TYPE_CHECKING

import pytest

from fixtures.core import npm
from fixtures.core.errors import HarnessError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("major", npm.POSTGRES_MAJORS)
def test_each_postgres_runs_and_is_of_its_version(major: int) -> None:
    postgres = npm.postgres_bindir(major) / "postgres"

    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout

    assert f"(PostgreSQL) {major}." in said


def test_a_version_that_is_not_pinned_is_refused_by_name() -> None:
    with pytest.raises(HarnessError, match=r"^Postgres 12: not among .* \(15, 17, 18\)$"):
        npm.postgres_bindir(12)


def test_another_platform_is_refused_before_anything_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")

    with pytest.raises(HarnessError, match="this is Linux/aarch64"):
        npm.npm_tree(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_registry_out_of_reach_is_one_clear_line_and_leaves_no_half_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")

    with pytest.raises(HarnessError, match="ECONNREFUSED") as caught:
        npm.npm_tree(tmp_path)

    assert "\n" not in str(caught.value)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def package(directory: Path, source: str, target: str) -> Path:
    (directory / "native").mkdir()
    links = json.dumps([{"source": source, "target": target}])
    (directory / "native" / "pg-symlinks.json").write_text(links, encoding="utf-8")
    return directory


def test_links_are_made_once_and_relative(tmp_path: Path) -> None:
    where = package(tmp_path, "native/lib/libpq.so.5.18", "native/lib/libpq.so")

    made = [npm.hydrate(where), npm.hydrate(where)]

    assert made == [1, 0]
    assert str((where / "native" / "lib" / "libpq.so").readlink()) == "libpq.so.5.18"


@pytest.mark.parametrize(("source", "target"), [("../secret", "native/a"), ("native/a", "../../b")])
def test_a_link_that_leaves_the_package_is_refused(tmp_path: Path, source: str, target: str) -> None:
    with pytest.raises(HarnessError, match="leaves the package"):
        npm.hydrate(package(tmp_path, source, target))
