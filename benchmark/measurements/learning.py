"""The learning curve of two new brains trained with the engine `play`."""

from __future__ import annotations

import chooser
from ttst_brain import curve
from ttst_brain.table import new_table

MATCHES = 1_000_000


def measure(seed: int) -> list[curve.Point]:
    """The points of the curve, from 1 to `MATCHES` matches."""
    chooser.seed(seed)
    table1, table2 = new_table(), new_table()
    played, recorded = 0, []
    for milestone in curve.points(MATCHES):
        chooser.play(table1, table2, milestone - played)
        played = milestone
        recorded.append(curve.record(played, table1, table2))
    return recorded
