"""What a type checker says of code that uses the module: by the stubs that lie beside the
module. That they agree with the module itself, `make check` asks stubtest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chooser

pytest.importorskip("mypy", reason="mypy is a tool of developers, not in every environment")

ACCEPTED = """
import array
import collections
from decimal import Decimal
from fractions import Fraction

import numpy as np

import chooser


class Own:
    def __getitem__(self, index: int) -> float:
        return [0.5, 1.5][index]


index: int = chooser.choose([1, 2])
chooser.choose((1, 2.5))
chooser.choose([True, Fraction(1, 2), Decimal("0.5")])
chooser.choose([np.float32(1), np.int64(1)])
chooser.choose(range(3))
chooser.choose(collections.deque([1, 2]))
chooser.choose(array.array("i", [1]))
chooser.choose(array.array("d", [1]))
chooser.choose(memoryview(b"1"))
chooser.choose(np.ones(3))
chooser.choose(np.ones((2, 3), np.uint8)[0])
chooser.choose(Own())
chooser.seed()
chooser.seed(None)
chooser.seed(-5)
chooser.seed(np.int64(3))
table = np.zeros((19683, 9), np.int64)
wins1, wins2, ties = chooser.play(table, memoryview(bytes(8)).cast("q"), 5, train1=False, reward=1)
total: int = wins1 + wins2 + ties
"""

REFUSED = """
chooser.choose()
chooser.choose(None)
chooser.choose(5)
chooser.choose("12")
chooser.choose(["1"])
chooser.choose([1j])
chooser.choose([[1]])
chooser.choose({1})
chooser.choose({"a": 1})
chooser.choose(iter([1]))
chooser.choose([1], [2])
chooser.choose(weights=[1])
chooser.choose([1]).nothing
chooser.seed(1.5)
chooser.seed("1")
chooser.seed(n=1)
chooser.play([1], [1], 5)
chooser.play(np.ones((19683, 9)), table, 5)
chooser.play(table, table, 0.5)
chooser.play(table, table, 5, True)
chooser.nothing()
""".strip()


def test_mypy_accepts_what_is_accepted_and_refuses_every_line_of_what_is_refused(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(ACCEPTED + REFUSED)
    stubs = Path(chooser.__file__).parent / "chooser-stubs"
    shutil.copytree(stubs, tmp_path / "chooser")
    options = ["--strict", "--no-pretty", "--hide-error-context", "--config-file="]
    process = subprocess.run(
        [sys.executable, "-m", "mypy", *options, f"--cache-dir={tmp_path}", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    refused = {
        int(line.split(":")[1]) for line in process.stdout.splitlines() if ": error:" in line
    }
    first = len(ACCEPTED.splitlines()) + 1
    expected = set(range(first, first + len(REFUSED.splitlines())))
    assert refused == expected, process.stdout + process.stderr
