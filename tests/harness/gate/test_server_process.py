"""The server process and the loader of the fix, tried with small scripts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from fixtures.core.errors import HarnessError
from fixtures.gate import paperclip_server
from tests.harness.commands import wait_until

ROOT = Path(__file__).resolve().parents[3]
SERVICE = "export function executionWorkspaceService(db) { return { update: (id, patch) => ({ id, ...patch, db }) }; }"
INDEX = 'export { executionWorkspaceService } from "./execution-workspaces.js";'
ROUTE = """
import { executionWorkspaceService } from "../services/index.js";
export const patch = executionWorkspaceService("route").update(1, { status: "active", name: "n" });
"""
RUN = """
import { executionWorkspaceService } from "../services/execution-workspaces.js";
export const run = executionWorkspaceService("run").update(2, { status: "idle" });
"""
MAIN = """
import http from "node:http";
import { patch } from "./routes/execution-workspaces.js";
import { run } from "./services/heartbeat.js";
console.log(JSON.stringify({ patch, run }));
const server = http.createServer((_, answer) => answer.end());
server.listen(0, "127.0.0.1");
"""
QUIET = """
import http from "node:http";
let calls = 9;
const server = http.createServer((request, answer) => {
  answer.statusCode = ++calls > 3 ? 200 : 503;
  answer.end(String(process.pid));
});
server.listen(0, "127.0.0.1");
"""
CLEARED = {"closedAt": None, "cleanupReason": None, "cleanupEligibleAt": None}


class Healthy(BaseHTTPRequestHandler):
    """Somebody else's server, in the best of health."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Return the main module of a server with the same files as the real one."""
    for name, text in {
        "package.json": '{"type": "module"}', "index.js": MAIN, "services/execution-workspaces.js": SERVICE,
        "services/index.js": INDEX, "services/heartbeat.js": RUN, "routes/execution-workspaces.js": ROUTE,
    }.items():  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "index.js"


def said(app: Path, fix: paperclip_server.Fix) -> dict[str, dict[str, object]]:
    with paperclip_server.start(app.parent, "postgres://nowhere", fix=fix, entry=app) as running:
        first = running.log.read_text(encoding="utf-8").splitlines()[0]
        result: dict[str, dict[str, object]] = json.loads(first)
        return result


@pytest.mark.parametrize(
    ("fix", "fixed"), [("none", []), ("route", ["patch"]), ("service", ["patch", "run"])]
)
def test_fix_reaches_whom_it_is_meant_for(app: Path, fix: paperclip_server.Fix, fixed: list[str]) -> None:
    updates = said(app, fix)

    assert [name for name, update in updates.items() if CLEARED.items() <= update.items()] == fixed
    assert updates["patch"]["name"] == "n"


def test_fix_leaves_other_updates_alone(app: Path) -> None:
    (app.parent / "services/heartbeat.js").write_text(RUN.replace("idle", "archived"), encoding="utf-8")

    assert "closedAt" not in said(app, "service")["run"]


@pytest.mark.parametrize("fix", ["route", "service"])
def test_loader_that_finds_nothing_to_wrap_stops_the_server(app: Path, fix: paperclip_server.Fix) -> None:
    for name, text in {
        "routes/execution-workspaces.js": "export const patch = {};",
        "services/heartbeat.js": "export const run = {};",
    }.items():
        (app.parent / name).write_text(text, encoding="utf-8")

    with pytest.raises(HarnessError, match="closed-state-fix: nothing was wrapped"):
        said(app, fix)


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ("export const executionWorkspaceService = 7;", "exports no function executionWorkspaceService"),
        ("export function executionWorkspaceService() { return {}; }", "has no update"),
    ],
)
def test_service_that_is_another_one_stops_the_server(app: Path, service: str, reason: str) -> None:
    (app.parent / "services/execution-workspaces.js").write_text(service, encoding="utf-8")

    with pytest.raises(HarnessError, match=reason):
        said(app, "service")


def test_server_that_ends_at_its_start_is_told_with_its_log(app: Path) -> None:
    app.write_text('console.error("no luck today"); process.exit(3);', encoding="utf-8")

    with pytest.raises(HarnessError, match="no luck today"):
        said(app, "none")


def test_server_that_takes_another_port_without_a_word_is_found(app: Path) -> None:
    app.write_text(QUIET, encoding="utf-8")

    with paperclip_server.start(app.parent, "postgres://nowhere", entry=app) as running:
        assert httpx.get(f"{running.url}/api/health", trust_env=False).text == str(running.pid)


def test_port_that_somebody_else_answers_on_is_not_taken_for_the_server(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.write_text("setTimeout(() => process.exit(3), 300);", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Healthy) as other:
        monkeypatch.setattr(paperclip_server, "_free_port", lambda: other.server_address[1])
        threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

        with (
            pytest.raises(HarnessError, match="ended at its start"),
            paperclip_server.start(app.parent, "postgres://nowhere", entry=app),
        ):
            pass

        other.shutdown()


def test_server_is_waited_for_until_it_is_healthy(app: Path) -> None:
    app.write_text(QUIET.replace("let calls = 9", "let calls = 0"), encoding="utf-8")

    with paperclip_server.start(app.parent, "postgres://nowhere", entry=app) as running:
        assert httpx.get(f"{running.url}/calls", trust_env=False).status_code == 200


def test_server_and_its_directory_are_gone_after_use(app: Path) -> None:
    with paperclip_server.start(app.parent, "postgres://nowhere", entry=app) as running:
        assert Path(f"/proc/{running.pid}").exists()

    assert not Path(f"/proc/{running.pid}").exists()
    assert not running.log.parent.exists()


def test_server_goes_when_the_harness_is_killed(app: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from fixtures.gate import paperclip_server; app = Path(sys.argv[1])\n"
        "with paperclip_server.start(app.parent, 'postgres://nowhere', entry=app) as s:\n"
        "    print(s.pid, s.log.parent, flush=True); sys.stdin.read()"
    )
    harness = subprocess.Popen(
        [sys.executable, "-c", program, str(app)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with harness:
        assert harness.stdout is not None
        pid, scratch = harness.stdout.readline().split()
        harness.send_signal(signal.SIGKILL)

    wait_until(lambda: not Path(f"/proc/{pid}").exists() and not Path(scratch).exists(), 20)
