"""The trainer; when the training is over, there is a folder in place of two.npz, another has saved
there, the disk is full, or the current folder is gone:
`at_the_end.py folder|another|full|gone ...`."""

import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

import ttst
from ttst_brain import files
from ttst_brain.table import new_table
from ttst_terminal import brains

what = sys.argv.pop(1)
save = brains.save


def no_space(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_folder():  # what tempfile raises where it can write to none
    raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")


def save_later(pair):
    if what == "folder":
        Path("two.npz").unlink()
        Path("two.npz").mkdir()
    elif what == "another":
        files.save("two.npz", new_table() * 2)
    elif what == "gone":
        shutil.rmtree(Path.cwd())
    else:
        os.fsync = no_space
        tempfile.gettempdir = no_folder
    return save(pair)


brains.save = save_later
sys.exit(ttst.main())
