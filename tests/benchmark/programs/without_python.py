"""Runs a Python program whose interpreter is gone: it can start no other."""

import runpy
import sys

sys.executable = "/gone"
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
