"""`python benchmark/compare.py`, in any folder, is `python -m benchmark` in this checkout's."""

import runpy
import sys
from pathlib import Path

# A script has its own folder there, -m the folder it is run in.
sys.path[0] = str(Path(__file__).resolve().parents[1])
runpy.run_module("benchmark", run_name="__main__", alter_sys=True)
