"""Each attack of the table is by a known attacker and tried by a test; the page shows the table as it is."""

from __future__ import annotations

from tests.harness.security.attack_table import ATTACKERS, PAGE, attacks, missing, rendered


def test_each_attack_names_its_attacker_and_tests_that_exist() -> None:
    assert {one.by for one in attacks()} <= set(ATTACKERS)
    assert [one.attack for one in attacks() if not one.tests] == []
    assert [test for one in attacks() for test in one.tests if missing(test)] == []


def test_no_attack_is_told_twice() -> None:
    told = [one.attack for one in attacks()]

    assert len(told) == len(set(told))


def test_security_page_shows_the_attacks_as_they_are() -> None:
    page = PAGE.read_text("utf-8")

    assert page == rendered(page), "run python -m tests.harness.security.attack_table"
