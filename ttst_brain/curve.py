"""The learning curve: the exact odds of two brains during training, as a picture and as JSON.
matplotlib is loaded only when a picture is drawn."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ttst_brain.files import AnyPath, printable
from ttst_brain.odds import Floats, evaluate, percents

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ttst_brain.rule import Rule
    from ttst_brain.table import Table

# What `record` returns: "matches", and the odds as `evaluate` returns them.
Point = dict[str, Any]

SUFFIXES = (".png", ".svg")


class CurveError(Exception):
    """A picture that cannot be drawn. The message is one line: the file and the reason."""

    def __init__(self, path: AnyPath, reason: str) -> None:
        super().__init__(f"{printable(os.fspath(path))}: {reason}")


def points(matches: int, count: int = 60) -> list[int]:
    """The numbers of matches at which to record a point: from 1 to `matches`, evenly spaced on a
    logarithmic scale, at most `count`, without duplicates. Empty for no matches."""
    if matches < 1:
        return []
    return sorted({round(point) for point in np.geomspace(1, matches, max(count, 2)).tolist()})


def record(matches: int, table1: Table, table2: Table) -> Point:
    """A point of the curve: the odds of the pair after `matches` matches. Takes about a
    millisecond."""
    return {"matches": matches, **evaluate(table1, table2)}


def check_can_draw(path: AnyPath) -> None:
    """Raise the `CurveError` that `draw` would raise, before the training rather than after. Does
    not import matplotlib, only looks for it."""
    from importlib.util import find_spec

    picture, points_file = _files(path)
    if find_spec("matplotlib") is None:
        raise CurveError(picture, "drawing needs matplotlib; type: pip install matplotlib")
    try:
        if not picture.parent.is_dir():
            raise CurveError(picture, "there is no such folder")
        for file in (picture, points_file):
            if file.is_dir():
                raise CurveError(file, "is a folder")
            if not os.access(file if file.exists() else file.parent, os.W_OK):
                raise CurveError(file, "is not writable")
    except OSError as error:
        raise CurveError(picture, error.strerror or str(error)) from error


def why(rule: Rule, learns1: bool, learns2: bool) -> str:
    """Why player one gets worse during training; empty if the rule is not the reason."""
    amounts = rule.amounts
    if learns1 and learns2 and amounts["tie"] == amounts["2"] != amounts["1"]:
        return "A tie counts as player two's win, so only player two learns to defend."
    return ""


def draw(curve: Sequence[Point], path: AnyPath, title: str, caption: str = "") -> None:
    """Draw the `curve`, one or more points in the order of their matches, to `path` (.png or .svg),
    and write the points beside it as JSON: `brains.svg`, `brains.json`.

    The title should name what the picture does not show: engine, seed, matches. The same curve,
    title and caption give the same bytes with the same matplotlib, whatever the user's settings.
    Raises `CurveError`.
    """
    picture, points_file = _files(path)
    if not curve:
        raise CurveError(picture, "no match was played, so there is no curve")
    try:
        with points_file.open("w", encoding="utf-8") as file:
            json.dump({"title": title, "points": list(curve)}, file, indent=1)
            file.write("\n")
        # No date, version or random ids: the output is reproducible.
        with matplotlib_defaults({"svg.hashsalt": "ttst", "svg.fonttype": "none"}):
            from matplotlib.figure import Figure

            figure = Figure(figsize=NARROW, dpi=200, layout="constrained", facecolor="white")
            draw_on(figure, curve, title, caption, narrow=True)
            metadata = {"Date": None} if picture.suffix.lower() == ".svg" else {"Software": None}
            figure.savefig(picture, metadata=metadata)
    except OSError as error:
        raise CurveError(error.filename or picture, error.strerror or str(error)) from error
    except ImportError as error:
        reason = f"drawing needs matplotlib ({printable(str(error))})"
        raise CurveError(picture, f"{reason}; type: pip install matplotlib") from error
    except Exception as error:  # of a large library, which the points should not be lost to
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise CurveError(
            picture, f"not drawn ({reason}); its points are in {points_file}"
        ) from error


@contextmanager
def matplotlib_defaults(settings: dict[Any, Any]) -> Iterator[None]:
    """Within it, matplotlib draws to files only, with these `settings` and its own defaults: those
    of a user, a style or a notebook could need a program or a window that is not there."""
    with _without_variable("MPLBACKEND"):  # which may name a backend that is not installed
        from matplotlib import rc_context, rcdefaults

    with rc_context():
        rcdefaults()
        with rc_context({"backend": "agg", **settings}):
            yield


@contextmanager
def _without_variable(name: str) -> Iterator[None]:
    before = os.environ.pop(name, None)
    try:
        yield
    finally:
        if before is not None:
            os.environ[name] = before


def _files(path: AnyPath) -> tuple[Path, Path]:
    """The names of the picture and of its points."""
    picture = Path(path)
    if picture.suffix.lower() not in SUFFIXES:
        raise CurveError(picture, "the curve's file ends in .png or .svg")
    return picture, picture.with_suffix(".json")


# ---- the picture --------------------------------------------------------------------------------

# Inches. Five panels, stacked to be readable on a phone; or in two rows.
NARROW, WIDE = (4.4, 9.6), (9.6, 5.4)
# Nothing is learned before that.
FIRST_SHOWN = 100

# Bands from the bottom up, with the text on them at a contrast of 4.5 or more; neighbours contrast
# by 3.5, so that they differ in black and white.
_BANDS = (
    ("win", "wins", "#0072B2", "white"),
    ("tie", "ties", "#D4D4D4", "black"),
    ("loss", "loses", "#B84B00", "white"),
)
_MOSAIC: list[Any] = [["each other", "random 1", "best 1"], ["each other", "random 2", "best 2"]]
_PANELS = (
    ("each other", "each_other", None, "Player one against player two"),
    ("random 1", "player1", "random", "Player one against random moves"),
    ("best 1", "player1", "best", "Player one against its best opponent"),
    ("random 2", "player2", "random", "Player two against random moves"),
    ("best 2", "player2", "best", "Player two against its best opponent"),
)
# The fraction of a panel's height that a line of text takes, and of its width that a name takes.
_LINE, _NAME = 0.13, 0.25


def draw_on(
    figure: Figure, curve: Sequence[Point], title: str, caption: str = "", narrow: bool = False
) -> None:
    """Draw the curve on an empty matplotlib figure of the size `NARROW` or `WIDE`: five panels with
    the same axes, each filled by bands: the probabilities that the player named first wins, ties
    and loses. If there are more than 100 matches, they begin at 100."""
    mosaic: list[Any] = [[name] for name, *_ in _PANELS] if narrow else _MOSAIC
    widths = None if narrow else [1.15, 1, 1]
    panels: dict[str, Axes] = figure.subplot_mosaic(
        mosaic, sharex=True, sharey=True, width_ratios=widths
    )
    _set_axes(panels["each other"], [point["matches"] for point in curve], narrow)
    for name, player, opponent, heading in _PANELS:
        axes = panels[name]
        _draw_bands(
            axes, curve, [point[player][opponent] if opponent else point[player] for point in curve]
        )
        axes.set_title(heading, loc="left", fontsize="medium")
        axes.spines[:].set_visible(False)
        axes.tick_params(which="both", left=narrow or name == "each other", length=2.5)
    for name in mosaic[-1]:
        panels[name].set_xlabel("matches trained")
    columns = 56 if narrow else 130
    figure.supylabel("probability, for the player named first", fontsize="medium")
    figure.supxlabel(fill(caption, columns), fontsize="medium", x=0.01, ha="left")
    figure.suptitle(fill(title, columns * 3 // 4), fontsize="large", x=0.01, ha="left")


def _draw_bands(axes: Axes, curve: Sequence[Point], odds: list[dict[str, float]]) -> None:
    matches = [point["matches"] for point in curve]
    texts = percents([odds[-1][outcome] for outcome, *_ in _BANDS])
    bottom, ends, labels = np.zeros(len(matches)), [], []
    for (outcome, name, colour, ink), text in zip(_BANDS, texts):
        top = bottom + [point[outcome] for point in odds]
        axes.fill_between(matches, bottom, top, color=colour, linewidth=0)
        axes.plot(matches, top, color="white", linewidth=1)
        if len(matches) == 1:  # a band has no width then, a bar has
            axes.vlines(matches, bottom, top, color=colour, linewidth=20)
        place = _room_for_name(axes, matches, bottom, top)
        if place is not None:
            axes.text(*place, name, transform=axes.transAxes, color=ink, ha="center", va="center")
        ends.append((bottom[-1] + top[-1]) / 2)
        labels.append(f"{text}%" if place is not None else f"{name} {text}%")
        bottom = top
    for end, label in zip(_apart(ends), labels):
        axes.annotate(
            label,
            xy=(1, end),
            xycoords="axes fraction",
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
        )


def _room_for_name(
    axes: Axes, matches: list[int], bottom: Floats, top: Floats
) -> tuple[float, float] | None:
    """Where the band is widest, as fractions of the axes; None if its name does not fit there."""
    if len(matches) == 1:
        return None
    first, last = np.log(axes.get_xlim())
    at = (np.log(matches) - first) / (last - first)
    most, place = _LINE, None
    for centre in np.linspace(_NAME / 2, 1 - _NAME / 2, 41).tolist():
        across = np.linspace(centre - _NAME / 2, centre + _NAME / 2, 9)
        low = float(np.interp(across, at, bottom).max())
        high = float(np.interp(across, at, top).min())
        if high - low > most:
            most, place = high - low, (centre, (low + high) / 2)
    return place


def _apart(heights: list[float]) -> list[float]:
    """Ascending heights, moved apart until a line of text fits between them, inside the panel."""
    lowest = _LINE / 3
    raised = []
    for height in heights:
        raised.append(max(height, lowest))
        lowest = raised[-1] + _LINE
    highest = 1 - _LINE / 3
    lowered = []
    for height in reversed(raised):
        lowered.append(min(height, highest))
        highest = lowered[-1] - _LINE
    return lowered[::-1]


def _set_axes(axes: Axes, matches: list[int], narrow: bool) -> None:
    """Sets the axes that all panels share."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.set_xscale("log")
    if len(matches) > 1:
        first = FIRST_SHOWN if matches[-1] > FIRST_SHOWN else matches[0]
        axes.set_xlim(first, matches[-1])
        subs = (1.0,) if matches[-1] >= 100 * first else (1.0, 2.0, 5.0)
        axes.xaxis.set_major_locator(LogLocator(subs=subs, numticks=6 if narrow else 4))
    else:
        axes.set_xticks(matches)
    axes.xaxis.set_major_formatter(lambda at, _: _in_words(at))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1])
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def _in_words(number: float) -> str:
    """A round number for people: `1,000`, `1 million`."""
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:,g} {name}"
    return f"{number:,g}"
