"""What the page knows and computes, against the trainer: weights, odds, draws, learning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Callable

import numpy as np
import pytest
from playwright.sync_api import Page
from scipy.stats import chisquare

import ttst
from ttst_brain import odds
from ttst_brain.rule import ORIGINAL, Rule
from ttst_brain.table import RESULTS, STATES, new_table, rows_as_memoryviews

Opened = Callable[..., Page]
WEIGHTS = """JSON.stringify(Object.values(brains).map(brain => brain && Object.fromEntries(
    [...brain].map(([state, weights]) => [state, weights.map(String)]))))"""


def open_states(player: int) -> list[str]:
    """Those in which the player moves in a match."""
    ahead = {state: state.count("1") - state.count("2") for state in STATES}
    return [state for state in STATES if ahead[state] == player - 1 and RESULTS[state] is None]


def weights_in(page: Page) -> list[dict[str, list[int]]]:
    """Of either brain, by state, as the page has them now."""
    told = json.loads(page.evaluate(WEIGHTS))
    return [
        {state: [*map(int, weights)] for state, weights in brain.items()} for brain in told if brain
    ]


def weights_of(table: np.ndarray, player: int) -> dict[str, list[int]]:
    """The same of a table."""
    rows = dict(zip(STATES, table.tolist()))
    return {state: rows[state] for state in open_states(player)}


# ---- weights ------------------------------------------------------------------------------------


def test_the_page_has_every_weight_that_a_match_can_ask_for(opened: Opened, pair: Any) -> None:
    one, two = weights_in(opened(*pair))
    assert len(one) + len(two) == 4_520
    assert one == weights_of(pair[0], 1)
    assert two == weights_of(pair[1], 2)


def test_weights_of_every_size_and_zeros_are_exact(opened: Opened) -> None:
    table = new_table()
    rng = np.random.default_rng(2)
    free = table > 0
    sizes = rng.integers(0, 60, np.count_nonzero(free))
    table[free] = rng.integers(0, 1 << sizes)  # 0 where the size is 0, beyond 2 ** 53 where large
    table[free & (table.sum(axis=1, keepdims=True) == 0)] = 1
    [two] = weights_in(opened(None, table))
    assert two == weights_of(table, 2)
    assert max(map(max, two.values())) > 2**53


def all_weights(tables: Sequence[np.ndarray]) -> list[dict[str, list[int]]]:
    return [weights_of(table, player) for player, table in enumerate(tables, start=1)]


# ---- odds ---------------------------------------------------------------------------------------


def test_the_odds_at_the_start_are_those_that_the_trainer_computes(
    opened: Opened, pair: Any
) -> None:
    page = opened(*pair)
    movers = """
        const [one, two] = [brains[1], brains[2]].map(likeBrain);
        [[one, atRandom], [one, atBest], [atRandom, two], [atBest, two], [one, two]].map(
            ([first, second]) => outcomeOf(NEW_BOARD, {1: first, 2: second}));
    """
    *of_one, random2, best2, each_other = page.evaluate(movers)
    told = odds.evaluate(*pair)
    for (win, tie, loss), chances in (
        (of_one[0], told["player1"]["random"]),
        (of_one[1], told["player1"]["best"]),
        (random2[::-1], told["player2"]["random"]),
        (best2[::-1], told["player2"]["best"]),
        (each_other, told["each_other"]),
    ):
        assert [win, tie, loss] == pytest.approx([*chances.values()], rel=1e-12)


def outcome(state: str, weights: dict[str, list[int]], brain: str, human: str) -> list[float]:
    """Wins of O, ties, wins of X from a state, where one player moves by weights, and the other at
    `random` or at its `best`: a plain model, which plays every match to its end."""
    if RESULTS[state] is not None:
        return [float(RESULTS[state] == end) for end in ("1", "tie", "2")]
    mover = "12"[(9 - state.count("0")) % 2]
    free = [cell for cell in range(9) if state[cell] == "0"]
    after = [state[:cell] + mover + state[cell + 1 :] for cell in free]
    ends = [outcome(one, weights, brain, human) for one in after]
    if mover == brain:
        chances = [weights[state][cell] / sum(weights[state]) for cell in free]
    elif human == "random":
        chances = [1 / len(free)] * len(free)
    else:
        wins, losses = (0, 2) if mover == "1" else (2, 0)
        return max(ends, key=lambda end: (round(end[wins] - end[losses], 12), end[wins]))
    return [sum(p * end[i] for p, end in zip(chances, ends)) for i in range(3)]


@pytest.mark.parametrize(("human", "state"), [("1", "010020000"), ("2", "012010000")])
def test_the_odds_on_the_way_are_those_of_a_plain_model(
    opened: Opened, pair: Any, human: str, state: str
) -> None:
    page = opened(*pair)
    page.check(f"#seats [value='{human}']")
    brain = "2" if human == "1" else "1"
    weights = weights_of(pair[int(brain) - 1], int(brain))
    for way in ("best", "random"):
        mover = f"against(at{way.title()})"
        told = page.evaluate(f"outcomeOf('{state}', {mover})")
        assert told == pytest.approx(outcome(state, weights, brain, way), rel=1e-12)
    page.evaluate("view = 'chances'")
    ends = page.evaluate(f"endsOf('{state}')")
    for cell in (cell for cell in range(9) if state[cell] == "0"):
        after = state[:cell] + human + state[cell + 1 :]
        expected = outcome(after, weights, brain, "best")[:: 1 if human == "1" else -1]
        assert ends[cell] == pytest.approx(expected, rel=1e-12)


# ---- the draw -----------------------------------------------------------------------------------


def test_the_draw_follows_the_weights(opened: Opened, pair: Any) -> None:
    words = np.random.default_rng(19).integers(0, 2**64, 40_000, dtype=np.uint64)
    page = opened(*pair, words=words)
    weights = [17, 0, 264, 1, 6, 6, 343, 81, 989]
    count = "(weights) => Array.from({length: 20_000}, () => draw(weights.map(BigInt)).cell)"
    drawn = np.bincount(page.evaluate(count, weights), minlength=9)
    assert drawn[1] == 0
    positive = np.array(weights) > 0
    expected = 20_000 * np.array(weights) / sum(weights)
    assert chisquare(drawn[positive], expected[positive]).pvalue > 1e-3


def test_each_point_falls_on_the_cell_whose_weight_holds_it(opened: Opened, pair: Any) -> None:
    weights = [0, 2**62, 1, 0, 3, 0, 0, 2**60, 0]  # beyond what a float can tell apart
    ends = [*accumulate(weights)]
    points = sorted({point for end in ends for point in (end - 1, end) if 0 <= point < ends[-1]})
    words = [word for point in points for word in (point, 0)]
    page = opened(*pair, words=words)
    draws = "([n, weights]) => Array.from({length: n}, () => draw(weights.map(BigInt)).cell)"
    drawn = page.evaluate(draws, [len(points), [*map(str, weights)]])
    assert drawn == [next(i for i, end in enumerate(ends) if point < end) for point in points]


def test_a_word_that_would_favour_small_points_is_drawn_anew(opened: Opened, pair: Any) -> None:
    page = opened(*pair, words=[2**64 - 1, 2**64 - 1, 4, 0])
    assert page.evaluate("draw([3n, 3n]).point === 4n")


# ---- learning -----------------------------------------------------------------------------------


def play_on(page: Page, cells: Sequence[int] = (4, 0, 8, 2, 6, 1, 3, 5, 7)) -> None:
    """To the end of the match, the human taking the first free of these cells."""
    while page.evaluate("resultOf(now())") is None:
        free = page.evaluate("CELLS.filter((cell) => canTake(now(), cell))")
        if free:
            page.click(f"[data-cell='{next(cell for cell in cells if cell in free)}']")
        page.clock.run_for(2_000)


def taught(
    tables: Any, page: Page, learners: str, rule: Rule = ORIGINAL
) -> list[dict[str, list[int]]]:
    """The weights after the trainer's own update for the match on the page, made in `tables`."""
    result = page.evaluate("resultOf(now())")
    played = page.evaluate("moves.map(({state, cell}) => [state, cell])")
    for player in map(int, learners):
        moves = [(state, cell) for state, cell in played[player - 1 :: 2]]
        rows = rows_as_memoryviews(tables[player - 1])
        ttst.update_brain(rows, moves, rule.amounts[result][player - 1], rule.floor)
    return all_weights(tables)


@pytest.mark.parametrize(
    ("seat", "learners", "rule"),
    [
        ("1", "2", ORIGINAL),
        ("2", "1", Rule(reward=2**60, penalty=-(2**61), tie1=0, tie2=-5, floor=2)),
        ("", "12", ORIGINAL),
    ],
)
def test_matches_teach_what_they_teach_in_the_trainer(
    opened: Opened, seat: str, learners: str, rule: Rule
) -> None:
    rng = np.random.default_rng(8)
    new = new_table()
    given = [rng.integers(1, 4, new.shape) * (new > 0) for _ in range(2)]  # some at the floor
    tables = [table.copy() for table in given]
    page = opened(*given, words=rng.integers(0, 2**64, 200, dtype=np.uint64), rule=rule)
    page.check(f"#seats [value='{seat}']")
    page.check("#learns")
    results = set()
    for cells in ((4, 0, 8, 2, 6, 1, 3, 5, 7), (7, 1, 5, 3, 8, 6, 2, 0, 4), range(9)):
        page.click("#new")
        play_on(page, cells)
        results.add(page.evaluate("resultOf(now())"))
        assert weights_in(page) == taught(tables, page, learners, rule)
    assert len(results) >= 2
    page.click("#forget")
    assert weights_in(page) == all_weights(given)


def test_nothing_is_learned_unless_it_is_asked_for(opened: Opened, pair: Any) -> None:
    page = opened(*pair)
    play_on(page)
    assert weights_in(page) == all_weights(pair)


@pytest.mark.parametrize("seat", ["1", ""])
def test_a_match_that_is_taken_back_and_ended_again_is_learned_once(
    opened: Opened, pair: Any, seat: str
) -> None:
    page = opened(*pair)
    page.check(f"#seats [value='{seat}']")
    page.check("#learns")
    play_on(page)
    page.click("#back")
    assert weights_in(page) == all_weights(pair)
    if not seat:
        page.click("#pause")
    play_on(page, (7, 5, 3, 1, 6, 2, 8, 0, 4))
    tables = [table.copy() for table in pair]
    assert weights_in(page) == taught(tables, page, "2" if seat else "12")
