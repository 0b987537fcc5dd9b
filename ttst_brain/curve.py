"""The learning curve: the exact odds of two brains along their training, as a picture and as JSON.
matplotlib is loaded only when a picture is drawn."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from ttst_brain.files import printable
from ttst_brain.odds import evaluate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ttst_brain.table import Table

AnyPath = Union[str, "os.PathLike[str]"]
# What `record` makes: "matches", and the odds as `evaluate` has them.
Point = dict[str, Any]

SUFFIXES = (".png", ".svg")


class CurveError(Exception):
    """A picture that cannot be drawn. Its text is one line: the file and the reason."""

    def __init__(self, path: AnyPath, reason: str) -> None:
        super().__init__(f"{printable(os.fspath(path))}: {reason}")


def points(matches: int, count: int = 60) -> list[int]:
    """The numbers of matches at which to look, from 1 to `matches`, evenly spaced in their
    logarithm: at most `count` of them, without repetition. None for no matches."""
    if matches < 1:
        return []
    return sorted({round(point) for point in np.geomspace(1, matches, max(count, 2)).tolist()})


def record(matches: int, table1: Table, table2: Table) -> Point:
    """A point of the curve: the odds of the pair after `matches` matches. Takes some 6 ms."""
    return {"matches": matches, **evaluate(table1, table2)}


def check_can_draw(path: AnyPath) -> None:
    """Raise the `CurveError` that `draw` is bound to raise, before the training rather than after.
    Loads no matplotlib, only looks for it."""
    from importlib.util import find_spec

    picture, points_file = _files(path)
    if find_spec("matplotlib") is None:
        raise CurveError(picture, "drawing needs matplotlib; type: pip install matplotlib")
    if not picture.parent.is_dir():
        raise CurveError(picture, "there is no such folder")
    for file in (picture, points_file):
        if file.is_dir():
            raise CurveError(file, "is a folder")
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise CurveError(file, "is not writable")


def draw(curve: Sequence[Point], path: AnyPath, title: str) -> None:
    """Write the points of the `curve`, one or more in the order of their matches, as JSON, and draw
    it to `path` (.png or .svg) beside them: `brains.json`, `brains.svg`.

    The title should name what the picture does not show: engine, seed, matches. The same curve
    and title give the same bytes with the same matplotlib, whatever its user has set. Raises
    `CurveError`.
    """
    picture, points_file = _files(path)
    if not curve:
        raise CurveError(picture, "no match was played, so there is no curve")
    try:
        with points_file.open("w", encoding="utf-8") as file:
            json.dump({"title": title, "points": list(curve)}, file, indent=1)
            file.write("\n")
        # No date, no version, no random ids: the bytes follow from the curve.
        with matplotlib_defaults({"svg.hashsalt": "ttst", "svg.fonttype": "none", "font.size": 9}):
            from matplotlib.figure import Figure

            figure = Figure(figsize=(9.6, 5.4), dpi=150, layout="constrained", facecolor="white")
            draw_on(figure, curve, title)
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
    """Draws within it to files alone, under these `settings` and matplotlib's own for all others:
    those of a user, a style or a notebook could need a program or a window that is not there."""
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

# Bands from the bottom up. Of Okabe and Ito's palette, which the colour-blind can tell apart; light
# and dark differ too, so that it survives a black-and-white printer. Last, the colour of figures.
_BANDS = (
    ("win", "wins", "#0072B2", "#0072B2"),
    ("tie", "ties", "#D4D4D4", "#707070"),
    ("loss", "loses", "#E69F00", "#A66F00"),
)
# Below this share of the height, a figure would run into its neighbour.
_SMALLEST_LABELLED = 0.05
_MOSAIC: list[Any] = [["each other", "random 1", "best 1"], ["each other", "random 2", "best 2"]]
_PANELS = (
    ("each other", "each_other", None, "Player one against player two"),
    ("random 1", "player1", "random", "Player one against random moves"),
    ("best 1", "player1", "best", "Player one against its best opponent"),
    ("random 2", "player2", "random", "Player two against random moves"),
    ("best 2", "player2", "best", "Player two against its best opponent"),
)


def draw_on(figure: Figure, curve: Sequence[Point], title: str) -> None:
    """Draw the curve on an empty matplotlib figure: five panels on the same axes, each with the
    probabilities that the player it names first wins, ties and loses, as bands that fill it."""
    panels: dict[str, Axes] = figure.subplot_mosaic(
        _MOSAIC, sharex=True, sharey=True, width_ratios=[1.15, 1, 1]
    )
    matches = [point["matches"] for point in curve]
    for name, player, opponent, heading in _PANELS:
        odds = [point[player][opponent] if opponent else point[player] for point in curve]
        _draw_bands(panels[name], matches, odds)
        panels[name].set_title(heading, loc="left", fontsize="medium")
        panels[name].spines[:].set_visible(False)
        panels[name].tick_params(which="both", left=name == "each other", length=2.5)
    _set_axes(panels["each other"], matches)
    for name in ("each other", "random 2", "best 2"):
        panels[name].set_xlabel("matches trained")
    panels["each other"].set_ylabel("probability, for the player named first")
    handles, labels = panels["each other"].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(_BANDS), frameon=False)
    figure.suptitle(title, fontsize="x-large", x=0.01, ha="left")


def _draw_bands(axes: Axes, matches: list[int], odds: list[dict[str, float]]) -> None:
    bottom = np.zeros(len(matches))
    for outcome, label, colour, figure_colour in _BANDS:
        top = bottom + [point[outcome] for point in odds]
        axes.fill_between(matches, bottom, top, color=colour, label=label, linewidth=0)
        axes.plot(matches, top, color="white", linewidth=1)
        if len(matches) == 1:  # a band has no width then, a bar has
            axes.vlines(matches, bottom, top, color=colour, linewidth=20)
        if top[-1] - bottom[-1] >= _SMALLEST_LABELLED:
            axes.annotate(
                f"{top[-1] - bottom[-1]:.0%}",
                xy=(1, (top[-1] + bottom[-1]) / 2),
                xycoords=axes.get_yaxis_transform(),
                xytext=(3, 0),
                textcoords="offset points",
                color=figure_colour,
                va="center",
            )
        bottom = top


def _set_axes(axes: Axes, matches: list[int]) -> None:
    """Sets the axes that all panels share."""
    axes.set_xscale("log")
    if len(matches) > 1:
        axes.set_xlim(matches[0], matches[-1])
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
