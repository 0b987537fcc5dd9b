"""Records the figures of a page anew: `python tests/docs/record.py docs/how-it-was-made.md`.

Runs the page's commands in a copy of the project, with builds as quick as a reader's, and puts what
they print in the place of what blocks of figures show; `...` stays what it is. Charts that the
commands make are put beside the page. What the page says of the figures in words is for the author
to mend. In README.md, charts and table are taken from benchmark/recorded too. Not a test.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import recorded
from markdown_blocks import (
    ANY_LINES,
    Block,
    Shell,
    blocks_of,
    commands_of,
    pattern_of,
    run_console,
    without_blanks,
)
from test_pages import EXEMPT, ROOT, copy_project, environment

# As high as seven rows of a chart; below them are only imports.
HEIGHT = 170


def main() -> None:
    page = Path(sys.argv[1]).resolve()
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_project(Path(folder, "copy"), Path(folder, "compiled"))
        shell = Shell(copy, as_reader())
        for block in blocks_of(page, ROOT):
            if block.kind != "console":
                continue
            if "figures" not in block.options:
                run_console(block, shell, EXEMPT)
                continue
            text = text.replace(block.text, run_again(block, shell), 1)
        if recorded.BEGIN in text:
            text = recorded.with_recorded(text)
        page.write_text(text, encoding="utf-8")
        for chart in sorted(copy.glob("examples/*.svg")):
            chart_beside = page.parent / f"cafe-{chart.name}"
            chart_beside.write_text(cut(chart.read_text(encoding="utf-8")), encoding="utf-8")


def as_reader() -> dict[str, str]:
    return {
        name: value for name, value in environment().items() if not name.startswith("CARGO_PROFILE")
    }


def run_again(block: Block, shell: Shell) -> str:
    """The block's text with what its commands print now."""
    text = ""
    for command in commands_of(block):
        text += "$ " + command.typed.replace("\n", "\n> ") + "\n"
        if command.typed in EXEMPT:
            text += command.shown
            continue
        _, printed = shell.run(command.typed)
        print(f"$ {command.typed}\n{printed}", flush=True)
        lines = re.fullmatch(pattern_of(command.shown, figures=True), without_blanks(printed))
        if lines is None:
            sys.exit(f"{block}: `{command.typed}` prints something else than the page shows")
        text += dots_kept(command.shown, list(lines.groups()))
    return text


def dots_kept(shown: str, lines: list[str]) -> str:
    rest = iter(lines)
    places = without_blanks(shown).splitlines(keepends=True)
    return "".join(line if line.strip() == ANY_LINES else next(rest) for line in places)


def cut(chart: str) -> str:
    chart = re.sub(r'(<svg version="1.1" width="1200" height=")\d+', rf"\g<1>{HEIGHT}", chart)
    return re.sub(r'viewBox="0 0 1200 \d+"', f'viewBox="0 0 1200 {HEIGHT}"', chart, count=1)


if __name__ == "__main__":
    main()
