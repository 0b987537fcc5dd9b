"""The brains that a command line names: found, made, loaded for their side, written back after
they have learned. How a brainfile is read and written, `files` knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ttst_brain import files
from ttst_brain.files import BrainfileError, Format
from ttst_brain.table import CELLS, new_table
from ttst_terminal.options import Side

if TYPE_CHECKING:
    from ttst_brain.table import Table

# Of a row, as the numpy engine adds it up; `chooser.play` asks for no more room.
LARGEST_SUM = 2**63 - 1


class Brain(NamedTuple):
    """A player that is a computer."""

    path: str
    learns: bool
    table: Table
    format: Format
    stamp: files.Stamp | None  # of the file when it was read


class SaveError(Exception):
    """Brains that could not be written back. Its text is one line, which says what was saved."""


def load_sides(sides: Iterable[Side], most_gained: int) -> list[Brain | None]:
    """The brain of either side, None for a human, with weights that can grow by
    `most_gained`.

    One file on both sides is one table: player one moves where the number of stones is even,
    player two where it is odd, so that their rows never meet. Raises `BrainfileError`, also for a
    file that a brain learns from its matches for and that could not be written.
    """
    brains: list[Brain | None] = []
    for path, learns in sides:
        if path is None:
            brains.append(None)
            continue
        stamp = files.stamp(path)
        table, format = files.load(path)
        if learns:
            files.check_can_save(path)
        first = brains[0] if brains else None
        if first is not None and Path(path).samefile(first.path):
            table = first.table
        check_room(path, table, most_gained)
        brains.append(Brain(path, learns, table, format, stamp))
    return brains


def check_room(path: str, table: Table, most_gained: int) -> None:
    """Raise a `BrainfileError` unless every weight can grow by `most_gained`."""
    largest = int(table.max())
    if CELLS * (largest + most_gained) > LARGEST_SUM:
        reason = f"weights, up to {largest:,} now, could outgrow 64 bits in so many matches"
        raise BrainfileError(path, reason)


def make_missing(sides: Iterable[Side], start: Sequence[int]) -> None:
    """New brains in those files that do not exist."""
    for path, _ in sides:
        if path is not None and not Path(path).exists():
            make(path, start)


def make(path: str, start: Sequence[int]) -> None:
    """A new brain in `path`, which begins with the weights `start`, whatever is there now; a sound
    brainfile keeps its format."""
    try:
        format = files.load(path)[1]
    except BrainfileError:
        format = files.format_for_new(path)
    files.save(path, new_table(start), format)
    print(f"Made {path}, a new brain.", flush=True)


def save(brains: Sequence[Brain]) -> list[str]:
    """Write those that learn back, each in the format it was read in; returns their paths. One that
    cannot be written back, or that another program has written meanwhile, is saved under a new
    name. The others are saved too before `SaveError` says so."""
    saved: list[str] = []
    failures: list[str] = []
    for brain in brains:
        if brain.learns and brain.path not in saved:
            try:
                files.check_can_save(brain.path)
                if files.stamp(brain.path) not in (None, brain.stamp):
                    raise BrainfileError(brain.path, "another program has written it meanwhile")
                files.save(brain.path, brain.table, brain.format)
                saved.append(brain.path)
            except BrainfileError as error:
                failures.append(_saved_beside(brain, str(error)))
    if failures:
        reasons = f"not saved: {'; '.join(failures)}"
        raise SaveError(f"{reasons} (saved: {' and '.join(saved)})" if saved else reasons)
    return saved


def save_one(brain: Brain) -> Brain:
    """Write one back that goes on learning; returns it as it can be saved again."""
    save([brain])
    return brain._replace(stamp=files.stamp(brain.path))


def _saved_beside(brain: Brain, reason: str) -> str:
    """Saves the brain under a new name, and says so after the reason."""
    try:
        beside = files.save_beside(brain.path, brain.table, brain.format)
    except BrainfileError:
        return reason
    return f"{reason}; what was learned is in {files.printable(str(beside))}"
