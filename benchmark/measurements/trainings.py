"""Times one training of two new brains, and the cost of cogitate() in it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import ttst
from benchmark.results import Training
from ttst_brain.rule import ORIGINAL
from ttst_brain.table import BrainMap, new_table, rows_as_arrays
from ttst_terminal.progress import Stop

if TYPE_CHECKING:
    from ttst_brain.table import Table

# For every 10 timed matches one more is played, with a clock around each draw.
CLOCKED = 10
# These are played in parts, whose median counts: a slow moment then spoils only one part.
PARTS = 10


def measure(engine: str, matches: int, seed: int) -> Training:
    """One training, timed by the trainer's own clock, which runs only while matches are played."""
    drawing = ttst.start_engine(engine, seed)
    table1, table2 = new_table(), new_table()
    play_matches = drawing.prepare(table1, table2, True, True, ORIGINAL)
    *_, score = ttst.train(play_matches, drawing.chunk, [matches], Stop())
    # Before more matches change them.
    brains = sha256(table1.tobytes() + table2.tobytes()).hexdigest()
    in_python = engine != "play"  # which draws inside Rust and never calls cogitate()
    clocked = clock(drawing, table1, table2, max(20, matches // CLOCKED)) if in_python else ()
    training = Training(score.seconds, score.wins1, score.wins2, score.ties, brains, *clocked)
    if engine == "choose":
        return replace(training, seconds_with_arrays=time_with_arrays(drawing, matches, seed))
    return training


def time_with_arrays(engine: ttst.Engine, matches: int, seed: int) -> float:
    """The seconds of the same training, on rows that are ndarrays."""
    engine.seed(seed)
    play_matches = ttst.matches_in_python(
        engine.cogitate, rows_as_arrays, new_table(), new_table(), True, True, ORIGINAL
    )
    *_, score = ttst.train(play_matches, engine.chunk, [matches], Stop())
    return score.seconds


def clock(engine: ttst.Engine, table1: Table, table2: Table, matches: int) -> tuple[float, float]:
    """Draws per match, and the seconds `cogitate` takes for one. Measured in `matches` separate
    matches, so that the clock around each call does not slow the timed training; the clock's own
    cost is subtracted."""
    cogitate = engine.cogitate
    spent, draws, all_draws = 0.0, 0, 0

    def clocked(state: str, brain_map: BrainMap) -> int:
        nonlocal spent, draws
        start = perf_counter()
        move = cogitate(state, brain_map)
        spent += perf_counter() - start
        draws += 1
        return move

    play_matches = ttst.matches_in_python(
        clocked, engine.rows, table1, table2, True, True, ORIGINAL
    )
    costs = []
    for _ in range(PARTS):
        spent, draws = 0.0, 0
        play_matches(matches // PARTS)
        costs.append(spent / draws)
        all_draws += draws
    seconds_per_draw = median(costs) - median(clock_alone() for _ in range(5))
    return all_draws / (matches // PARTS * PARTS), seconds_per_draw


def clock_alone(times: int = 10_000) -> float:
    """The seconds a clock shows for an empty interval."""
    shown = 0.0
    for _ in range(times):
        start = perf_counter()
        shown += perf_counter() - start
    return shown / times
