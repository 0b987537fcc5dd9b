"""A human at the terminal: shows the board, asks for moves and for a yes or no. Knows the rules,
but nothing of brains."""

from __future__ import annotations

import sys

from ttst_brain.table import CELLS

PLAYERS = {"1": "Player 1 (O)", "2": "Player 2 (X)"}
MARKS = {"1": "O", "2": "X"}


def make_human_move(state: str, mark: str, moves: list[tuple[str, int]]) -> str:
    """The board after a move that the human is asked for until it is one; it is noted in `moves`.
    Raises EOFError at the end of the input."""
    cells = {str(cell + 1): cell for cell in range(CELLS) if state[cell] == "0"}
    print(f"\n{board(state)}\n")
    answer = ask(f"{PLAYERS[mark]}, your move: ")
    while answer not in cells:
        answer = ask(f"Type the number of a free cell ({', '.join(cells)}): ")
    move = cells[answer]
    moves.append((state, move))
    return state[:move] + mark + state[move + 1 :]


def show_end(state: str, result: str) -> None:
    """Shows how the match ended."""
    print(f"\n{board(state)}\n")
    print("A tie." if result == "tie" else f"{PLAYERS[result]} wins.")


def board(state: str) -> str:
    """The board as text, laid out as a numeric keypad, whose digits stand on the free cells."""
    cells = [MARKS.get(mark, str(cell + 1)) for cell, mark in enumerate(state)]
    rows = (f" {' | '.join(cells[start : start + 3])} " for start in (6, 3, 0))
    return "\n---+---+---\n".join(rows)


def agrees(question: str) -> bool:
    """Whether the human says yes. The end of the input is a no."""
    try:
        return ask(f"{question} [y/N] ").lower() in ("y", "yes")
    except EOFError:
        return False


def ask(question: str) -> str:
    """The line typed in answer, without the spaces around it. Raises EOFError at the end of the
    input."""
    if sys.stdin is None:  # closed before the program began
        raise EOFError
    try:
        return input(question).strip()
    except EOFError:
        print()  # the question's line is still open
        raise
