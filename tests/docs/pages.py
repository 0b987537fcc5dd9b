"""Reads the fenced blocks of a Markdown page, and types them into one shell as a reader would.

    ```console           every command (`$ `, continued with `> `) prints what follows it
    ```console figures   the same, but any number may stand where the page shows one
    ```console needs=X   left out where X, a program on PATH, is missing or may not do its work
    ```pycon             a session in Python, as doctest checks it
    ```KIND FILE         an excerpt of a file of the project, line by line
    ```diff              lines of Python and those that replace them: test_swaps.py runs both

In an output, a line `...` stands for any number of lines. Any other kind of block is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from checkout import ROOT, copy_project

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

# Commands that tests do not type, and why; the first ones are typed when a page is recorded.
SLOW = {"python epidemic_before.py": "takes a minute; the page runs it with fewer people, too"}
EXEMPT = {
    **SLOW,
    "make train": "`make test` follows it wherever the project is tested",
    "make test": "these tests are a part of it",
    "python benchmark/compare.py": "takes minutes; tests/benchmark runs its quick form",
    "make study": "takes minutes; tests/benchmark runs its quick form",
    "python benchmark/study.py": "takes minutes; tests/benchmark runs its quick form",
    "python -m pip install .": "tests/packaging installs into a fresh environment",
    "python -m pip install numpy py-spy": "changes the environment the tests run in",
    "python -m pip install numpy tqdm": "changes the environment the tests run in",
}
# A number, or cargo's minutes and seconds.
NUMBER = re.compile(r"[<>]?(?:\d+m )?\d+(?:[.,]\d+)*")
FENCE = re.compile(r"^```(?P<info>[^`\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: where it stands, what follows its opening fence, what is in it."""

    place: str
    kind: str
    options: tuple[str, ...]
    text: str

    @property
    def needs(self) -> str | None:
        return next((option[6:] for option in self.options if option.startswith("needs=")), None)

    @property
    def excerpt_of(self) -> Path | None:
        return ROOT / self.options[0] if self.options and "/" in self.options[0] else None


class Command(NamedTuple):
    """What a reader types, and the output the page shows."""

    block: Block
    typed: str
    shown: str

    def lines_of(self, printed: str) -> tuple[str, ...]:
        """The lines of an output, apart from those for which the page shows `...`."""
        lines = without_blanks(self.shown)
        pattern = "".join(r"(?:.*\n)*" if line == "...\n" else self._group(line) for line in lines)
        match = re.fullmatch(pattern, "".join(without_blanks(printed)))
        assert match, (
            f"{self.block.place}: `{self.typed}` prints\n{printed}\nbut is shown with\n{self.shown}"
        )
        return match.groups()

    def _group(self, line: str) -> str:
        if "figures" not in self.block.options:
            return f"({re.escape(line)})"
        # Figures of other lengths move the columns of a table.
        texts = (r"\s*".join(map(re.escape, re.split(r"\s+", text))) for text in NUMBER.split(line))
        return f"({NUMBER.pattern.join(texts)})"


def typed_commands(page: Path, exempt: Collection[str] = EXEMPT) -> list[Command]:
    return [
        command
        for block in blocks_of(page)
        for command in commands_of(block)
        if command.typed not in exempt
    ]


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    blocks = []
    for match in FENCE.finditer(text):
        kind, *options = match["info"].split() or [""]
        line = text.count("\n", 0, match.start()) + 1
        blocks.append(Block(f"{page.name}:{line}", kind, tuple(options), match["text"]))
    fences = len(re.findall(r"^\s*```", text, re.MULTILINE))
    assert fences == 2 * len(blocks), f"{page}: a fence is indented or never closed"
    return blocks


def commands_of(block: Block) -> list[Command]:
    """The commands of a console or a session; none of an excerpt, or of lines to replace."""
    if block.excerpt_of or block.kind == "diff":
        return []
    if block.kind == "pycon":
        doctest = "python -m doctest -o ELLIPSIS /dev/stdin"
        return [Command(block, f"{doctest} <<'END'\n{block.text}END", "")]
    assert block.kind == "console", f"{block.place}: no kind of block that is known: {block.kind}"
    first, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not first, f"{block.place}: the first line is no command: {first}"
    typed_and_shown = (re.split(r"\n(?!> )", part, maxsplit=1) for part in parts)
    return [Command(block, typed.replace("\n> ", "\n"), shown) for typed, shown in typed_and_shown]


def run(commands: list[Command], folder: Path, environment: dict[str, str]) -> list[str]:
    """What each command printed to either output. They are typed one after the other: folder and
    variables stay, as for a reader, and one that fails is an error."""
    script = "".join(f"{command.typed}\nprintf '\\0'\n" for command in commands)
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\nset -e\n{script}"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        timeout=600,
        check=False,
    )
    *printed, rest = done.stdout.split("\0")
    if len(printed) < len(commands):
        block, typed, _ = commands[len(printed)]
        raise AssertionError(f"{block.place}: `{typed}` exits with {done.returncode}:\n{rest}")
    return printed


def checkout(page: Path, kept: Path) -> Path:
    """The project as a reader of the page has it after `make build`. What is built goes to `kept`,
    and is found there the next time."""
    copy = kept / page.stem
    shutil.rmtree(copy, ignore_errors=True)
    copy_project(copy)
    shutil.copy2(ROOT / "chooser.so", copy)
    for target in (copy / "target", copy / "examples" / "urn" / "target"):
        target.symlink_to(kept)
    return copy


def environment() -> dict[str, str]:
    """A reader's shell, with the tests' own Python as `python`."""
    not_passed_on = ("PYTEST", "PYTHON", "CARGO_TARGET", "MAKE", "MFLAGS")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(not_passed_on)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # timeit warns where other programs slow it down: that says nothing of the page.
    quiet = {"PYTHONWARNINGS": "ignore:The test results are likely unreliable"}
    return {**inherited, **quiet, "PATH": path, "CARGO_TERM_COLOR": "never", "NO_COLOR": "1"}


def without_blanks(text: str) -> list[str]:
    return [f"{line.rstrip()}\n" for line in text.splitlines() if line.strip()]
