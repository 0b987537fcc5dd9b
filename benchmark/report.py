"""Renders report.html: one file that needs nothing else, not even a network. The figures come from
summary.py."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmark import figures, summary
from benchmark.results import Chart, Comparison, Kept
from ttst_brain import curve
from ttst_brain.rule import ORIGINAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HERE = Path(__file__).resolve().parent
# Okabe and Ito's colours, which the colour-blind can tell apart; all are readable on white and on
# black. Ours are drawn thick, numpy's dashed.
LINES = {
    "np.random.choice, the article's": ("#d55e00", 1.6, "--"),
    "Generator.choice": ("#cc79a7", 1.6, "--"),
    "cumsum + searchsorted": ("#e69f00", 1.6, "--"),
    "random.choices": ("#8a8f98", 1.6, "-"),
    "random.choices, sums prepared": ("#8a8f98", 1.6, ":"),
    "numba": ("#009e73", 1.6, "-"),
    "choose, list": ("#56b4e9", 2.6, "-"),
    "choose, ndarray int64": ("#0072b2", 2.6, "-"),
    "choose, memoryview": ("#0072b2", 1.6, ":"),
}
# Those that can change are drawn whole, static ones are not.
KEPT_LINES = {
    "Weights": ("#0072b2", 2.6, "-"),
    "numba tree": ("#009e73", 1.6, "-"),
    "sumtree": ("#e69f00", 1.6, "-"),
    "dynamic-random-sampler": ("#d55e00", 1.6, "-"),
    "vose": ("#cc79a7", 1.6, "--"),
    "DiscreteAliasUrn": ("#56b4e9", 1.6, "--"),
    "random.choices": ("#8a8f98", 1.6, ":"),
    "searchsorted": ("#e69f00", 1.6, ":"),
    "Generator.choice": ("#8a8f98", 1.6, "--"),
}
# A placeholder that becomes the page's own text colour, light or dark.
INK = "#123456"
INKED = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
PLOTTED: dict[Any, str] = {
    **dict.fromkeys(INKED, INK),
    "axes.facecolor": "none",
    "svg.fonttype": "none",
}


def render(comparison: Comparison, folder: Path) -> str:
    """The page, with the charts found in `folder`."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    rows = summary.rows(comparison)
    with curve.matplotlib_defaults(PLOTTED):
        # For a wide page and for a phone.
        widths = (True, False)
        plots = [lengths(comparison, wide) for wide in widths] if comparison.draws else []
        kept = comparison.weights
        kept_plots = [kept_lengths(kept, wide) for wide in widths] if kept else []
        learned = [learning_curve(comparison, wide) for wide in widths] if comparison.curve else []
    return environment.get_template("report.html").render(
        comparison=comparison,
        rows=rows,
        longest=max((row.total.median for row in rows), default=1.0),
        lead=lead(rows),
        headings=summary.HEADINGS,
        cells=summary.cells(comparison),
        warnings=summary.warnings(comparison),
        tolerance=summary.TOLERANCE,
        charts=[embedded(chart, folder) for chart in comparison.flamecharts.values()],
        shares=summary.shares(comparison),
        draws=summary.draws_of_nine(comparison),
        lengths=plots,
        many=summary.draws_of_many(comparison),
        tables=summary.draws_of_tables(comparison) if comparison.tables else None,
        kept=summary.kept_weights(kept) if kept else None,
        kept_lengths=kept_plots,
        operations=summary.OPERATIONS,
        pairs=summary.matches_pairs(comparison),
        curves=learned,
        why=curve.why(ORIGINAL, learns1=True, learns2=True),
        seconds=figures.seconds,
        duration=figures.duration,
        nanoseconds=figures.nanoseconds,
        bare=figures.bare,
    )


def lead(rows: list[summary.Row]) -> list[str]:
    """The summary in words; no line break parts a figure from its unit."""
    by_engine = {row.engine: row for row in rows}
    sentences = []
    before, after, beyond = (by_engine.get(name) for name in ("numpy", "choose", "play"))
    if before:
        sentences.append(
            f"With np.random.choice, {before.matches:,} matches of training took "
            f"{figures.duration(before.total.median)}, "
            f"{before.share or 0:.0%} of it in cogitate()."
        )
    if after and after.speedup:
        sentences.append(
            f"With two lines changed, chooser.choose in place of numpy, they took "
            f"{figures.duration(after.total.median)}: {figures.times(after.speedup)} as fast, "
            f"and cogitate() {figures.times(after.cogitate_speedup)}. "
            "The article measured 6 × and 20 ×."
        )
    if beyond and beyond.speedup:
        sentences.append(
            f"With the match loop in Rust too, chooser.play, they took "
            f"{figures.duration(beyond.total.median)}: {figures.times(beyond.speedup)} as fast."
        )
    return [re.sub(r"(?<=\d) (?=[mµn]?s\b|×)", "\u00a0", sentence) for sentence in sentences]


class Embedded(NamedTuple):
    """A flame chart for an iframe, where its scripts and ids cannot clash with another chart's."""

    chart: Chart
    source: str
    height: int


def embedded(chart: Chart, folder: Path) -> Embedded:
    picture = (folder / chart.svg).read_bytes()
    height = ElementTree.fromstring(picture).get("height", "400")
    source = f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}"
    return Embedded(chart, source, round(float(height)))


# ---- plots --------------------------------------------------------------------------------------


def lengths(comparison: Comparison, wide: bool) -> Markup:
    """A draw's time over the number of weights, both logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 5.2) if wide else (4.2, 6.4), layout="constrained")
    axes = figure.add_subplot(xscale="log", yscale="log")
    for name, line in summary.draws_by_length(comparison).items():
        draw_line(axes, name, LINES[name], line)
    set_out(axes, "one draw, nanoseconds")
    if wide:
        axes.legend(frameon=False, fontsize="small", loc="upper left")
    else:
        figure.legend(frameon=False, fontsize="small", loc="outside lower center")
    return inline(figure, f"lengths, wide: {wide}")


def kept_lengths(kept: Kept, wide: bool) -> Markup:
    """The same for weights that stay, and beside it or below for a draw and a change in turn."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 5.6) if wide else (4.2, 9.4), layout="constrained")
    shape = (1, 2) if wide else (2, 1)
    scales = {"xscale": "log", "yscale": "log"}
    both = figure.subplots(*shape, sharey=True, subplot_kw=scales)
    said = {"draw": "one draw", "both": "draw and update"}
    for axes, operation in zip(both, said):
        for name, line in summary.kept_by_length(kept, operation).items():
            draw_line(axes, name, KEPT_LINES[name], line)
        set_out(axes, f"{said[operation]}, nanoseconds")
    figure.legend(
        *both[0].get_legend_handles_labels(),
        frameon=False,
        fontsize="small",
        loc="outside lower center",
        ncols=3 if wide else 1,
    )
    return inline(figure, f"weights, wide: {wide}")


def draw_line(
    axes: Axes,
    name: str,
    look: tuple[str, float, str],
    line: list[tuple[int, figures.Figure]],
) -> None:
    colour, width, style = look
    numbers = [weights for weights, _ in line]
    nanoseconds = [drawn.median * 1e9 for _, drawn in line]
    axes.plot(numbers, nanoseconds, color=colour, linewidth=width, linestyle=style, label=name)


def set_out(axes: Axes, timed: str) -> None:
    axes.set(xlabel="number of weights", ylabel=timed)
    axes.grid(visible=True, color=INK, alpha=0.15, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def learning_curve(comparison: Comparison, wide: bool) -> Markup:
    """The trainer's own picture of it, in the page's colours."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    points = comparison.curve or []
    title = f"Engine play, seed {comparison.options.seed}, {points[-1]['matches']:,} matches"
    with rc_context({"font.size": 9 if wide else 10}):
        figure = Figure(figsize=curve.WIDE if wide else curve.NARROW, layout="constrained")
        curve.draw_on(figure, points, title, narrow=not wide)
    return inline(figure, f"curve, wide: {wide}")


def inline(figure: Figure, name: str) -> Markup:
    """The figure as SVG within the page, whose text and lines take the page's colour."""
    from matplotlib import rc_context

    picture = io.StringIO()
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(picture, format="svg", transparent=True, metadata={"Date": None})
    svg = picture.getvalue().replace(INK, "currentColor")
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # ids would clash between figures
    return Markup(re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2))
