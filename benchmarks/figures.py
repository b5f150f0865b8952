"""Figures: ours beside another, as medians of interleaved runs; as JSON, and as a page of the docs."""

from __future__ import annotations

import os
import platform
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from fixtures.report.render_template import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_PACKAGES = ("psycopg", "pytest", "pytest-postgresql", "hypothesis", "squawk-cli")


@dataclass(frozen=True, slots=True)
class Measure:
    """One side of a figure: the median of its samples, and the span from the lowest to the highest."""

    what: str
    median: float
    low: float
    high: float
    unit: str
    samples: int

    @classmethod
    def of(cls, what: str, samples: Sequence[float]) -> Measure:
        """Sum up samples in milliseconds."""
        return cls(what, statistics.median(samples), min(samples), max(samples), "ms", len(samples))


@dataclass(frozen=True, slots=True)
class Figure:
    """Ours beside another; less is better.

    `aim` is the ratio to reach, None where there is none. `note` says what a reader must know to believe it.
    """

    subject: str
    ours: Measure
    other: Measure
    aim: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better ours is; None where ours is zero."""
        return self.other.median / self.ours.median if self.ours.median else None

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached, None where there is none."""
        if self.aim is None:
            return None
        return self.ratio is None or self.ratio >= self.aim


def spent_ms(work: Callable[[], object]) -> float:
    """Return how long something took, in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def in_turn(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Measure]:
    """Let each side measure itself once per round, in turn; every second round in the opposite order.

    A side returns milliseconds, and leaves out what is not to be measured. A first round, which warms caches, is
    not counted.
    """
    samples: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        names = list(sides) if number % 2 else list(sides)[::-1]
        for name in names:
            spent = sides[name]()
            if number > 0:
                samples[name].append(spent)
    return {name: Measure.of(name, values) for name, values in samples.items()}


class Sheet(msgspec.Struct, frozen=True):
    """All figures of a run. `machine` and `versions` say on what; `left_out` what could not be taken, and why."""

    taken: str
    machine: dict[str, str]
    versions: dict[str, str]
    figures: list[Figure]
    left_out: dict[str, str]

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON, which msgspec makes a sheet again; ratios are written out."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        for figure, plain in zip(self.figures, data["figures"], strict=True):
            plain["ratio"], plain["reached"] = figure.ratio, figure.reached
        return data


def here(server_version: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return the date, the machine without its name, and the versions that figures depend on."""
    machine = {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": f"{os.cpu_count()} cores, {_processor()}",
        "load": f"load {os.getloadavg()[0]:.1f} when it began",
    }
    versions = {"Postgres": server_version, "Python": platform.python_version()}
    versions |= {name: version(name) for name in _PACKAGES}
    return datetime.now(UTC).date().isoformat(), machine, versions


def as_markdown(sheet: Sheet) -> str:
    """Return the page for the docs."""
    return rendered("figures.md.j2", sheet=sheet, shown=shown, times=times)


def shown(measure: Measure) -> str:
    """Return a median with its unit, to three digits."""
    return f"{_digits(measure.median)} {measure.unit}"


def times(ratio: float | None) -> str:
    """Return a ratio as a person says it."""
    return "—" if ratio is None else f"{_digits(ratio)}×"  # noqa: RUF001 - the sign for times


def _digits(number: float) -> str:
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _processor() -> str:
    """Return the processor's model where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")
