"""Records with py-spy what the trainer does, and reads the boxes of a flame chart from the samples.
It draws nothing.

A chart is rooted at the matches, because the imports before them would make it ten times as high;
the speedscope files keep everything.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from benchmark.processes import ROOT, Bar, Failed, run
from benchmark.results import Box, Chart

RATE = 200  # samples a second
TRAINING = "train"  # of ttst.py: plays the matches, and nothing else
# py-spy finds the frames of compiled code on these systems alone.
NATIVE = sys.platform in ("linux", "win32")
# Narrower boxes are left out: at a few pixels, no name fits.
NARROWEST = 1 / 100


class NotPermitted(Failed):
    """py-spy may not trace other processes here, or is missing: no chart can be recorded."""


def find_py_spy() -> str:
    """The py-spy beside the running Python, else on PATH."""
    folders = os.pathsep.join([sysconfig.get_path("scripts"), *os.get_exec_path()])
    if py_spy := shutil.which("py-spy", path=folders):
        return py_spy
    python = shlex.quote(sys.executable)
    raise NotPermitted(f"py-spy is not installed; type `{python} -m pip install py-spy`")


def record(engine: str, matches: int, seed: int, native: bool, speedscope: Path, bar: Bar) -> Chart:
    """Train two new brains under py-spy, which writes the `speedscope` file."""
    native = native and NATIVE
    py_spy = [find_py_spy(), "record", "--rate", str(RATE), "--function", "--format", "speedscope"]
    py_spy += ["--native"] if native else []
    trainer = [sys.executable, str(ROOT / "ttst.py"), "--quiet", "--engine", engine]
    trainer += ["--iterations", str(matches), "--seed", str(seed)]
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder) / speedscope.name
        try:
            _, errors = run([*py_spy, "--output", str(recorded), "--", *trainer], bar, Path(folder))
        except Failed as error:
            raise failure(error.errors) from None
        if not recorded.exists():
            raise failure(errors)
        text = without_paths(recorded.read_text(encoding="utf-8"))
    speedscope.write_text(text, encoding="utf-8")
    boxes = boxes_below(TRAINING, stacks_of(text))
    if not boxes:
        raise Failed("py-spy saw no match being played")
    return Chart(matches, RATE, native, boxes, speedscope.name)


def failure(errors: str) -> Failed:
    """py-spy's error, or what to type if it lacks permission to trace."""
    if re.search(r"permission denied|not permitted|requires root|EPERM", errors, re.IGNORECASE):
        again = f'sudo env "PATH=$PATH" {shlex.quote(sys.executable)} benchmark/compare.py'
        elsewhere = f"type `{again}`, and start a container with `--cap-add=SYS_PTRACE`"
        mac = f"macOS asks for root: type `{again}`"
        what = mac if sys.platform == "darwin" else elsewhere
        return NotPermitted(f"py-spy may not trace here; {what}")
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    said = [line for line in lines if line.startswith(("Error: ", "ttst: "))] or lines[-1:]
    return Failed(f"py-spy: {said[0] if said else 'recorded nothing'}")


# ---- from samples to boxes ----------------------------------------------------------------------


class Function(NamedTuple):
    name: str  # unqualified
    place: str  # its file


def stacks_of(speedscope: str) -> list[list[Function]]:
    """The stack of each sample, the outermost function first."""
    try:
        data = json.loads(speedscope)
        functions = [
            Function(short(frame["name"]), frame.get("file") or "")
            for frame in data["shared"]["frames"]
        ]
        samples = [sample for profile in data["profiles"] for sample in profile["samples"]]
        return [[functions[number] for number in sample] for sample in samples]
    except (ValueError, LookupError, TypeError) as error:
        raise Failed(f"py-spy's file is not speedscope's: {error}") from None


def boxes_below(root: str, stacks: Sequence[Sequence[Function]]) -> list[Box]:
    """The boxes from the function `root` on, each before those it called, the widest first. Import
    machinery is left out, because its tall stacks say nothing about the program."""
    rooted = []
    for stack in stacks:
        names = [function.name for function in stack]
        if root in names:
            below = stack[names.index(root) :]
            rooted.append(list(takewhile(lambda one: "importlib" not in one.place, below)))
    return list(_grouped(rooted, 0, 0, NARROWEST * len(rooted)))


def _grouped(
    stacks: Sequence[Sequence[Function]], depth: int, left: int, fewest: float
) -> Iterator[Box]:
    groups: dict[str, list[Sequence[Function]]] = {}
    for stack in stacks:
        if len(stack) > depth:
            groups.setdefault(stack[depth].name, []).append(stack)
    for name, group in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        if len(group) >= fewest:
            # Code inlined into a Rust function may have lines of another file.
            places = Counter(stack[depth].place for stack in group)
            yield Box(name, places.most_common(1)[0][0], depth, left, len(group))
            yield from _grouped(group, depth + 1, left, fewest)
            left += len(group)


def short(name: str) -> str:
    """Shorten `numpy_engine.<locals>.cogitate` to `cogitate`, and drop a Rust name's generics."""
    name = name.rpartition("<locals>.")[2]
    if name.startswith("<"):
        return name
    while (shorter := re.sub(r"<[^<>]*>", "", name.replace("->", ""))) != name:
        name = shorter
    return name


def without_paths(text: str) -> str:
    """Remove this machine's folders, and of Rust's files all folders. Files of the project, of
    packages and of Python keep the rest of their path."""
    names = ("purelib", "platlib", "stdlib")
    folders = {str(ROOT), sys.prefix, sys.base_prefix, *map(sysconfig.get_path, names)}
    with suppress(RuntimeError):  # a user without a home folder
        folders.add(str(Path.home()))
    for folder in sorted(folders, key=len, reverse=True):
        text = text.replace(f"{folder}/", "") if folder != "/" else text
    text = re.sub(r"[\w.@+/-]*/(?=[\w.@+-]+\.rs\b)", "", text)
    return re.sub(r"(?:/[\w.@+-]+){2,}/(?=[\w.@+-]+\.(?:c|py|so)\b)", "", text)
