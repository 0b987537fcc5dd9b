"""A training's progress: its score, the progress bar, the signals that stop it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, NamedTuple

# The width of a narrow terminal; what the trainer prints fits, apart from long names.
COLUMNS = 60


class Score(NamedTuple):
    """The results of many matches, and the time they took."""

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
        """Begins with the number of matches without separators, for programs to read."""
        counts = f"player 1 won {self.wins1:,}, player 2 won {self.wins2:,}, tied {self.ties:,}"
        if len(counts) > COLUMNS:
            counts = counts.replace(", tied", ",\ntied")
        return f"{self.matches} matches in {self.seconds:.2f} seconds:\n{counts}"


# Ctrl-C, a shutdown or an ended job, and a closed terminal.
SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Stop:
    """Turns `SIGNALS` into a flag, so that no match, update or file is cut short. A signal that was
    ignored when the program began stays ignored."""

    signal: int = 0  # the first that came

    def listen(self) -> None:
        """From now on they only set the flag, however often they come."""
        self._set_handlers(self._note)

    def ignore(self) -> None:
        """Ignore them from now on. Python resets other handlers at exit, when a second Ctrl-C would
        change the exit code."""
        self._set_handlers(signal.SIG_IGN)

    def _note(self, number: int, _: object) -> None:
        self.signal = self.signal or number

    def _set_handlers(self, handler: Any) -> None:
        for number in SIGNALS if _hears_signals() else []:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, handler)


@contextmanager
def signals_restored() -> Iterator[None]:
    """Restores the previous handlers."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items() if _hears_signals() else []:
            signal.signal(number, handler)


def _hears_signals() -> bool:
    """Only the main thread may set signal handlers, and runs them."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def progress_bar(matches: int, quiet: bool) -> Iterator[Callable[[int], object]]:
    """Yields a function to call with the number of matches played so far, out of `matches`. Shows
    nothing unless stderr is a terminal; should the terminal vanish, tqdm falls silent."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda played: None
        return
    try:
        from tqdm import tqdm

        # Some terminals report a size of 0 × 0, which tqdm would believe.
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
    except (ValueError, TypeError, LookupError) as error:  # such as variables that are not numbers
        raise SystemExit(f"ttst: tqdm, by a variable TQDM_...: {error}; -q does without") from None
    with bar:
        yield lambda played: bar.update(played - bar.n)
