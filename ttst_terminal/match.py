"""Matches with a human on one side or both: turns, moves taken back, what a brain learns from them.
How a brain draws moves and updates weights is left to the trainer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

from ttst_brain.odds import percents
from ttst_brain.table import NEW_BOARD, RESULTS
from ttst_terminal import brains, human
from ttst_terminal.progress import Stop, signals_restored

if TYPE_CHECKING:
    from ttst_brain.rule import Rule
    from ttst_brain.table import BrainMap, Moves
    from ttst_terminal.brains import Brain


class Opponent(NamedTuple):
    """The brain that a human plays against."""

    brain: Brain
    turn: int  # 0 if it moves first, else 1
    cogitate: Callable[[str, BrainMap], int]
    brain_map: BrainMap


def play_with_human(
    opponent: Opponent | None,
    rule: Rule,
    update_brain: Callable[[BrainMap, Moves, int, int], None],
) -> int:
    """Play until the human quits; without an opponent, two humans play. A brain that learns is
    saved after each match. Returns the exit code."""
    asks = f"{human.SHOW_CHANCES} shows the brain's chances, " if opponent is not None else ""
    print(f"{asks}{human.TAKE_BACK} takes your last move back.")
    while True:
        try:
            result, moves = play_match(opponent)
        except EOFError:
            print("Match abandoned.")
            return 0
        with signals_restored():
            Stop().ignore()  # only now: at a prompt, Ctrl-C quits at once
            if opponent is not None and opponent.brain.learns:
                amount = rule.amounts[result][opponent.turn]
                update_brain(opponent.brain_map, moves[opponent.turn :: 2], amount, rule.floor)
                opponent = opponent._replace(brain=brains.save_one(opponent.brain))
                print(f"{opponent.brain.path} has learned from this match.")
        if not human.wants_another():
            Stop().ignore()
            return 0
        if opponent is not None:
            brains.check_room(opponent.brain.path, opponent.brain.table, rule.largest_gain)


def play_match(opponent: Opponent | None) -> tuple[str, Moves]:
    """Play one match. Returns its result and the moves of both players, in turn. Raises EOFError if
    a human quits."""
    moves: Moves = []
    state = NEW_BOARD
    while (result := RESULTS[state]) is None:
        turn = len(moves) % 2
        mark = "12"[turn]
        if opponent is not None and opponent.turn == turn:
            move = int(opponent.cogitate(state, opponent.brain_map))
            print(f"\nThe brain takes {move + 1} ({chances(opponent, state)[move]}).")
        else:
            human.show_board(state)
            answer = human.ask_for_turn(state, mark)
            if answer == human.SHOW_CHANCES:
                show_chances(opponent, state, moves)
                continue
            if answer == human.TAKE_BACK:
                state = take_back(state, moves, 1 if opponent is None else 2)
                continue
            move = int(answer) - 1
        moves.append((state, move))
        state = state[:move] + mark + state[move + 1 :]
    human.show_end(state, result)
    return result, moves


def take_back(state: str, moves: Moves, count: int) -> str:
    """The board before the last `count` moves, which are removed from `moves`; the board as it is
    if there are fewer."""
    if len(moves) < count:
        print("\nThere is no move to take back.")
        return state
    before, _ = moves[-count]
    del moves[-count:]
    return before


def show_chances(opponent: Opponent | None, state: str, moves: Moves) -> None:
    """Show the brain's chances at its last move, and in the human's place. A brain that never
    played that side draws evenly there, which is shown only if there is nothing else."""
    if opponent is None:
        print("\nNo brain plays here: both players are human.")
        return
    if moves:
        before, move = moves[-1]
        print(f"\nThe brain's chances when it took {move + 1}:")
        human.show_board(before, chances(opponent, before))
    weights = {opponent.brain_map[state][cell] for cell, mark in enumerate(state) if mark == "0"}
    if len(weights) > 1:
        print("\nThe brain's chances in your place:")
        human.show_board(state, chances(opponent, state))
    elif not moves:
        print("\nIn your place the brain would take each cell with the same chance:")
        human.show_board(state, chances(opponent, state))


def chances(opponent: Opponent, state: str) -> list[str]:
    """The chance that the brain takes each cell, in percent."""
    return [f"{text}%" for text in percents(map(int, opponent.brain_map[state]))]
