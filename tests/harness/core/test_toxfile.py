"""tox installs where the home directory cannot be written to."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

TOXFILE = Path(__file__).resolve().parents[3] / "toxfile.py"


@pytest.mark.parametrize(("writable", "without_cache"), [(True, None), (False, "1")])
def test_uv_has_a_cache_where_it_can_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, writable: bool, without_cache: str | None
) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "not" / "there" / "yet"))
    monkeypatch.setenv("UV_NO_CACHE", "")
    monkeypatch.delenv("UV_NO_CACHE")
    monkeypatch.setattr(os, "access", lambda path, _: writable and Path(path) == tmp_path)

    runpy.run_path(str(TOXFILE))

    assert os.environ.get("UV_NO_CACHE") == without_cache
