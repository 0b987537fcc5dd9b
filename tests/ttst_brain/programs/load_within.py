"""Loads brainfiles with so much more memory, in bytes, and prints why each is refused:
`load_within.py BYTES FILE ...`."""

import resource
import sys
from pathlib import Path

from ttst_brain.files import BrainfileError, load

used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = used + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for file in sys.argv[2:]:
    try:
        load(file)
    except BrainfileError as error:
        print(error)
