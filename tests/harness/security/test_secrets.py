"""No input, however malformed, gets a secret, an escape sequence or a command to CI into what the harness prints."""

from __future__ import annotations

import base64
import contextlib
import re
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from fixtures.core import sanitize_output
from fixtures.core.errors import HarnessError, SubjectError
from fixtures.gate.gate_rows import open_database
from fixtures.gate.http_client import AUTHORIZATION_VARIABLE, Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixtures.postgres.server import Server
    from tests.harness.conftest import Inner

CANARY = "Kanarie-vogel/9"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what one test calls secret be none for the tests after it."""
    monkeypatch.setattr(sanitize_output, "_known", {})


@pytest.mark.parametrize("error", [SubjectError, HarnessError])
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("tag \x1b[31mred", "tag \\x1b[31mred"),
        ("first\n::error::no", "first\n\\x3a:error::no"),
        ("first\n  ::stop-commands::x", "first\n  \\x3a:stop-commands::x"),
        ("a ##[add-mask]x", "a #\\x23[add-mask]x"),
        ("\rover", "\\rover"),
        ("lone \ud800", "lone \\ud800"),
        ("postgres://u:p/a@ss@host/db", "postgres://…@host/db"),
        ("FATAL: password = 'secret'", "FATAL: password = …"),
    ],
)
def test_message_of_an_error_is_safe_to_print(error: type[Exception], said: str, told: str) -> None:
    assert str(error(said)) == told


@pytest.mark.parametrize("said", [f"got {CANARY}!", "Kanarie-vogel%2F9", f"'{CANARY}\\n'", f"x{CANARY}x"])
def test_secret_that_is_known_goes_in_every_form(said: str) -> None:
    sanitize_output.keep_secret(f"{CANARY}\n")

    assert "vogel" not in sanitize_output.clean(said)


@pytest.mark.parametrize("before", ["", "a", "ab", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_secret_in_base64_goes_wherever_it_stands(before: str, encode: Callable[[bytes], bytes]) -> None:
    secret = "Kanarie>>>vogel???/9"
    sanitize_output.keep_secret(secret)

    said = sanitize_output.clean(f"Basic {encode(f'{before}{secret} and more'.encode()).decode()}")

    longest = max(re.findall(r"[A-Za-z0-9+/_-]+", said), key=len)
    assert len(longest) <= len("YW5kIG1vcmU==")
    assert sanitize_output.GONE in said


def test_huge_text_is_cut_and_says_how_long_it_was() -> None:
    said = sanitize_output.clean("x" * 5_000_000)

    assert len(said) < 1_000_100
    assert said.endswith("x… (5,000,000 characters)")


def test_short_secret_takes_no_other_word_with_it() -> None:
    sanitize_output.keep_secret("prod")

    assert sanitize_output.clean("prod product") == "… product"


MALFORMED = {
    "slash in the password": "postgresql://app:{canary}@127.0.0.1:1/db",
    "at in the password": "postgresql://app:{canary}@home@127.0.0.1:1/db",
    "hash in the password": "postgresql://app:#{canary}@127.0.0.1:1/db",
    "question mark": "postgresql://app:?{canary}@127.0.0.1:1/db",
    "port": "postgresql://app:{canary}@127.0.0.1:{canary}/db",
    "percent": "postgresql://app:%zz{canary}@127.0.0.1:1/db",
    "no scheme": "app:{canary}@127.0.0.1:1/db",
    "blank in the password": "host=127.0.0.1 port=1 password=x {canary}",
    "quote": "host=127.0.0.1 port=1 password='{canary}",
    "newline": "postgresql://app:{canary}@127.0.0.1:1/db\n",
    "wrong key": "host=127.0.0.1 port=1 pasword={canary}",
}


@pytest.mark.parametrize("dsn", MALFORMED.values(), ids=MALFORMED)
def test_malformed_database_url_is_one_line_without_the_secret(dsn: str) -> None:
    with pytest.raises(HarnessError, match=r"^--database-url") as caught:
        open_database(dsn.format(canary=CANARY))

    assert len(str(caught.value).splitlines()) == 1
    assert not {"Kanarie", "vogel"} & set(str(caught.value).replace("-", " ").split())
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "dsn",
    ["postgresql://app@db.prod.internal/x", "host=127.0.0.1 dbname=paperclip_production", "service=live"],
)
def test_database_url_that_is_called_production_is_refused_before_any_connection(dsn: str) -> None:
    with pytest.raises(HarnessError, match="production by its name"):
        open_database(dsn)


@pytest.mark.parametrize("value", [f"Bearer {CANARY}\nX: y", f"Bearer {CANARY}\x1b", f"Bearer {CANARY}é"])
def test_header_that_cannot_be_sent_is_refused_unseen(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(AUTHORIZATION_VARIABLE, value)

    with pytest.raises(HarnessError, match="no header can have") as caught:
        Client("http://127.0.0.1:1")

    assert CANARY not in str(caught.value)


def test_newline_at_the_end_of_a_header_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AUTHORIZATION_VARIABLE, f"Bearer {CANARY}\n")

    with pytest.raises(HarnessError, match="got no answer") as caught:
        Client("http://127.0.0.1:1").check()

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"ftp://u:{CANARY}@127.0.0.1",
        f"http://u:{CANARY}@[::1",
        f"http://{CANARY}@127.0.0.1:x",
        "http://[::1",
        "http://h:x",
    ],
)
def test_url_that_is_none_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(HarnessError, match=r"^--server-url") as caught:
        Client(url)

    assert CANARY not in str(caught.value)


SPEAKS = """
import psycopg
def test_it(databases):
    print("\\x1b[31m::error::printed " + {canary!r})
    with databases.fresh() as dsn, psycopg.connect(dsn) as conn:
        conn.execute("DO $$ BEGIN RAISE EXCEPTION E'\\\\n::error::raised \\\\x1b[31m' "
            "USING HINT = E'\\\\n::set-env::hint', DETAIL = 'password=' || {canary!r}; END $$")
"""


def test_what_the_server_says_is_safe_on_the_terminal_and_in_junit(inner: Inner) -> None:
    junit = inner.project / "junit.xml"

    done = inner.run(SPEAKS.format(canary=CANARY.partition("/")[0]), f"--junitxml={junit}", "--showlocals")

    assert done.returncode == 1, done.stdout
    for told in (done.stdout, junit.read_text("utf-8")):
        assert "raised" in told
        assert "\x1b" not in told
        assert [line for line in told.splitlines() if line.lstrip().startswith("::")] == []
    assert f"password={CANARY.partition('/')[0]}" not in done.stdout


TELLS = """
import base64, psycopg, pytest
@pytest.mark.parametrize("n", range(4))
def test_it(databases, cluster, n):
    password = cluster.passwords["postgres"]
    with databases.fresh() as dsn, psycopg.connect(dsn) as conn:
        print(password, base64.b64encode(f"postgres:{password}".encode()).decode())
        conn.execute("SELECT pg_sleep(0.5)")
        conn.execute(f"DO $$ BEGIN RAISE EXCEPTION 'said {password}' USING DETAIL = 'password={password}'; END $$")
"""


@pytest.mark.parametrize("given", ["--postgresql-password", "PGPASSWORD", "PGPASSFILE"])
def test_password_of_a_running_server_is_seen_nowhere(
    inner: Inner, running: Server, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    canary, own = running.passwords["postgres"], inner.environment()
    (inner.project / "temp").mkdir()
    own["TMPDIR"] = str(inner.project / "temp")
    passfile = inner.project.parent / "pgpass"
    passfile.write_text(f"*:*:*:postgres:{canary}\n")
    passfile.chmod(0o600)
    own |= {"PGPASSWORD": canary} if given == "PGPASSWORD" else {}
    own |= {"PGPASSFILE": str(passfile)} if given == "PGPASSFILE" else {}
    monkeypatch.setattr(inner, "environment", lambda: own)
    option = [f"{given}={canary}"] if given.startswith("--") else []
    files = [f"--{name}={inner.project / name}" for name in ("junitxml", "findings", "sarif", "report")]

    server_named = ["--postgresql-host=127.0.0.1", f"--postgresql-port={running.port}", *option]
    args = ["-n", "2", "--showlocals", "-vv", *server_named, *files]

    process = inner.start(TELLS, *args)
    own_line = "".join(f"{word}\0" for word in inner.command(*args))
    seen: set[str] = set()
    told: list[str] = []
    reader = Thread(target=lambda: told.append(process.communicate(timeout=120)[0]))
    reader.start()
    while reader.is_alive():
        for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                shown = cmdline.read_text("utf-8", "replace")
                # Who writes it into the harness's own command line shows it there, and in a child until it has become
                # another program; no other may.
                seen |= {shown} if canary in shown and shown != own_line else set()
    passfile.unlink()
    left = [path for path in inner.project.parent.rglob("*") if path.is_file()]

    assert process.returncode == 1, told[0][-3000:]
    assert "said …" in told[0]
    assert "OperationalError" not in told[0]
    assert seen == set()
    assert {"junitxml", "findings", "sarif"} <= {path.name for path in left}
    forms = [canary, base64.b64encode(f"postgres:{canary}".encode()).decode()[14:-4]]
    # The test's own statement has it, and what that raises.
    lines = Path(str(running.log)).read_text("utf-8").splitlines()
    log = [line for line in lines if not re.search("said|DETAIL", line)]
    for text in (*told, *log, *(path.read_text("utf-8", "replace") for path in left)):
        assert [form for form in forms if form in text] == []
