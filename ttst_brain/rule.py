"""The learning rule: what the end of a match adds to the weights of its moves."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """What is added to the weight of each move that one player made. A negative amount never takes
    a weight below 1, so that no move becomes impossible."""

    win: int
    tie: int
    loss: int


# The original's, for player one and player two. A tie counts as won by player two.
ORIGINAL = (Rule(win=3, tie=-1, loss=-1), Rule(win=3, tie=3, loss=-1))

# Result of a match -> what is added to player one's moves, to player two's.
AMOUNTS = {
    "1": (ORIGINAL[0].win, ORIGINAL[1].loss),
    "2": (ORIGINAL[0].loss, ORIGINAL[1].win),
    "tie": (ORIGINAL[0].tie, ORIGINAL[1].tie),
}
LARGEST_GAIN = max(max(rule) for rule in ORIGINAL)
