"""Score what others detect on our mutants and rewrites: squawk, drizzle-kit check, pgTAP, an up/down run, and us.

A hit counts when the tool gives a reason that it does not also give for the right migration. An alarm on a rewrite
that is right is a false alarm. Run: `tox -e score`.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks.benchmark_environment import ROOT
from fixtures.core.command_options import parsed
from fixtures.core.errors import EXIT_OK, HarnessError, SubjectError, command
from fixtures.core.npm import npm_tree
from fixtures.linter import squawk_vs_observed as squawk
from fixtures.migrations.reference_runners import ReferenceRunners
from fixtures.mutants.mutant_catalogue import SOURCE, catalogue
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres import binaries, server
from fixtures.postgres.databases import Databases
from fixtures.postgres.sql_file import queries_beside
from fixtures.report.render_template import rendered
from fixtures.rows.seed_rows import insert_parent_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fixtures.mutants.mutant_folder import Mutant
    from fixtures.postgres.connection_type import Connection

DATA = ROOT / "benchmarks" / "detection.json"
PAGE = ROOT / "docs" / "detection.md"
_BASELINE = "0000_baseline.sql"
_BREAKPOINT = "--> statement-breakpoint"
_PGTAP = Path("/usr/share/postgresql")
_FAMILIES = ("predicate", "state", "side_effects", "folder", "fault")


Detector = Callable[[Path], Iterable[str]]
"""A tool that looks at a folder, and gives its reasons: none when it finds nothing to say."""


def _squawk(folder: Path) -> Iterator[str]:
    """Ask squawk about the files after the baseline, in one transaction, as a pull request's job would."""
    yield from (one.rule for one in squawk.ask(f"BEGIN;\n{_added(folder)}\n;\nCOMMIT;\n", major=18))


@contextlib.contextmanager
def _fresh(databases: Databases, template: str) -> Iterator[str]:
    """Yield a database of its own; what a migration leaves outside it is for the harness to find, and no other tool does."""
    with contextlib.suppress(SubjectError), databases.fresh(template) as dsn:
        yield dsn


def _up_down(databases: Databases, folder: Path) -> Iterator[str]:
    """Migrate up from an empty database, down, and up again: what pytest-alembic and its like do."""
    with _fresh(databases, "empty") as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        try:
            _up(conn, folder)
            conn.execute(f"ALTER TABLE {CLOSED_STATE.table} DROP CONSTRAINT {CLOSED_STATE.name}")
            for statement in _added(folder, trimmed=True).split(_BREAKPOINT):
                conn.execute(statement.encode())
        except psycopg.Error as error:
            yield f"fails with {error.sqlstate}"


def _pgtap(databases: Databases, folder: Path) -> Iterator[str]:
    """Run pgTAP's assertions on the migrated database, as a person would write them from the pull request."""
    with _fresh(databases, "pgtap") as dsn:
        try:
            with psycopg.connect(dsn, autocommit=True) as conn:
                _up(conn, folder)
            with psycopg.connect(dsn, autocommit=True) as conn:
                insert_parent_rows(conn, CLOSED_STATE)
                conn.execute("SELECT * FROM no_plan()")
                for name, assertion in queries_beside(__file__).items():
                    try:
                        (said,) = conn.execute(assertion).fetchone() or ("not ok",)
                    except psycopg.Error as error:
                        said = f"not ok {error.sqlstate}"
                    if str(said).startswith("not ok"):
                        yield name
        except psycopg.Error as error:
            yield f"fails with {error.sqlstate}"


def _up(conn: Connection, folder: Path) -> None:
    for path in sorted(folder.glob("*.sql")):
        with conn.transaction():
            for statement in path.read_text("utf-8", "replace").split(_BREAKPOINT):
                conn.execute(statement.encode())


def _added(folder: Path, *, trimmed: bool = False) -> str:
    texts = [
        path.read_text("utf-8", "replace") for path in sorted(folder.glob("*.sql")) if path.name != _BASELINE
    ]
    return _BREAKPOINT.join(texts) if trimmed else "\n;\n".join(texts).replace(_BREAKPOINT, "")


@dataclass
class Score:
    """What one tool found: family -> hits, false alarms on rewrites, seconds for all folders."""

    name: str
    hits: Counter[str] = field(default_factory=Counter)
    false_alarms: int = 0
    folders: int = 0
    seconds: float = 0.0

    def note(self, mutant: Mutant, *, alarmed: bool, seconds: float) -> None:
        """Count what a tool said of one folder."""
        self.folders += 1
        self.seconds += seconds
        if mutant.right:
            self.false_alarms += alarmed
        else:
            self.hits[mutant.family] += alarmed


def score(name: str, look: Detector, mutants: Sequence[Mutant], scratch: Path) -> Score:
    """Let a tool look at the right folder first, and then at each mutant."""
    given, found = set(look(SOURCE)), Score(name)
    for number, mutant in enumerate(mutants):
        folder = scratch / f"{number}"
        folder.mkdir()
        mutant.build(folder)
        start = time.perf_counter()
        alarmed = not given.issuperset(look(folder))
        found.note(mutant, alarmed=alarmed, seconds=time.perf_counter() - start)
    return found


def of_suite(verdicts: Mapping[str, Mapping[str, object]], mutants: Sequence[Mutant]) -> Score:
    """Return our own score, from what `tox -e mutants -- --out FILE` wrote: mutant -> outcome and seconds."""
    found = Score("this harness")
    for mutant in mutants:
        said = verdicts[mutant.id]
        alarmed = said["outcome"] in {"killed", "false alarm"}
        found.note(mutant, alarmed=alarmed, seconds=float(str(said["seconds"])))
    return found


def render(data: Mapping[str, Any]) -> str:
    """Return the page of docs, from the data that `main` wrote."""
    sizes = data["mutants"]
    wrong = sum(sizes[family] for family in _FAMILIES)
    return rendered(
        "detection.md.j2", sizes=sizes, wrong=wrong, families=_FAMILIES, scores=data["scores"], date=data["date"]
    )  # fmt: skip


@command
def main(arguments: Sequence[str] | None) -> int:
    """Score every tool; write benchmarks/detection.json and docs/detection.md.

    Raises: HarnessError when npm, pgTAP or the file of our own verdicts is not there.
    """
    verdicts = _read(parsed("score", "tox -e score --", __doc__, arguments).verdicts)
    mutants = [m for m in catalogue() if m.id in verdicts and verdicts[m.id]["outcome"] != "equivalent"]
    with (
        tempfile.TemporaryDirectory(prefix="harness-score-") as scratch,
        server.start(binaries.from_wheel(18)) as started,
    ):
        scores = [of_suite(verdicts, mutants)]
        detectors = _detectors(Databases(started), Path(scratch))
        for number, (name, look) in enumerate(detectors.items()):
            room = Path(scratch) / f"folders-{number}"
            room.mkdir()
            scores.append(score(name, look, mutants, room))
    data = {
        "date": time.strftime("%Y-%m-%d"),
        "mutants": dict(Counter(mutant.family for mutant in mutants)),
        "scores": [{**vars(one), "hits": dict(one.hits), "seconds": round(one.seconds, 1)} for one in scores],
    }
    DATA.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(render(data), encoding="utf-8")
    print(render(data))
    return EXIT_OK


def _detectors(databases: Databases, scratch: Path) -> dict[str, Detector]:
    (scratch / "npm").mkdir()
    databases.template("empty", lambda _: None)
    databases.template("pgtap", _install_pgtap)
    return {
        "squawk": _squawk,
        "drizzle-kit check": ReferenceRunners(npm_tree(), scratch / "npm").check,
        "up/down run": partial(_up_down, databases),
        "pgTAP": partial(_pgtap, databases),
    }


def _install_pgtap(dsn: str) -> None:
    scripts = sorted(_PGTAP.glob("*/extension/pgtap--*.sql"))
    plain = [path for path in scripts if path.stem.count("--") == 1]
    if not plain:
        raise HarnessError(
            f"pgTAP: not below {_PGTAP}; install postgresql-15-pgtap, or that of another version"
        )
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(plain[-1].read_bytes())


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise HarnessError(
            f"{path}: no verdicts ({error}); run `tox -e mutants -- --out FILE` first"
        ) from error


if __name__ == "__main__":
    raise SystemExit(main(None))
