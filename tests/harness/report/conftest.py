"""A small rehearsal of realistic shape for the tests of the report."""

from __future__ import annotations

import math
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from fixtures.rehearsal.evidence import (
    BlastRadius,
    Cell,
    CostPoint,
    Evidence,
    Finding,
    FrozenWindow,
    GrowthPoint,
    Limits,
    LockSample,
    Operation,
    Order,
    PoolSample,
    ProbeSample,
    StepEvidence,
    Tried,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.rehearsal.evidence import Severity

TABLE = "public.execution_workspaces"
PHASES = ("before", "deployed", "backfilled", "validated")
BROKEN = "23514"


def step(name: str, title: str, mode: str, held_ms: float, stall_ms: float, **more: object) -> StepEvidence:
    """Return a step with a timeline of some eighty statements, one of them as slow as the stall."""
    timeline = tuple(
        ProbeSample(
            probe="reader" if number % 2 else "writer",
            at_ms=number * 1.5,
            took_ms=stall_ms if number == 41 else 0.3 + abs(math.sin(number)) * 0.4,
        )
        for number in range(80)
    )
    given: dict[str, object] = {
        "source": f"sql/rollout/closed_state/{name}.sql", "outcome": "done", "duration_ms": 40.0 + held_ms,
        "locks": (LockSample(relation=TABLE, mode=mode, held_ms=held_ms, seen=3),),
        "reader_stall_ms_max": stall_ms, "writer_stall_ms_max": stall_ms / 2,
        "reader_statements": 40, "writer_statements": 40, "timeline": timeline, "violators_left": 1037,
        "convalidated": False, **more,
    }  # fmt: skip
    return StepEvidence(name=name, title=title, **given)  # type: ignore[arg-type]


def operation(name: str, title: str, on: str, *, breaks: bool) -> Operation:
    """Return an operation that breaks in the window, or does not."""
    states = {"deployed": BROKEN} if breaks else {}
    cells = tuple(
        Cell(phase=phase, sqlstate=states.get(phase), rows=int(phase not in states)) for phase in PHASES
    )
    return Operation(name=name, title=title, on=on, cells=cells)  # type: ignore[arg-type]


def window() -> FrozenWindow:
    operations = (
        operation("touch", "touch last_used_at of a violator", "violator", breaks=True),
        operation("rename", "rename a violator", "violator", breaks=True),
        operation("archive", "archive a violator", "violator", breaks=False),
        operation("delete", "delete a violator", "violator", breaks=False),
        operation(
            "delete_source_issue", "delete the issue that a violator came from", "neighbour", breaks=True
        ),
        operation("delete_company", "delete the company of a violator", "neighbour", breaks=True),
    )
    broken = tuple(item.name for item in operations if item.breaks)
    orders = (
        Order(
            name="after", title="deploy, and backfill right after it", steps=("deploy", "backfill", "validate"),
            window_ms=212.0, frozen_rows=1037, frozen_neighbours=861, breaks=broken,
            sentence="1037 rows are frozen for 212 ms",
        ),
        Order(
            name="before", title="backfill, deploy, and backfill again what came meanwhile",
            steps=("backfill", "deploy", "backfill", "validate"), window_ms=95.0, frozen_rows=3,
            frozen_neighbours=3, created_meanwhile=3, breaks=broken, sentence="3 rows are frozen for 95 ms",
        ),
        Order(
            name="between", title="deploy, and backfill when the operator comes to it",
            steps=("deploy", "backfill", "validate"), window_ms=212.0, waits_for="the operator", frozen_rows=1037,
            frozen_neighbours=861, breaks=broken, sentence="1037 rows are frozen until somebody runs the backfill",
        ),
    )  # fmt: skip
    return FrozenWindow(
        rows=1037, neighbours={"issues": 640, "project_workspaces": 40, "execution_workspaces": 181},
        operations=operations, orders=orders,
    )  # fmt: skip


def growth() -> tuple[GrowthPoint, ...]:
    return tuple(
        GrowthPoint(step=name, rows=rows, took_ms=rows / 20, wal_bytes=rows * wal, rows_read=rows * 4)
        for name, wal in (("backfill", 600), ("validate", 0))
        for rows in (1_000, 10_000)
    )


def blast_radius() -> tuple[BlastRadius, ...]:
    timeline = tuple(
        PoolSample(at_ms=at, served=0 if 500 <= at < 3500 else 20, failed=20 if 1000 <= at < 3500 else 0)
        for at in range(-500, 4500, 250)
    )
    return (
        BlastRadius(name="without a timeout", ended="deployed", deploy_ms=3500, served=180, failed=200,
                    waited_ms_max=3400, recovered_ms=3600, timeline=timeline),
        BlastRadius(name="as the migration is", ended="gave up with 55P03", deploy_ms=2000, served=300, failed=80,
                    waited_ms_max=1990, recovered_ms=2050, timeline=timeline),
    )  # fmt: skip


def evidence(*findings: tuple[Severity, str, str]) -> Evidence:
    """Return the evidence of a small rehearsal with these findings (severity, code, sentence)."""
    steps = (
        step("preflight", "Look, and change nothing", "ACCESS SHARE", 4.0, 0.9, message="NO-GO: no constraint"),
        step("deploy", "Enforce the rule for every write from now on", "ACCESS EXCLUSIVE", 0.6, 1.4),
        step(
            "backfill", "Archive the violators", "ROW EXCLUSIVE", 180.0, 3.1,
            rows_changed=1037, columns_changed=("status",), violators_left=0,
        ),
        step(
            "validate", "Prove that no violator is left", "SHARE UPDATE EXCLUSIVE", 21.0, 2.2,
            violators_left=0, convalidated=True,
        ),
        step("monitor", "Watch that it stays so", "ACCESS SHARE", 2.0, 0.8, violators_left=0, convalidated=True),
    )  # fmt: skip
    cost = tuple(
        CostPoint(
            rows=rows, not_valid_ms=0.5, naive_add_ms=1 + rows * 1.77e-4, validate_ms=1 + rows * 1.5e-4,
            separate_stall_ms=4.0, naive_stall_ms=2 + rows * 1.1e-4, one_transaction_stall_ms=3 + rows * 2.9e-4,
        )
        for rows in (1_000, 10_000, 100_000, 1_000_000)
    )  # fmt: skip
    return Evidence(
        constraint="execution_workspaces_closed_state_consistency", table=TABLE,
        predicate="\"closed_at\" IS NULL OR \"status\" IN ('archived','cleanup_failed')",
        server="PostgreSQL 18.4 (embedded)", machine="2 processors",
        subject="sql/migrations under drizzle, sql/rollout/closed_state", data="built by seed 13", seed=13,
        rows_total=20_000, violators_total=1037, violators_by_status={"active": 420, "idle": 617},
        violators_by_cause={"stale_7d": 617, "source_issue_terminal": 380, "manual_patch": 40},
        limits=Limits(lock_ms=200, stall_ms=500), steps=steps, frozen_window=window(), cost=cost,
        growth=growth(), blast_radius=blast_radius(),
        tried=(
            Tried(name="kill_backfill", title="backfill killed half way, and run again", good=True, times=3,
                  sentence="3 of 3: nothing lost, 1037 rows archived in all"),
            Tried(name="restore_without_checks", title="a restore that lost its CHECKs", good=True,
                  sentence="preflight and monitor both say that the constraint is missing"),
        ),
        findings=tuple(Finding(severity=s, code=c, sentence=text) for s, c, text in findings),
        reproduce="tox -e rollout -- --rows 20000 --seed 13", duration_ms=17_400.0,
    )  # fmt: skip


@pytest.fixture(scope="session")
def make_evidence() -> Callable[..., Evidence]:
    """Return the builder: findings in, evidence out; without an error it is a go."""
    return evidence


class Element:
    """An element of a page, with its text and what it holds."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        inner = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(inner).split())

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str, **attrs: str) -> list[Element]:
        """Return the elements of these tags (of any, if none) that have these attributes, in order."""
        found = (one for one in self.walk() if not tags or one.tag in tags)
        return [one for one in found if attrs.items() <= one.attrs.items()]


class PageParser(HTMLParser):
    """Build the tree of a page, strictly: each tag that opens must close, in order."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("document", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(made)
        if tag not in self.VOID:
            self.at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.at.tag, f"</{tag}> closes <{self.at.tag}> on line {self.getpos()[0]}"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


@pytest.fixture(scope="session")
def parse_page() -> Callable[[str], Element]:
    """Return what parses a page: HTML in, its root element out."""

    def parse(text: str) -> Element:
        parser = PageParser()
        parser.feed(text)
        parser.close()
        assert parser.at is parser.root, f"<{parser.at.tag}> is never closed"
        return parser.root

    return parse
