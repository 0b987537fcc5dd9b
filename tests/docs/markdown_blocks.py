"""Finds the fenced blocks of a Markdown file and does what each kind promises.

    ```console           every command (`$ `, continued with `> `) runs and prints what follows it
    ```console figures   the same, but any number may stand where the page shows one
    ```console needs=X   left out where X, a program on PATH, is missing or may not do its work
    ```pycon             a session in Python, as doctest checks it
    ```python            a script that must run
    ```KIND FILE         an excerpt of a file of this project, line by line

In an output, a line `...` stands for any number of lines. All commands of a page run in one
folder after the other, as typed by a reader. Any other kind of block is an error.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(?P<info>[^`\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# A number, or cargo's minutes and seconds.
NUMBER = re.compile(r"(?:\d+m )?\d+(?:[.,]\d+)*")
SECONDS = 300
ANY_LINES = "..."

# Runs a session given on standard input; in a process of its own, for what it imports.
DOCTEST = """
import doctest, sys
session = doctest.DocTestParser().get_doctest(sys.stdin.read(), {}, "session", None, 0)
runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
sys.exit(runner.run(session).failed)
"""


class Block(NamedTuple):
    """A fenced block: where it stands, what follows its opening fence, what is in it."""

    page: str
    line: int
    kind: str
    options: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def needs(self) -> str | None:
        """What must be there for the block to run."""
        needs = [option[6:] for option in self.options if option.startswith("needs=")]
        return needs[0] if needs else None

    @property
    def excerpt_of(self) -> str | None:
        """The file, seen from the project's root, of which the block is an excerpt."""
        return self.options[0] if self.options and "/" in self.options[0] else None


class Command(NamedTuple):
    """What a reader types, and the output the page shows."""

    typed: str
    shown: str


def blocks_of(page: Path, root: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    blocks = []
    for match in FENCE.finditer(text):
        kind, *options = match["info"].split() or [""]
        line = text.count("\n", 0, match.start()) + 1
        name = page.relative_to(root).as_posix()
        blocks.append(Block(name, line, kind, tuple(options), match["text"]))
    fences = len(re.findall(r"^\s*```", text, re.MULTILINE))
    assert fences == 2 * len(blocks), f"{page}: a fence is indented or never closed"
    return blocks


def commands_of(block: Block) -> list[Command]:
    commands: list[Command] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append(Command(line[2:], ""))
            continue
        assert commands, f"{block}: the first line is no command: {line}"
        typed, shown = commands.pop()
        if line.startswith("> ") and not shown:
            commands.append(Command(f"{typed}\n{line[2:]}", ""))
        else:
            commands.append(Command(typed, f"{shown}{line}\n"))
    return commands


class Shell:
    """Runs one command after the other in bash; the folder and the environment stay."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def run(self, typed: str) -> tuple[int, str]:
        """The exit code, and what the command printed to either output."""
        with tempfile.TemporaryDirectory() as state:
            notes = f"pwd >{state}/folder; env -0 >{state}/environment"
            done = self._run(["bash", "-c", f"trap '{notes}' EXIT\n{typed}"])
            self.folder = Path(Path(state, "folder").read_text(encoding="utf-8").rstrip("\n"))
            variables = Path(state, "environment").read_text(encoding="utf-8").split("\0")
        self.environment = dict(variable.split("=", 1) for variable in variables if variable)
        return done.returncode, done.stdout

    def run_python(self, code: str, given: str = "") -> tuple[int, str]:
        """The exit code, and what the code printed to either output."""
        done = self._run([sys.executable, "-c", code], given)
        return done.returncode, done.stdout

    def _run(self, command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )


def matches(shown: str, printed: str, figures: bool) -> bool:
    """Whether `printed` is what the page shows, blank lines and spaces at line ends aside."""
    return re.fullmatch(pattern_of(shown, figures), without_blanks(printed)) is not None


def pattern_of(shown: str, figures: bool) -> str:
    """What an output must match; a group for each line, apart from `...`."""
    pattern = ""
    for line in without_blanks(shown).splitlines():
        if line == ANY_LINES:
            pattern += r"(?:.*\n)*"
        elif figures:
            pattern += "(" + NUMBER.pattern.join(map(_any_spaces, NUMBER.split(line))) + r"\n)"
        else:
            pattern += "(" + re.escape(line) + r"\n)"
    return pattern


def without_blanks(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines() if line.strip())


def _any_spaces(text: str) -> str:
    # Figures of other lengths move the columns of a table.
    return r"\s*".join(re.escape(part) for part in re.split(r"\s+", text))


def run_console(block: Block, shell: Shell, exempt: dict[str, str]) -> None:
    for command in commands_of(block):
        if command.typed in exempt:
            continue
        status, printed = shell.run(command.typed)
        assert status == 0, f"{block}: `{command.typed}` exits with {status}:\n{printed}"
        assert matches(command.shown, printed, "figures" in block.options), (
            f"{block}: `{command.typed}` prints\n{printed}\nbut the page shows\n{command.shown}"
        )


def run_python(block: Block, shell: Shell) -> None:
    status, printed = shell.run_python(block.text)
    assert status == 0, f"{block}: {printed}"


def run_session(block: Block, shell: Shell) -> None:
    status, printed = shell.run_python(DOCTEST, block.text)
    assert status == 0, f"{block}: {printed}"


def check_excerpt(block: Block, root: Path) -> None:
    file = block.excerpt_of
    assert file is not None
    assert f"\n{block.text}" in "\n" + (root / file).read_text(encoding="utf-8"), (
        f"{block}: this does not stand in {file}"
    )
