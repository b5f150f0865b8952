from __future__ import annotations

import pytest

from fixtures.migrations.javascript_text import collation_key, squeeze, trim


@pytest.mark.parametrize(
    ("text", "left"),
    [("\ufeff a \n", "a"), ("\u00a0a\u2028", "a"), ("\x1ca\x85", "\x1ca\x85"), ("", ""), (" \t", "")],
)
def test_trim_takes_what_javascript_takes(text: str, left: str) -> None:
    assert trim(text) == left


def test_squeeze_makes_one_line() -> None:
    assert squeeze("\n CREATE\t\n TABLE\u00a0x ") == "CREATE TABLE x"


def test_names_sort_as_locale_compare_sorts_them() -> None:
    # This order is what Node prints for the same names.
    names = ["0001_a_b.sql", "0001_a.b.sql", "0001_a.sql", "0001_A.sql", "0001-a.sql", "0001.sql", "10_a", "9_a",
             "a", "a_1", "a_b", "A_b", "a1", "aa", "aA", "Aa", "AA", "ab", "aB", "B"]  # fmt: skip

    backwards = names[::-1]

    assert sorted(backwards, key=collation_key) == names
