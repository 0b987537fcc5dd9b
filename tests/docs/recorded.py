"""What README shows of benchmark/recorded: two flame charts, one above the other, and the table.
Rendered here from the recorded timings, so that it cannot drift from them."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

Timings = dict[str, Any]

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
    timings = json.loads((FOLDER / "timings.json").read_text(encoding="utf-8"))
    charts = [picture(timings["flamecharts"][name]) for name in CHARTS]
    parts = [*charts, table(timings), circumstances(timings)]
    return "\n" + "".join(f"{part}\n\n" for part in parts)


def picture(chart: dict[str, str]) -> str:
    source = (FOLDER / chart["svg"]).relative_to(ROOT).as_posix()
    return f'<img alt="Flame chart, {chart["title"]}" src="{source}" width="100%">'


def table(timings: Timings) -> str:
    sys.path.insert(0, str(ROOT / "benchmark"))
    text: str = importlib.import_module("summary").as_markdown(timings)
    return text


def circumstances(timings: Timings) -> str:
    options, machine = timings["options"], timings["machine"]
    return (
        f"{options['matches']:,} matches: medians of {options['repeats']} rounds, in brackets "
        f"the lowest and the highest.\n{machine['processor']}; {machine['python']}, numpy "
        f"{machine['numpy']}, {machine['rustc'].split(' (')[0]}."
    )
