"""Runs this checkout's `python -m benchmark.rules` from any folder."""

import runpy
import sys
from pathlib import Path

# A script finds modules in its own folder, and with PYTHONSAFEPATH not even there.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
try:
    runpy.run_module("benchmark.rules", run_name="__main__", alter_sys=True)
except KeyboardInterrupt:  # while it imports; later Ctrl-C is heard in another way
    print("\nstudy: interrupted", file=sys.stderr)
    sys.exit(130)
