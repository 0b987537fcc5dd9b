"""Saves a brain in another user's file, in a folder where only its owner may rename it."""

import os
import tempfile
from pathlib import Path

import numpy as np

from ttst_brain.files import check_can_save, load, save
from ttst_brain.table import new_table

table = new_table()
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "brain.npz"
    save(path, table)
    path.chmod(0o666)
    Path(folder).chmod(0o1777)
    child = os.fork()
    if not child:
        os.setuid(65534)
        check_can_save(path)
        save(path, table * 2)
        os._exit(0)
    os.waitpid(child, 0)
    print(np.array_equal(load(path)[0], table * 2), [file.name for file in Path(folder).iterdir()])
