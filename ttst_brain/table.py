"""A brain in memory: one table of weights, a row for each board, and the rules of tic-tac-toe.

A state is a string of nine cells, "0" empty, "1" player one, "2" player two. Its first character
is the lower left cell, so that the cells lie as the digits of a numeric keypad. Nothing here
draws a move or knows of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from ttst_brain.rule import ORIGINAL

if TYPE_CHECKING:  # numpy itself is imported where it is used, so that `ttst.py --help` is fast
    import numpy as np
    import numpy.typing as npt

    Table = npt.NDArray[np.int64]

BrainMap = dict[str, Any]  # state -> its nine weights, a view into a table
Moves = list[tuple[str, int]]  # a player's moves in one match: the state, the cell taken there

CELLS = 9
NEW_BOARD = "0" * CELLS
# In counting order: row number 3 ** 8 * cell 0 + ... + 3 ** 0 * cell 8. All 3 ** 9 boards, also the
# unreachable ones, as in the article's brainfiles.
STATES: tuple[str, ...] = tuple(map("".join, product("012", repeat=CELLS)))
SHAPE = (len(STATES), CELLS)

LINES = (
    *((0, 1, 2), (3, 4, 5), (6, 7, 8)),
    *((0, 3, 6), (1, 4, 7), (2, 5, 8)),
    *((0, 4, 8), (2, 4, 6)),
)


def result(state: str) -> str | None:
    """How the match ended on this board: "1" or "2" won, "tie", or None while it goes on.

    If both have won, which no match can reach, player one counts.
    """
    winners = {state[a] for a, b, c in LINES if state[a] == state[b] == state[c] != "0"}
    if winners:
        return min(winners)
    return None if "0" in state else "tie"


RESULTS: dict[str, str | None] = {state: result(state) for state in STATES}


def new_table(start: Sequence[int] = ORIGINAL.start) -> Table:
    """The weights of a new brain: `start` on the empty cells, by the turn of the player who moves,
    and 0 on the others."""
    import numpy as np

    empty = _empty_cells()
    turns = (CELLS - empty.sum(axis=1)) // 2
    weights = np.array(start, np.int64)[np.minimum(turns, len(start) - 1)]
    return np.where(empty, weights[:, np.newaxis], 0)


def rows_as_arrays(table: Table) -> dict[str, npt.NDArray[np.int64]]:
    """state -> its row as an ndarray that shares the table's memory."""
    return dict(zip(STATES, table))


def rows_as_memoryviews(table: Table) -> dict[str, memoryview]:
    """state -> its row as a memoryview that shares the table's memory, which must be C-contiguous.

    Python reads and writes single weights three times as fast as in an ndarray.
    """
    weights = table.data.cast("B").cast("q")
    rows = (weights[start : start + CELLS] for start in range(0, len(weights), CELLS))
    return dict(zip(STATES, rows))


def check_table(table: npt.NDArray[Any]) -> None:
    """Raise a ValueError that names the state and the weight if a brain cannot play by `table`.

    A brain's weights are int64, at least 0, and 0 on taken cells; on a board that does not end the
    match, at least one is positive.
    """
    import numpy as np

    if table.shape != SHAPE:
        raise ValueError(f"the shape is {table.shape}, not {SHAPE}")
    if table.dtype != np.int64:
        raise ValueError(f"the weights are {table.dtype}, not int64")

    negative = np.argwhere(table < 0)
    if len(negative):
        row, cell = negative[0]
        raise ValueError(f"state {STATES[row]} has the negative weight {table[row, cell]}")

    taken = np.argwhere((table > 0) & ~_empty_cells())
    if len(taken):
        row, cell = taken[0]
        raise ValueError(
            f"state {STATES[row]} has the weight {table[row, cell]} on cell {cell + 1}, "
            "which is taken"
        )

    goes_on = np.array([RESULTS[state] is None for state in STATES])
    stuck = np.flatnonzero(goes_on & ~table.any(axis=1))
    if len(stuck):
        raise ValueError(f"state {STATES[stuck[0]]} has no move with a positive weight")


def _empty_cells() -> npt.NDArray[np.bool_]:
    """True where a cell is empty, in the table's shape."""
    import numpy as np

    cells = np.frombuffer("".join(STATES).encode(), dtype=np.uint8).reshape(SHAPE)
    empty: npt.NDArray[np.bool_] = cells == ord("0")
    return empty
