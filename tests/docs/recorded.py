"""What pages show of benchmark/recorded. README: the versions as bars, the table, two flame charts,
the study in short; docs/swap-it-in.md: the table of programs; docs/what-speed-is-for.md: those of
the study. Rendered here, so that it cannot drift from what was recorded."""

from __future__ import annotations

import sys
from textwrap import fill

from checkout import ROOT

sys.path.insert(0, str(ROOT))

from benchmark import summary
from benchmark.figures import bare
from benchmark.programs.results import Swaps, as_markdown
from benchmark.report import pictures
from benchmark.results import Comparison
from benchmark.rules import answers
from benchmark.rules.results import Study

RECORDED = ROOT / "benchmark" / "recorded"


def comparison() -> Comparison:
    return Comparison.from_json((RECORDED / "timings.json").read_text(encoding="utf-8"))


def with_recorded(page: str) -> str:
    """The page, with what stands between marks, if they are there, rendered anew."""
    for name, rendered in RENDERED.items():
        begin, end = f"<!-- recorded {name} -->\n", f"<!-- end of {name} -->\n"
        before, mark, rest = page.partition(begin)
        if mark:
            page = f"{before}{mark}\n{rendered()}\n\n{end}{rest.partition(end)[2]}"
    return page


def claim() -> str:
    measured = comparison()
    rows = {row.engine: row for row in summary.rows(measured)}
    before, after, swap = rows["numpy"], rows["choose"], summary.swap_alone(measured)
    assert swap
    return fill(
        "TTST learns tic-tac-toe by playing itself. It spent "
        f"{before.share:.0%} of its time in two lines around one NumPy call, a weighted random "
        "draw. `chooser`, written in Rust, replaces them: training is "
        f"**{bare(after.speedup.median)} times as fast**, {bare(swap[1].median)} by the swap "
        "alone, the rest by reading rows as memoryviews.",
        100,
    )


def versions() -> str:
    return picture("versions", pictures.bars_described(comparison()))


def trainings() -> str:
    measured = comparison()
    options, machine = measured.options, measured.machine
    return (
        f"{summary.as_markdown(measured)}\n\n{options.matches:,} matches: medians of "
        f"{options.repeats} rounds, on {machine.date}.\n{machine.processor}; {machine.python}, "
        f"numpy {machine.numpy}, {machine.rustc.split(' (')[0]}."
    )


def flame_charts() -> str:
    charts = comparison().flamecharts
    shown = [picture(name, pictures.described(name, charts[name])) for name in ("numpy", "choose")]
    return "\n\n".join(shown)


def picture(name: str, described: str) -> str:
    return f'<img alt="{described}" src="benchmark/recorded/{name}.svg" width="840">'


def programs() -> str:
    return as_markdown(Swaps.from_json((RECORDED / "programs.json").read_text(encoding="utf-8")))


def study() -> str:
    return answers.as_markdown(recorded_study())


def study_in_short() -> str:
    described = "Learning curves: losses to the best opponent, over the matches trained"
    return f"{fill(answers.in_short(recorded_study()), 100)}\n\n{picture('curves', described)}"


def recorded_study() -> Study:
    return Study.from_json((RECORDED / "study.json").read_text(encoding="utf-8"))


RENDERED = {
    "claim": claim,
    "versions": versions,
    "trainings": trainings,
    "flame charts": flame_charts,
    "programs": programs,
    "study": study,
    "study in short": study_in_short,
}
