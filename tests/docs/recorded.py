"""What pages show of benchmark/recorded. README: the versions as bars, the table, two flame charts;
docs/swap-it-in.md: the table of programs. Rendered here, so that it cannot drift from what was
recorded."""

from __future__ import annotations

import sys

from checkout import ROOT

sys.path.insert(0, str(ROOT))

from benchmark import pictures, summary
from benchmark.programs.results import Swaps, as_markdown
from benchmark.results import Comparison

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


RENDERED = {
    "versions": versions,
    "trainings": trainings,
    "flame charts": flame_charts,
    "programs": programs,
}
