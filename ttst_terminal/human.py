"""A human at the terminal: shows the board, asks for moves and yes or no. Knows nothing of
brains."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ttst_terminal.colours import BOLD_BLUE, BOLD_ORANGE, DIM, paint

PLAYERS = {"1": "Player 1 (O)", "2": "Player 2 (X)"}
MARKS = {"1": "O", "2": "X"}
COLOURS = {"1": BOLD_BLUE, "2": BOLD_ORANGE}
DIGITS = "123456789"

# What can be typed in place of a cell.
SHOW_CHANCES, TAKE_BACK, LEAVE = "?", "u", "q"
_END_OF_INPUT = "Ctrl-Z" if sys.platform == "win32" else "Ctrl-D"


def ask_for_turn(state: str, mark: str) -> str:
    """Ask until the answer is valid: the digit of a free cell, `SHOW_CHANCES` or `TAKE_BACK`.
    Raises EOFError if the human quits."""
    cells = [digit for digit, mark in zip(DIGITS, state) if mark == "0"]
    answers = [*cells, SHOW_CHANCES, TAKE_BACK, LEAVE]
    print()
    answer = ask(f"{PLAYERS[mark]}, your move ({LEAVE} or {_END_OF_INPUT} quits): ").lower()
    while answer not in answers:
        answer = ask(f"Type one of {', '.join(answers)}: ").lower()
    if answer == LEAVE:
        raise EOFError
    return answer


def show_board(state: str, on_free: Sequence[str] = ()) -> None:
    """Show the board, laid out as a numeric keypad. Free cells show their digits, or the texts in
    `on_free`, one per cell."""
    width = max(map(len, on_free), default=1)
    free = [text.rjust(width) for text in on_free] or [paint(digit, DIM) for digit in DIGITS]
    cells = [
        paint(MARKS[mark].center(width), COLOURS[mark]) if mark in MARKS else text
        for mark, text in zip(state, free)
    ]
    line = "+".join(["-" * (width + 2)] * 3)
    rows = (f" {' | '.join(cells[start : start + 3])} " for start in (6, 3, 0))
    print("", f"\n{line}\n".join(rows), sep="\n")


def show_end(state: str, result: str) -> None:
    """Show how the match ended."""
    show_board(state)
    print("\nA tie." if result == "tie" else f"\n{PLAYERS[result]} wins.")


def wants_another() -> bool:
    """Whether the human wants another match. Asked only at a terminal, not if moves come from a
    file or pipe."""
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    return at_terminal and agrees("Again?", by_default=True)


def agrees(question: str, by_default: bool = False) -> bool:
    """Whether the human says yes. Asks until the answer is yes, no or nothing, which means
    `by_default`; `LEAVE` and the end of the input mean no."""
    answers = {"": by_default, "y": True, "yes": True, "n": False, "no": False, LEAVE: False}
    try:
        answer = ask(f"{question} [{'Y/n' if by_default else 'y/N'}] ").lower()
        while answer not in answers:
            answer = ask("Type y or n: ").lower()
    except EOFError:
        return False
    return answers[answer]


def ask(question: str) -> str:
    """The line typed in answer, stripped. Raises EOFError at the end of the input."""
    if None in (sys.stdin, sys.stdout, sys.stderr):  # closed before the program began
        raise EOFError
    try:
        return input(question).strip()
    except EOFError:
        print()  # the question's line is still open
        raise
