"""What production has of a folder: from an option, from a git history, from a pull request's job."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.deployed import BASE_VARIABLE, what_is_deployed
from fixtures.migrations.drizzle_folder import read_folder

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@invalid", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def history(draft: Any) -> Any:
    """Return a draft whose two migrations are a commit of the branch `base`."""
    draft.add("0000_a", "CREATE TABLE a ();").add("0001_b", "CREATE TABLE b ();").write()
    for command in (["init", "-q", "-b", "base"], ["add", "-A"], ["commit", "-q", "-m", "two"]):
        git(draft.path, *command)
    return draft


def codes(folder: Path, ref: str = "base") -> list[str]:
    return [p.code for p in what_is_deployed(read_folder(folder), tag=None, ref=ref).problems]


def test_deployed_names_the_newest_tag(history: Any) -> None:
    known = what_is_deployed(read_folder(history.path), tag="0000_a.sql", ref=None)

    assert known.tags == frozenset({"0000_a"})


def test_base_has_what_the_commits_journal_lists(history: Any) -> None:
    history.add("0002_c").write()

    known = what_is_deployed(read_folder(history.path), tag=None, ref="base")

    assert (known.tags, known.problems) == (frozenset({"0000_a", "0001_b"}), ())


def test_migration_edited_since_the_base_is_an_error(history: Any) -> None:
    history.sql["0001_b"] = "CREATE TABLE b (n int);"

    assert codes(history.write()) == ["edited-since-base"]


def test_migration_renamed_since_the_base_is_an_error(history: Any) -> None:
    history.entries.pop()
    (history.path / "0001_b.sql").unlink()
    del history.sql["0001_b"]

    assert codes(history.add("0001_c").write()) == ["gone-since-base"]


def test_base_that_went_on_is_a_warning(history: Any) -> None:
    git(history.path, "branch", "mine")
    history.add("0002_theirs").write()
    for command in (["add", "-A"], ["commit", "-q", "-m", "three"], ["checkout", "-q", "mine"]):
        git(history.path, *command)

    assert codes(history.path) == ["behind-base"]


def test_pull_requests_job_names_its_base_branch(history: Any) -> None:
    git(history.path, "update-ref", "refs/remotes/origin/main", "base")

    known = what_is_deployed(
        read_folder(history.path), tag=None, ref=None, environment={BASE_VARIABLE: "main"}
    )

    assert known.tags == frozenset({"0000_a", "0001_b"})


def test_base_branch_that_is_not_fetched_is_unknown_and_says_so(history: Any) -> None:
    known = what_is_deployed(
        read_folder(history.path), tag=None, ref=None, environment={BASE_VARIABLE: "main"}
    )

    assert known.tags is None
    assert "GITHUB_BASE_REF main cannot be read" in known.said


@pytest.mark.parametrize(
    ("tag", "ref", "says"),
    [("0009_x", None, "no such migration; name a tag of it, as 0001_b"), (None, "nowhere", "git: ")],
)
def test_what_does_not_exist_is_the_callers_fault(
    history: Any, tag: str | None, ref: str | None, says: str
) -> None:
    with pytest.raises(HarnessError, match=says):
        what_is_deployed(read_folder(history.path), tag=tag, ref=ref)
