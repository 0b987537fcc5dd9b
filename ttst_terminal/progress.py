"""How far a training has come: its score, the bar that shows it, the signals that stop it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, NamedTuple

# Of a narrow terminal; what the trainer prints fits, apart from long names.
COLUMNS = 60


class Score(NamedTuple):
    """What came of many matches."""

    wins1: int = 0
    wins2: int = 0
    ties: int = 0
    seconds: float = 0.0

    @property
    def matches(self) -> int:
        return self.wins1 + self.wins2 + self.ties

    def plus(self, wins1: int, wins2: int, ties: int, seconds: float) -> Score:
        return Score(
            self.wins1 + wins1, self.wins2 + wins2, self.ties + ties, self.seconds + seconds
        )

    def __str__(self) -> str:
        """Begins with a number of matches that programs can read; all others are for people."""
        counts = f"player 1 won {self.wins1:,}, player 2 won {self.wins2:,}, tied {self.ties:,}"
        if len(counts) > COLUMNS:
            counts = counts.replace(", tied", ",\ntied")
        return f"{self.matches} matches in {self.seconds:.2f} seconds:\n{counts}"


# Ctrl-C, the end of the system or of a job, and the end of the terminal.
SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Stop:
    """`SIGNALS` as a flag, so that no match, no update and no file is cut in two. One that was
    ignored when the program began stays so."""

    signal: int = 0  # the first that came

    def listen(self) -> None:
        """From now on they no longer end the process, however often they come."""
        self._set_handlers(self._note)

    def ignore(self) -> None:
        """From now to the end they change nothing. Python lets go of other handlers at its exit,
        where a second Ctrl-C would change the exit code."""
        self._set_handlers(signal.SIG_IGN)

    def _note(self, number: int, _: object) -> None:
        self.signal = self.signal or number

    def _set_handlers(self, handler: Any) -> None:
        for number in SIGNALS if _hears_signals() else []:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, handler)


@contextmanager
def signals_restored() -> Iterator[None]:
    """Puts the handlers back that were there before."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items() if _hears_signals() else []:
            signal.signal(number, handler)


def _hears_signals() -> bool:
    """Only the main thread may set handlers, and hears signals."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def progress_bar(matches: int, quiet: bool) -> Iterator[Callable[[int], object]]:
    """Gives what to call with the number of matches played so far, to show it among `matches`.
    Shows nothing where nobody would see it; should the terminal vanish, tqdm falls silent."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda played: None
        return
    try:
        from tqdm import tqdm

        # Some terminals do not know their size, and tqdm would take the zeros at their word.
        columns, lines = os.get_terminal_size(sys.stderr.fileno())
        width, height = columns or 80, lines or 24
        bar = tqdm(
            total=matches,
            unit=" matches",
            unit_scale=True,  # the rate as 130k
            bar_format="{l_bar}{bar}| {n:,}/{total:,} [{elapsed}<{remaining}, {rate_fmt}]",
            ncols=width,
            nrows=height,
        )
    except (ValueError, TypeError, LookupError) as error:  # of variables that are no numbers, say
        raise SystemExit(f"ttst: tqdm, by a variable TQDM_...: {error}; -q does without") from None
    with bar:
        yield lambda played: bar.update(played - bar.n)
