"""What pages show of benchmark/recorded. README: two flame charts, one above the other, and the
table; docs/swap-it-in.md: the table of programs. Rendered here, so that it cannot drift from what
was recorded."""

from __future__ import annotations

import sys

from checkout import ROOT

sys.path.insert(0, str(ROOT))

from benchmark import summary
from benchmark.programs.results import Swaps, as_markdown
from benchmark.results import Chart, Comparison

RECORDED = ROOT / "benchmark" / "recorded"


def with_recorded(page: str) -> str:
    """The page, with what stands between marks, if they are there, rendered anew."""
    for name, rendered in (("recorded", trainings), ("recorded programs", programs)):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, mark, rest = page.partition(begin)
        if mark:
            page = before + mark + rendered() + end + rest.partition(end)[2]
    return page


def programs() -> str:
    text = (RECORDED / "programs.json").read_text(encoding="utf-8")
    return f"\n{as_markdown(Swaps.from_json(text))}\n\n"


def trainings() -> str:
    comparison = Comparison.from_json((RECORDED / "timings.json").read_text(encoding="utf-8"))
    charts = [picture(comparison.flamecharts[engine]) for engine in ("numpy", "choose")]
    parts = [*charts, summary.as_markdown(comparison), circumstances(comparison)]
    return "\n" + "".join(f"{part}\n\n" for part in parts)


def picture(chart: Chart) -> str:
    source = f"benchmark/recorded/{chart.svg}"
    return f'<img alt="Flame chart, {chart.title}" src="{source}" width="100%">'


def circumstances(comparison: Comparison) -> str:
    options, machine = comparison.options, comparison.machine
    return (
        f"{options.matches:,} matches: medians of {options.repeats} rounds, in brackets "
        f"the lowest and the highest.\n{machine.processor}; {machine.python}, numpy "
        f"{machine.numpy}, {machine.rustc.split(' (')[0]}."
    )
