"""What the measured times come to: medians, spreads, shares and speed-ups, as rows of figures and
as text. Everything is computed from the raw values in timings.json; nothing is measured here."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

# What the article measured, on its machine: seconds of 100,000 matches, and of cogitate() in them.
ARTICLE = {"numpy": (43.9, 35.6), "choose": (6.45, 1.79)}
# How far the two ways to find cogitate's share may be apart: py-spy slows what it looks at, and a
# clock round each call what it times.
TOLERANCE = 0.10
# The numbers of weights of which a table is shown; the plot has all.
MANY = (1_000, 100_000)
# Two versions whose times differ by less than the spread of either cannot be told apart.
WIDE = 0.25


class Figure(NamedTuple):
    """The median of a few values, and how far they spread."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure:
        return cls(median(values), min(values), max(values))

    @property
    def spread(self) -> float:
        return (self.high - self.low) / self.median if self.median else 0.0


class Row(NamedTuple):
    """One engine's training. Seconds; `cogitate` is None where there is no such call."""

    engine: str
    matches: int
    total: Figure
    cogitate: Figure | None
    speedup: Figure | None  # of the total, over numpy in the same round
    cogitate_speedup: Figure | None

    @property
    def share(self) -> float | None:
        return None if self.cogitate is None else self.cogitate.median / self.total.median

    @property
    def per_match(self) -> float:
        return self.total.median / self.matches


def rows(timings: dict[str, Any]) -> list[Row]:
    """A row for each engine of which a round was measured, in the order of the engines."""
    matches, rounds = timings["options"]["matches"], timings["trainings"]
    before = rounds.get("numpy", [])
    drawn_before = [cogitate_seconds(one, matches) for one in before]

    def row(engine: str) -> Row:
        totals = [one["seconds"] for one in rounds[engine]]
        draws = [cogitate_seconds(one, matches) for one in rounds[engine]]
        drawn = [seconds for seconds in draws if seconds is not None]
        in_pairs = list(zip(before, rounds[engine]))
        return Row(
            engine,
            matches,
            Figure.of(totals),
            Figure.of(drawn) if drawn else None,
            Figure.of([a["seconds"] / b["seconds"] for a, b in in_pairs]) if in_pairs else None,
            Figure.of(
                [a / b for a, b in zip(drawn_before, draws) if a is not None and b is not None]
            )
            if in_pairs and drawn
            else None,
        )

    return [row(engine) for engine in rounds if rounds[engine]]


def cogitate_seconds(training: dict[str, Any], matches: int) -> float | None:
    """Draws × what one costs, or None where no cogitate() is called."""
    if "seconds_per_draw" not in training:
        return None
    seconds: float = matches * training["draws_per_match"] * training["seconds_per_draw"]
    return seconds


def sampled_share(chart: dict[str, Any]) -> float | None:
    """cogitate's share of the training by py-spy's samples."""
    if not chart["cogitate_samples"] or not chart["training_samples"]:
        return None
    share: float = chart["cogitate_samples"] / chart["training_samples"]
    return share


def warnings(timings: dict[str, Any]) -> list[str]:
    """What a reader of the figures should be told, a line each."""
    told = [f"{engine}: {message}" for engine, message in timings["failed"].items()]
    measured = rows(timings)
    for row in measured:
        if row.total.spread > WIDE:
            told.append(
                f"{row.engine}: the rounds differ by {row.total.spread:.0%} of their median; "
                "the machine was busy, or more --repeats are needed"
            )
        chart = timings["flamecharts"].get(row.engine)
        sampled = sampled_share(chart) if chart else None
        if row.share is not None and sampled is not None and abs(row.share - sampled) > TOLERANCE:
            told.append(
                f"{row.engine}: cogitate's share is {row.share:.0%} by its cost, {sampled:.0%} by "
                f"py-spy: further apart than {TOLERANCE:.0%}"
            )
    for first, second in zip(measured, measured[1:]):
        if first.total.low <= second.total.high and second.total.low <= first.total.high:
            told.append(
                f"{first.engine} and {second.engine}: their times overlap, so that neither can "
                "be called the faster"
            )
    return told


# ---- as text ------------------------------------------------------------------------------------

HEADINGS = ("", "total", "cogitate()", "share", "per match", "speed-up", "of cogitate()")


def cells(timings: dict[str, Any]) -> list[tuple[str, ...]]:
    """The table: a row of the article's figures after each engine that the article has."""
    table: list[tuple[str, ...]] = []
    for row in rows(timings):
        table.append(
            (
                f"`--engine {row.engine}`",
                seconds(row.total),
                seconds(row.cogitate) if row.cogitate else "–",
                f"{row.share:.0%}" if row.share is not None else "–",
                duration(row.per_match),
                times(row.speedup),
                times(row.cogitate_speedup),
            )
        )
    article = {
        engine: (f"article, {name}", total, drawn)
        for (engine, (total, drawn)), name in zip(ARTICLE.items(), ("numpy", "Rust"))
    }
    slowest, slowest_drawn = ARTICLE["numpy"]
    for name, total, drawn in article.values():
        table.append(
            (
                name,
                f"{total} s",
                f"{drawn} s",
                f"{drawn / total:.0%}",
                duration(total / 100_000),
                f"{slowest / total:.1f} ×" if total < slowest else "1 ×",
                f"{slowest_drawn / drawn:.0f} ×" if drawn < slowest_drawn else "1 ×",
            )
        )
    return table


def seconds(figure: Figure) -> str:
    """The median, and the lowest and the highest in the same unit."""
    unit, scale = unit_of(figure.median)
    median_, low, high = (bare(value / scale) for value in figure)
    return f"{median_} {unit} ({low}–{high})"


def duration(value: float) -> str:
    unit, scale = unit_of(value)
    return f"{bare(value / scale)} {unit}"


def unit_of(value: float) -> tuple[str, float]:
    """The unit of time that leaves few digits before and after the point."""
    units = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
    return next((unit for unit in units if value >= 0.1 * unit[1]), ("ns", 1e-9))


def bare(value: float) -> str:
    """Three digits that count."""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def times(figure: Figure | None) -> str:
    return "–" if figure is None else f"{bare(figure.median)} ×"


def as_text(timings: dict[str, Any]) -> str:
    table = [HEADINGS, *((row[0].strip("`"), *row[1:]) for row in cells(timings))]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in table
    )


def as_markdown(timings: dict[str, Any]) -> str:
    """The table as README shows it."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---" + "|---:" * (len(HEADINGS) - 1) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in cells(timings)]
    return "\n".join(lines)


# ---- single draws -------------------------------------------------------------------------------


class Draw(NamedTuple):
    """One way to draw from nine weights."""

    name: str
    holder: str
    code: str
    nanoseconds: Figure
    units: float  # how many times len() of a list


def draws_of_nine(timings: dict[str, Any]) -> list[Draw]:
    """From slow to quick."""
    measured = timings["draws"]["nine"]
    unit = median(next(one for one in measured if one["name"] == "len")["nanoseconds"])
    table = [
        Draw(
            one["name"],
            one["holder"],
            one["code"],
            Figure.of(one["nanoseconds"]),
            median(one["nanoseconds"]) / unit,
        )
        for one in measured
    ]
    return sorted(table, key=lambda draw: -draw.nanoseconds.median)


def draws_by_length(timings: dict[str, Any]) -> dict[str, list[tuple[int, float]]]:
    """For each way the medians, in nanoseconds, over the number of weights."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for one in timings["draws"]["by_length"]:
        name = f"{one['name']}, {one['holder']}" if one["name"] == "choose" else one["name"]
        lines.setdefault(name, []).append((one["weights"], median(one["nanoseconds"])))
    return lines


def draws_of_many(timings: dict[str, Any]) -> list[tuple[int, str, float]]:
    """Number of weights, way and median nanoseconds for 1,000 and 100,000 weights, from slow to
    quick."""
    table = [
        (weights, name, nanoseconds)
        for name, line in draws_by_length(timings).items()
        for weights, nanoseconds in line
        if weights in MANY
    ]
    return sorted(table, key=lambda draw: (draw[0], -draw[2]))


def matches_pairs(timings: dict[str, Any]) -> list[tuple[int, Figure, Figure, Figure]]:
    """Matches, seconds of numba, of play, and their ratio pair by pair."""
    if not timings["matches"]:
        return []
    return [
        (
            pair["matches"],
            Figure.of(pair["numba"]),
            Figure.of(pair["play"]),
            Figure.of([ours / theirs for theirs, ours in zip(pair["numba"], pair["play"])]),
        )
        for pair in timings["matches"]["pairs"]
    ]
