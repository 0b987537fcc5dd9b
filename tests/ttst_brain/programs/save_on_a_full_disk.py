"""Saves a brain where no file may have more than a megabyte."""

import resource
import sys

from ttst_brain.files import BrainfileError, save
from ttst_brain.table import new_table

resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
try:
    save(sys.argv[1], new_table())
except BrainfileError as error:
    print(error)
