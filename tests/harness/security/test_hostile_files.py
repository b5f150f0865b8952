"""Files of a stranger: any folder is read or refused in one line, within a budget of processor time and memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.migrations.drizzle_folder import FolderError, read_folder
from fixtures.migrations.journal import ENTRIES_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.conftest import Inner

ROOT = Path(__file__).resolve().parents[3]
PROCESSOR_SECONDS_MAX = 10
MEMORY_BYTES_MAX = 1 << 30
READ = """
import sys
from pathlib import Path
from fixtures.migrations.drizzle_folder import FolderError, read_folder
try:
    print("read,", len(read_folder(Path(sys.argv[1])).errors), "errors")
except FolderError as error:
    print(str(error).splitlines()[0])
"""


def entry(idx: int, tag: str, **changed: object) -> dict[str, object]:
    return {"idx": idx, "version": "7", "when": 1000 + idx, "tag": tag, "breakpoints": True, **changed}


def write(
    folder: Path, entries: list[Any], files: dict[str, bytes], snapshot: str = '{"tables": {}}'
) -> Path:
    (folder / "meta").mkdir(parents=True)
    journal = {"version": "7", "dialect": "postgresql", "entries": entries}
    (folder / "meta" / "_journal.json").write_text(json.dumps(journal), encoding="utf-8")
    (folder / "meta" / "0000_snapshot.json").write_text(snapshot, encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def read_within_budget(folder: Path) -> str:
    """Read a folder in a process of its own, that the kernel ends when it takes too much."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS_MAX, PROCESSOR_SECONDS_MAX))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))

    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=limit, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def joiners(folder: Path) -> None:
    write(folder, [entry(0, "0000_a")], {"0000_a.sql": "SELECT 1;\n\u200d".encode() * 100_000})


def joiners_to_the_limit(folder: Path) -> None:
    write(folder, [entry(0, "0000_a")], {"0000_a.sql": "\u200d".encode() * 3_400_000})


def many_entries(folder: Path) -> None:
    write(
        folder,
        [entry(n, f"{n:05d}_a") for n in range(20_000)],
        {f"{n:05d}_a.sql": b"" for n in range(20_000)},
    )


def many_entries_of_one_idx(folder: Path) -> None:
    write(folder, [entry(n // 2, "0000_a") for n in range(20_000)], {"0000_a.sql": b"SELECT 1;"})


def too_many_entries(folder: Path) -> None:
    write(folder, [entry(n, "0000_a") for n in range(ENTRIES_MAX + 1)], {"0000_a.sql": b"SELECT 1;"})


def many_broken_entries(folder: Path) -> None:
    write(folder, [entry(n, f"{n}") for n in range(20_000)], {f"x{n}.sql": b"" for n in range(5_000)})


def one_large_file_twenty_times(folder: Path) -> None:
    write(folder, [entry(n, "0000_a") for n in range(20)], {"0000_a.sql": b"SELECT 1;\n" * 1_000_000})


def twenty_links_to_one_large_file(folder: Path) -> None:
    write(folder, [entry(n, f"{n:04d}_a") for n in range(20)], {"0000_a.sql": b"SELECT 1;\n" * 1_000_000})
    for n in range(1, 20):
        (folder / f"{n:04d}_a.sql").symlink_to("0000_a.sql")


def long_tag(folder: Path) -> None:
    write(folder, [entry(0, "x" * 5_000_000)], {})


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (joiners, "read, 1 errors"),
        (joiners_to_the_limit, "read, 1 errors"),
        (many_entries, "read, 0 errors"),
        (many_entries_of_one_idx, "read, 2 errors"),
        (too_many_entries, f"meta/_journal.json: has {ENTRIES_MAX + 1:,} entries (limit {ENTRIES_MAX:,})"),
        (many_broken_entries, "0.sql: there is no such file, and the journal lists it"),
        (one_large_file_twenty_times, "read, 1 errors"),
        (twenty_links_to_one_large_file, "0006_a.sql: the folder has more than 67,108,864 characters of SQL"),
        (long_tag, "… (5,000,004 characters): cannot be read: File name too long"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_folder_of_unusual_size_is_read_within_the_budget(
    tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    make(tmp_path / "folder")

    assert says in read_within_budget(tmp_path / "folder")


SURROGATES = {
    "tag": (
        [entry(0, "0000_\ud800")],
        '{"tables": {}}',
        "meta/_journal.json: holds \\ud800, half of a surrogate pair",
    ),
    "snapshot": (
        [entry(0, "0000_a")],
        '{"tables": {"\\udc00": {}}}',
        "meta/0000_snapshot.json: holds \\udc00, half of",
    ),
}


@pytest.mark.parametrize(("entries", "snapshot", "says"), SURROGATES.values(), ids=SURROGATES)
def test_half_of_a_surrogate_pair_is_the_subjects_fault(
    inner: Inner, tmp_path: Path, entries: list[Any], snapshot: str, says: str
) -> None:
    folder = write(tmp_path / "folder", entries, {"0000_a.sql": b"SELECT 1;"}, snapshot)
    source = "def test_it(subject):\n    assert not subject.folder.errors, str(subject.folder.errors[0])\n"

    done = inner.run(source, f"--migrations={folder}")

    assert done.returncode == 1, done.stdout
    assert says in done.stdout
    assert "INTERNALERROR" not in done.stdout


@pytest.mark.parametrize("twice", ["tag", "entries", "idx"])
def test_key_that_stands_twice_in_the_journal_is_refused_in_one_line(tmp_path: Path, twice: str) -> None:
    folder = write(tmp_path / "folder", [entry(0, "0000_a")], {"0000_a.sql": b"SELECT 1;"})
    journal = folder / "meta" / "_journal.json"
    journal.write_text(journal.read_text().replace(f'"{twice}":', f'"{twice}": [], "{twice}":'))

    with pytest.raises(FolderError) as refused:
        read_folder(folder)

    assert [str(one) for one in refused.value.problems] == [
        f'meta/_journal.json: is not valid JSON: an object has the key "{twice}" twice (restore the journal)'
    ]


def test_whole_surrogate_pair_is_text(tmp_path: Path) -> None:
    write(tmp_path / "folder", [entry(0, "0000_😀")], {"0000_😀.sql": b"SELECT 1;"})

    assert read_folder(tmp_path / "folder").migrations[0].tag == "0000_😀"


def put_fifo(path: Path) -> None:
    os.mkfifo(path)


def put_directory(path: Path) -> None:
    path.mkdir()


def put_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def put_loop(path: Path) -> None:
    path.symlink_to(path.name)


def put_link_out(path: Path) -> None:
    path.symlink_to("/etc/passwd")


KINDS = (put_fifo, put_directory, put_device, put_loop, put_link_out)


@pytest.mark.parametrize("name", ["0000_a.sql", "meta/_journal.json", "meta/0000_snapshot.json"])
@pytest.mark.parametrize("put", KINDS, ids=lambda put: put.__name__)
def test_what_is_no_file_of_the_folder_is_never_opened(
    tmp_path: Path, put: Callable[[Path], None], name: str
) -> None:
    folder = write(tmp_path / "folder", [entry(0, "0000_a")], {"0000_a.sql": b"SELECT 1;"})
    (folder / name).unlink()
    put(folder / name)

    try:
        said = [str(problem) for problem in read_folder(folder).errors]
    except FolderError as refused:
        said = [str(refused).splitlines()[0]]

    assert len(said) == 1
    assert said[0].startswith(f"{name}: ")
    assert "root:" not in said[0]


def test_name_of_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", [entry(0, "0000_a")], {"0000_a.sql": b"SELECT 1;"})
    (folder / os.fsdecode(b"0001_\xff.sql")).touch()

    assert [problem.code for problem in read_folder(folder).errors] == ["file-name"]


CHARACTERS = st.characters(codec=None)
HUGE = "a number of 5,000 digits"
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(CHARACTERS, max_size=8)
    | st.sampled_from([HUGE, -1, 2**53, 1e400, "\ud800", "..", "a/b", "\0", "\ufeff", "0000_a", "\x1b[31m"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inside: st.lists(inside) | st.dictionaries(st.text(max_size=3), inside), max_leaves=5
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "idx": st.integers(0, 3) | VALUES, "tag": st.sampled_from(["0000_a", "0001_b", "0002_c"]) | VALUES,
        "when": st.integers(1, 9) | VALUES, "version": st.just("7") | VALUES, "breakpoints": st.booleans() | VALUES,
    },
)  # fmt: skip
NAMES = st.sampled_from(
    ["0000_a.sql", "0001_b.sql", "0002_c.sql", "x.sql", "meta/0001_snapshot.json", "meta/9", "\u202e.sql"]
)
CONTENTS = (
    st.binary(max_size=64)
    | st.text(max_size=64).map(str.encode)
    | VALUES.map(lambda value: dumped(value).encode())
)
THINGS = CONTENTS | st.sampled_from(KINDS)


def dumped(value: object) -> str:
    return json.dumps(value).replace(json.dumps(HUGE), "9" * 5000)


@given(
    journal=st.fixed_dictionaries(
        {"entries": st.lists(ENTRIES | VALUES, max_size=4) | VALUES},
        optional={"version": st.just("7") | VALUES, "dialect": st.just("postgresql") | VALUES},
    ).map(dumped) | VALUES.map(dumped) | st.text(max_size=40),
    things=st.dictionaries(NAMES, THINGS, max_size=5),
    cut=st.integers(0, 3),
)  # fmt: skip
def test_any_folder_is_read_or_refused_in_one_line(
    journal: str, things: dict[str, bytes | Callable[[Path], None]], cut: int
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "meta").mkdir()
        text = journal.encode("utf-8", "surrogatepass")
        (folder / "meta" / "_journal.json").write_bytes(text[: len(text) - cut])
        for name, thing in things.items():
            (folder / name).write_bytes(thing) if isinstance(thing, bytes) else thing(folder / name)
        tracemalloc.start()
        begun = time.process_time()
        try:
            said = [str(problem) for problem in read_folder(folder).problems]
        except FolderError as refused:
            said = str(refused).splitlines()
        spent, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert [line for line in said if not line.isprintable()] == []
    assert spent < 1
    assert peak < 4 << 20
