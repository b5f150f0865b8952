"""The rehearsal on rows that the real server wrote, the violators by its own bug: archive, then reopen."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from fixtures.gate import paperclip_server, release_install
from fixtures.gate.http_client import Client
from tests.harness.commands import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fixtures.postgres.connection_type import Connection
    from fixtures.postgres.server import Server

ISSUES, VIOLATORS = 8, 3
RUN_SECONDS_MAX = 90.0
RULE = "closed_at IS NULL OR status IN ('archived', 'cleanup_failed')"


class Application:
    """One company of the server, written to over HTTP alone."""

    def __init__(self, client: Client, repository: Path) -> None:
        self.client = client
        self.call("PATCH", "/api/instance/settings/experimental", enableIsolatedWorkspaces=True)
        self.company = self.call("POST", "/api/companies", name="Shop")["id"]
        policy = {"enabled": True, "defaultMode": "isolated_workspace", "workspaceStrategy": {"type": "git_worktree", "baseRef": "main"}}  # fmt: skip
        self.project = self.call(
            "POST", f"/api/companies/{self.company}/projects", name="Till", executionWorkspacePolicy=policy,
            workspace={"name": "repository", "cwd": str(repository), "isPrimary": True},
        )["id"]  # fmt: skip
        self.agent = self.call(
            "POST", f"/api/companies/{self.company}/agents", name="Nobody", adapterType="process",
            adapterConfig={"command": "/bin/true"},
        )["id"]  # fmt: skip

    def call(self, method: str, path: str, **body: object) -> dict[str, Any]:
        """Send a request that has to be answered well, and return the answer's body."""
        answer = self.client.call(method, path, body or None)
        assert answer.ok, f"{method} {path}: {answer.code} {answer.text[:300]}"
        return dict(answer.body or {})

    def start_work(self, title: str) -> str:
        """Give the agent an issue, which starts a run in a workspace of its own; return the issue's id."""
        return str(
            self.call(
                "POST", f"/api/companies/{self.company}/issues", title=title, projectId=self.project,
                status="todo", assigneeAgentId=self.agent,
            )["id"]
        )  # fmt: skip

    def finish(self, issue: str) -> None:
        """Close an issue."""
        self.call("PATCH", f"/api/issues/{issue}", status="done")

    def reopen(self, workspace: str) -> None:
        """Archive a workspace and open it again: the server leaves `closed_at` set."""
        for status in ("archived", "active"):
            self.call("PATCH", f"/api/execution-workspaces/{workspace}", status=status)


def git_repository(path: Path) -> Path:
    path.mkdir()
    who = ("-c", "user.name=shop", "-c", "user.email=shop@example.invalid", "-c", "commit.gpgsign=false")
    for words in (("init", "-q", "-b", "main"), (*who, "commit", "-q", "--allow-empty", "-m", "first")):
        subprocess.run(["git", *words], cwd=path, check=True)
    return path


def workspaces_of(conn: Connection, issues: list[str]) -> dict[str, str]:
    """Wait until a run of each issue has ended, and return its workspace by issue."""
    query = "SELECT source_issue_id::text, id::text FROM execution_workspaces WHERE source_issue_id = ANY (%s::uuid[])"
    running = "SELECT count(*) FROM heartbeat_runs WHERE finished_at IS NULL"
    deadline = time.monotonic() + RUN_SECONDS_MAX
    while True:
        found = dict(conn.execute(query, [issues]).fetchall())
        if len(found) == len(issues) and conn.execute(running).fetchone() == (0,):
            return found
        assert time.monotonic() < deadline, f"{len(found)} of {len(issues)} issues have a workspace"
        time.sleep(0.1)


@pytest.fixture(params=[release_install.OF_THE_USERS_TIME, release_install.NEWEST])
def written(managed: Server, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Yield a release, and the name of a database that its server has made, migrated and filled; then left."""
    name = f"shop_{request.param.replace('.', '_')}"
    with managed.admin() as conn:
        conn.execute(f"CREATE DATABASE {name} OWNER admin".encode())
    url = paperclip_server.tcp_url(managed, managed.dsn(name, "admin"))
    tree = release_install.install(request.param)
    with paperclip_server.start(tree, url) as real, contextlib.closing(Client(real.url)) as client:
        shop = Application(client, git_repository(tmp_path / "repository"))
        issues = [shop.start_work(f"Issue {number}") for number in range(ISSUES)]
        with psycopg.connect(url, autocommit=True) as conn:
            workspaces = workspaces_of(conn, issues)
            for issue in issues[:-1]:  # one stays open, in a workspace that breaks no rule
                shop.finish(issue)
            workspaces_of(conn, issues)
            for issue in issues[:VIOLATORS]:
                shop.reopen(workspaces[issue])
            broken = conn.execute(f"SELECT count(*) FROM execution_workspaces WHERE NOT ({RULE})".encode())
            assert broken.fetchone() == (VIOLATORS,), "the server has the bug"
    yield request.param, name
    with managed.admin() as conn:
        conn.execute(f"DROP DATABASE {name}".encode())


def judgement(evidence: dict[str, Any]) -> dict[str, Any]:
    """Return what must be the same in two rehearsals of the same rows: everything but what was measured."""
    steps = [
        {key: step[key] for key in ("name", "outcome", "rows_changed", "violators_left", "convalidated")}
        for step in evidence["steps"]
    ]
    findings = [(one["severity"], one["code"]) for one in evidence["findings"]]
    tried = {one["name"]: one["good"] for one in evidence["tried"]}
    rows = {key: evidence[key] for key in ("rows_total", "violators_total", "violators_by_status")}
    return {"verdict": evidence["verdict"], "findings": findings, "steps": steps, "tried": tried, **rows}


def test_rehearsal_on_what_the_server_wrote_is_a_go_twice(
    managed: Server, written: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, name = written
    monkeypatch.setenv("PGPASSWORD", managed.passwords["admin"])
    judged = []
    for turn in ("first", "second"):
        done = run(
            "pytest", "tests/rollout/test_rehearsal.py", "-q", "-p", "no:cacheprovider", "-n", "0", f"--paperclip={release}", "--overlay",
            "--runner=paperclip", "--postgresql-host=127.0.0.1", f"--postgresql-port={managed.port}",
            "--postgresql-user=admin", f"--data-from={name}", f"--report={tmp_path / turn}",
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:]
        judged.append(judgement(json.loads((tmp_path / turn / "evidence.json").read_text())))

    assert judged[0] == judged[1]
    assert judged[0]["verdict"] == "go"
    assert judged[0]["violators_total"] == VIOLATORS + 1, "its own, and the one that operations are tried on"
