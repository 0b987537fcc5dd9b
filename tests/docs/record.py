"""Records the figures of a page anew: `python tests/docs/record.py docs/how-it-was-made.md`.

Types the page's commands into a copy of the project, and puts what they print in the place of what
blocks of figures show; `...` stays what it is. Charts that the commands make are put beside the
page under their own names. What the page says of the figures in words is for the author to mend.
What is shown of benchmark/recorded is taken from there too. Not a test.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import recorded
from pages import EXEMPT, SLOW, Command, checkout, environment, run, typed_commands, without_blanks

HEIGHT = 170  # seven rows of a chart; below them are only imports


def main() -> None:
    page = Path(sys.argv[1]).resolve()
    text = page.read_text(encoding="utf-8")
    commands = typed_commands(page, EXEMPT.keys() - SLOW.keys())
    with tempfile.TemporaryDirectory() as folder:
        copy = checkout(page, Path(folder))
        for command, printed in zip(commands, run(commands, copy, environment())):
            if "figures" in command.block.options:
                typed = "$ " + command.typed.replace("\n", "\n> ") + "\n"
                text = text.replace(typed + command.shown, typed + shown_now(command, printed), 1)
        for chart in sorted(copy.glob("examples/*.svg")):
            beside = page.with_name(chart.name)
            beside.write_text(cut(chart.read_text(encoding="utf-8")), encoding="utf-8")
    page.write_text(recorded.with_recorded(text), encoding="utf-8")


def shown_now(command: Command, printed: str) -> str:
    """The output, with `...` where the page shows it."""
    lines = iter(command.lines_of(printed))
    shown = without_blanks(command.shown)
    return "".join(line if line == "...\n" else next(lines) for line in shown)


def cut(chart: str) -> str:
    chart = re.sub(r'(<svg version="1.1" width="1200" height=")\d+', rf"\g<1>{HEIGHT}", chart)
    return re.sub(r'viewBox="0 0 1200 \d+"', f'viewBox="0 0 1200 {HEIGHT}"', chart, count=1)


if __name__ == "__main__":
    main()
