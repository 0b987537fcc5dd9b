"""Saves a brain where the file, or its folder, is read-only: `save_read_only.py file|folder`."""

import os
import sys
import tempfile
from pathlib import Path

from ttst_brain.files import BrainfileError, check_can_save, save
from ttst_brain.table import new_table

table = new_table()
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "brain.npz"
    save(path, table)
    path.chmod(0o444 if sys.argv[1] == "file" else 0o666)
    Path(folder).chmod(0o555 if sys.argv[1] == "folder" else 0o777)
    if os.geteuid() == 0:  # to whom nothing is read-only
        child = os.fork()
        if child:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        os.setuid(65534)
    for attempt in (lambda: save(path, table), lambda: check_can_save(path)):
        try:
            attempt()
        except BrainfileError as error:
            print(str(error).replace(folder, ""), flush=True)
    os._exit(0)
