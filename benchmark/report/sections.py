"""The sections of report.html: each a function of the comparison, which returns None if there is
nothing to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

from markupsafe import Markup

from benchmark import summary
from benchmark.report import pictures, plots
from benchmark.results import Comparison
from ttst_brain import curve
from ttst_brain.rule import ORIGINAL


class Section(NamedTuple):
    """A heading, from which its anchor is made, and the body."""

    title: str
    body: Markup

    @property
    def anchor(self) -> str:
        return re.sub(r"\W+", "-", self.title.lower()).strip("-")


def of(comparison: Comparison) -> Iterator[Section]:
    """The sections for what was measured."""
    for section in SECTIONS:
        made = section(comparison)
        if made:
            yield made


def how_to_repeat_it(comparison: Comparison) -> Section:
    return Section("How to repeat it", rendered("repeat.html", comparison=comparison))


def rendered(template: str, **values: Any) -> Markup:
    return Markup(pictures.environment().get_template(template).render(**values))


def trainings(comparison: Comparison) -> Section | None:
    if not summary.rows(comparison):
        return None
    body = rendered(
        "trainings.html",
        comparison=comparison,
        bars=pictures.bars(comparison, alone=False),
        headings=summary.HEADINGS,
        cells=summary.cells(comparison),
    )
    return Section("The trainings", body)


def where_the_time_goes(comparison: Comparison) -> Section | None:
    if not comparison.flamecharts:
        return None
    body = rendered(
        "flamecharts.html",
        charts=[
            (
                pictures.title_of(comparison, name),
                chart,
                pictures.flame_chart(comparison, name, alone=False),
                summary.widest(chart)[:10],
            )
            for name, chart in comparison.flamecharts.items()
        ],
        shares=summary.shares(comparison),
        tolerance=summary.TOLERANCE,
    )
    return Section("Where the time goes", body)


def one_draw(comparison: Comparison) -> Section | None:
    if not comparison.draws:
        return None
    body = rendered(
        "draws.html",
        draws=summary.draws_of_nine(comparison),
        strip=plots.strip(comparison),
        lengths=plots.lengths(comparison),
        many=summary.draws_of_many(comparison),
        numbers=summary.MANY,
        is_ours=summary.is_ours,
    )
    return Section("One draw", body)


def tables(comparison: Comparison) -> Section | None:
    if not comparison.tables:
        return None
    shapes, lines = summary.draws_of_tables(comparison)
    body = rendered("tables.html", shapes=shapes, lines=lines, is_ours=summary.is_ours)
    return Section("A draw from each row of a table", body)


def weights_that_stay(comparison: Comparison) -> Section | None:
    kept = comparison.weights
    if not kept:
        return None
    body = rendered(
        "weights.html",
        kept=kept,
        plot=plots.kept_lengths(kept),
        operations=summary.OPERATIONS,
        ways=summary.kept_weights(kept),
        is_ours=summary.is_ours,
    )
    return Section("Weights that stay", body)


def whole_matches(comparison: Comparison) -> Section | None:
    if not comparison.matches:
        return None
    body = rendered(
        "matches.html",
        compiling=comparison.matches.compiling_seconds,
        pairs=summary.matches_pairs(comparison),
        threads=summary.play_in_threads(comparison),
    )
    return Section("Whole matches, against numba", body)


def learning(comparison: Comparison) -> Section | None:
    if not comparison.curve:
        return None
    body = rendered(
        "learning.html",
        plot=plots.learning_curve(comparison),
        last=comparison.curve[-1],
        why=curve.why(ORIGINAL, learns1=True, learns2=True),
    )
    return Section("What the brains learn", body)


# Of what was measured, in the order of the page.
SECTIONS: tuple[Callable[[Comparison], Section | None], ...] = (
    trainings,
    where_the_time_goes,
    one_draw,
    tables,
    weights_that_stay,
    whole_matches,
    learning,
)
