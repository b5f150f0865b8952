"""One figure: ours beside another, as medians of interleaved runs."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


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
    def of(cls, what: str, samples: Sequence[float], unit: str = "ms") -> Measure:
        """Sum up samples of one unit."""
        return cls(what, statistics.median(samples), min(samples), max(samples), unit, len(samples))


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
