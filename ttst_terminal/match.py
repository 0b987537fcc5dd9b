"""Matches with a human on one side or on both: turns, moves taken back, what a brain learns from
them. How a brain draws its moves, and how its weights change, is the trainer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

from ttst_brain.odds import percents
from ttst_brain.table import NEW_BOARD, RESULTS
from ttst_terminal import brains, human
from ttst_terminal.progress import Stop, signals_restored

if TYPE_CHECKING:
    from ttst import BrainMap, Cogitate, Engine, Moves
    from ttst_terminal.brains import Brain
    from ttst_terminal.options import Options


class Opponent(NamedTuple):
    """The brain that a human plays against."""

    brain: Brain
    turn: int  # 0 where it begins, else 1
    cogitate: Cogitate
    brain_map: BrainMap


def play_with_human(
    options: Options,
    start_engine: Callable[[str, int | None], Engine],
    update_brain: Callable[[BrainMap, Moves, int, int], None],
) -> int:
    """Play until the human has enough. A brain that is trained learns from each match, and is saved
    after it. Returns the exit code."""
    rule = options.rule
    opponent = None
    for turn, brain in enumerate(brains.load_sides(options.sides, rule.largest_gain)):
        if brain is not None:
            engine = start_engine(options.engine, options.seed)
            opponent = Opponent(brain, turn, engine.cogitate, engine.rows(brain.table))
    asks = f"{human.SHOW_CHANCES} shows the brain's chances, " if opponent is not None else ""
    print(f"{asks}{human.TAKE_BACK} takes your last move back.")
    while True:
        try:
            result, moves = play_match(opponent)
        except EOFError:
            print("The match ends here, unfinished.")
            return 0
        with signals_restored():
            Stop().ignore()  # only now: a human who is asked can leave by Ctrl-C at once
            if opponent is not None and opponent.brain.learns:
                amount = rule.amounts[result][opponent.turn]
                update_brain(opponent.brain_map, moves[opponent.turn :: 2], amount, rule.floor)
                opponent = opponent._replace(brain=brains.save_one(opponent.brain))
                print(f"{opponent.brain.path} has learned from it.")
        if not human.wants_another():
            Stop().ignore()
            return 0
        if opponent is not None:
            brains.check_room(opponent.brain.path, opponent.brain.table, rule.largest_gain)


def play_match(opponent: Opponent | None) -> tuple[str, Moves]:
    """One match; its result and the moves of both players, in turn. Raises EOFError where a human
    leaves it."""
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
    """The board before the last `count` moves, if there are as many; they are no longer in
    `moves`."""
    if len(moves) < count:
        print("\nThere is no move to take back.")
        return state
    before, _ = moves[-count]
    del moves[-count:]
    return before


def show_chances(opponent: Opponent | None, state: str, moves: Moves) -> None:
    """How likely each cell was when the brain moved last, and is in the human's place. A brain that
    was never on that side draws evenly there, which is shown only where there is nothing else."""
    if opponent is None:
        print("\nNo brain plays here: you are both human.")
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
        print("\nIn your place the brain would take any cell alike:")
        human.show_board(state, chances(opponent, state))


def chances(opponent: Opponent, state: str) -> list[str]:
    """How likely the brain takes each cell, in percent."""
    return [f"{text} %" for text in percents(map(int, opponent.brain_map[state]))]
