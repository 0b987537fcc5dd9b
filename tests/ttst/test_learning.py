"""What a match teaches, on matches worked by hand, and in what order the moves are drawn."""

from __future__ import annotations

import numpy as np
import pytest

import ttst
from ttst_brain.rule import ORIGINAL, Rule
from ttst_brain.table import RESULTS, STATES, new_table, rows_as_memoryviews

# Keypad digits less one, in the order of the moves.
PLAYER_1_WINS = [0, 3, 1, 4, 2]
PLAYER_2_WINS = [0, 3, 1, 4, 8, 5]
TIE = [4, 0, 2, 6, 3, 5, 1, 7, 8]


def boards_of(moves):
    """The states in which the moves are made."""
    cells = ["0"] * 9
    for number, move in enumerate(moves):
        yield "".join(cells)
        cells[move] = "12"[number % 2]


def learned_from(moves, learns1=True, learns2=True, rule=ORIGINAL):
    """What one match with these moves adds to the weights: {(player, state, move): change}."""
    table1, table2 = new_table(), new_table()
    draws = iter(moves)
    states = []

    def cogitate(state, brain_map):
        states.append(state)
        return next(draws)

    play_matches = ttst.matches_in_python(
        cogitate, rows_as_memoryviews, table1, table2, learns1, learns2, rule
    )
    score = play_matches(1)
    assert states == list(boards_of(moves)), "one draw a move, in order, and none after the end"
    changes = {}
    for player, learned in ((1, table1 - new_table()), (2, table2 - new_table())):
        for row, move in np.argwhere(learned).tolist():
            changes[player, STATES[row], move] = int(learned[row, move])
    return score, changes


@pytest.mark.parametrize(
    ("moves", "score", "amounts"),
    [
        (PLAYER_1_WINS, (1, 0, 0), (3, -1)),
        (PLAYER_2_WINS, (0, 1, 0), (-1, 3)),
        (TIE, (0, 0, 1), (-1, 3)),  # as if player two had won
    ],
)
def test_a_match_adds_to_each_of_its_moves_what_its_result_gives(moves, score, amounts):
    assert learned_from(moves) == (
        score,
        {
            (1 + number % 2, state, move): amounts[number % 2]
            for number, (state, move) in enumerate(zip(boards_of(moves), moves))
        },
    )


@pytest.mark.parametrize(
    ("moves", "amounts"), [(PLAYER_1_WINS, (5, -2)), (PLAYER_2_WINS, (-2, 5)), (TIE, (0, -3))]
)
def test_another_rule_gives_other_amounts_down_to_its_floor(moves, amounts):
    rule = Rule(reward=5, penalty=-2, tie1=0, tie2=-3, floor=4)
    _, changes = learned_from(moves, rule=rule)
    added = (max(amount, 4 - 6) for amount in amounts)  # new weights are 6
    expected = dict(zip((1, 2), added))
    assert changes == {
        (1 + number % 2, state, move): expected[1 + number % 2]
        for number, (state, move) in enumerate(zip(boards_of(moves), moves))
        if expected[1 + number % 2]
    }


@pytest.mark.parametrize("learns", [(True, False), (False, True), (False, False)])
def test_a_brain_that_does_not_learn_stays_as_it_is(learns):
    _, all_changes = learned_from(PLAYER_1_WINS)
    _, changes = learned_from(PLAYER_1_WINS, *learns)
    assert changes == {key: all_changes[key] for key in all_changes if learns[key[0] - 1]}


@pytest.mark.parametrize(
    ("weight", "amount", "floor", "after"),
    [
        (6, 3, 1, 9),
        (6, -1, 1, 5),
        (2, -1, 1, 1),
        (1, -1, 1, 1),
        (0, -1, 1, 0),
        (1, 3, 1, 4),
        (10, 7, 1, 17),
        (10, 0, 1, 10),
        (10, -4, 1, 6),
        (3, -4, 1, 1),
        (10, -4, 6, 6),
        (10, -4, 7, 7),
        (10, -4, 11, 10),
        (10, 4, 100, 14),
        (2**62, 2**61, 1, 2**62 + 2**61),
    ],
)
def test_an_amount_is_added_but_takes_no_weight_below_the_floor(weight, amount, floor, after):
    brain_map = {"000000000": [weight] * 9}
    ttst.update_brain(brain_map, [("000000000", 5)], amount, floor)
    assert brain_map == {"000000000": [weight] * 5 + [after] + [weight] * 3}


def test_matches_run_by_the_rules_from_the_empty_board_to_their_result():
    engine = ttst.start_engine("choose", 1)
    brain_map = engine.rows(new_table())
    player = ttst.partial(ttst.make_computer_move, engine.cogitate, brain_map)
    for _ in range(500):
        result, end, moves1, moves2 = ttst.play(player, player)
        moves = [None] * (len(moves1) + len(moves2))
        moves[::2], moves[1::2] = moves1, moves2
        cells = [cell for _, cell in moves]
        assert len(set(cells)) == len(cells), "no cell is taken twice"
        assert [state for state, _ in moves] == list(boards_of(cells))
        assert all(RESULTS[state] is None for state, _ in moves)
        assert RESULTS[end] == result is not None
        assert end == list(boards_of([*cells, 0]))[-1]
