"""Stub servers over the real table: a right one, and many with one mistake each.

The right one leaves the decision to the database: one UPDATE says what becomes of closed_at, whatever the row.
Each wrong one is the right one with one mistake, and names the law that the mistake breaks.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
import uuid
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from fixtures.paperclip.paperclip_rows import PAPERCLIP
from fixtures.rows.seed_rows import insert

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPEN = ("active", "idle", "in_review")
ALL = (*OPEN, "archived", "cleanup_failed")
TEXTS = ("cwd", "repoUrl", "baseRef", "branchName", "providerRef", "cleanupReason")
KEYS = ("name", "status", "cleanupEligibleAt", "config", "metadata", *TEXTS)
DELETES = {
    r"/api/issues/([^/]+)": "issues",
    r"/api/projects/[^/]+/workspaces/([^/]+)": "project_workspaces",
    r"/api/projects/([^/]+)": "projects",
    r"/api/companies/([^/]+)": "companies",
}
WORKSPACE = r"/api/execution-workspaces/([^/]+)"

Row = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """Ends a request with a status code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


def column(key: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", key).lower()


def field(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


class Right:
    """What a request does. Methods are the places where one can go wrong."""

    law: ClassVar[str] = ""
    reopens = "%(status)s = ANY(%(open)s)"
    when_reopened = "NULL"
    closes = "%(status)s = 'archived' AND status = ANY(%(open)s)"
    when_closed = "clock_timestamp()"

    def accepted(self, content_type: str) -> bool:
        return content_type == "application/json"

    def validated(self, body: object) -> Row:
        if not isinstance(body, dict) or not set(body) <= set(KEYS):
            raise Refusal(422)
        good = {
            "status": lambda v: v in ALL if isinstance(v, str) else False,
            "name": lambda v: isinstance(v, str) and v != "",
            "metadata": lambda v: v is None or isinstance(v, dict),
            "config": lambda v: v is None or isinstance(v, dict),
            "cleanupEligibleAt": lambda v: v is None or (isinstance(v, str) and _instant(v)),
        }
        for key, value in body.items():
            if not good.get(key, lambda v: v is None or isinstance(v, str))(value):
                raise Refusal(422)
        return body

    def closed_at(self) -> str:
        """Return what becomes of closed_at when a status is named."""
        return (
            f"CASE WHEN {self.reopens} THEN {self.when_reopened} WHEN {self.closes} THEN {self.when_closed}"
            " ELSE closed_at END"
        )

    def columns(self, body: Row) -> Row:
        chosen = {column(key): value for key, value in body.items() if key != "config"}
        if "metadata" in chosen and chosen["metadata"] is not None:
            chosen["metadata"] = json.dumps(chosen["metadata"])
        return chosen

    def where(self) -> str:
        return "id = %(key)s"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        values = self.columns(body)
        parts: list[sql.Composable] = [
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
        ]
        if "status" in values:
            parts.append(sql.SQL(f"closed_at = {self.closed_at()}"))
        parts.append(sql.SQL("updated_at = clock_timestamp()"))
        query = sql.SQL("UPDATE public.execution_workspaces SET {} WHERE {} RETURNING *").format(
            sql.SQL(", ").join(parts), sql.SQL(self.where())
        )
        try:
            rows = conn.execute(query, {**values, "open": list(OPEN), "key": key}).fetchall()
        except psycopg.errors.CheckViolation:
            return self.refused(conn, key)
        row = next((one for one in rows if str(one["id"]) == key), None)
        return (200, row) if row is not None else self.absent(conn)

    def refused(self, _conn: psycopg.Connection[Row], _key: str) -> tuple[int, Row]:
        return 409, {"error": "the workspace is in a state that cannot be changed"}

    def absent(self, _conn: psycopg.Connection[Row]) -> tuple[int, Row]:
        return 404, {"error": "no such workspace"}

    def post(self, _conn: psycopg.Connection[Row], _path: str, _body: Row) -> tuple[int, Row]:
        return 404, {"error": "no such thing"}

    def delete(self, conn: psycopg.Connection[Row], table: str, key: str) -> int:
        statements = [sql.SQL("DELETE FROM {} WHERE id = %s").format(sql.Identifier("public", table))]
        if table == "companies":
            statements[:0] = [
                sql.SQL("DELETE FROM {} WHERE company_id = %s").format(sql.Identifier("public", owned))
                for owned in ("execution_workspaces", "issues", "project_workspaces", "projects")
            ]
        try:
            with conn.transaction():
                deleted = [conn.execute(each, [key]).rowcount for each in statements]
        except psycopg.errors.CheckViolation:
            return 409
        return 204 if deleted[-1] else 404


def is_reopening(conn: psycopg.Connection[Row], key: str, body: Row) -> bool:
    row = conn.execute("SELECT status FROM public.execution_workspaces WHERE id = %s", [key]).fetchone()
    return row is not None and row["status"] not in OPEN and body.get("status") in OPEN


class ClearsNothing(Right):
    """Opens a closed workspace and keeps closed_at, as paperclip's route does."""

    law = "reopen_clears"
    when_reopened = "closed_at"


class ClearsForActiveOnly(Right):
    """Clears closed_at for one of the open statuses alone."""

    law = "reopen_clears"
    reopens = "%(status)s = 'active'"


class ClearsWithAnyStatus(Right):
    """Clears closed_at whenever a status is named, also when it archives."""

    law = "closed_keeps"
    reopens = "true"


class StampsOnReopening(Right):
    """Sets closed_at anew when it opens a workspace."""

    law = "reopen_clears"
    when_reopened = "clock_timestamp()"


class ForgetsInReview(Right):
    """Clears closed_at for two of the three open statuses."""

    law = "reopen_clears"
    reopens = "%(status)s IN ('active', 'idle')"


class ForgetsCleanupFailed(Right):
    """Clears closed_at of archived workspaces alone."""

    law = "reopen_clears"
    reopens = "%(status)s = ANY(%(open)s) AND status = 'archived'"


class ClearsEverybody(Right):
    """Clears closed_at of the whole company when it opens one workspace."""

    law = "leaves_other_rows"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        if body.get("status") in OPEN:
            conn.execute(
                "UPDATE public.execution_workspaces SET closed_at = NULL WHERE company_id ="
                " (SELECT company_id FROM public.execution_workspaces WHERE id = %s)", [key],
            )  # fmt: skip
        return super().patch(conn, key, body)


class FailsOnReopening(Right):
    """Answers 500 to whoever opens a closed workspace, and writes nothing."""

    law = "no_server_error"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        if is_reopening(conn, key, body):
            return 500, {"error": "no"}
        return super().patch(conn, key, body)


class ClearsOnEveryPatch(Right):
    """Clears closed_at whatever was asked."""

    law = "closed_at_stays"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        conn.execute("UPDATE public.execution_workspaces SET closed_at = NULL WHERE id = %s", [key])
        return super().patch(conn, key, body)


class WritesNothing(Right):
    """Answers 200 and writes nothing."""

    law = "writes_what_was_asked"

    def columns(self, _body: Row) -> Row:
        return {}


class WritesAndFails(Right):
    """Writes, and answers 500."""

    law = "no_server_error"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        return 500, super().patch(conn, key, body)[1]


class WritesAndRefuses(Right):
    """Writes, and answers 409."""

    law = "refused_changes_nothing"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        return 409, super().patch(conn, key, body)[1]


class AnswersWithTheOldRow(Right):
    """Answers with the row as it was before the write."""

    law = "answers_the_row"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        old = conn.execute("SELECT * FROM public.execution_workspaces WHERE id = %s", [key]).fetchone()
        code, row = super().patch(conn, key, body)
        return code, old if code == 200 and old else row


class LeaksAnotherCompany(Right):
    """Answers with a row of another company."""

    law = "answers_the_row"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        code, row = super().patch(conn, key, body)
        other = conn.execute(
            "SELECT * FROM public.execution_workspaces WHERE company_id <> %s LIMIT 1", [row.get("company_id")]
        ).fetchone() if code == 200 else None  # fmt: skip
        return code, other or row


class AnswersWithLittle(Right):
    """Answers 200 with a body that shows no row."""

    law = "answers_the_row"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        code, row = super().patch(conn, key, body)
        return code, {"ok": True} if code == 200 else row


class ClosesAgain(Right):
    """Sets closed_at again when an archived workspace is archived."""

    law = "archive_sets_once"
    closes = "%(status)s = 'archived'"


class ArchivesOpen(Right):
    """Archives without closing."""

    law = "archive_sets"
    when_closed = "closed_at"


class DropsOtherFields(Right):
    """Takes the status, and drops what else was asked for."""

    law = "writes_what_was_asked"

    def columns(self, body: Row) -> Row:
        return {"status": body["status"]} if "status" in body else super().columns(body)


class ChangesOtherFields(Right):
    """Resets the base ref with every request."""

    law = "leaves_the_rest"

    def columns(self, body: Row) -> Row:
        return {"base_ref": "main", **super().columns(body)}


class SwallowsTheViolation(Right):
    """Keeps closed_at, and turns the database's 23514 into a 200."""

    law = "writes_what_was_asked"
    when_reopened = "closed_at"

    def refused(self, conn: psycopg.Connection[Row], key: str) -> tuple[int, Row]:
        row = conn.execute("SELECT * FROM public.execution_workspaces WHERE id = %s", [key]).fetchone()
        return 200, row or {}


class PassesTheViolationOn(Right):
    """Keeps closed_at, and answers the database's 23514 with 500."""

    law = "no_server_error"
    when_reopened = "closed_at"

    def refused(self, _conn: psycopg.Connection[Row], _key: str) -> tuple[int, Row]:
        return 500, {"error": "Internal server error"}


class TakesUnknownKeys(Right):
    """Ignores keys that it does not know."""

    law = "refuses"

    def validated(self, body: object) -> Row:
        known = {key: value for key, value in body.items() if key in KEYS} if isinstance(body, dict) else body
        return super().validated(known)


class LetsClientsClose(Right):
    """Lets a request write closed_at itself, and so lets it break the rule."""

    law = "rule_holds"

    def validated(self, body: object) -> Row:
        if isinstance(body, dict) and "closedAt" in body:
            return {
                **self.validated({k: v for k, v in body.items() if k != "closedAt"}),
                "closedAt": body["closedAt"],
            }
        return super().validated(body)

    def columns(self, body: Row) -> Row:
        plain = {key: value for key, value in body.items() if key != "closedAt"}
        return {**super().columns(plain), **({"closed_at": body["closedAt"]} if "closedAt" in body else {})}


class TakesAnyStatus(Right):
    """Writes any text as a status."""

    law = "refuses"

    def validated(self, body: object) -> Row:
        if isinstance(body, dict) and isinstance(body.get("status"), str):
            return {**super().validated({**body, "status": "active"}), "status": body["status"]}
        return super().validated(body)


class TakesAnyContentType(Right):
    """Reads JSON whatever the request says it is."""

    law = "refuses"

    def accepted(self, _content_type: str) -> bool:
        return True


class TakesAnyWorkspace(Right):
    """Answers 200 for a workspace that is not there."""

    law = "absent_is_404"

    def absent(self, _conn: psycopg.Connection[Row]) -> tuple[int, Row]:
        return 200, {}


class ChangesEveryWorkspace(Right):
    """Forgets which workspace was meant, within the company."""

    law = "leaves_other_rows"

    def where(self) -> str:
        return (
            "id = %(key)s OR id IN (SELECT w.id FROM public.execution_workspaces w JOIN public.execution_workspaces k"
            " USING (company_id) WHERE k.id = %(key)s ORDER BY w.created_at LIMIT 10)"
        )


class RefusesReopening(Right):
    """Refuses to open a closed workspace."""

    law = "accepts"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        if is_reopening(conn, key, body):
            return 409, {"error": "closed"}
        return super().patch(conn, key, body)


class DeletesTheArchived(Right):
    """Deletes a workspace that is archived."""

    law = "row_stays"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        code, row = super().patch(conn, key, body)
        if body.get("status") == "archived":
            conn.execute("DELETE FROM public.execution_workspaces WHERE id = %s", [key])
        return code, row


class ArchivesInTwoSteps(Right):
    """Writes the status first and closed_at a moment later: right alone, wrong when a reopen comes between."""

    law = "race:rule_holds"

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        if body.get("status") != "archived":
            return super().patch(conn, key, body)
        conn.execute("UPDATE public.execution_workspaces SET status = 'archived' WHERE id = %s", [key])
        time.sleep(0.02)
        return 200, conn.execute(
            "UPDATE public.execution_workspaces SET closed_at = coalesce(closed_at, clock_timestamp())"
            " WHERE id = %s RETURNING *", [key],
        ).fetchone() or {}  # fmt: skip


class StaysFrozen(Right):
    """Remembers which workspaces were refused, and refuses them for ever."""

    law = "frozen:still_frozen"
    seen: ClassVar[set[str]] = set()

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        if key in self.seen:
            return self.refused(conn, key)
        code, row = super().patch(conn, key, body)
        if code == 409:
            self.seen.add(key)
        return code, row


class DeletesBreak(Right):
    """Marks the workspaces of a deleted issue as closed, and leaves their status."""

    law = "deletes:rule_holds"

    def delete(self, conn: psycopg.Connection[Row], table: str, key: str) -> int:
        if table == "issues":
            conn.execute(
                "UPDATE public.execution_workspaces SET closed_at = now() WHERE source_issue_id = %s", [key]
            )
        return super().delete(conn, table, key)


class CannotDeleteCompanies(Right):
    """Cannot delete a company with workspaces, constraint or not, as older releases."""

    law = "deletes:deletes_company"

    def delete(self, conn: psycopg.Connection[Row], table: str, key: str) -> int:
        return 500 if table == "companies" else super().delete(conn, table, key)


class WritesPastTheCompany(Right):
    """Touches a workspace of another company with every delete."""

    law = "others:leaves_others"

    def delete(self, conn: psycopg.Connection[Row], table: str, key: str) -> int:
        conn.execute(
            "UPDATE public.execution_workspaces SET name = name || '!' WHERE id = (SELECT w.id FROM"
            " public.execution_workspaces w JOIN public.companies c ON c.id = w.company_id"
            " WHERE NOT starts_with(c.name, 'closed-state gate ') AND (closed_at IS NULL OR w.status IN"
            " ('archived', 'cleanup_failed')) ORDER BY w.id LIMIT 1)"
        )
        return super().delete(conn, table, key)


class ImportsFail(Right):
    """Exports a company, and cannot import it."""

    law = "copy:imports_company"

    def post(self, conn: psycopg.Connection[Row], path: str, body: Row) -> tuple[int, Row]:
        return (200, {"files": {"COMPANY.md": ""}}) if path.endswith("/export") else self.take(conn, body)

    def take(self, _conn: psycopg.Connection[Row], _body: Row) -> tuple[int, Row]:
        return 422, {"error": "no"}


class ImportsViolators(ImportsFail):
    """Imports a closed workspace as an open one, and keeps closed_at."""

    law = "copy:rule_holds"

    def take(self, conn: psycopg.Connection[Row], body: Row) -> tuple[int, Row]:
        company, project = uuid.uuid4(), uuid.uuid4()
        name = body["target"]["newCompanyName"]
        row = {
            "company_id": company,
            "project_id": project,
            "status": "active",
            "closed_at": datetime.now(UTC),
        }
        insert(
            conn, "companies", [PAPERCLIP.build("companies", id=company, name=name, issue_prefix=name[-9:])]
        )
        insert(conn, "projects", [PAPERCLIP.build("projects", id=project, company_id=company)])
        insert(conn, "execution_workspaces", [PAPERCLIP.build("execution_workspaces", **row)])
        return 201, {"company": {"id": str(company)}}


class CleansUpLate(Right):
    """Archives, cleans up until it is let go, and stamps closed_at again, whoever opened the workspace meanwhile."""

    law = "race:clean_up_looks_again"

    def __init__(self, signs: Path) -> None:
        self.signs = signs

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        code, row = super().patch(conn, key, body)
        if body.get("status") == "archived":
            self.signs.with_suffix(".runs").touch()
            while not self.signs.with_suffix(".go").exists():
                time.sleep(0.01)
            self.write_down(conn, key)
        return code, row

    def write_down(self, conn: psycopg.Connection[Row], key: str) -> None:
        conn.execute("UPDATE public.execution_workspaces SET closed_at = now() WHERE id = %s", [key])


WRONG: tuple[type[Right], ...] = tuple(Right.__subclasses__())


class ClearsInTwoStatements(Right):
    """Clears closed_at in a statement of its own, before the status is written, as a handler may do."""

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        if body.get("status") in OPEN:
            conn.execute(
                "UPDATE public.execution_workspaces SET closed_at = NULL WHERE id = %s AND closed_at IS NOT NULL",
                [key],
            )
        return super().patch(conn, key, body)


class ClearsWhatCleanupLeft(Right):
    """Clears the reason and the time of the clean-up along with closed_at."""

    def columns(self, body: Row) -> Row:
        cleared = {"cleanup_reason": None, "cleanup_eligible_at": None} if body.get("status") in OPEN else {}
        return {**cleared, **super().columns(body)}


class LooksFirst(Right):
    """Reads the row, decides in the handler, and clears only what is set."""

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        with conn.transaction():
            conn.execute("SELECT 1 FROM public.execution_workspaces WHERE id = %s FOR UPDATE", [key])
            return super().patch(conn, key, body)


class RepairsWithAnyWrite(Right):
    """Clears closed_at of whatever is open with every write, as a trigger would, and so repairs a violator."""

    def patch(self, conn: psycopg.Connection[Row], key: str, body: Row) -> tuple[int, Row]:
        conn.execute(
            "UPDATE public.execution_workspaces SET closed_at = NULL"
            " WHERE id = %s AND closed_at IS NOT NULL AND coalesce(%s, status) = ANY(%s)",
            [key, body.get("status"), list(OPEN)],
        )
        return super().patch(conn, key, body)


class CleansUpAndLooks(CleansUpLate):
    """The same, and writes only where the row is still closed."""

    def write_down(self, conn: psycopg.Connection[Row], key: str) -> None:
        conn.execute(
            "UPDATE public.execution_workspaces SET closed_at = now() WHERE id = %s AND status = 'archived'",
            [key],
        )


RIGHT: tuple[type[Right], ...] = (
    Right, ClearsInTwoStatements, ClearsWhatCleanupLeft, LooksFirst, RepairsWithAnyWrite,
)  # fmt: skip


def _instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value if isinstance(value, (str, int, bool, dict, list, type(None))) else str(value)


class Handler(BaseHTTPRequestHandler):
    """One client's connection, with a connection of its own to the database."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    dsn: ClassVar[str]
    behaviour: ClassVar[Right]
    authorization: ClassVar[str | None] = None

    def setup(self) -> None:
        super().setup()
        self.conn = psycopg.connect(self.dsn, autocommit=True, row_factory=dict_row)

    def finish(self) -> None:
        self.conn.close()
        super().finish()

    def do_GET(self) -> None:
        if not self.allowed():
            return
        found = re.fullmatch(WORKSPACE, self.path)
        row = None
        if found:
            row = self.conn.execute(
                "SELECT * FROM public.execution_workspaces WHERE id = %s", [found[1]]
            ).fetchone()
        self.say(200 if row or self.path == "/api/health" else 404, row or {"status": "ok"})

    def do_PATCH(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = re.fullmatch(WORKSPACE, self.path)
        if not self.allowed() or not found:
            return
        try:
            code, row = self.behaviour.patch(self.conn, found[1], self.body(content))
        except (Refusal, ValueError) as refusal:
            code, row = getattr(refusal, "code", 400), {"error": "refused"}
        self.say(code, row)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.say(*self.behaviour.post(self.conn, self.path, json.loads(content or b"{}")))

    def body(self, content: bytes) -> Row:
        if not self.behaviour.accepted((self.headers.get("Content-Type") or "").split(";")[0]):
            raise Refusal(415)
        return self.behaviour.validated(json.loads(content or b"null"))

    def do_DELETE(self) -> None:
        for pattern, table in DELETES.items():
            if found := re.fullmatch(pattern, self.path):
                self.say(self.behaviour.delete(self.conn, table, found[1]), None)
                return
        self.say(404, {"error": "no such thing"})

    def allowed(self) -> bool:
        if self.authorization is None or self.headers.get("Authorization") == self.authorization:
            return True
        self.say(401, {"error": "who are you"})
        return False

    def say(self, code: int, row: Row | None) -> None:
        text = b"" if row is None else json.dumps({field(k): _plain(v) for k, v in row.items()}).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextlib.contextmanager
def serve(behaviour: Right, dsn: str, *, authorization: str | None = None) -> Iterator[str]:
    """Serve on a free port of this machine; yield the URL."""
    handler = type("Bound", (Handler,), {"dsn": dsn, "behaviour": behaviour, "authorization": authorization})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
