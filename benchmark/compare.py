"""`python benchmark/compare.py`, in any folder, is `python -m benchmark` in this checkout's."""

import runpy
import sys
from pathlib import Path

# A script finds what is in its own folder, with PYTHONSAFEPATH not even that.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
runpy.run_module("benchmark", run_name="__main__", alter_sys=True)
