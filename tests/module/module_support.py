"""What several test files of the module share: how much is tested, draws from a known seed, and new
processes for what may end the interpreter. No tests."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import model

import chooser

#: CHOOSER_LONG=1 asks for the long profile: hours instead of seconds.
LONG = os.environ.get("CHOOSER_LONG", "0") not in ("", "0")

#: Equal weights, of which a draw gives the upper eight bits of one word and never rejects any.
BYTE = memoryview(bytes([1]) * 256)


def draws(weights, seed, count=20):
    """`count` indices drawn after seeding."""
    chooser.seed(seed)
    return [chooser.choose(weights) for _ in range(count)]


def model_draws(weights, seed, count=20):
    """The same, by the model."""
    generator = model.Generator.of_seed(seed)
    return [model.choose(weights, generator) for _ in range(count)]


def fingerprint(count=40):
    """Draws from the calling thread's generator that no two streams have in common."""
    return bytes(chooser.choose(BYTE) for _ in range(count))


def model_fingerprint(generator, count=40):
    """The same, by the model."""
    return bytes(generator.word() >> 56 for _ in range(count))


def run_in_new_process(code, *arguments, timeout=120):
    """Runs Python code in a process of its own that can import this module and these files; gives
    what it prints.

    A crash, a traceback or a hang fails the test.
    """
    folders = [str(Path(chooser.__file__).parent), str(Path(__file__).parent)]
    folders += filter(None, [os.environ.get("PYTHONPATH")])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    # What stands still is to say where.
    code = f"import faulthandler; faulthandler.enable()\n{textwrap.dedent(code)}"
    process = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert process.returncode == 0, (
        f"exit code {process.returncode}\n{process.stdout}\n{process.stderr}"
    )
    return process.stdout
