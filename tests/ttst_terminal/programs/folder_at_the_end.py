"""The trainer; when the training is over, there is a folder in place of two.npz."""

import sys
from pathlib import Path

import ttst
from ttst_terminal import brains

save = brains.save


def save_later(pair):
    Path("two.npz").unlink()
    Path("two.npz").mkdir()
    return save(pair)


brains.save = save_later
sys.exit(ttst.main())
