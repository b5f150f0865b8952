"""Bad input of the gate ends the run with one line."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import psycopg
import pytest

from fixtures.core.errors import HarnessError
from fixtures.gate.gate_rows import STARTS, GateRows
from fixtures.gate.http_client import AUTHORIZATION_VARIABLE, REMOTE_OPTION, Client
from fixtures.gate.request_checker import open_request_checker
from tests.harness.gate.stub_server import Right, serve

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from fixtures.gate.request_checker import RequestChecker
    from fixtures.migrations.phase_databases import Phase
    from fixtures.postgres.databases import Databases

SECRET = "Bearer not-to-be-seen"


def unused_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def refusal(url: str, dsn: str) -> str:
    with (
        contextlib.closing(Client(url)) as client,
        pytest.raises(HarnessError) as caught,
        open_request_checker(client, dsn),
    ):
        pass
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize("url", ["http://db.example.invalid", "http://192.0.2.1:3100", "http://0.0.0.0:80"])
def test_other_machine_is_refused_unless_said_in_so_many_words(url: str) -> None:
    with pytest.raises(HarnessError, match=REMOTE_OPTION):
        Client(url)

    assert Client(url, remote=True).remote


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "http://127.0.0.1:1", "http://127.1.2.3:1", "http://[::1]:1"]
)
def test_this_machine_is_taken(url: str) -> None:
    assert not Client(url).remote


@pytest.mark.parametrize("url", ["localhost:3100", "ftp://127.0.0.1", "http://user:secret@127.0.0.1"])
def test_url_that_is_none_or_holds_a_password_is_refused(url: str) -> None:
    with pytest.raises(HarnessError) as caught:
        Client(url)

    assert "secret" not in str(caught.value)


def test_unreachable_server(database_in: Callable[[Phase], str]) -> None:
    assert "got no answer" in refusal(unused_url(), database_in("before"))


@pytest.mark.parametrize("given", [None, SECRET])
def test_wrong_token(
    database_in: Callable[[Phase], str], monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    if given:
        monkeypatch.setenv(AUTHORIZATION_VARIABLE, given)
    with serve(Right(), database_in("before"), authorization="Bearer right") as url:
        said = refusal(url, database_in("before"))

    assert "answers 401" in said
    assert AUTHORIZATION_VARIABLE in said
    assert "not-to-be-seen" not in said


def test_token_is_sent_and_never_shown(
    database_in: Callable[[Phase], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AUTHORIZATION_VARIABLE, SECRET)
    with (
        serve(Right(), database_in("before"), authorization=SECRET) as url,
        contextlib.closing(Client(url)) as client,
    ):
        answer = client.call("GET", "/api/health")
        line = client.curl("PATCH", "/api/x", b"{}", "application/json")

    assert answer.code == 200
    assert "not-to-be-seen" not in line
    assert f"${AUTHORIZATION_VARIABLE}" in line


def test_database_without_the_table(database_in: Callable[[Phase], str], databases: Databases) -> None:
    with databases.fresh() as empty, serve(Right(), database_in("before")) as url:
        assert "has no table public.execution_workspaces" in refusal(url, empty)


def test_database_that_is_not_the_servers_own(database_in: Callable[[Phase], str]) -> None:
    with serve(Right(), database_in("before")) as url:
        said = refusal(url, database_in("deployed"))

    assert "does not see a row just written" in said


def test_database_that_cannot_be_reached(database_in: Callable[[Phase], str]) -> None:
    with serve(Right(), database_in("before")) as url:
        assert "no connection" in refusal(url, "host=127.0.0.1 port=1 dbname=none password=secret")


def test_refusal_ends_the_run_with_its_own_exit_code(
    run_gate: Callable[..., subprocess.Popen[str]], database_in: Callable[[Phase], str]
) -> None:
    run = run_gate("--server-url", unused_url(), "--database-url", database_in("before"))
    out, _ = run.communicate(timeout=60)

    assert run.returncode == 3
    assert "got no answer" in out


def test_gate_asked_for_by_name_without_a_server_ends_at_once(
    run_gate: Callable[..., subprocess.Popen[str]],
) -> None:
    run = run_gate()
    out, _ = run.communicate(timeout=60)

    assert run.returncode == 3
    assert "add --server-url URL" in out


def test_violators_are_not_planted_unless_allowed(
    gate_at: Callable[[Right, Phase], RequestChecker], database_in: Callable[[Phase], str]
) -> None:
    allowed = gate_at(Right(), "deployed").gate_rows
    forbidden = GateRows(allowed.conn, database_in("deployed"), may_insert_violators=False)

    with pytest.raises(HarnessError, match="--plant-violators"):
        forbidden.insert_workspace(STARTS["idle-closed"])

    forbidden._cleanup.sweep()  # noqa: SLF001 - the connection is another gate run's


def test_planting_violators_leaves_the_constraint_as_it_was(
    gate_at: Callable[[Right, Phase], RequestChecker],
) -> None:
    gate_rows = gate_at(Right(), "deployed").gate_rows
    definition = (
        "SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint"
        " WHERE contype = 'c' AND conrelid = 'execution_workspaces'::regclass"
    )
    before = gate_rows.conn.execute(definition).fetchall()

    key = gate_rows.insert_workspace(STARTS["idle-closed"], name="legacy")

    assert gate_rows.row(key) is not None
    assert gate_rows.enforced
    assert gate_rows.conn.execute(definition).fetchall() == before


def test_lock_that_keeps_violators_out_is_named(
    gate_at: Callable[[Right, Phase], RequestChecker],
    database_in: Callable[[Phase], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fixtures.gate.gate_rows._ALTER_LOCK_TIMEOUT", "100ms")
    rows = gate_at(Right(), "deployed").gate_rows

    with psycopg.connect(database_in("deployed")) as other:
        other.execute("SELECT FROM public.execution_workspaces")
        with pytest.raises(HarnessError, match="--plant-violators: a transaction has held a lock"):
            rows.insert_workspace(STARTS["idle-closed"], name="legacy")
