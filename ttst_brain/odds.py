"""How well a brain plays, computed exactly from the chances of every move, without playing. A tie
is a tie here, although training counts it as a win for player two."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

import numpy as np
import numpy.typing as npt

from ttst_brain.table import CELLS, RESULTS

if TYPE_CHECKING:
    from ttst_brain.table import Table

Floats = npt.NDArray[np.float64]


class Odds(NamedTuple):
    """Probabilities that add up to 1, as far as floats do."""

    win: float
    tie: float
    loss: float


# The relative error of each probability is below 1e-13 (see `_solve`), so values further apart than
# this differ for certain; closer ones are treated as equal. The best opponent, with at most five
# moves, may miss its optimum by five times this.
EQUAL_WITHIN = 1e-12


def against_random(table: Table, player: int) -> Odds:
    """The odds of a brain that plays as `player` (1 or 2) against uniformly random moves."""
    return _from_side_of(player, _solve(*_seats(player, _brain(table), _random)))


def against_best(table: Table, player: int) -> Odds:
    """The odds of a brain that plays as `player` (1 or 2) against an opponent who knows its weights
    and maximises wins minus losses, that is, how far the brain can be exploited.

    Among equal moves the opponent takes the one with the most wins, that is, the fewest ties. So
    the odds do not depend on the order of the cells.
    """
    return _from_side_of(player, _solve(*_seats(player, _brain(table), _best(3 - player))))


def against_each_other(table1: Table, table2: Table) -> Odds:
    """The odds of the brain `table1`, which moves first, against the brain `table2`."""
    return _from_side_of(1, _solve(_brain(table1), _brain(table2)))


def evaluate(table1: Table | None, table2: Table | None) -> dict[str, dict[str, Any]]:
    """All odds of a pair of brains, as `ttst.py --evaluate --json` prints them.

    `player1` and `player2` have `random` and `best`, each from its own side; `each_other` is from
    player one's. A brain that is `None` is left out, and `each_other` with it. The tables must pass
    `check_table`. Takes about 0.7 ms for a pair (25 ms the first time in a process).
    """
    odds: dict[str, dict[str, Any]] = {}
    for player, table in ((1, table1), (2, table2)):
        if table is not None:
            odds[f"player{player}"] = {
                "random": against_random(table, player)._asdict(),
                "best": against_best(table, player)._asdict(),
            }
    if table1 is not None and table2 is not None:
        odds["each_other"] = against_each_other(table1, table2)._asdict()
    return odds


def as_text(odds: dict[str, dict[str, Any]]) -> str:
    """What `evaluate` returns, as a text table in percent, 60 columns wide."""
    titles = {
        ("player1", "random"): "player 1 against random moves",
        ("player1", "best"): "player 1 against best opponent",
        ("player2", "random"): "player 2 against random moves",
        ("player2", "best"): "player 2 against best opponent",
    }
    rows = [
        (title, odds[player][opponent])
        for (player, opponent), title in titles.items()
        if player in odds
    ]
    if "each_other" in odds:
        rows.append(("player 1 against player 2", odds["each_other"]))
    lines = [f"{'':30}{'wins':>10}{'ties':>10}{'loses':>10}"]
    for title, chances in rows:
        columns = (f"{text}%" for text in percents(chances.values(), decimals=3))
        lines.append(f"{title:30}{''.join(f'{column:>10}' for column in columns)}")
    return "\n".join(lines)


def percents(shares: Iterable[float], decimals: int = 0) -> list[str]:
    """Each of the shares, in any unit, as a percentage of their sum, without the sign. Only exact 0
    and 100 are shown as such; what would round to them is `<1` or `>99`."""
    shares = list(shares)
    texts = []
    for number, share in enumerate(shares):
        rest = sum(shares[:number] + shares[number + 1 :])
        text = f"{100 * share / (share + rest):.{decimals}f}"
        if share and float(text) == 0:
            text = f"<{10**-decimals:.{decimals}f}"
        elif rest and float(text) == 100:
            text = f">{100 - 10**-decimals:.{decimals}f}"
        texts.append(text)
    return texts


# ---- who sits where -----------------------------------------------------------------------------


class _Layer(NamedTuple):
    """All n reachable positions with one number of stones that do not end the match. Each has the
    same number k of open cells."""

    rows: npt.NDArray[np.intp]  # (n,), of a table
    cells: npt.NDArray[np.intp]  # (k, n), the open ones
    # (k, n), after a move into each of them: an index into the positions with one more stone, first
    # those that go on, as in the next layer, then those that end the match
    children: npt.NDArray[np.intp]
    ends: Floats  # (3, e), the outcomes of the latter


# A player: maps a layer and the outcomes of its moves, (3, k, n) as in `_solve`, to the chances of
# the moves, (k, n).
_Mover = Callable[[_Layer, Floats], Floats]


def _brain(table: Table) -> _Mover:
    def mover(layer: _Layer, _: Floats) -> Floats:
        weights = table[layer.rows, layer.cells].astype(np.float64)  # a sum of int64 might wrap
        chances: Floats = weights / weights.sum(axis=0)
        return chances

    return mover


def _random(layer: _Layer, _: Floats) -> Floats:
    return np.full(layer.cells.shape, 1 / len(layer.cells))


def _best(player: int) -> _Mover:
    def mover(layer: _Layer, after: Floats) -> Floats:
        _, win, loss = _COLUMNS[player]
        value = after[win] - after[loss]
        is_best = value >= value.max(axis=0) - EQUAL_WITHIN
        move = np.where(is_best, after[win], -np.inf).argmax(axis=0)
        chances: Floats = np.equal.outer(np.arange(len(layer.cells)), move).astype(np.float64)
        return chances

    return mover


def _seats(player: int, mover: _Mover, opponent: _Mover) -> tuple[_Mover, _Mover]:
    if player not in (1, 2):
        raise ValueError(f"player is {player!r}, not 1 or 2")
    return (mover, opponent) if player == 1 else (opponent, mover)


# ---- the game, solved from its end --------------------------------------------------------------

# In the first axis of an outcome: tie, player one wins, player two wins. For each player, the
# columns (tie, own win, own loss).
_COLUMNS = {1: (0, 1, 2), 2: (0, 2, 1)}


def _from_side_of(player: int, outcome: Floats) -> Odds:
    tie, win, loss = (float(outcome[column]) for column in _COLUMNS[player])
    return Odds(win, tie, loss)


def _solve(player1: _Mover, player2: _Mover) -> Floats:
    """The outcome of a match: the probabilities of tie, player one's win and player two's.

    From the full board back to the empty one, a position's outcome is the mean of those its moves
    lead to, by their chances. Nothing is ever subtracted, so relative errors only add up: per
    move at most 11 roundings for the chance (nine weights to float, summed, divided) and 9 for
    the sum of products, each of 2^-53; in nine moves 180 of them, 2e-14.
    """
    outcomes = np.empty((3, 0))
    for layer in reversed(_game()):
        stones = CELLS - len(layer.cells)
        after = np.concatenate([outcomes, layer.ends], axis=1).take(layer.children, axis=1)
        chances = (player2 if stones % 2 else player1)(layer, after)
        # Not by einsum, which on some processors leaves out a rounding: the same bits on all.
        outcomes = (chances * after).sum(axis=1)
    empty_board: Floats = outcomes[:, 0]
    return empty_board


@cache
def _game() -> list[_Layer]:
    """The positions that a match can come to, by stones."""
    layers = []
    boards = ["0" * CELLS]
    for stones in range(CELLS):
        mark = 2 if stones % 2 else 1
        moves = [[i for i, cell in enumerate(board) if cell == "0"] for board in boards]
        after = [
            [f"{board[:cell]}{mark}{board[cell + 1 :]}" for cell in cells]
            for board, cells in zip(boards, moves)
        ]
        by_result: dict[str | None, list[str]] = {None: [], "tie": [], "1": [], "2": []}
        for board in sorted({board for boards in after for board in boards}):
            by_result[RESULTS[board]].append(board)
        place = {board: i for i, board in enumerate(chain(*by_result.values()))}
        ended = [len(by_result[result]) for result in ("tie", "1", "2")]
        layers.append(
            _Layer(
                rows=np.array([int(board, 3) for board in boards], dtype=np.intp),
                cells=np.array(moves, dtype=np.intp).T.copy(),
                children=np.array([[place[b] for b in bs] for bs in after], dtype=np.intp).T.copy(),
                ends=np.repeat(np.eye(3), ended, axis=1),
            )
        )
        boards = by_result[None]
    return layers
