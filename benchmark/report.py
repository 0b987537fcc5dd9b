"""Renders report.html: one file that needs nothing else, not even a network. The figures come from
summary.py, the pictures from pictures.py and plots.py.

A section of the page is a function of the comparison in `SECTIONS`, and most often a template.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, NamedTuple

from markupsafe import Markup

from benchmark import figures, pictures, plots, summary
from benchmark.processes import ROOT
from benchmark.results import ARTICLE, Comparison
from ttst_brain import curve
from ttst_brain.rule import ORIGINAL


class Section(NamedTuple):
    """A heading, whose anchor is made of its words, and what stands below it."""

    title: str
    body: Markup

    @property
    def anchor(self) -> str:
        return re.sub(r"\W+", "-", self.title.lower()).strip("-")


def write(comparison: Comparison, folder: Path) -> None:
    """Write the page, and the pictures as files of their own."""
    for name, picture in pictures.drawn(comparison).items():
        (folder / name).write_text(picture, encoding="utf-8")
    (folder / "report.html").write_text(render(comparison), encoding="utf-8")


def render(comparison: Comparison) -> str:
    made = [section(comparison) for section in SECTIONS]
    return rendered(
        "report.html",
        comparison=comparison,
        style=pictures.style(),
        lead=lead(summary.rows(comparison), summary.swap_alone(comparison)),
        project=summary.project(comparison.machine),
        changed=changed_lines(),
        warnings=summary.warnings(comparison),
        sections=[section for section in made if section],
    )


def rendered(template: str, **values: Any) -> Markup:
    return Markup(pictures.environment().get_template(template).render(**values))


def lead(rows: list[summary.Row], swap: tuple[figures.Figure, figures.Figure] | None) -> list[str]:
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
        totals, drawn = zip(*ARTICLE.values())
        sentences.append(
            f"With two lines changed, chooser.choose in place of numpy, they took "
            f"{figures.duration(after.total.median)}: {figures.times(after.speedup)} as fast, "
            f"and cogitate() {figures.times(after.cogitate_speedup)}. The article measured "
            f"{totals[0] / totals[1]:.2g} × and {drawn[0] / drawn[1]:.2g} ×."
        )
    if swap:
        sentences.append(
            f"The swap alone, with rows still read from ndarrays, gives {figures.times(swap[1])} "
            f"({figures.duration(swap[0].median)}); reading them as memoryviews gives the rest."
        )
    if beyond and beyond.speedup:
        sentences.append(
            f"With the match loop in Rust too, chooser.play, they took "
            f"{figures.duration(beyond.total.median)}: {figures.times(beyond.speedup)} as fast."
        )
    return [re.sub(r"(?<=\d) (?=[mµn]?s\b|×)", "\u00a0", sentence) for sentence in sentences]


def changed_lines() -> list[tuple[str, str]]:
    """`cogitate` before and after, line by line, as ttst.py has them."""
    trainer = (ROOT / "ttst.py").read_text(encoding="utf-8")
    before, after = re.findall(r"^    def cogitate\(.*\n((?:        .+\n)+)", trainer, re.MULTILINE)
    return [(old.strip(), new.strip()) for old, new in zip(before.splitlines(), after.splitlines())]


# ---- the sections -------------------------------------------------------------------------------


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


def how_to_repeat_it(comparison: Comparison) -> Section:
    return Section("How to repeat it", rendered("repeat.html", comparison=comparison))


# In the order of the page; None leaves one out.
SECTIONS: tuple[Callable[[Comparison], Section | None], ...] = (
    trainings,
    where_the_time_goes,
    one_draw,
    tables,
    weights_that_stay,
    whole_matches,
    learning,
    how_to_repeat_it,
)
