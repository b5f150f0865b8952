"""The page's tables are those of the recorded verdicts, and these are the known ones."""

from __future__ import annotations

import pytest

from fixtures.gate import known_failures, release_install, rolling_deploy, server_verdicts_table
from fixtures.gate.server_verdicts_table import BEGIN, END, PAGE, Verdict, aligned, recorded, table


def between(begin: str, end: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0]


def test_page_has_the_recorded_verdicts() -> None:
    assert between(BEGIN, END) == table(recorded())


def test_page_has_the_rolling_deploy() -> None:
    shown = between("<!-- rolling deploy -->\n", "<!-- end of rolling deploy -->\n")

    assert shown == aligned(rolling_deploy.rows(rolling_deploy.AS_IT_HAS_TO_BE))


def test_recorded_verdicts_cover_what_is_judged() -> None:
    servers = {(verdict.release, verdict.fix) for verdict in recorded()}

    assert {
        (release, fix) for release in release_install.RELEASES for fix in server_verdicts_table.TITLES
    } <= servers


@pytest.mark.parametrize("verdict", recorded(), ids=lambda one: f"{one.release}-{one.fix}-{one.phase}")
def test_recorded_verdict_is_the_known_one(verdict: Verdict) -> None:
    known = known_failures.load(verdict.fix, verdict.phase)
    may = {law for one in known for law in one.laws}
    must = {law for one in known if not one.sometimes for law in one.laws}

    assert must <= set(verdict.laws) <= may


def test_rolling_deploy_tells_what_is_not_as_it_has_to_be() -> None:
    outcomes = dict(rolling_deploy.AS_IT_HAS_TO_BE)
    case = next(one for one in rolling_deploy.CASES if one.server == "fixed")
    outcomes[case, "constraint"] = rolling_deploy.FAILS

    assert rolling_deploy.surprises(outcomes) == [
        f"rolling deploy: constraint, not yet backfilled, the fixed server {case.what}: 5xx, not works"
    ]
