"""Renders report.html: one self-contained file that needs no network. The figures come from
summary.py, the pictures from pictures.py and plots.py, the sections from sections.py and study.py.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmark import figures, summary
from benchmark.processes import ROOT
from benchmark.report import pictures, sections
from benchmark.report.study import section
from benchmark.results import ARTICLE, Comparison


def write(comparison: Comparison, folder: Path) -> None:
    """Write the page, and the pictures as separate files."""
    for name, picture in pictures.drawn(comparison).items():
        (folder / name).write_text(picture, encoding="utf-8")
    page = render(comparison, section(folder))
    (folder / "report.html").write_text(page, encoding="utf-8")


def render(comparison: Comparison, study: sections.Section | None = None) -> str:
    return sections.rendered(
        "report.html",
        comparison=comparison,
        style=pictures.style(),
        lead=lead(summary.rows(comparison), summary.swap_alone(comparison)),
        project=summary.project(comparison.machine),
        changed=changed_lines(),
        warnings=summary.warnings(comparison),
        sections=[
            *sections.of(comparison),
            *([study] if study else []),
            sections.how_to_repeat_it(comparison),
        ],
    )


def lead(rows: list[summary.Row], swap: tuple[figures.Figure, figures.Figure] | None) -> list[str]:
    """The summary in words; figures and their units are joined by no-break spaces."""
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
            f"With two lines changed to call chooser.choose, they took "
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
            f"With the match loop in Rust too (chooser.play), they took "
            f"{figures.duration(beyond.total.median)}: {figures.times(beyond.speedup)} as fast."
        )
    return [re.sub(r"(?<=\d) (?=[mµn]?s\b|×)", "\u00a0", sentence) for sentence in sentences]


def changed_lines() -> list[tuple[str, str]]:
    """`cogitate` before and after, line by line, as ttst.py has them."""
    trainer = (ROOT / "ttst.py").read_text(encoding="utf-8")
    before, after = re.findall(r"^    def cogitate\(.*\n((?:        .+\n)+)", trainer, re.MULTILINE)
    return [(old.strip(), new.strip()) for old, new in zip(before.splitlines(), after.splitlines())]
