"""Saves a brain in a process that is killed at a step: `save_killed.py STEP FILE`."""

import os
import signal
import sys
from pathlib import Path

from ttst_brain.files import save
from ttst_brain.table import new_table

step, path = sys.argv[1], Path(sys.argv[2])
fdopen, fsync = os.fdopen, os.fsync


def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def half_written(*given):
    file = fdopen(*given)
    if "w" in given[1]:
        os.write(file.fileno(), b"PK half")
        killed()
    return file


def killed_after_this(descriptor):
    fsync(descriptor)
    os.fsync = killed


saver = os.fork()
if saver == 0:
    if step == "write":
        os.fdopen = half_written
    elif step == "sync file":
        os.fsync = killed
    elif step == "replace":
        Path.replace = killed
    else:
        os.fsync = killed_after_this
    save(path, new_table() * 7)
    os._exit(1)
assert os.waitpid(saver, 0)[1] == signal.SIGKILL
