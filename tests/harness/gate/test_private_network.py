"""While the gate runs servers that trust the loopback, nobody else on the machine reaches it, or the gate says so."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import HarnessError
from fixtures.gate import loopback_closed_to_other_users as network

if TYPE_CHECKING:
    import contextlib
    from pathlib import Path

ALONE = os.geteuid()
SOMEBODY = next(uid for uid in range(1000, 1002) if uid != ALONE)


@pytest.fixture
def without_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be a machine on which no network namespace can be had."""

    def refused(_: contextlib.ExitStack) -> bool:
        return False

    monkeypatch.setattr(network, "_enter", refused)


def test_server_behind_a_private_loopback_is_reached_from_within_alone() -> None:
    with network.private_loopback(shared=True) as private:
        server = socket.create_server(("127.0.0.1", 0))
        address = server.getsockname()
        socket.create_connection(address).close()
    if not private:
        server.close()
        pytest.skip("no network namespace can be had here: needs root and CAP_SYS_ADMIN")
    with server, pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


@pytest.mark.usefixtures("without_namespaces")
def test_shared_machine_is_refused_unless_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "other_users", lambda: ["somebody"])

    with (
        pytest.raises(HarnessError, match=f"^this machine: somebody .* {network.SHARED_OPTION}$"),
        network.private_loopback(shared=False),
    ):
        pass
    with network.private_loopback(shared=True) as private:
        assert not private


@pytest.mark.usefixtures("without_namespaces")
def test_machine_without_other_users_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "other_users", list)

    with network.private_loopback(shared=False) as private:
        assert not private


@pytest.mark.skipif(ALONE != 0, reason="needs root: gives directories to other users")
def test_people_with_a_process_are_other_users_and_system_accounts_are_not(tmp_path: Path) -> None:
    for pid, uid in {"1": 0, "2": 33, "3": SOMEBODY, "4": 65_534, "self": SOMEBODY + 1}.items():
        (tmp_path / pid).mkdir()
        os.chown(tmp_path / pid, uid, uid)

    assert network.other_users(tmp_path) == [network._name(SOMEBODY)]  # noqa: SLF001
