"""Draws a curve of one point: `draw_curve.py FILE`."""

import sys

from ttst_brain import curve
from ttst_brain.table import new_table

curve.draw([curve.record(1, new_table(), new_table())], sys.argv[1], "title")
