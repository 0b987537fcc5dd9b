"""Saves a brain in a process that is killed at a step: `save_killed.py fsync|replace FILE`."""

import os
import signal
import sys
from pathlib import Path

from ttst_brain.files import save
from ttst_brain.table import new_table

step, path = sys.argv[1], Path(sys.argv[2])
saver = os.fork()
if saver == 0:
    owner = os if step == "fsync" else Path
    setattr(owner, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    save(path, new_table() * 7)
    os._exit(1)
assert os.waitpid(saver, 0)[1] == signal.SIGKILL
