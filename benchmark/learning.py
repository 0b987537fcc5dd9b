"""Trains two new brains by the engine `play` and prints, as JSON, the points of their learning
curve. Run in a process of its own."""

from __future__ import annotations

import argparse
import json

import chooser
from ttst_brain import curve
from ttst_brain.table import new_table

MATCHES = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    chooser.seed(parser.parse_args().seed)
    table1, table2 = new_table(), new_table()
    played, recorded = 0, []
    for milestone in curve.points(MATCHES):
        chooser.play(table1, table2, milestone - played)
        played = milestone
        recorded.append(curve.record(played, table1, table2))
    print(json.dumps(recorded))


if __name__ == "__main__":
    main()
