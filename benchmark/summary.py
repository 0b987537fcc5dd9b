"""Computes medians, spreads, shares and speed-ups from the raw values, as rows and as text. It
measures nothing."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from statistics import median
from typing import NamedTuple

from benchmark.figures import Figure, bare, duration, in_columns, nanoseconds, seconds, times
from benchmark.results import ARTICLE, Chart, Comparison, Kept, KeptWeights, Machine

# How far the two estimates of cogitate's share may differ: py-spy and a clock around each call both
# slow what they measure.
TOLERANCE = 0.10
# The numbers of weights in the table; the plot shows all.
MANY = (1_000, 100_000)
# A spread, relative to the median, that readers are warned about.
WIDE = 0.25


class Row(NamedTuple):
    """One engine's training, in seconds; `cogitate` is None if the engine never calls it."""

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


def rows(comparison: Comparison) -> list[Row]:
    """A row for each engine with at least one measured round, in the order of the engines."""
    before = comparison.trainings.get("numpy", [])
    return [
        Row(
            engine,
            comparison.options.matches,
            Figure.of([one.seconds for one in trainings]),
            known(one.cogitate_seconds for one in trainings),
            known(ratio(a.seconds, b.seconds) for a, b in zip(before, trainings)),
            known(ratio(a.cogitate_seconds, b.cogitate_seconds) for a, b in zip(before, trainings)),
        )
        for engine, trainings in comparison.trainings.items()
        if trainings
    ]


def known(values: Iterable[float | None]) -> Figure | None:
    """Of the values that are not None, if any."""
    found = [value for value in values if value is not None]
    return Figure.of(found) if found else None


def ratio(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else before / after


def swap_alone(comparison: Comparison) -> tuple[Figure, Figure] | None:
    """Seconds of the training with `choose` on rows that are still ndarrays, and its speed-up."""
    pairs = [
        (before.seconds, after.seconds_with_arrays)
        for before, after in zip(
            comparison.trainings.get("numpy", []), comparison.trainings.get("choose", [])
        )
        if after.seconds_with_arrays is not None
    ]
    if not pairs:
        return None
    return Figure.of([after for _, after in pairs]), Figure.of([a / b for a, b in pairs])


def shares(comparison: Comparison) -> list[tuple[str, float, float]]:
    """Engine, cogitate's share of the training as timed, and by py-spy."""
    found = []
    for row in rows(comparison):
        chart = comparison.flamecharts.get(row.engine)
        sampled = chart.cogitate_share if chart else None
        if row.share is not None and sampled is not None:
            found.append((row.engine, row.share, sampled))
    return found


def tolerance(comparison: Comparison, engine: str) -> float:
    """How far the two shares may differ: `TOLERANCE`, and three standard errors of a share
    estimated from that many samples."""
    chart = comparison.flamecharts[engine]
    share = chart.cogitate_share or 0.0
    return TOLERANCE + 3 * sqrt(share * (1 - share) / chart.samples)


def warnings(comparison: Comparison) -> list[str]:
    """What a reader of the figures should know, one line each."""
    told = [f"{engine}: {message}" for engine, message in comparison.failed.items()]
    measured = rows(comparison)
    told += [
        f"{row.engine}: the rounds differ by {row.total.spread:.0%} of their median; "
        "the machine was busy, or --repeats is too small"
        for row in measured
        if row.total.spread > WIDE
    ]
    told += [
        f"{engine}: cogitate's share is {cost:.0%} as timed, {sampled:.0%} by "
        f"py-spy: further apart than {tolerance(comparison, engine):.0%}; measure again "
        + ("without --quick" if comparison.options.quick else "on a quiet machine")
        for engine, cost, sampled in shares(comparison)
        if abs(cost - sampled) > tolerance(comparison, engine)
    ]
    told += [
        f"{first.engine} and {second.engine}: their times overlap, so neither is clearly faster"
        for first, second in zip(measured, measured[1:])
        if first.total.low <= second.total.high and second.total.low <= first.total.high
    ]
    return told


class Function(NamedTuple):
    """A function's share of a flame chart, with and without the functions it called."""

    name: str
    place: str
    total: float
    own: float


def widest(chart: Chart) -> list[Function]:
    """The chart's functions, the widest first."""
    own: dict[tuple[str, str], int] = {}
    callers: list[tuple[str, str]] = []
    for box in chart.boxes:
        name = (box.name, box.place)
        callers = [*callers[: box.depth], name]
        own[name] = own.get(name, 0) + box.samples
        if box.depth:
            own[callers[-2]] -= box.samples
    functions = [
        Function(*name, chart.samples_in(*name) / chart.samples, rest / chart.samples)
        for name, rest in own.items()
    ]
    return sorted(functions, key=lambda one: -one.total)


# ---- as text ------------------------------------------------------------------------------------

HEADINGS = ("", "total", "cogitate()", "share", "per match", "speed-up", "of cogitate()")

# Of weights that stay.
OPERATIONS = {
    "draw": "draw",
    "update": "update",
    "both": "both in turn",
    "batch": "in a batch",
    "sample": "no replacement",
    "build": "building",
}


def cells(comparison: Comparison) -> list[tuple[str, ...]]:
    """The table's rows: the engines, then the article's two."""
    table: list[tuple[str, ...]] = [
        (
            f"`--engine {row.engine}`",
            seconds(row.total),
            seconds(row.cogitate) if row.cogitate else "–",
            f"{row.share:.0%}" if row.share is not None else "–",
            duration(row.per_match),
            times(row.speedup),
            times(row.cogitate_speedup),
        )
        for row in rows(comparison)
    ]
    before, before_drawn = ARTICLE["numpy"]
    for name, (total, drawn) in zip(("numpy", "Rust"), ARTICLE.values()):
        speedups = f"{before / total:.2g} ×", f"{before_drawn / drawn:.2g} ×"
        share, per_match = f"{drawn / total:.0%}", duration(total / 100_000)
        table.append((f"article, {name}", f"{total} s", f"{drawn} s", share, per_match, *speedups))
    return table


def as_text(comparison: Comparison) -> str:
    """All tables, as they are printed."""
    parts = [trainings_as_text(comparison)]
    if (swap := swap_alone(comparison)) is not None:
        parts.append(
            f"The swap alone, with rows still ndarrays: {seconds(swap[0])}, {times(swap[1])}."
        )
    if comparison.draws:
        nine = ["One draw from nine weights:"]
        for way in draws_of_nine(comparison):
            cost = f"{nanoseconds(way.nanoseconds):>26} {way.units:>8.1f} × len()"
            nine.append(f"{cost}  {way.name} ({way.holder})")
        parts += ["\n".join(nine), "One draw from many weights:\n" + many_as_text(comparison)]
    if comparison.tables:
        parts.append(
            "A draw from each row of a table of floats, per row:\n" + tables_as_text(comparison)
        )
    if comparison.weights:
        parts.append(
            "Draws from weights that stay; building and bytes are per weight:\n"
            + kept_as_text(comparison.weights)
        )
    for number, numba, play, ratio in matches_pairs(comparison):
        parts.append(
            f"{number:,} matches: chooser.play {seconds(play)}, numba {seconds(numba)}: "
            f"{ratio.median:.2f} × numba's time ({ratio.low:.2f}–{ratio.high:.2f})"
        )
    threads = play_in_threads(comparison)
    if threads:
        number, one, two, ratio = threads
        parts.append(
            f"{number:,} matches in each of two threads: {seconds(two)}, in one {seconds(one)}: "
            f"{ratio.median:.2f} × one's time ({ratio.low:.2f}–{ratio.high:.2f})"
        )
    on = comparison.machine
    with_numba = "" if on.numba == "none" else f", numba {on.numba}"
    versions = f"{on.python}, numpy {on.numpy}{with_numba}, {on.rustc}"
    parts.append(f"{on.processor}; {on.system}; {versions}; {project(on)}")
    return "\n\n".join(parts)


def project(on: Machine) -> str:
    """The measured version of this project, and the date."""
    version = f"version {on.version}, " if on.version else ""
    return f"{version}commit {on.commit}" + (f", {on.date}" if on.date else "")


def trainings_as_text(comparison: Comparison) -> str:
    return in_columns([HEADINGS, *((row[0].strip("`"), *row[1:]) for row in cells(comparison))])


def many_as_text(comparison: Comparison) -> str:
    ways = draws_of_many(comparison)
    return in_columns([("", *map("{:,}".format, MANY)), *_with_ranges(ways)])


def tables_as_text(comparison: Comparison) -> str:
    shapes, lines = draws_of_tables(comparison)
    return in_columns([("", *shapes), *_with_ranges(lines)])


def _with_ranges(lines: list[tuple[str, list[Figure]]]) -> list[tuple[str, ...]]:
    return [(name, *map(seconds, line)) for name, line in lines]


def kept_as_text(kept: Kept) -> str:
    table = [("", *OPERATIONS.values(), "bytes")]
    for weights, rows in kept_weights(kept).items():
        table.append((f"{weights:,} weights", *("" for _ in table[0][1:])))
        for row in rows:
            medians = (duration(one.median) if one else "–" for one in row.figures)
            size = "–" if row.bytes is None else bare(row.bytes)
            table.append((f"  {row.name}{', static' if row.static else ''}", *medians, size))
    versions = ", ".join(f"{package} {version}" for package, version in kept.versions.items())
    return "\n".join([in_columns(table), *kept.left_out, versions])


def as_markdown(comparison: Comparison) -> str:
    """The trainings in short, as README shows them."""
    table = [("engine", "total", "speed-up"), ("---", "---:", "---:")]
    table += [
        (f"`{row.engine}`", duration(row.total.median), times(row.speedup))
        for row in rows(comparison)
    ]
    for name, (total, _) in zip(("numpy", "Rust"), ARTICLE.values()):
        table.append((f"article, {name}", f"{total} s", f"{ARTICLE['numpy'][0] / total:.2g} ×"))
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


# ---- draws and matches --------------------------------------------------------------------------


class Way(NamedTuple):
    """One way to draw from nine weights."""

    name: str
    holder: str
    nanoseconds: Figure
    units: float  # in multiples of len() of a list

    @property
    def ours(self) -> bool:
        return is_ours(self.name)


def is_ours(name: str) -> bool:
    """Whether a way to draw is this project's."""
    return name.startswith(("choose", "Weights"))


def draws_of_nine(comparison: Comparison) -> list[Way]:
    """The ways to draw from nine weights, the slowest first."""
    draws = comparison.draws
    if draws is None:
        return []
    figures = [(one, Figure.of(one.nanoseconds)) for one in draws.nine]
    unit = next(figure.median for one, figure in figures if one.name == draws.unit)
    ways = [Way(one.name, one.holder, figure, figure.median / unit) for one, figure in figures]
    return sorted(ways, key=lambda way: -way.nanoseconds.median)


def draws_by_length(comparison: Comparison) -> dict[str, list[tuple[int, Figure]]]:
    """For each way the seconds of a draw over the number of weights."""
    lines: dict[str, list[tuple[int, Figure]]] = {}
    for one in comparison.draws.by_length if comparison.draws else []:
        name = f"{one.name}, {one.holder}" if one.name == "choose" else one.name
        figure = Figure.of([nanoseconds * 1e-9 for nanoseconds in one.nanoseconds])
        lines.setdefault(name, []).append((one.weights, figure))
    return lines


def draws_of_many(comparison: Comparison) -> list[tuple[str, list[Figure]]]:
    """For each way the seconds of a draw from as many weights as `MANY` says; from slow to quick
    with the most."""
    table = []
    for name, line in draws_by_length(comparison).items():
        drawn = dict(line)
        table.append((name, [drawn[weights] for weights in MANY]))
    return sorted(table, key=lambda way: -way[1][-1].median)


def draws_of_tables(comparison: Comparison) -> tuple[list[str], list[tuple[str, list[Figure]]]]:
    """The shapes of tables, and for each way the seconds of a row in each; from slow to quick."""
    lines: dict[str, list[Figure]] = {}
    shapes: dict[str, None] = {}
    for one in comparison.tables or []:
        shapes[f"{one.rows:,} × {one.columns:,}"] = None
        figure = Figure.of([nanoseconds * 1e-9 for nanoseconds in one.nanoseconds])
        lines.setdefault(one.name, []).append(figure)
    return list(shapes), sorted(lines.items(), key=lambda line: -line[1][0].median)


class KeptRow(NamedTuple):
    """One way to draw from weights that stay: seconds by operation, None where it has none, and the
    bytes of a weight."""

    name: str
    static: bool
    figures: list[Figure | None]
    bytes: float | None


def kept_weights(kept: Kept) -> dict[int, list[KeptRow]]:
    """For each number of weights the ways, from slow to quick in a draw."""
    tables: dict[int, list[KeptRow]] = {}
    for way in sorted(kept.ways, key=lambda way: (way.weights, -median(way.nanoseconds["draw"]))):
        figures = [operation_of(way, operation) for operation in OPERATIONS]
        row = KeptRow(way.name, way.static, figures, way.bytes_a_weight)
        tables.setdefault(way.weights, []).append(row)
    return tables


def kept_by_length(kept: Kept, operation: str) -> dict[str, list[tuple[int, Figure]]]:
    """For each way that has the operation, its seconds over the number of weights."""
    lines: dict[str, list[tuple[int, Figure]]] = {}
    for way in kept.ways:
        figure = operation_of(way, operation)
        if figure:
            lines.setdefault(way.name, []).append((way.weights, figure))
    return lines


def operation_of(way: KeptWeights, operation: str) -> Figure | None:
    nanoseconds = way.nanoseconds.get(operation)
    return Figure.of([one * 1e-9 for one in nanoseconds]) if nanoseconds else None


def matches_pairs(comparison: Comparison) -> list[tuple[int, Figure, Figure, Figure]]:
    """Matches, seconds of numba and of play, and the ratio of play to numba within a pair."""
    return [
        (
            pair.matches,
            Figure.of(pair.numba),
            Figure.of(pair.play),
            Figure.of([ours / theirs for theirs, ours in zip(pair.numba, pair.play)]),
        )
        for pair in (comparison.matches.pairs if comparison.matches else [])
    ]


def play_in_threads(comparison: Comparison) -> tuple[int, Figure, Figure, Figure] | None:
    """Matches, seconds of play in one thread, in two that play as many each, and the ratio of two
    to one within a round."""
    threads = comparison.matches.threads if comparison.matches else None
    if threads is None:
        return None
    ratios = [two / one for one, two in zip(threads.one, threads.two)]
    return threads.matches, Figure.of(threads.one), Figure.of(threads.two), Figure.of(ratios)
