"""Saves a brain in a file that is a mount point, in a namespace of its own: `save_mounted.py
FOLDER`, which holds the file `outside`."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from ttst_brain.files import check_can_save, load, save
from ttst_brain.table import new_table

folder = Path(sys.argv[1])
path = folder / "brain.npz"
path.touch()
subprocess.run(["mount", "--bind", folder / "outside", path], check=True)
check_can_save(path)
save(path, new_table() * 2)
print(
    np.array_equal(load(folder / "outside")[0], new_table() * 2),
    sorted(file.name for file in folder.iterdir()),
)
