"""Read the commands out of the documentation."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:tox -e|psql|pytest|python -m) [^`]+)`")
CI_MARKS = ("# CI", "# nightly")


class Command(NamedTuple):
    """A command as a page has it."""

    page: str
    text: str

    @property
    def in_ci(self) -> bool:
        """Tell whether .ci/run, or .ci/run nightly, runs it as it stands."""
        return self.text.endswith(CI_MARKS)

    @property
    def environment(self) -> str | None:
        """Return the tox environment that it runs, if it runs one."""
        words = self.words
        after = [
            words[n + 2] for n, word in enumerate(words[:-2]) if word.endswith("tox") and words[n + 1] == "-e"
        ]
        return after[0] if after else None

    @property
    def arguments(self) -> list[str]:
        """Return what follows the `--`."""
        words = self.words
        return words[words.index("--") + 1 :] if "--" in words else []

    @property
    def words(self) -> list[str]:
        """Return the command's words, without its comment."""
        return shlex.split(self.text, comments=True)


def commands() -> Iterator[Command]:
    """Yield each command of each page, once a page."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line.strip() for block in _BLOCK.findall(text) for line in block.splitlines()]
        found = [line for line in lines if line and not line.startswith("#")]
        found += _INLINE.findall(_BLOCK.sub("", text))
        for line in dict.fromkeys(found):
            yield Command(page.name, line)


def tox_environments() -> dict[str, list[str]]:
    """Return the commands of each environment of tox.ini, by its name."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini", encoding="utf-8")
    named = {
        section.removeprefix("testenv:"): parser[section].get("commands", "").strip().splitlines()
        for section in parser.sections()
        if section.startswith("testenv:")
    }
    listed = [name.strip() for name in parser["tox"]["env_list"].split(",")]
    return {**{name: [] for name in listed}, **named}
