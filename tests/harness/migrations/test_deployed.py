"""What production has of a folder: from an option, from a git history, from a pull request's job."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.core.errors import HarnessError
from fixtures.migrations.deployed_from_option_or_git_base import BASE_VARIABLE, what_is_deployed
from fixtures.migrations.drizzle_folder import read_folder

if TYPE_CHECKING:
    from collections.abc import Callable
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


def test_line_ends_of_the_checkout_are_no_edit(history: Any) -> None:
    for path in history.path.glob("*.sql"):
        path.write_bytes(path.read_bytes().replace(b";", b"\n;"))
    git(history.path, "commit", "-qam", "two lines each")
    for path in history.path.glob("*.sql"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert codes(history.path) == []


def test_tag_that_is_not_ascii_is_found_on_the_base(history: Any) -> None:
    history.add("0002_ünï cöde").write()
    for command in (["add", "-A"], ["commit", "-q", "-m", "three"]):
        git(history.path, *command)

    known = what_is_deployed(read_folder(history.path), tag=None, ref="base")

    assert "0002_ünï cöde" in (known.tags or ())


def test_folder_brought_up_to_v1_since_has_the_same_migrations(
    history: Any, v1_of: Callable[[Path], Path]
) -> None:
    converted = v1_of(history.path)
    shutil.rmtree(history.path / "meta")
    for path in history.path.glob("*.sql"):
        path.unlink()
    shutil.copytree(converted, history.path, dirs_exist_ok=True)

    known = what_is_deployed(read_folder(history.path), tag=None, ref="base")

    assert (len(known.tags or ()), known.problems) == (2, ())


def test_shallow_clone_without_the_common_commit_says_what_to_fetch(history: Any, tmp_path: Path) -> None:
    git(history.path, "branch", "mine")
    history.add("0002_theirs").write()
    for command in (["add", "-A"], ["commit", "-q", "-m", "three"]):
        git(history.path, *command)
    clone = tmp_path / "clone"
    source = f"file://{history.path}"
    git(tmp_path, "clone", "-q", "--depth", "1", "-b", "mine", source, str(clone))
    git(clone, "fetch", "-q", "--depth", "1", "origin", "base")

    with pytest.raises(HarnessError, match=r"no commit in common .*fetch-depth: 0"):
        codes(clone, "FETCH_HEAD")


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


def test_journal_that_cannot_be_read_on_the_base_is_one_line(history: Any) -> None:
    history.put("meta/_journal.json", "{broken")
    git(history.path, "commit", "-qam", "broken")

    with pytest.raises(HarnessError, match=r"^--base base: meta/_journal.json cannot be read there"):
        codes(history.write())


@pytest.mark.parametrize(
    ("tag", "ref", "says"),
    [
        ("0009_x", None, "no such migration; name a tag of it, as 0001_b"),
        (None, "nowhere", "git: "),
        (None, "HEAD:meta", "git: "),
    ],
)
def test_what_does_not_exist_is_the_callers_fault(
    history: Any, tag: str | None, ref: str | None, says: str
) -> None:
    with pytest.raises(HarnessError, match=says):
        what_is_deployed(read_folder(history.path), tag=tag, ref=ref)
