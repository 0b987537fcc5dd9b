"""Brainfiles to read, and the one way in which a bad one may be refused."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Callable

import numpy as np
import pytest

import ttst_brain
from ttst_brain.files import BrainfileError, load
from ttst_brain.table import new_table

DATA = Path(__file__).parent / "data"
ORIGINALS = sorted(DATA.glob("*/*.pickle.gz"))


@pytest.fixture(params=ORIGINALS, ids=lambda path: f"{path.parent.name}-{path.name[:7]}")
def original(request: pytest.FixtureRequest) -> bytes:
    """A brainfile that the original wrote: four, under numpy 1.24 and 2.4."""
    return gzip.decompress(request.param.read_bytes())


@pytest.fixture(scope="session")
def original_numpy1() -> bytes:
    return gzip.decompress((DATA / "numpy-1.24" / "player1.pickle.gz").read_bytes())


@pytest.fixture
def table() -> np.ndarray:
    """A table unlike any other: every open cell has a weight of its own."""
    table = new_table()
    open_cells = table > 0
    table[open_cells] = np.random.default_rng(1).permutation(np.count_nonzero(open_cells)) + 1
    return table


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., None]:
    """Asserts that a file (a path, or bytes to put into one) is refused for a reason, in one line
    that names the file."""

    def refused(file: Path | bytes, reason: str) -> None:
        path = tmp_path / "given.brain" if isinstance(file, bytes) else file
        if isinstance(file, bytes):
            path.write_bytes(file)
        with pytest.raises(BrainfileError) as caught:
            load(path)
        text = str(caught.value)
        assert text.startswith(f"{path}: ")
        assert re.search(reason, text)
        assert text.isprintable()
        assert len(text) < len(str(path)) + 300

    return refused


@pytest.fixture
def run() -> Callable[..., str]:
    """Runs a file of programs/ in a Python of its own, where a limit or a kill hurts nobody else.
    What it prints is the result. `before` is a command that runs the command after it."""

    def run(program: str, *arguments: object, before: tuple[str, ...] = ()) -> str:
        root = str(Path(ttst_brain.__file__).parent.parent)
        environment = {**os.environ, "PYTHONPATH": root, "OPENBLAS_NUM_THREADS": "1"}
        path = Path(__file__).with_name("programs") / f"{program}.py"
        done = subprocess.run(
            [*before, sys.executable, str(path), *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
