from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.migrations import drizzle_folder as folder_room
from fixtures.migrations.drizzle_folder import FolderError, read_folder, skipped_by_drizzle
from fixtures.migrations.journal import inverted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.migrations.drizzle_folder import Folder


def codes(folder: Folder) -> dict[str, str]:
    return {problem.code: problem.severity for problem in folder.problems}


def refusal(path: Path) -> FolderError:
    with pytest.raises(FolderError) as caught:
        read_folder(path)
    return caught.value


def test_a_good_folder_has_no_errors_and_keeps_array_order(draft: Any) -> None:
    draft.add("0000_a", "SELECT 'é';\r\n").add("0001_b").put("meta/0001_snapshot.json", '{"tables": {}}')

    folder = draft.read()

    assert folder.problems == ()
    assert [migration.tag for migration in folder.migrations] == ["0000_a", "0001_b"]
    assert folder.migrations[0].digest == hashlib.sha256("SELECT 'é';\r\n".encode()).hexdigest()
    assert folder.newest_snapshot == {"tables": {}}


def test_the_newest_snapshot_is_the_last_by_name(draft: Any) -> None:
    draft.add("0000_a")
    for number in (3, 10, 7, 1, 12, 5, 4, 11, 2, 9, 8, 6):
        draft.put(f"meta/{number:04d}_snapshot.json", f'{{"tables": {{}}, "id": "{number}"}}')

    folder = draft.read()

    assert folder.newest_snapshot_name == "0012_snapshot.json"
    assert folder.newest_snapshot == {"tables": {}, "id": "12"}


def test_gaps_in_idx_are_fine(draft: Any) -> None:
    folder = draft.add("0000_a").add("0007_b", idx=7).read()

    assert folder.errors == ()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path / "nowhere")

    assert error.code == "no-folder"
    assert str(error).startswith(f"{tmp_path}/nowhere: there is no such folder")


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert "is not a folder" in str(refusal(tmp_path / "file"))


def test_a_folder_without_a_journal_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path)

    assert error.code == "no-journal"
    assert str(error).splitlines()[0].startswith("meta/_journal.json: there is no such file")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("{", "journal-json", "line 1 column 2"),
        ('\ufeff{"entries": []}', "journal-json", "BOM"),
        ('{"entries": [NaN]}', "journal-json", "NaN"),
        ("[" * 100_000, "journal-json", "recursion"),
        ("[]", "journal-shape", 'a list "entries"'),
        ('{"entries": {}}', "journal-shape", 'a list "entries"'),
        ('{"version": "7", "dialect": "postgresql"}', "journal-shape", 'a list "entries"'),
        (b"\xff", "file-encoding", "not UTF-8: 0xFF at byte 1"),
    ],
)
def test_a_journal_that_cannot_be_read_is_refused(
    draft: Any, text: str | bytes, code: str, says: str
) -> None:
    draft.put("meta/_journal.json", text)

    error = refusal(draft.path)

    assert error.code == code
    assert says in str(error).splitlines()[0]


@pytest.mark.parametrize(
    ("heading", "code", "says"),
    [
        ({"version": "8"}, "journal-version", 'version "8" is not known'),
        ({"version": 7}, "journal-version", "version 7 is not known"),
        ({"dialect": "mysql"}, "journal-dialect", 'dialect "mysql" is not postgresql'),
        ({"dialect": None}, "journal-dialect", "dialect null"),
    ],
)
def test_an_unknown_version_or_dialect_is_refused(
    draft: Any, heading: dict[str, Any], code: str, says: str
) -> None:
    draft.add("0000_a").heading.update(heading)

    error = refusal(draft.write())

    assert error.code == code
    assert says in str(error)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"when": "soon"}, 'when "soon" is not a whole number of milliseconds'),
        ({"when": 1.5}, "when 1.5"),
        ({"when": True}, "when true"),
        ({"when": 1e300}, "when 1e+300"),
        ({"when": None}, "when null"),
        ({"idx": "0"}, 'idx "0" is not a whole number'),
        ({"idx": -1}, "idx -1"),
        ({"tag": 5}, "tag 5 is not a string"),
        ({"version": "99"}, 'version "99"'),
        ({"breakpoints": "yes"}, 'breakpoints "yes"'),
    ],
)
def test_an_entry_of_the_wrong_shape_is_refused(draft: Any, wrong: dict[str, Any], says: str) -> None:
    draft.add("0000_a").add("0001_b", **wrong)

    error = refusal(draft.write())

    assert error.code == "entry-shape"
    assert str(error).startswith(f"meta/_journal.json, entry 2: {says}")


def test_an_entry_that_is_no_object_is_refused(draft: Any) -> None:
    draft.add("0000_a").entries.append(7)

    assert "entry 2: 7 is not an object" in str(refusal(draft.write()))


def test_a_when_in_exponent_notation_is_a_number(draft: Any) -> None:
    assert draft.add("0000_a", when=1.5e12).read().migrations[0].when == 1_500_000_000_000


def test_every_reason_is_told_at_once(draft: Any) -> None:
    draft.add("0000_a", when=None).add("0001_b", b"\xff")

    error = refusal(draft.write())

    assert [problem.code for problem in error.problems] == ["entry-shape", "file-encoding"]
    assert "also 0001_b.sql: is not UTF-8" in str(error)


def test_a_tag_without_a_file_is_refused(draft: Any) -> None:
    draft.add("0000_a").write()
    (draft.path / "0000_a.sql").unlink()

    error = refusal(draft.path)

    assert error.code == "file-missing"
    assert str(error).startswith("0000_a.sql: there is no such file, and the journal lists it")


@pytest.mark.parametrize(
    ("tag", "there"), [("0000_A", "0000_a"), ("0000_a.sql", "0000_a"), ("0000_é", "0000_e\u0301")]
)
def test_a_file_of_a_name_like_the_tags_is_named(draft: Any, tag: str, there: str) -> None:
    draft.add(tag).put(f"{there}.sql", "SELECT 1;").sql.clear()

    assert f"{there}.sql is there, in other letters" in str(refusal(draft.write()))


def test_a_file_without_an_entry_is_an_error_and_kept_for_the_runner_that_runs_it(draft: Any) -> None:
    folder = draft.add("0000_a").put("0001_b.sql", "SELECT 2;").read()

    assert codes(folder)["file-unlisted"] == "error"
    assert [migration.tag for migration in folder.unlisted] == ["0001_b"]


@pytest.mark.parametrize("tag", ["../x", "/etc/passwd", "sub/0000_a", "..", "", "a\\b", "a\0b"])
def test_a_tag_that_is_no_plain_name_is_refused(draft: Any, tag: str) -> None:
    draft.path.mkdir()
    (draft.path.parent / "x.sql").write_text("SELECT 'outside';")
    draft.entries.append({"idx": 0, "version": "7", "when": 1, "tag": tag, "breakpoints": True})

    assert refusal(draft.write()).code == "tag-path"


def test_a_link_out_of_the_folder_is_refused(draft: Any, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SELECT 'outside';")
    draft.add("0000_a").write()
    (draft.path / "0000_a.sql").unlink()
    (draft.path / "0000_a.sql").symlink_to(tmp_path / "secret")

    assert refusal(draft.path).code == "file-outside"


def test_a_link_inside_the_folder_is_read(draft: Any) -> None:
    draft.add("0000_a").write()
    (draft.path / "0000_a.sql").rename(draft.path / "real.txt")
    (draft.path / "0000_a.sql").symlink_to("real.txt")

    assert read_folder(draft.path).migrations[0].sql == "SELECT 1;"


def test_a_loop_of_links_is_unreadable(draft: Any) -> None:
    draft.add("0000_a").write()
    (draft.path / "0000_a.sql").unlink()
    (draft.path / "0000_a.sql").symlink_to("0000_a.sql")

    assert refusal(draft.path).code == "file-unreadable"


def test_a_folder_name_that_no_system_takes_is_unreadable(tmp_path: Path) -> None:
    assert refusal(tmp_path / ("x" * 300)).code in {"no-folder", "file-unreadable"}


def test_a_folder_in_place_of_a_file_is_refused(draft: Any) -> None:
    draft.add("0000_a").write()
    (draft.path / "0000_a.sql").unlink()
    (draft.path / "0000_a.sql").mkdir()

    assert refusal(draft.path).code == "file-irregular"


def test_what_the_system_refuses_to_open_is_unreadable(draft: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def deny(path: Path, flags: int, *more: Any, **named: Any) -> int:
        if str(path).endswith("_journal.json"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags, *more, **named)

    draft.add("0000_a").write()
    monkeypatch.setattr("os.open", deny)

    error = refusal(draft.path)

    assert str(error).startswith("meta/_journal.json: cannot be read: Permission denied (check its mode")


def test_a_huge_file_is_refused_before_it_is_read(draft: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    draft.add("0000_a", "SELECT 1;" * 100).write()
    monkeypatch.setattr(folder_room, "FILE_BYTES_MAX", 500)

    error = refusal(draft.path)

    assert error.code == "file-too-large"
    assert "0000_a.sql: has 900 bytes (limit 500)" in str(error)


def test_a_file_that_is_not_utf8_names_the_byte(draft: Any) -> None:
    draft.add("0000_a", b"SELECT '\xe9';")

    assert "0000_a.sql: is not UTF-8: 0xE9 at byte 9" in str(refusal(draft.write()))


def test_a_nul_byte_is_refused(draft: Any) -> None:
    error = refusal(draft.add("0000_a", "SELECT 1;\n\0").write())

    assert (error.code, "NUL byte on line 2" in str(error)) == ("file-nul", True)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT 1;\n-- ab\u202ec", "U+202E RIGHT-TO-LEFT OVERRIDE at line 2, column 6"),
        ("\ufeffSELECT 1;", "U+FEFF ZERO WIDTH NO-BREAK SPACE at line 1, column 1"),
        ("SELECT\u200b 1;\u200b", "U+200B ZERO WIDTH SPACE at line 1, column 7, and 1 more"),
        ("SELECT 'arc\u00adhived'", "U+00AD SOFT HYPHEN"),
        ("SELECT '\u3164'", "U+3164 HANGUL FILLER"),
        ("SELECT '\x1b[8m'", "U+001B a control character"),
        ("-- \U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
    ],
)
def test_unicode_that_a_reviewer_cannot_see_is_an_error(draft: Any, sql: str, says: str) -> None:
    folder = draft.add("0000_a", sql).read()

    problem = next(problem for problem in folder.errors if problem.code == "hidden-unicode")
    assert str(problem).startswith(f"0000_a.sql: {says}")


def test_visible_unicode_is_fine_and_an_odd_blank_is_a_warning(draft: Any) -> None:
    folder = draft.add("0000_a", "SELECT 'é 漢字 🙂';").add("0001_b", "SELECT 'archived\u00a0';").read()

    assert "hidden-unicode" not in codes(folder)
    (blank,) = [problem for problem in folder.problems if problem.code == "odd-blank"]
    assert (blank.where, blank.severity) == ("0001_b.sql", "warning")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("-- by \U0001f469\u200d\U0001f4bb \u2764\ufe0f\nSELECT 1;", False),
        ("/* \U0001f469\u200d\U0001f4bb */ SELECT 1;", False),
        ("SELECT '\U0001f469\u200d\U0001f4bb';", True),
        ('SELECT 1 AS "\u2764\ufe0f";', True),
        ("-- a\u200db\nSELECT 1;", True),
        ("-- \U0001f469\u202e\nSELECT 1;", True),
    ],
)
def test_joiner_of_an_emoji_is_hidden_unless_in_a_comment(draft: Any, sql: str, found: bool) -> None:
    folder = draft.add("0000_a", sql).read()

    assert ("hidden-unicode" in codes(folder)) is found


def test_hidden_unicode_in_a_tag_is_shown_escaped(draft: Any) -> None:
    folder = draft.add("0000_a\u202eb").read()

    assert codes(folder)["hidden-unicode"] == "error"
    assert not any("\u202e" in str(problem) for problem in folder.problems)


@pytest.mark.parametrize(
    ("entries", "code", "severity"),
    [
        ([("0000_a", 0), ("0001_b", 0)], "duplicate-idx", "error"),
        ([("0001_b", 0), ("0000_a", 0), ("0002_c", 1)], "duplicate-idx", "error"),
        ([("0000_a", 0), ("0001_b", 0), ("0002_c", 1)], "duplicate-idx", "warning"),
        ([("0000_a", 0), ("0000_b", 1)], "duplicate-number", "error"),
        ([("0000_a", 0), ("0000_a", 1)], "duplicate-tag", "error"),
        ([("0000_a", 1), ("0001_b", 0)], "idx-order", "error"),
    ],
)
def test_entries_that_clash_are_told(
    draft: Any, entries: list[tuple[str, int]], code: str, severity: str
) -> None:
    for tag, idx in entries:
        draft.add(tag, idx=idx)

    assert codes(draft.read())[code] == severity


def test_a_number_shared_with_a_file_outside_the_journal_is_an_error(draft: Any) -> None:
    folder = draft.add("0000_a").put("0000_b.sql", "SELECT 1;").read()

    problem = next(problem for problem in folder.errors if problem.code == "duplicate-number")
    assert "number 0000 stands on 2 files: 0000_a.sql, 0000_b.sql" in str(problem)


def test_low_whens_are_one_warning_with_a_count(folder_of: Callable[..., Folder]) -> None:
    folder = folder_of("", "", "", "", when_0=10, when_1=5, when_2=7, when_3=10)

    assert [migration.tag for migration in inverted(folder.migrations)] == ["0001_m", "0002_m", "0003_m"]
    (problem,) = (problem for problem in folder.problems if problem.code == "when-order")
    assert (problem.severity, problem.what.split(",")[0]) == (
        "warning",
        "3 of 4 entries have a `when` that is not above all earlier ones (1 not above the one just before)",
    )


def test_what_drizzle_would_skip_names_the_entry_that_hides_it(folder_of: Callable[..., Folder]) -> None:
    folder = folder_of("", "", "", when_0=10, when_1=10, when_2=11)

    first, second, third = folder.migrations
    assert [skipped_by_drizzle(folder, migration) for migration in (first, second, third)] == [
        None,
        first,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [("{", "snapshot-json"), ("[]", "snapshot-shape"), ("{}", "snapshot-shape"), (b"\xff", "file-encoding")],
)
def test_a_broken_snapshot_is_a_problem_and_not_the_end(draft: Any, text: str | bytes, code: str) -> None:
    folder = draft.add("0000_a").put("meta/0000_snapshot.json", text).read()

    assert codes(folder)[code] == "error"
    assert folder.newest_snapshot is None


def test_chunks_are_cut_at_breakpoints_with_their_places(folder_of: Callable[..., Folder]) -> None:
    text = "\ufeff A--> statement-breakpoint\n\n--> statement-breakpoint B "
    (migration,) = folder_of(text).migrations

    assert migration.chunks(trimmed=False) == ["\ufeff A", "\n\n", " B "]
    assert migration.chunks(trimmed=True) == ["A", "B"]
    assert all(
        migration.sql[chunk.offset :].startswith(chunk.text)
        for trimmed in (True, False)
        for chunk in migration.located_chunks(trimmed=trimmed)
    )


@pytest.mark.parametrize(
    ("parents", "severity"),
    [("ab", None), ("aa", "error"), ("aab", "warning"), ("aba", "error")],
)
def test_snapshots_of_two_branches_collide(draft: Any, parents: str, severity: str | None) -> None:
    draft.add("0000_a")
    for number, parent in enumerate(parents):
        draft.put(
            f"meta/{number:04d}_snapshot.json", f'{{"id": "{number}", "prevId": "{parent}", "tables": {{}}}}'
        )

    assert codes(draft.read()).get("snapshot-collision") == severity


def test_folder_that_was_meant_is_named(draft: Any) -> None:
    path = draft.add("0000_a").write()

    assert [f"name {path}" in str(refusal(near)) for near in (path.parent, path / "meta")] == [True, True]
