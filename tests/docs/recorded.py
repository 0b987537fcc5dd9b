"""What README shows of benchmark/recorded: two flame charts, one above the other, and the table.
Rendered here from the recorded timings, so that it cannot drift from them."""

from __future__ import annotations

import sys

from checkout import ROOT

sys.path.insert(0, str(ROOT))

from benchmark import summary
from benchmark.results import Chart, Comparison

TIMINGS = ROOT / "benchmark" / "recorded" / "timings.json"
BEGIN, END = "<!-- recorded -->\n", "<!-- end of recorded -->\n"


def with_recorded(page: str) -> str:
    """The page, with what stands between the marks, if they are there, rendered anew."""
    before, mark, rest = page.partition(BEGIN)
    return before + mark + rendered() + END + rest.partition(END)[2] if mark else page


def rendered() -> str:
    comparison = Comparison.from_json(TIMINGS.read_text(encoding="utf-8"))
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
