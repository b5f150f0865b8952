from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.drizzle_folder import read_folder
from fixtures.migrations.drizzle_snapshot import Check, check_in_snapshot, checks, snapshot_fragment
from fixtures.migrations.overlay import OverlayError, overlay
from fixtures.migrations.runners import RUNNERS, runner_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.migrations.drizzle_folder import Folder
    from fixtures.postgres.connection_type import Connection

RULE = "ALTER TABLE t ADD CONSTRAINT rule CHECK (n > 0) NOT VALID;"


def snapshot(**constraints: str) -> str:
    stored = {name: {"name": name, "value": value} for name, value in constraints.items()}
    tables = {"public.t": {"name": "t", "checkConstraints": stored}}
    return json.dumps({"id": "base-id", "prevId": "older", "version": "7", "tables": tables})


@pytest.fixture
def base(draft: Any) -> Folder:
    """Return a folder with a gap, a low `when`, two snapshots and a check of its own."""
    draft.add("0000_a", "CREATE TABLE t (n int);\r\n", when=9000).add("0005_b", "SELECT 'é';", idx=6)
    draft.put("meta/0000_snapshot.json", '{"id": "older", "tables": {}}')
    draft.put("meta/0005_snapshot.json", snapshot(own="n < 9"))
    folder: Folder = draft.read()
    return folder


@pytest.fixture
def addition(draft: Any, tmp_path: Path) -> Folder:
    """Return a folder whose second and third migration are to go on top."""
    other = type(draft)(tmp_path / "addition")
    other.add("0000_base", "SELECT 0;").add("0077_rule", RULE).add("0078_more", "SELECT 78;")
    other.put("meta/0078_snapshot.json", snapshot(rule="n > 0", unrelated="n <> 5"))
    folder: Folder = other.read()
    return folder


def test_the_named_migrations_become_the_next_entries(base: Folder, addition: Folder, tmp_path: Path) -> None:
    made = overlay(base, addition, ["0077_rule", "0078_more"], tmp_path / "into")

    assert [(m.idx, m.tag, m.when) for m in made.migrations[2:]] == [
        (7, "0007_rule", 9001),
        (8, "0008_more", 9002),
    ]
    assert made.migrations[2].sql == RULE
    assert made.errors == ()
    assert made == read_folder(tmp_path / "into")


def test_the_base_is_carried_over_byte_for_byte(base: Folder, addition: Folder, tmp_path: Path) -> None:
    made = overlay(base, addition, ["0077_rule"], tmp_path / "into")

    assert [m.digest for m in made.migrations[:2]] == [m.digest for m in base.migrations]
    assert [(m.idx, m.when) for m in made.migrations[:2]] == [(0, 9000), (6, 1001)]
    assert (tmp_path / "into/0000_a.sql").read_bytes() == (base.path / "0000_a.sql").read_bytes()


def test_the_next_snapshot_follows_the_newest_and_adds_what_the_migrations_speak_of(
    base: Folder, addition: Folder, tmp_path: Path
) -> None:
    made = overlay(base, addition, ["0077_rule", "0078_more"], tmp_path / "into")

    assert made.newest_snapshot_name == "0008_snapshot.json"
    assert made.newest_snapshot is not None
    assert made.newest_snapshot["prevId"] == "base-id"
    assert made.newest_snapshot["id"] not in {"base-id", "older"}
    assert checks(made.newest_snapshot) == [Check("t", "own", "n < 9"), Check("t", "rule", "n > 0")]


def test_check_of_a_table_that_the_base_has_not_stays_behind(
    base: Folder, addition: Folder, tmp_path: Path
) -> None:
    elsewhere = snapshot(rule="n >= 1").replace("public.t", "public.nowhere")
    (addition.path / "meta/0078_snapshot.json").write_text(elsewhere)

    made = overlay(base, read_folder(addition.path), ["0077_rule"], tmp_path / "into")

    assert checks(made.newest_snapshot) == [Check("t", "own", "n < 9")]


def test_an_overlay_can_be_applied(
    base: Folder, addition: Folder, tmp_path: Path, empty_db: Connection
) -> None:
    made = overlay(base, addition, ["0077_rule"], tmp_path / "into")
    RUNNERS["drizzle"].migrate(empty_db, base)

    assert RUNNERS["drizzle"].migrate(empty_db, made).ran == ("0007_rule",)


def test_files_without_an_entry_stay_without_one(
    base: Folder, addition: Folder, tmp_path: Path, draft: Any
) -> None:
    base = read_folder(draft.put("0040_stray.sql", "SELECT 40;").path)

    made = overlay(base, addition, ["0077_rule"], tmp_path / "into")

    assert [m.tag for m in made.unlisted] == ["0040_stray"]
    assert made.migrations[-1].tag == "0041_rule"


def test_a_base_without_snapshots_gets_none(
    folder_of: Callable[..., Folder], addition: Folder, tmp_path: Path
) -> None:
    made = overlay(folder_of("SELECT 1;"), addition, ["0077_rule"], tmp_path / "into")

    assert made.newest_snapshot is None


def test_a_base_of_drizzle_v1_gets_the_next_directories(
    addition: Folder, tmp_path: Path, empty_db: Connection
) -> None:
    first = tmp_path / "v1" / "20260101000059_a"
    first.mkdir(parents=True)
    (first / "migration.sql").write_text("CREATE TABLE t (n int);")
    own = {"entityType": "checks", "schema": "public", "table": "t", "name": "own", "value": "n < 9"}
    (first / "snapshot.json").write_text(json.dumps({"id": "base-id", "prevIds": ["x"], "ddl": [own]}))

    made = overlay(read_folder(first.parent), addition, ["0077_rule", "0078_more"], tmp_path / "into")

    last = tmp_path / "into" / "20260101000101_more" / "snapshot.json"
    assert runner_for(made, "drizzle").migrate(empty_db, made).ran[1:] == (
        "20260101000100_rule",
        last.parent.name,
    )
    assert json.loads(last.read_text())["prevIds"] == ["base-id"]
    assert checks(made.newest_snapshot) == [Check("t", "own", "n < 9"), Check("t", "rule", "n > 0")]


@pytest.mark.parametrize(
    ("tag", "sql"), [("0077_rule", "SELECT 1;"), ("0201_rule", "SELECT 1;"), ("0201_other", RULE)]
)
def test_a_base_that_has_the_migration_is_refused(
    draft: Any, addition: Folder, tmp_path: Path, tag: str, sql: str
) -> None:
    base = draft.add(tag, sql).read()

    with pytest.raises(OverlayError, match=f"already has 0077_rule, as {tag}"):
        overlay(base, addition, ["0077_rule"], tmp_path / "into")

    assert not (tmp_path / "into").exists()


def test_a_tag_that_the_addition_lacks_is_bad_input(base: Folder, addition: Folder, tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="has no migration 0099_x"):
        overlay(base, addition, ["0099_x"], tmp_path / "into")


def test_a_folder_that_is_not_empty_is_left_alone(base: Folder, addition: Folder) -> None:
    with pytest.raises(HarnessError, match="is not empty"):
        overlay(base, addition, ["0077_rule"], base.path)


def test_a_snapshot_answers_for_table_and_name() -> None:
    stored = json.loads(snapshot(rule="n > 0"))

    assert check_in_snapshot(stored, "t", "rule") == "n > 0"
    assert check_in_snapshot(stored, "t", "other") is None
    assert check_in_snapshot(stored, "other", "rule") is None
    assert check_in_snapshot(None, "t", "rule") is None


@pytest.mark.parametrize(
    "constraints",
    [None, [], {"rule": None}, {"rule": {"value": 7, "name": "rule"}}, {"rule": {"name": "x", "value": "y"}}],
)
def test_a_constraint_of_another_shape_is_not_there(constraints: object) -> None:
    stored = {"tables": {"public.t": {"checkConstraints": constraints}, "broken": 3}}

    assert check_in_snapshot(stored, "t", "rule") is None


def test_the_fragment_is_what_the_snapshot_lacks() -> None:
    fragment = json.loads(snapshot_fragment("t", "rule", "n > 0"))

    assert check_in_snapshot(fragment, "t", "rule") == "n > 0"
