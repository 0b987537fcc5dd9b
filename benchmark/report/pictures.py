"""Draws the bars and the flame charts for README and the report.

They scale to any width: text keeps its size, and what is too long for a phone is cut, not shrunk.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmark import figures, summary
from benchmark.figures import duration, times
from benchmark.results import Box, Chart, Comparison

TEMPLATES = Path(__file__).resolve().with_name("templates")
WHAT = {"numpy": "np.random.choice", "choose": "chooser.choose", "play": "whole matches in Rust"}
WIDTH = 840  # of README on a wide screen
LONGEST = 80.0  # percent, of the longest bar: its figure stands beside it
THINNEST = 0.2
ROW, CHARACTER = 23, 14 * 0.6
KINDS = {"draw": "the draw", "python": "Python", "rust": "Rust", "other": "other libraries"}
DRAWS = ("cogitate", "draw_move")  # what draws, in Python and in Rust


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    written = (figures.seconds, figures.nanoseconds, figures.duration, figures.bare)
    made.globals.update({function.__name__: function for function in written})
    return made


def style() -> Markup:
    """The palette and the pictures' style sheet."""
    return Markup((TEMPLATES / "picture.css").read_text(encoding="utf-8"))


def drawn(comparison: Comparison) -> dict[str, Markup]:
    """The pictures as files of their own, by name."""
    pictures = {f"{name}.svg": flame_chart(comparison, name) for name in comparison.flamecharts}
    return {"versions.svg": bars(comparison), **pictures} if summary.rows(comparison) else pictures


# ---- bars ---------------------------------------------------------------------------------------


class Part(NamedTuple):
    kind: str
    left: str
    width: str


class OneBar(NamedTuple):
    """The bar of one engine; positions and widths are in percent of the picture's width."""

    engine: str
    what: str
    parts: list[Part]
    rounds: list[str]
    end: str
    figure: str


def bars(comparison: Comparison, alone: bool = True) -> Markup:
    """The versions on one scale, with a dot for each round."""
    rows = summary.rows(comparison)
    scale = LONGEST / max(row.total.high for row in rows)
    return _rendered(
        "bars.svg",
        alone,
        top=36 if alone else 0,
        title=f"A training of {comparison.options.matches:,} matches",
        described=bars_described(comparison),
        bars=[_bar(comparison, row, scale) for row in rows],
    )


def bars_described(comparison: Comparison) -> str:
    told = [f"{row.engine} {figure_of(row)}" for row in summary.rows(comparison)]
    return f"Bars on one scale, {comparison.options.matches:,} matches: {'; '.join(told)}"


def figure_of(row: summary.Row) -> str:
    faster = row.speedup and row.engine != "numpy"
    return duration(row.total.median) + (f", {times(row.speedup)} as fast" if faster else "")


def _bar(comparison: Comparison, row: summary.Row, scale: float) -> OneBar:
    whole = max(row.total.median * scale, THINNEST)
    draws = whole * (row.share or 0)
    parts = [
        Part("draw", "0", _percent(draws)),
        Part("python", _percent(draws) or "0", _percent(whole - draws)),
    ]
    return OneBar(
        f"--engine {row.engine}",
        WHAT.get(row.engine, ""),
        parts,
        [_percent(one.seconds * scale) for one in comparison.trainings[row.engine]],
        _percent(row.total.high * scale),
        figure_of(row),
    )


def _percent(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value else ""


# ---- flame charts -------------------------------------------------------------------------------


class Shown(NamedTuple):
    """A box as it is drawn."""

    left: str
    width: str
    depth: int
    kind: str
    told: str
    label: str
    fitting: str  # as much of the label as the box has room for where the picture is `WIDTH` wide


def flame_chart(comparison: Comparison, name: str, alone: bool = True) -> Markup:
    chart = comparison.flamecharts[name]
    return draw_boxes(
        chart.boxes, title_of(comparison, name), sampled(chart), described(name, chart), alone=alone
    )


def draw_boxes(
    boxes: list[Box],
    title: str,
    sampled: str,
    described: str,
    draws: Collection[str] = DRAWS,
    alone: bool = True,
) -> Markup:
    """A flame chart in which the functions named as `draws`, and what they call, stand out."""
    shown = [_shown(box, callers, boxes[0].samples, draws) for box, callers in _with_callers(boxes)]
    there = {box.kind for box in shown}
    return _rendered(
        "flamechart.svg",
        alone,
        top=54 if alone else 0,
        row=ROW,
        rows=1 + max(box.depth for box in boxes),
        title=title,
        sampled=sampled,
        described=described,
        boxes=shown,
        kinds={kind: name for kind, name in KINDS.items() if kind in there},
    )


def title_of(comparison: Comparison, name: str) -> str:
    [row] = [row for row in summary.rows(comparison) if row.engine == name]
    return f"{row.engine}: {row.matches:,} matches in {duration(row.total.median)}"


def sampled(chart: Chart) -> str:
    return f"{chart.matches:,} matches sampled, {chart.samples:,} samples"


def described(name: str, chart: Chart) -> str:
    """The alternative text: the functions whose share is neither almost all nor almost nothing."""
    widest = [one for one in summary.widest(chart) if 0.05 <= one.total < 0.97][:5]
    told = ", ".join(f"{one.name} {one.total:.0%}" for one in widest)
    return f"Flame chart of {name}, {chart.matches:,} matches sampled. Of the time: {told}"


def _with_callers(boxes: list[Box]) -> list[tuple[Box, list[str]]]:
    """Each box with the names of the functions above it."""
    found, callers = [], list[str]()
    for box in boxes:
        callers = callers[: box.depth]
        found.append((box, callers))
        callers = [*callers, box.name]
    return found


def _shown(box: Box, callers: list[str], whole: int, draws: Collection[str]) -> Shown:
    share = box.samples / whole
    label = f"{box.name} {share:.0%}" if share >= 0.01 else box.name
    place = f" ({box.place})" if box.place else ""
    return Shown(
        left=_percent(100 * box.left / whole) or "0",
        width=_percent(100 * share),
        depth=box.depth,
        kind=_kind(box, callers, draws),
        told=f"{box.name}{place}, {share:.1%}, {box.samples:,} samples",
        label=label,
        fitting=_fitting(label, WIDTH * share),
    )


def _fitting(label: str, width: float) -> str:
    room = int((width - 8) / CHARACTER)
    return label if len(label) <= room else f"{label[: room - 1]}…" if room > 2 else ""


def _kind(box: Box, callers: list[str], draws: Collection[str]) -> str:
    if not {box.name, *callers}.isdisjoint(draws):
        return "draw"
    if re.search(r"\.rs$|chooser\.so", box.place):
        return "rust"
    return "python" if box.place.endswith(".py") else "other"


def _rendered(template: str, alone: bool, **values: object) -> Markup:
    text = environment().get_template(template).render(alone=alone, style=style(), **values)
    return Markup(text)
