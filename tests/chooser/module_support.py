"""What several test files of the module share: draws from a known seed, and new processes for what
may end the interpreter. No tests."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import model
import pytest

import chooser

#: Equal weights, of which a draw gives the upper eight bits of one word and never rejects any.
BYTE = memoryview(bytes([1]) * 256)


#: Whether the module reads some objects by their layouts. These are known on 64 bits alone.
LAYOUTS_ARE_KNOWN = sys.maxsize > 2**32


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


class Meddler:
    """A weight that does something when it is asked for its value."""

    def __init__(self, meddle, value=1):
        self.meddle = meddle
        self.value = value

    def __index__(self):
        self.meddle()
        return self.value


def can_be_locked(lock):
    """Whether another thread could take the lock now."""
    answers = []

    def take():
        answers.append(lock.acquire(False))
        if answers[0]:
            lock.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return answers[0]


PROGRAMS = Path(__file__).with_name("programs")
SKIPPED = 77


def run_program(name, *arguments, timeout=120):
    """Runs a file of programs/ in a process that can import this module and these files; gives what
    it prints. A crash, a traceback or a hang fails the test."""
    folders = [str(Path(chooser.__file__).parent), str(Path(__file__).parent)]
    folders += filter(None, [os.environ.get("PYTHONPATH")])
    process = subprocess.run(
        # What stands still is to say where.
        [sys.executable, "-X", "faulthandler", PROGRAMS / f"{name}.py", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if process.returncode == SKIPPED:
        pytest.skip(process.stderr.strip())
    said = f"exit code {process.returncode}\n{process.stdout}\n{process.stderr}"
    assert process.returncode == 0, said
    assert "Exception ignored" not in process.stderr, said
    return process.stdout


def run_case(functions):
    """Calls the function that the command line names, with its other arguments."""
    functions[sys.argv[1]](*sys.argv[2:])


def skip(why):
    """Ends a program that cannot run here; its test is skipped with the reason."""
    print(why, file=sys.stderr)
    sys.exit(SKIPPED)
