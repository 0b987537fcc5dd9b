"""The rules of the game, against an enumeration that knows nothing of the project's boards: it
plays all matches on two sets of cells, by the lines a human draws."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ttst_brain.table import (
    NEW_BOARD,
    RESULTS,
    STATES,
    check_table,
    new_table,
    result,
    rows_as_arrays,
    rows_as_memoryviews,
)

ROWS = ["789", "456", "123"]
DIAGONALS = ["753", "951"]
WINNING = [frozenset(line) for line in [*ROWS, *map("".join, zip(*ROWS)), *DIAGONALS]]


def wins(stones):
    return any(line <= stones for line in WINNING)


def all_matches():
    """Every position that matches reach, as (stones of one, stones of two) -> result or None; and
    for each result how many different matches lead to it."""
    start = (frozenset(), frozenset())
    results = {}
    matches = Counter()
    ways = {start: 1}
    for stones in range(10):
        ways_on = Counter()
        for (one, two), count in ways.items():
            ended = "1" if wins(one) else "2" if wins(two) else "tie" if stones == 9 else None
            results[one, two] = ended
            if ended:
                matches[ended] += count
                continue
            for cell in frozenset("123456789") - one - two:
                after = (one, two | {cell}) if stones % 2 else (one | {cell}, two)
                ways_on[after] += count
        ways = ways_on
    return results, matches


def state_of(one, two):
    return "".join("1" if c in one else "2" if c in two else "0" for c in "123456789")


@pytest.fixture(scope="module")
def positions():
    return {state_of(*position): ended for position, ended in all_matches()[0].items()}


def test_the_enumeration_finds_the_known_numbers(positions):
    assert len(positions) == 5478
    assert Counter(positions.values()) == {None: 4520, "1": 626, "2": 316, "tie": 16}
    assert all_matches()[1] == {"1": 131184, "2": 77904, "tie": 46080}


def test_every_position_a_match_can_reach_has_the_right_result(positions):
    assert {state: RESULTS[state] for state in positions} == positions


def test_every_board_has_a_result_even_if_no_match_reaches_it():
    assert set(RESULTS) == set(STATES)
    assert result("111222000") == "1"
    assert result("222111000") == "1"
    assert result("222000000") == "2"


def test_states_are_all_boards_in_the_order_of_counting():
    assert [int(state, 3) for state in STATES] == list(range(3**9))
    assert {len(state) for state in STATES} == {9}
    assert STATES[0] == NEW_BOARD


def test_a_new_brain_has_six_on_every_empty_cell_and_zero_on_the_others():
    table = new_table()
    assert table.dtype == np.int64
    assert table.flags.c_contiguous
    assert table.flags.writeable
    assert table.tolist() == [[6 if cell == "0" else 0 for cell in state] for state in STATES]


def test_a_new_brain_may_begin_with_other_weights_by_the_turns_of_its_player():
    weights = [4, 3, 2, 1, 1]
    assert new_table([4, 3, 2, 1]).tolist() == [
        [weights[(9 - state.count("0")) // 2] if cell == "0" else 0 for cell in state]
        for state in STATES
    ]


@pytest.mark.parametrize("rows", [rows_as_arrays, rows_as_memoryviews])
def test_a_brain_map_shares_its_tables_memory(rows):
    table = new_table()
    brain_map = rows(table)
    assert list(brain_map) == list(STATES)
    brain_map["000000001"][3] = 77
    assert table[1].tolist() == [6, 6, 6, 77, 6, 6, 6, 6, 0]
    table[3**9 - 3, 8] = 5
    assert list(brain_map["222222220"]) == [0, 0, 0, 0, 0, 0, 0, 0, 5]


def test_a_table_that_is_not_contiguous_gets_no_memoryviews_of_a_copy():
    with pytest.raises((TypeError, ValueError, BufferError)):
        rows_as_memoryviews(np.asfortranarray(new_table()))


def damaged(state, cell, weight):
    table = new_table()
    table[int(state, 3), cell] = weight
    return table


def without_moves(state):
    return damaged(state, slice(None), 0)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (new_table()[:-1], ["(19682, 9)", "(19683, 9)"]),
        (new_table().ravel(), ["(177147,)"]),
        (new_table().astype(np.int32), ["int32", "int64"]),
        (new_table().astype(float), ["float64"]),
        (new_table().astype(">i8"), [">i8"]),
        (damaged("000000001", 2, -5), ["000000001", "-5"]),
        (damaged("120000000", 1, 4), ["120000000", "weight 4", "cell 2"]),
        (without_moves("120000000"), ["120000000", "no move"]),
    ],
)
def test_a_table_no_brain_can_play_by_is_refused_with_state_and_weight(table, words):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the words follow
        check_table(table)
    for word in words:
        assert word in str(refusal.value)


def test_a_table_needs_no_moves_where_the_match_has_ended():
    check_table(without_moves("111220000"))
