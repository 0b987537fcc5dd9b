"""The trainer; when the training is over, there is a folder in place of two.npz, another has saved
there, or the disk is full: `at_the_end.py folder|another|full ...`."""

import errno
import os
import sys
from pathlib import Path

import ttst
from ttst_brain import files
from ttst_brain.table import new_table
from ttst_terminal import brains

what = sys.argv.pop(1)
save = brains.save


def no_space(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def save_later(pair):
    if what == "folder":
        Path("two.npz").unlink()
        Path("two.npz").mkdir()
    elif what == "another":
        files.save("two.npz", new_table() * 2)
    else:
        os.fsync = no_space
    return save(pair)


brains.save = save_later
sys.exit(ttst.main())
