"""The study's section of report.html: what a finished study beside it says."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from markupsafe import Markup

from benchmark.report import plots
from benchmark.report.plots import NARROW, WIDE, Plot
from benchmark.report.sections import Section, rendered
from benchmark.rules import answers, pictures
from benchmark.rules.results import Study

TITLE = "What the speed is for"


def section(folder: Path) -> Section | None:
    """The section, from the `study.json` in `folder`; nothing if there is none."""
    file = folder / "study.json"
    if not file.exists():
        return None
    try:
        study = Study.from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return Section(TITLE, Markup("<p>{} cannot be read.</p>").format(file))
    given = answers.answers(study)
    body = rendered(
        "study.html",
        reached=answers.reached(study, given),
        study=study,
        headings=answers.HEADINGS,
        rows=answers.rows(given),
        rules=[(goal, answers.options(best)) for goal, best in answers.best_rules(given)],
        map=plot(study, pictures.draw_rules, "rules", 3.4),
        curves=plot(study, pictures.draw_curves, "curves", 3.8),
    )
    return Section(TITLE, body)


def plot(study: Study, draw: Callable[..., None], name: str, height: float) -> Plot:
    """A picture in the page's colours, `height` inches high on a wide page."""

    def drawn(wide: bool) -> Markup:
        with plots.canvas(WIDE if wide else NARROW, height if wide else 1.9 * height) as figure:
            draw(figure, study, wide, plots.COLOURS)
            return plots.inline(figure, f"{name}, wide: {wide}")

    return Plot(drawn(True), drawn(False))
