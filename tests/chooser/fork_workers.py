"""What the processes of test_fork.py run; importable, as spawned workers require. No tests."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from module_support import fingerprint

import chooser


def draw():
    """Who drew, and what."""
    return f"{os.getpid()}-{threading.get_ident()}", fingerprint()


def meet_and_draw(folder, workers=2):
    """The same, once so many workers have come to the folder: none is to do all the work."""
    Path(folder, f"{os.getpid()}-{threading.get_ident()}").touch()
    while len(list(Path(folder).iterdir())) < workers:
        time.sleep(0.005)
    return draw()


def put_draws(queue):
    queue.put(draw())


def seeded_draw(seed):
    chooser.seed(seed)
    return fingerprint()


def fork_and_draw(depth=0):
    """Forks, and gives what the child draws, and its own child after it, down to `depth`."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(readable)
            drawn = [fingerprint()]
            if depth:
                drawn += fork_and_draw(depth - 1)
            os.write(writable, b"".join(drawn))
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        drawn = pipe.read()
    os.waitpid(child, 0)
    size = len(fingerprint())
    return [drawn[start : start + size] for start in range(0, len(drawn), size)]
