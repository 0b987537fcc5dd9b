"""The study's pictures, on empty matplotlib figures: a map of rules, and learning curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.rules.answers import WANTED, Band, percent
from benchmark.rules.plan import BEGINNINGS, TIES, Goal, map_of_rules
from benchmark.rules.results import Study
from ttst_brain.curve import matplotlib_defaults
from ttst_brain.rule import ORIGINAL, Rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SETTINGS: dict[Any, Any] = {"svg.hashsalt": "study", "svg.fonttype": "none", "font.size": 9}
# Of Okabe and Ito's palette, which the colour-blind can tell apart.
COLOURS = {"vermilion": "#d55e00", "blue": "#0072b2", "green": "#009e73", "grey": "#8a8f98"}
SIZES = {"rules": (9.6, 3.9), "curves": (9.6, 4.2)}  # inches
LOWEST = 1e-5  # what is lost less often is below the picture


def write(study: Study, folder: Path) -> None:
    """`rules.svg` and `curves.svg`. The same study gives the same bytes with the same matplotlib.
    Raises `OSError`, and what matplotlib may raise."""
    with matplotlib_defaults(SETTINGS):
        from matplotlib.figure import Figure

        for name, draw in (("rules", draw_rules), ("curves", draw_curves)):
            figure = Figure(figsize=SIZES[name], layout="constrained", facecolor="white")
            draw(figure, study)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


# ---- the map ------------------------------------------------------------------------------------


def weaker_brain(study: Study) -> dict[tuple[str, str, float], float]:
    """By beginning, tie and ratio: what the weaker brain of a pair loses to its best opponent after
    the longest training, the median of the search's seeds."""
    goal = Goal("both players", study.effort.horizons[-1])
    medians = {}
    for place, rule in map_of_rules(study.effort).items():
        value = study.tried.median(rule, goal, study.effort.search_seeds)
        assert value is not None
        medians[place] = value
    return medians


def draw_rules(
    figure: Figure, study: Study, wide: bool = True, _: Mapping[str, str] = COLOURS
) -> None:
    from matplotlib.cm import cividis_r
    from matplotlib.colors import LogNorm

    medians, ratios = weaker_brain(study), study.effort.ratios
    both = figure.subplots(*((1, 2) if wide else (2, 1)), sharey=True)
    norm = LogNorm(1e-3, 1)
    for axes, beginning in zip(both, BEGINNINGS):
        values = np.array([[medians[beginning, tie, ratio] for ratio in ratios] for tie in TIES])
        axes.pcolormesh(values, cmap=cividis_r, norm=norm, edgecolors="white", linewidth=1)
        for (row, column), value in np.ndenumerate(values):
            red, green, blue, _ = cividis_r(norm(value))
            light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
            axes.text(
                column + 0.5,
                row + 0.5,
                percent(value) if wide else percent(value).removesuffix("%"),
                color="black" if light > 0.18 else "white",  # whichever is read better
                ha="center",
                va="center",
                fontsize=8.5,
            )
        axes.set_xticks(np.arange(len(ratios)) + 0.5, [f"{ratio:g}" for ratio in ratios])
        axes.set_yticks(np.arange(len(TIES)) + 0.5, list(TIES))
        axes.set_xlabel("reward / penalty")
        axes.set_title(f"To the floor: {beginning} losses", loc="left", fontsize=9)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    both[0].set_ylabel("a tie counts as")


# ---- learning curves ----------------------------------------------------------------------------


def draw_curves(
    figure: Figure, study: Study, wide: bool = True, colours: Mapping[str, str] = COLOURS
) -> None:
    """Losses to the best opponent over the matches trained, with bands of four fifths."""
    longest = study.effort.horizons[-1]
    best = {one.goal.who: one.best for one in study.finalists if one.goal.matches == longest}
    both = figure.subplots(*((1, 2) if wide else (2, 1)), sharey=True)
    for place, (axes, player) in enumerate(zip(both, ("player one", "player two"))):
        for rule, colour, label in (
            (ORIGINAL, "vermilion", "the article's rule"),
            (best["both players"], "blue", "the best rule for both players of a pair"),
            (best[player], "green", "the best for this player alone"),
        ):
            matches, bands = curve_of(study, rule, place)
            draw_band(axes, matches, bands, colours[colour], label)
        axes.axhline(WANTED, color=colours["grey"], linewidth=0.8, linestyle=":")
        axes.set(xscale="log", yscale="log", ylim=(LOWEST, 1.3), xlabel="matches trained")
        axes.set_xlim(study.effort.curve[0], longest)
        axes.set_title(f"P{player[1:]}", loc="left", fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    both[0].set_ylabel("lost to the best opponent")
    both[0].yaxis.set_major_formatter(lambda share, _: percent(share))
    handles, labels = both[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=3 if wide else 1, frameon=False
    )


def curve_of(study: Study, rule: Rule, player: int) -> tuple[tuple[int, ...], list[Band]]:
    """The points of a rule's trainings, and at each the band of what player one (0) or two (1)
    loses."""
    trainings = study.confirmed[rule]
    points = trainings[0].job.points
    bands = [Band.of([each.losses(point)[player] for each in trainings]) for point in points]
    return points, bands


def draw_band(
    axes: Axes, matches: Sequence[int], bands: Sequence[Band], colour: str, label: str
) -> None:
    lows, medians, highs = (np.maximum(values, LOWEST / 10) for values in zip(*bands))
    axes.fill_between(matches, lows, highs, color=colour, alpha=0.25, linewidth=0)
    axes.plot(matches, medians, color=colour, linewidth=1.8, label=label)
