"""`python benchmark/compare.py`, in any folder, is `python -m benchmark` in this checkout's."""

import runpy
import sys
from pathlib import Path

sys.path[0] = str(
    Path(__file__).resolve().parents[1]
)  # as -m has it; this script's folder is no use
runpy.run_module("benchmark", run_name="__main__", alter_sys=True)
