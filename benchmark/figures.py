"""A figure measured several times, and how figures are formatted."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Figure(NamedTuple):
    """The median of a few values, and their range."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure:
        return cls(median(values), min(values), max(values))

    @property
    def spread(self) -> float:
        return (self.high - self.low) / self.median if self.median else 0.0


def seconds(figure: Figure) -> str:
    """The median, with the lowest and the highest in the same unit."""
    unit, scale = unit_of(figure.median)
    median_, low, high = (bare(value / scale) for value in figure)
    return f"{median_} {unit} ({low}–{high})"


def nanoseconds(figure: Figure) -> str:
    """The same, always in nanoseconds."""
    median_, low, high = map(bare, figure)
    return f"{median_} ns ({low}–{high})"


def duration(value: float) -> str:
    unit, scale = unit_of(value)
    return f"{bare(value / scale)} {unit}"


def unit_of(value: float) -> tuple[str, float]:
    """The name and size of the unit that needs the fewest digits."""
    units = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
    return next((unit for unit in units if value >= 0.1 * unit[1]), ("ns", 1e-9))


def bare(value: float) -> str:
    """To three significant digits."""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def times(figure: Figure | None) -> str:
    return "–" if figure is None else f"{bare(figure.median)} ×"


def in_columns(table: Sequence[Sequence[str]]) -> str:
    first, *others = (max(map(len, column)) for column in zip(*table))
    return "\n".join(
        "  ".join([name.ljust(first), *map(str.rjust, rest, others)]).rstrip()
        for name, *rest in table
    )
