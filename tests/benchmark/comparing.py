"""Runs the comparison as a process, and holds what one run wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from checkout import ROOT
from lacking import cannot_run

from benchmark.results import Comparison

COMPARE = ROOT / "benchmark" / "compare.py"
RECORDED = ROOT / "benchmark" / "recorded"


def compare(
    *arguments: object, python=(sys.executable,), script=COMPARE, **others: Any
) -> subprocess.CompletedProcess[str]:
    """Runs `compare.py` to its end. A traceback fails the test."""
    command = [*map(str, (*python, script, *arguments))]
    pipes = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    done = subprocess.run(command, **pipes, timeout=300, **others)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def comparison_in(folder: Path) -> Comparison:
    return Comparison.from_json((folder / "timings.json").read_text(encoding="utf-8"))


class Quick(NamedTuple):
    """A quick comparison: the process, and what it wrote."""

    done: subprocess.CompletedProcess[str]
    folder: Path
    comparison: Comparison

    def chart(self, engine: str) -> str:
        """The flame chart, as SVG."""
        if engine not in self.comparison.flamecharts:
            cannot_run(next(iter(self.comparison.failed.values()), "there is no flame chart"))
        return (self.folder / f"{engine}.svg").read_text(encoding="utf-8")
