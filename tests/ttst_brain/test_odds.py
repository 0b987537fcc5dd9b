"""The exact odds against known values, against every match, in fractions, and against perfect
players."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Callable

import numpy as np
import pytest

from ttst_brain import odds
from ttst_brain.odds import Odds, as_text, percents
from ttst_brain.pickles import read
from ttst_brain.table import STATES, new_table, result

DATA = Path(__file__).parent / "data"
ROWS = {state: row for row, state in enumerate(STATES)}
# What ten levels of rounding come to; `odds` claims 1e-13, and 1e-11 against the best opponent.
WITHIN = 1e-13

Chances = Callable[[str], dict[int, Fraction]]


@pytest.fixture(scope="module", params=["numpy-1.24", "numpy-2.4"])
def trained(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    """Two brains that the original trained."""
    table1, table2 = (
        read(gzip.decompress((DATA / request.param / f"player{player}.pickle.gz").read_bytes()))
        for player in (1, 2)
    )
    return table1, table2


# ---- another way: every match, in fractions, with nothing of `odds` -----------------------------


def by_weights(table: np.ndarray) -> Chances:
    def chances(state: str) -> dict[int, Fraction]:
        weights = [int(weight) for weight in table[ROWS[state]]]
        return {cell: Fraction(w, sum(weights)) for cell, w in enumerate(weights) if w}

    return chances


def uniformly(state: str) -> dict[int, Fraction]:
    cells = open_cells(state)
    return {cell: Fraction(1, len(cells)) for cell in cells}


def open_cells(state: str) -> list[int]:
    return [cell for cell in range(9) if state[cell] == "0"]


def after(state: str, cell: int) -> str:
    mark = "12"[(9 - state.count("0")) % 2]
    return state[:cell] + mark + state[cell + 1 :]


def every_match(player1: Chances, player2: Chances) -> dict[str, Fraction]:
    """The probability of each result, added up match by match, no state's value used twice."""
    total = {"1": Fraction(0), "2": Fraction(0), "tie": Fraction(0)}

    def matches(state: str, chance: Fraction) -> Iterator[tuple[str, Fraction]]:
        ended = result(state)
        if ended is not None:
            yield ended, chance
            return
        to_move = player1 if state.count("0") % 2 else player2
        for cell, share in to_move(state).items():
            yield from matches(after(state, cell), chance * share)

    for ended, chance in matches("0" * 9, Fraction(1)):
        total[ended] += chance
    return total


def in_fractions(player1: Chances, player2: Chances) -> dict[str, Fraction]:
    """The same as `every_match` with each state's value kept: quick enough for long fractions."""

    @cache
    def value(state: str) -> tuple[Fraction, Fraction, Fraction]:
        ended = result(state)
        if ended is not None:
            return tuple(Fraction(ended == kind) for kind in ("1", "2", "tie"))
        to_move = player1 if state.count("0") % 2 else player2
        outcomes = [(share, value(after(state, cell))) for cell, share in to_move(state).items()]
        return tuple(sum(share * outcome[kind] for share, outcome in outcomes) for kind in range(3))

    return dict(zip(("1", "2", "tie"), value("0" * 9)))


def best_in_fractions(chances: Chances, player: int) -> tuple[Fraction, Fraction, Fraction]:
    """(win, tie, loss) of a brain against whoever maximises wins minus losses, then wins, exactly:
    fractions have no "nearly equal"."""

    @cache
    def value(state: str) -> tuple[Fraction, Fraction]:  # the opponent's wins minus losses, wins
        ended = result(state)
        if ended is not None:
            won, lost = ended == str(3 - player), ended == str(player)
            return Fraction(won - lost), Fraction(won)
        children = [after(state, cell) for cell in open_cells(state)]
        if (9 - state.count("0")) % 2 + 1 != player:
            return max(value(child) for child in children)
        outcomes = [(share, value(after(state, cell))) for cell, share in chances(state).items()]
        return tuple(sum(share * outcome[kind] for share, outcome in outcomes) for kind in range(2))

    difference, loss = value("0" * 9)
    win = loss - difference
    return win, 1 - win - loss, loss


def assert_close(computed: Odds, exact: tuple[Fraction, ...], within: float = WITHIN) -> None:
    for probability, fraction in zip(computed, exact):
        assert abs(Fraction(probability) - fraction) <= within * fraction, (computed, exact)


def assert_best(table: np.ndarray, player: int) -> None:
    exact = best_in_fractions(by_weights(table), player)
    for probability, fraction in zip(odds.against_best(table, player), exact):
        assert abs(Fraction(probability) - fraction) <= 1e-11


# ---- known values -------------------------------------------------------------------------------


def test_two_random_players_have_the_odds_everybody_knows() -> None:
    exact = (Fraction(737, 1260), Fraction(8, 63), Fraction(121, 420))
    new = new_table()
    assert_close(odds.against_random(new, 1), exact)
    assert_close(odds.against_random(new, 2), exact[::-1])
    assert_close(odds.against_each_other(new, new), exact)
    assert [round(100 * float(share), 2) for share in exact] == [58.49, 12.70, 28.81]
    total = in_fractions(uniformly, uniformly)
    assert (total["1"], total["tie"], total["2"]) == exact


def test_the_odds_of_trained_brains_are_those_of_every_match_in_fractions(
    trained: tuple[np.ndarray, np.ndarray],
) -> None:
    brain1, brain2 = map(by_weights, trained)
    exact = in_fractions(brain1, brain2)
    won, lost, tied = exact["1"], exact["2"], exact["tie"]
    assert_close(odds.against_each_other(*trained), (won, tied, lost))
    exact = in_fractions(brain1, uniformly)
    assert_close(odds.against_random(trained[0], 1), (exact["1"], exact["tie"], exact["2"]))
    exact = in_fractions(uniformly, brain2)
    assert_close(odds.against_random(trained[1], 2), (exact["2"], exact["tie"], exact["1"]))


def test_keeping_each_states_value_leaves_out_no_match() -> None:
    sparse = new_table()
    for row, state in enumerate(STATES):
        cells = open_cells(state)
        sparse[row] = 0
        sparse[row, cells[:3]] = [row % 5 + 1, row % 7 + 1, row % 11 + 1][: len(cells)]
    brain = by_weights(sparse)
    assert every_match(brain, brain) == in_fractions(brain, brain)
    exact = every_match(brain, brain)
    computed = odds.against_each_other(sparse, sparse)
    assert_close(computed, (exact["1"], exact["tie"], exact["2"]))


@pytest.mark.parametrize("player", [1, 2])
def test_the_odds_against_the_best_opponent_are_those_in_fractions(
    trained: tuple[np.ndarray, np.ndarray], player: int
) -> None:
    assert_best(trained[player - 1], player)
    assert_best(new_table(), player)


@pytest.mark.parametrize("player", [1, 2])
def test_moves_of_equal_worth_are_equal_in_floats_too(player: int) -> None:
    """So they often are where weights are small, as 0.1 + 0.2 and 0.3; then the most wins count."""
    for seed in (0, 2, 11):
        weights = np.random.default_rng(seed).integers(1, 5, new_table().shape)
        assert_best(np.where(new_table() > 0, weights, 0), player)


@cache
def minimax(state: str) -> int:
    """How the match ends when both play perfectly: 1, -1, or 0 for a tie, for player one."""
    ended = result(state)
    if ended is not None:
        return {"1": 1, "2": -1, "tie": 0}[ended]
    values = [minimax(after(state, cell)) for cell in open_cells(state)]
    return max(values) if state.count("0") % 2 else min(values)


def perfect(player: int) -> np.ndarray:
    """A brain that takes one of the best moves on each board, any of them."""
    table = new_table()
    for row, state in enumerate(STATES):
        stones = 9 - state.count("0")
        reachable = state.count("1") - state.count("2") == stones % 2
        if reachable and stones % 2 == player - 1 and result(state) is None:
            for cell in open_cells(state):
                table[row, cell] = 5 if minimax(after(state, cell)) == minimax(state) else 0
    return table


@pytest.mark.parametrize("player", [1, 2])
def test_a_perfect_player_never_loses(player: int) -> None:
    table = perfect(player)
    assert odds.against_random(table, player).loss == 0
    assert odds.against_best(table, player) == (0, pytest.approx(1), 0)
    assert odds.against_random(table, player).win > 0.75


# ---- edges --------------------------------------------------------------------------------------


def test_weights_may_be_as_large_as_int64_is() -> None:
    largest = (new_table() > 0) * np.int64(2**63 - 1)
    assert odds.evaluate(largest, largest) == odds.evaluate(new_table(), new_table())


def test_a_player_is_one_or_two() -> None:
    for player in (0, 3):
        for ask in (odds.against_random, odds.against_best):
            with pytest.raises(ValueError, match=f"player is {player}, not 1 or 2"):
                ask(new_table(), player)


# ---- evaluate -----------------------------------------------------------------------------------


def test_evaluate_has_the_shape_that_json_readers_rely_on(
    trained: tuple[np.ndarray, np.ndarray],
) -> None:
    table1, table2 = trained
    evaluation = odds.evaluate(table1, table2)
    assert evaluation == {
        "player1": {
            "random": odds.against_random(table1, 1)._asdict(),
            "best": odds.against_best(table1, 1)._asdict(),
        },
        "player2": {
            "random": odds.against_random(table2, 2)._asdict(),
            "best": odds.against_best(table2, 2)._asdict(),
        },
        "each_other": odds.against_each_other(table1, table2)._asdict(),
    }
    assert list(evaluation["each_other"]) == ["win", "tie", "loss"]
    assert json.loads(json.dumps(evaluation)) == evaluation


def test_a_brain_alone_is_evaluated_alone(trained: tuple[np.ndarray, np.ndarray]) -> None:
    whole = odds.evaluate(*trained)
    assert odds.evaluate(trained[0], None) == {"player1": whole["player1"]}
    assert odds.evaluate(None, trained[1]) == {"player2": whole["player2"]}
    assert odds.evaluate(None, None) == {}


@pytest.mark.parametrize(
    ("shares", "decimals", "shown"),
    [
        ([61, 30, 9], 0, ["61", "30", "9"]),
        ([0, 5], 0, ["0", "100"]),
        ([1, 2**62], 0, ["<1", ">99"]),
        ([1, 199], 0, ["<1", ">99"]),
        ([2, 198], 0, ["1", "99"]),
        ([0.0, 1.0, 1e-300], 3, ["0.000", ">99.999", "<0.001"]),
        ([0.00001, 0.99999], 3, ["0.001", "99.999"]),
        ([0.0, 0.0, 0.9999999999999998], 3, ["0.000", "0.000", "100.000"]),
    ],
)
def test_only_nothing_is_0_percent_and_only_everything_is_100(
    shares: list[float], decimals: int, shown: list[str]
) -> None:
    assert percents(shares, decimals) == shown


def test_the_table_to_read_is_60_columns_wide_whatever_the_odds() -> None:
    sure, unlikely = {"win": 0.0, "tie": 0.0, "loss": 1.0}, {"win": 1e-9, "tie": 0.5, "loss": 0.5}
    almost = {"win": 1.0, "tie": 1e-9, "loss": 0.0}
    odds = {"player1": {"random": sure, "best": unlikely}, "each_other": almost}
    lines = as_text(odds).splitlines()
    assert [len(line) for line in lines] == [60] * 4
    assert [line[30:].split() for line in lines[1:]] == [
        ["0.000%", "0.000%", "100.000%"],
        ["<0.001%", "50.000%", "50.000%"],
        [">99.999%", "<0.001%", "0.000%"],
    ]
