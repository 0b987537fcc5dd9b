"""What README shows of benchmark/recorded: two flame charts, one above the other, and the table.
Rendered here from the recorded timings, so that it cannot drift from them."""

from __future__ import annotations

from pathlib import Path

from benchmark import summary
from benchmark.results import Chart, Comparison

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmark" / "recorded"
BEGIN, END = "<!-- recorded -->\n", "<!-- end of recorded -->\n"
CHARTS = ("numpy", "choose")


def shown(readme: str) -> str:
    """What stands between the marks."""
    return readme.split(BEGIN)[1].split(END)[0]


def with_recorded(readme: str) -> str:
    return readme.replace(BEGIN + shown(readme), BEGIN + rendered())


def rendered() -> str:
    """What has to stand there; nothing where nothing was recorded."""
    if not (FOLDER / "timings.json").exists():
        return ""
    comparison = Comparison.from_json((FOLDER / "timings.json").read_text(encoding="utf-8"))
    charts = [picture(comparison.flamecharts[name]) for name in CHARTS]
    parts = [*charts, summary.as_markdown(comparison), circumstances(comparison)]
    return "\n" + "".join(f"{part}\n\n" for part in parts)


def picture(chart: Chart) -> str:
    source = (FOLDER / chart.svg).relative_to(ROOT).as_posix()
    return f'<img alt="Flame chart, {chart.title}" src="{source}" width="100%">'


def circumstances(comparison: Comparison) -> str:
    options, machine = comparison.options, comparison.machine
    return (
        f"{options.matches:,} matches: medians of {options.repeats} rounds, in brackets "
        f"the lowest and the highest.\n{machine['processor']}; {machine['python']}, numpy "
        f"{machine['numpy']}, {machine['rustc'].split(' (')[0]}."
    )
