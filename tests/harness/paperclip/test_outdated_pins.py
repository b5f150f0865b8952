"""What a newer release on npm means for us: news, told apart from a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.core.errors import EXIT_HARNESS, EXIT_NEWS, EXIT_OK, EXIT_SUBJECT
from fixtures.paperclip import outdated_pins
from fixtures.paperclip.outdated_pins import changes, main, newest_of, pin

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT, SCHEMA = "dist/client.js", "dist/schema/execution_workspaces.js"
OLD = {
    CLIENT: "a",
    SCHEMA: "b",
    "dist/migrations/0001_a.sql": "SELECT 1",
    "dist/migrations/meta/1_snapshot.json": "",
}


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ({}, []),
        ({CLIENT: "other"}, [f"paperclip's runner has changed: {CLIENT}"]),
        ({"dist/migrations/0002_b.sql": "SELECT 2"}, ["1 more migrations"]),
        (
            {"dist/migrations/0002_b.sql": 'ALTER TABLE "execution_workspaces" ADD "x" int'},
            ["1 more migrations, 1 of them about execution_workspaces: 0002_b.sql"],
        ),
        (
            {"dist/migrations/0001_a.sql": "SELECT 3"},
            ["migrations that were published are edited or gone: dist/migrations/0001_a.sql"],
        ),
    ],
    ids=["nothing", "runner", "migration", "migration-of-the-table", "edited"],
)
def test_changes_name_what_concerns_us(new: Mapping[str, str], said: list[str]) -> None:
    assert list(changes(OLD, {**OLD, **new})) == said


def test_changes_name_what_is_no_longer_shipped() -> None:
    assert list(changes(OLD, {path: OLD[path] for path in OLD if "meta" not in path and path != SCHEMA})) == [
        f"the table's schema is gone: {SCHEMA}",
        "snapshots are shipped no longer",
    ]


@pytest.mark.parametrize(
    ("version", "newest"), [("0.45.4", "0.46.0"), ("1.0.0-rc.5", "1.0.0-rc.10"), ("2026.916.1", "0.46.0")]
)
def test_newest_counts_candidates_only_where_one_is_pinned(version: str, newest: str) -> None:
    published = [
        "0.45.4",
        "0.46.0",
        "0.5.0",
        "1.0.0-rc.10",
        "1.0.0-rc.5",
        "1.0.0-rc.11-1a2b3c4",
        "2.0.0-beta.1",
    ]

    assert newest_of(version, published) == newest


@pytest.mark.parametrize("behind", [False, True])
def test_pin_that_is_behind_is_news_and_nobodys_fault(
    behind: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published = ["9999.0.0"] if behind else [pin("drizzle-kit")[1]]
    monkeypatch.setattr(outdated_pins, "PACKAGES", ("drizzle-kit",))
    monkeypatch.setattr(outdated_pins, "_published", lambda *_: published)
    monkeypatch.setattr(outdated_pins, "_content", lambda *_: OLD)

    code, said = main(None), capsys.readouterr().out

    assert code == (EXIT_NEWS if behind else EXIT_OK)
    assert EXIT_NEWS not in {EXIT_OK, EXIT_SUBJECT, EXIT_HARNESS}
    assert ("nobody is at fault" in said) == behind
