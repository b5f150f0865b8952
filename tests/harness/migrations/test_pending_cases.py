"""The table of folders and pending migrations: right ones are green, wrong ones red for the reason that is theirs."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.migrations.journal import JOURNAL
from fixtures.mutants.mutant_catalogue import SOURCE
from fixtures.mutants.mutant_runs import run_folder
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ProcessPoolExecutor

    from fixtures.postgres.server import Server

TABLE = tomllib.loads(Path(__file__).with_name("pending_cases.toml").read_text(encoding="utf-8"))
CASES: dict[str, dict[str, Any]] = {case["name"]: case for case in TABLE["case"]}

_TABLE = f'"public"."{CLOSED_STATE.table}"'
_REPAIR = ", ".join(f"\"{column}\" = '{value}'" for column, value in CLOSED_STATE.repair.items())
WORDS = {
    "table": _TABLE,
    "name": f'"{CLOSED_STATE.name}"',
    "rule": CLOSED_STATE.predicate,
    "rule_of_new": CLOSED_STATE.predicate.replace('"closed_at"', "NEW.closed_at").replace(
        '"status"', "NEW.status"
    ),
    "backfill": f"UPDATE {_TABLE} SET {_REPAIR} WHERE NOT ({CLOSED_STATE.predicate});",
    "validate": f'ALTER TABLE {_TABLE} VALIDATE CONSTRAINT "{CLOSED_STATE.name}";',
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_verdict_on_a_folder(
    case: dict[str, Any],
    pool: ProcessPoolExecutor,
    cluster: Server,
    tmp_path: Path,
    v1_of: Callable[[Path], Path],
) -> None:
    if cluster.major < case.get("server", 0):
        pytest.skip(f"needs Postgres {case['server']}")
    folder = Path(shutil.copytree(SOURCE, tmp_path / "migrations"))
    known = {**WORDS, **write_history(folder, TABLE["folder"][case["folder"]])}
    if "own" in case:
        (folder / f"{known['own']}.sql").write_text(filled(case["own"], WORDS), encoding="utf-8")
    base = commit(folder) if case.get("git") else []
    for place, sql in enumerate(case.get("pending", ())):
        append(folder, f"{100 + place:04d}_m", filled(sql, known))
    if case["folder"] == "v1":
        folder = v1_of(folder)
        known |= {file.name.partition("_")[2]: file.name for file in folder.iterdir()}
        known |= {word: known[tag] for word, tag in known.items() if tag in known}
    options = [*base, *(filled(option, known) for option in case.get("options", []))]
    files = [
        "tests/migrations",
        *(f"tests/invariant/{name}" for name in ("test_transitions.py", *case.get("tests", ()))),
    ]

    said = pool.submit(run_folder, folder, cluster, [*files, *options]).result()

    verdict = next((line for line in said.log.splitlines() if line.startswith("verdict")), said.log[-2000:])
    assert (said.red, said.green) == ("red" in case, "red" not in case), verdict
    assert case.get("red", "GREEN") in verdict
    assert case.get("closing", "verdict") in said.log


def write_history(folder: Path, parts: dict[str, list[str]]) -> dict[str, str]:
    """Put a folder's own migrations in before and after the constraint's; return the tags that cases speak of."""
    baseline, own = (entry["tag"] for entry in entries(folder))
    for place, sql in enumerate(parts.get("before", ()), start=1):
        append(folder, f"{place:04d}_m", filled(sql, WORDS), at=place)
    for place, sql in enumerate(parts.get("after", ()), start=80):
        append(folder, f"{place:04d}_m", filled(sql, WORDS))
    return {"baseline": baseline, "own": own, "last": entries(folder)[-1]["tag"]}


def append(folder: Path, tag: str, sql: str, at: int | None = None) -> None:
    journal = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    there = journal["entries"]
    place = len(there) if at is None else at
    when = there[place - 1]["when"] + 1
    there.insert(place, {**there[0], "idx": int(tag[:4]), "when": when, "tag": tag})
    (folder / JOURNAL).write_text(json.dumps(journal), encoding="utf-8")
    (folder / f"{tag}.sql").write_text(sql, encoding="utf-8")


def entries(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))["entries"]
    return found


def filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def commit(folder: Path) -> list[str]:
    """Make what is there a commit of a repository of its own, and return the option that names it."""
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "what production has"]):
        subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@invalid", *command], cwd=folder, check=True
        )
    return ["--base", "HEAD"]
