"""Runs the comparison as a process; once in its quick form, for all tests that look at what comes
out of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPARE = ROOT / "benchmark" / "compare.py"


def compare(
    *arguments: object, python: tuple[str, ...] = (sys.executable,), script=COMPARE, **others: Any
) -> subprocess.CompletedProcess[str]:
    """Runs `compare.py` to its end. A traceback fails the test."""
    done = subprocess.run(
        [*python, str(script), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        **others,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


class Quick(NamedTuple):
    """A quick comparison: the process, and what it wrote."""

    done: subprocess.CompletedProcess[str]
    folder: Path
    timings: dict[str, Any]

    def chart(self, engine: str) -> str:
        """The flame chart, as SVG."""
        if engine not in self.timings["flamecharts"]:
            cannot_run(next(iter(self.timings["failed"].values()), "there is no flame chart"))
        name = self.timings["flamecharts"][engine]["svg"]
        return (self.folder / name).read_text(encoding="utf-8")


def cannot_run(why: str) -> NoReturn:
    """Skips with a reason that pytest's closing lines show; where the project is checked every day,
    what is missing is a failure."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
