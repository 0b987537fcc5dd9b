"""Times whole matches in numba, if it is installed, against `chooser.play`: the same rules on the
same tables; and `play` in two threads against one.

The numba version is written for speed: branchless draws, xorshift, a table of results. Unlike
`play` it checks nothing, its draws are slightly biased, and its weights may wrap.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import numpy as np
from numba import njit

import chooser
from benchmark.results import Matches, Pair, Threads
from ttst_brain.rule import ORIGINAL
from ttst_brain.table import CELLS, RESULTS, STATES, new_table

# By state: the winner, 1 or 2; 3 for a tie; 0 while the match goes on.
RESULT = np.array([{"1": 1, "2": 2, "tie": 3}.get(RESULTS[s] or "", 0) for s in STATES], np.int8)
# What player one's stone adds to the number of a state; player two's adds twice that.
STONE = np.array([3 ** (CELLS - 1 - cell) for cell in range(CELLS)], np.int64)
SEED = np.uint64(88172645463325252)  # Marsaglia's own
# By result: what is added to the weights of player one's moves, and of player two's.
ADDED = np.array([(0, 0), *(ORIGINAL.amounts[result] for result in ("1", "2", "tie"))], np.int64)


@njit
def play(table1: Any, table2: Any, matches: int, generator: Any) -> tuple[int, int, int]:
    """Wins of one, wins of two, ties."""
    wins1 = wins2 = ties = 0
    states = np.empty(CELLS, np.int64)
    moves = np.empty(CELLS, np.int64)
    for _ in range(matches):
        state = length = result = 0
        while result == 0:
            w = table1[state] if length & 1 == 0 else table2[state]
            total = w[0] + w[1] + w[2] + w[3] + w[4] + w[5] + w[6] + w[7] + w[8]
            generator ^= generator << np.uint64(13)
            generator ^= generator >> np.uint64(7)
            generator ^= generator << np.uint64(17)
            point = np.int64(((generator >> np.uint64(32)) * np.uint64(total)) >> np.uint64(32))
            running_sum = move = 0
            for cell in range(CELLS - 1):
                running_sum += w[cell]
                move += running_sum <= point
            states[length] = state
            moves[length] = move
            state += STONE[move] * (1 if length & 1 == 0 else 2)
            length += 1
            result = RESULT[state]
        if result == 1:
            wins1 += 1
        elif result == 2:
            wins2 += 1
        else:
            ties += 1
        for turn in range(length):
            state = states[turn]
            move = moves[turn]
            if turn & 1 == 0:
                table1[state, move] = max(1, table1[state, move] + ADDED[result, 0])
            else:
                table2[state, move] = max(1, table2[state, move] + ADDED[result, 1])
    return wins1, wins2, ties


def measure(pairs: int, seed: int) -> Matches:
    start = perf_counter()
    play(new_table(), new_table(), 1, SEED)
    compiling = perf_counter() - start
    chooser.seed(seed)
    timed = [time_pairs(matches, pairs) for matches in (100_000, 1_000_000)]
    two_cores = (os.cpu_count() or 1) > 1
    return Matches(compiling, timed, time_threads(1_000_000, pairs, seed) if two_cores else None)


def time_pairs(matches: int, pairs: int) -> Pair:
    """Time both on new tables, one after the other, `pairs` times."""
    numba_seconds, play_seconds = [], []
    for pair in range(pairs):
        tables = new_table(), new_table()
        start = perf_counter()
        play(*tables, matches, SEED + np.uint64(pair))
        numba_seconds.append(perf_counter() - start)

        tables = new_table(), new_table()
        start = perf_counter()
        chooser.play(*tables, matches)
        play_seconds.append(perf_counter() - start)
    return Pair(matches, numba_seconds, play_seconds)


def time_threads(matches: int, rounds: int, seed: int) -> Threads:
    """Time one thread and two, one after the other, `rounds` times. Each plays the same matches, on
    new tables."""

    def play_seeded(tables: tuple[Any, Any]) -> None:
        chooser.seed(seed)
        chooser.play(*tables, matches)

    timed = Threads(matches, [], [])
    with ThreadPoolExecutor(2) as threads:
        for _ in range(rounds):
            for seconds, count in (timed.one, 1), (timed.two, 2):
                tables = [(new_table(), new_table()) for _ in range(count)]
                start = perf_counter()
                list(threads.map(play_seeded, tables))
                seconds.append(perf_counter() - start)
    return timed
