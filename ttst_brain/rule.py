"""The learning rule: how the result of a match changes the weights of its moves, and the weights of
a new brain."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """The amounts added to the weights of a player's moves when a match has ended, the floor and
    the initial weights. The defaults are the original's."""

    reward: int = 3  # for the winner's moves; not negative
    penalty: int = -1  # for the loser's; not positive
    # After a tie, for the moves of player one and of player two. None is the penalty for one, the
    # reward for two: the tie counts as won by player two.
    tie1: int | None = None
    tie2: int | None = None
    # No negative amount takes a weight below this, so that no move becomes impossible; weights
    # already there or below are unchanged.
    floor: int = 1
    # A new brain's weights by a player's turn: first, second, ... The last one applies to all later
    # turns.
    start: tuple[int, ...] = (6,)

    @property
    def amounts(self) -> dict[str, tuple[int, int]]:
        """Result of a match -> what is added to player one's moves, to player two's."""
        reward, penalty = self.reward, self.penalty
        tie1 = penalty if self.tie1 is None else self.tie1
        tie2 = reward if self.tie2 is None else self.tie2
        return {"1": (reward, penalty), "2": (penalty, reward), "tie": (tie1, tie2)}

    @property
    def largest_gain(self) -> int:
        """The most that one match adds to a weight."""
        return max(0, *(amount for pair in self.amounts.values() for amount in pair))


ORIGINAL = Rule()
