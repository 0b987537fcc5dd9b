"""Records the figures of a page again: `python tests/docs/record.py docs/how-it-was-made.md`.

Types the page's commands into a copy of the project, and puts what they print in the place of what
blocks of figures show; `...` stays what it is. Charts that the commands make are drawn as the
report draws its own, and put beside the page under their names. What the page says of the figures
in words is for the author to correct. What is shown of benchmark/recorded is taken from there too.
Not a test.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import recorded
from pages import EXEMPT, SLOW, Command, checkout, environment, run, typed_commands, without_blanks

from benchmark.measurements.flamecharts import Function, boxes_below, short
from benchmark.report.pictures import draw_boxes

PROGRAM, DRAWS = "simulate", ("next_event",)  # the root of a chart, and what draws in it
SVG, FG = "{http://www.w3.org/2000/svg}", "{http://github.com/jonhoo/inferno}"


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: record.py FILE")
    page = Path(sys.argv[1]).resolve()
    try:
        text = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"record: {page}: {getattr(error, 'strerror', None) or error}")
    commands = typed_commands(page, EXEMPT.keys() - SLOW.keys())
    with tempfile.TemporaryDirectory() as folder:
        copy = checkout(page, Path(folder))
        for command, printed in zip(commands, run(commands, copy, environment())):
            if "figures" in command.block.options:
                typed = "$ " + command.typed.replace("\n", "\n> ") + "\n"
                text = text.replace(typed + command.shown, typed + shown_now(command, printed), 1)
        for chart in sorted(copy.glob("examples/*.svg")):
            beside = page.with_name(chart.name)
            beside.write_text(redrawn(chart), encoding="utf-8")
    page.write_text(recorded.with_recorded(text), encoding="utf-8")


def shown_now(command: Command, printed: str) -> str:
    """The output, with `...` where the page shows it."""
    lines = iter(command.lines_of(printed))
    shown = without_blanks(command.shown)
    return "".join(line if line == "...\n" else next(lines) for line in shown)


def redrawn(chart: Path) -> str:
    """py-spy's picture, from the program's own root on, as the report draws its charts."""
    boxes = boxes_below(PROGRAM, list(stacks_in(chart.read_text(encoding="utf-8"))))
    title, sampled = boxes[0].place, f"{boxes[0].samples:,} samples in {PROGRAM}"
    return draw_boxes(boxes, title, sampled, f"Flame chart of {title}", DRAWS)


def stacks_in(picture: str) -> Iterator[list[Function]]:
    """The stack of each sample, the outermost function first."""
    groups = ElementTree.fromstring(picture).iterfind(f"{SVG}svg[@id='frames']/{SVG}g")
    boxes = []
    for title, box, _ in groups:
        name, _, rest = title.text.partition(" (")
        function = Function(short(name), rest.partition(":")[0])
        left, samples = (int(box.attrib[f"{FG}{part}"]) for part in "xw")
        boxes.append((float(box.attrib["y"]), range(left, left + samples), function))
    boxes.sort(key=lambda box: box[0])
    for sample in boxes[0][1]:
        yield [function for _, samples, function in boxes if sample in samples]


if __name__ == "__main__":
    main()
