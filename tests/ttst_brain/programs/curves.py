"""What the learning curve does where matplotlib is not installed, and loads before it draws."""

import os
import sys
import tempfile

from ttst_brain import curve
from ttst_brain.table import new_table


class Missing:
    def find_spec(self, name, *_):
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError(f"No module {name}")


points = [curve.record(1, new_table(), new_table())]
try:
    curve.check_can_draw("nowhere/pair.svg")
except curve.CurveError as error:
    print(error, "matplotlib" in sys.modules)
sys.meta_path.insert(0, Missing())
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    try:
        curve.draw(points, "pair.svg", "title")
    except curve.CurveError as error:
        print(error)
    os.chdir("/")
