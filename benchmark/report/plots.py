"""Draws the report's plots with matplotlib, as inline SVG: lines and dots in the page's colours,
labelled where they end.

Each plot has two forms, for a wide page and for a phone, where numbers stand for the names.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from benchmark import summary
from benchmark.figures import Figure
from benchmark.results import Comparison, Kept
from ttst_brain import curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

# Placeholders, replaced in the SVG by the page's colours of these names, light or dark.
COLOURS = {
    "ink": "#123456",
    "vermilion": "#b84a01",
    "purple": "#a63d7b",
    "amber": "#8a6201",
    "grey": "#5f6671",
    "green": "#00745b",
    "sky": "#1f75b6",
    "blue": "#0b5c97",
}
# Ours are drawn thick, numpy's dashed.
LINES = {
    "np.random.choice, the article's": ("vermilion", 1.6, "--"),
    "Generator.choice": ("purple", 1.6, "--"),
    "cumsum + searchsorted": ("amber", 1.6, "--"),
    "random.choices": ("grey", 1.6, "-"),
    "random.choices, sums prepared": ("grey", 1.6, ":"),
    "numba": ("green", 1.6, "-"),
    "choose, list": ("sky", 2.6, "-"),
    "choose, ndarray int64": ("blue", 2.6, "-"),
    "choose, memoryview": ("blue", 1.6, ":"),
}
# Those that can change are drawn whole, static ones are not.
KEPT_LINES = {
    "Weights": ("blue", 2.6, "-"),
    "numba tree": ("green", 1.6, "-"),
    "sumtree": ("amber", 1.6, "-"),
    "dynamic-random-sampler": ("vermilion", 1.6, "-"),
    "vose": ("purple", 1.6, "--"),
    "DiscreteAliasUrn": ("sky", 1.6, "--"),
    "random.choices": ("grey", 1.6, ":"),
    "searchsorted": ("amber", 1.6, ":"),
    "Generator.choice": ("grey", 1.6, "--"),
}
INKED = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
SETTINGS: dict[str, Any] = {
    **dict.fromkeys(INKED, COLOURS["ink"]),
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 9.5,
    "svg.fonttype": "none",
}
WIDE, NARROW = 8.4, 4.0  # inches


class Plot(NamedTuple):
    """One plot in both forms, and for the narrow one the names its numbers stand for."""

    wide: Markup
    narrow: Markup
    names: Sequence[tuple[str, str]] = ()  # with their colours


Line = list[tuple[int, Figure]]
Look = tuple[str, float, str]


def strip(comparison: Comparison) -> Plot:
    """A row for each way to draw from nine weights, with a dot for each round."""
    ways = summary.draws_of_nine(comparison)
    measured = comparison.draws.nine if comparison.draws else []
    rounds = {(one.name, one.holder): one.nanoseconds for one in measured}

    def drawn(wide: bool) -> Markup:
        pitch, height = (0.24, 0.6) if wide else (0.44, 0.36)  # of a row in inches, of its dots
        with canvas(WIDE if wide else NARROW, 0.6 + pitch * len(ways)) as figure:
            axes = figure.add_subplot(xscale="log", ylim=(len(ways) - 0.4, -0.9))
            for row, way in enumerate(ways):
                colour = COLOURS["blue" if way.ours else "ink"]
                seconds = [one * 1e-9 for one in rounds[way.name, way.holder]]
                # From top to bottom in the order of the rounds.
                step = height / max(1, len(seconds) - 1)
                heights = [row - height / 2 + step * number for number in range(len(seconds))]
                axes.plot(seconds, heights, "o", ms=2.2, color=colour, mec="none", gid="line")
                if not wide:
                    name = f"{way.name} ({way.holder})"
                    above = ("axes fraction", "data")
                    axes.annotate(name, (0, row - 0.42), xycoords=above, va="center", color=colour)
            axes.set_yticks(range(len(ways)))
            axes.set_yticklabels([f"{way.name} ({way.holder})" for way in ways] if wide else [])
            for text, way in zip(axes.get_yticklabels(), ways):
                text.set_color(COLOURS["blue" if way.ours else "ink"])
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
            in_time(axes, "x")
            axes.tick_params(axis="x", labeltop=True)
            return inline(figure, f"strip, wide: {wide}")

    return Plot(drawn(True), drawn(False))


def lengths(comparison: Comparison) -> Plot:
    """A draw's time over the number of weights, both logarithmic."""
    lines = summary.draws_by_length(comparison)
    return over_length([("one draw", lines)], LINES, 5.2, "lengths")


def kept_lengths(kept: Kept) -> Plot:
    """The same for weights that stay, and below it for a draw and an update in turn."""
    panels = [
        (told, summary.kept_by_length(kept, operation))
        for operation, told in (("draw", "one draw"), ("both", "a draw and an update"))
    ]
    return over_length(panels, KEPT_LINES, 4.0, "weights")


def over_length(
    panels: Sequence[tuple[str, dict[str, Line]]], looks: dict[str, Look], height: float, name: str
) -> Plot:
    from matplotlib.ticker import LogLocator

    names = list(dict.fromkeys(name for _, lines in panels for name in lines))

    def drawn(wide: bool) -> Markup:
        with canvas(WIDE if wide else NARROW, height * len(panels)) as figure:
            scales = {"xscale": "log", "yscale": "log"}
            all_axes = figure.subplots(len(panels), sharex=True, squeeze=False, subplot_kw=scales)
            for axes, (told, lines) in zip(all_axes[:, 0], panels):
                axes.set_title(f"{told}, by number of weights", loc="left", fontsize="medium")
                for way, line in lines.items():
                    colour, width, style = looks[way]
                    points = [at for at, _ in line], [drawn.median for _, drawn in line]
                    look = {"color": COLOURS[colour], "linewidth": width, "linestyle": style}
                    axes.plot(*points, gid="line", **look)
                in_time(axes, "y")
                axes.xaxis.set_major_locator(LogLocator(numticks=9 if wide else 5))
                axes.xaxis.set_major_formatter(lambda at, _: f"{at:,.0f}")
                axes.tick_params(axis="x", labelbottom=True)
                labels = {way: way if wide else f"{names.index(way) + 1}" for way in lines}
                label_ends(axes, lines, labels, looks, height)
            return inline(figure, f"{name}, wide: {wide}")

    return Plot(drawn(True), drawn(False), [(name, looks[name][0]) for name in names])


def label_ends(
    axes: Axes,
    lines: dict[str, Line],
    labels: dict[str, str],
    looks: dict[str, Look],
    height: float,
) -> None:
    """Write each line's label right of the axes, at the height where the line ends or near it."""
    ends = {way: (line[-1][0], line[-1][1].median) for way, line in lines.items()}
    low, high = axes.get_ylim()
    wanted = {way: log(end / low) / log(high / low) for way, (_, end) in ends.items()}
    for way, place in spread(wanted, 0.2 / height).items():
        colour = COLOURS[looks[way][0]]
        leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 1}
        axes.annotate(
            labels[way],
            ends[way],
            (1.03, place),
            textcoords="axes fraction",
            va="center",
            color=colour,
            arrowprops={**leader, "relpos": (0, 0.5)},
        )


def spread(wanted: dict[str, float], gap: float) -> dict[str, float]:
    """Positions near the wanted ones, no two closer than `gap`."""
    names = sorted(wanted, key=wanted.__getitem__)
    places = [wanted[name] for name in names]
    for _ in range(1000):
        for lower in range(len(places) - 1):
            push = max(0.0, gap - places[lower + 1] + places[lower]) / 2
            places[lower] -= push
            places[lower + 1] += push
    return dict(zip(names, places))


def in_time(axes: Axes, axis: str) -> None:
    """Ticks as 100 ns, 1 µs."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    along = axes.xaxis if axis == "x" else axes.yaxis
    along.set_major_locator(LogLocator(numticks=12))
    along.set_major_formatter(EngFormatter(unit="s"))
    along.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, color=COLOURS["ink"], alpha=0.15, linewidth=0.6)


def learning_curve(comparison: Comparison) -> Plot:
    """The trainer's own picture of it."""
    points = comparison.curve or []
    title = f"Engine play, seed {comparison.options.seed}, {points[-1]['matches']:,} matches"

    def drawn(wide: bool) -> Markup:
        with canvas(*(curve.WIDE if wide else curve.NARROW)) as figure:
            curve.draw_on(figure, points, title, narrow=not wide)
            return inline(figure, f"curve, wide: {wide}")

    return Plot(drawn(True), drawn(False))


@contextmanager
def canvas(width: float, height: float) -> Iterator[Canvas]:
    from matplotlib.figure import Figure as Canvas

    with curve.matplotlib_defaults(SETTINGS):
        yield Canvas(figsize=(width, height), layout="constrained")


def inline(figure: Canvas, name: str) -> Markup:
    """The figure as SVG within the page, in the page's colours."""
    from matplotlib import rc_context

    picture = io.StringIO()
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(picture, format="svg", transparent=True, metadata={"Date": None})
    svg = picture.getvalue()
    for colour, placeholder in COLOURS.items():
        svg = svg.replace(placeholder, f"var(--{colour})")
    svg = svg[svg.index("<svg") :].replace('<g id="line"', '<g class="line"')
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # ids would clash between figures
    return Markup(re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2))
