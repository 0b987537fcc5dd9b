"""The brains that a command line names: created, loaded for their side, written back after they
have learned. `ttst_brain.files` has the file formats."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ttst_brain import files
from ttst_brain.files import BrainfileError, Format
from ttst_brain.table import CELLS, new_table
from ttst_terminal.options import Side

if TYPE_CHECKING:
    from ttst_brain.table import Table

# The largest sum of a row: the numpy engine adds in int64, and `chooser.play` needs no more room.
LARGEST_SUM = 2**63 - 1


class Brain(NamedTuple):
    """A player that is a computer."""

    path: str
    learns: bool
    table: Table
    format: Format
    stamp: files.Stamp | None  # of the file when it was read


class SaveError(Exception):
    """Brains that could not be written back. The message is one line and says what was saved."""


def load_sides(sides: Iterable[Side], most_gained: int) -> list[Brain | None]:
    """The brain of each side, None for a human, with weights that can grow by `most_gained`.

    The same file on both sides is one table: player one moves when the number of stones is even,
    player two when it is odd, so they never share a row. Raises `BrainfileError`, also if a brain
    that learns could not be written back.
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
        reason = f"weights, up to {largest:,} now, could overflow 64 bits in so many matches"
        raise BrainfileError(path, reason)


def make_missing(sides: Iterable[Side], start: Sequence[int]) -> None:
    """Create a new brain for each file that does not exist."""
    for path, _ in sides:
        if path is not None and files.stamp(path) is None:
            make(path, start)


def make(path: str, start: Sequence[int]) -> None:
    """Write a new brain with the weights `start` to `path`, replacing whatever is there; a valid
    brainfile keeps its format."""
    try:
        format = files.load(path)[1]
    except BrainfileError:
        format = files.format_for_new(path)
    files.save(path, new_table(start), format)
    print(f"Made {path}, a new brain.", flush=True)


def save(brains: Sequence[Brain]) -> list[str]:
    """Write back those that learn, each in the format it was read in; returns their paths. If one
    cannot be written, or another program has changed its file, it is saved under a new name, and
    `SaveError` is raised after the others are saved."""
    saved: list[str] = []
    failures: list[str] = []
    done: set[str] = set()  # a file may be on both sides, under two names
    for brain in brains:
        try:
            file = os.path.realpath(brain.path)
        except OSError:  # the current folder has been removed
            file = brain.path
        if brain.learns and file not in done:
            done.add(file)
            try:
                files.check_can_save(brain.path)
                if files.stamp(brain.path) not in (None, brain.stamp):
                    raise BrainfileError(brain.path, "another program has changed it meanwhile")
                files.save(brain.path, brain.table, brain.format)
                saved.append(brain.path)
            except BrainfileError as error:
                failures.append(_saved_beside(brain, str(error)))
    if failures:
        reasons = f"not saved: {'; '.join(failures)}"
        raise SaveError(f"{reasons} (saved: {' and '.join(saved)})" if saved else reasons)
    return saved


def save_one(brain: Brain) -> Brain:
    """Write back one that goes on learning; returns it with the new file's stamp."""
    save([brain])
    return brain._replace(stamp=files.stamp(brain.path))


def _saved_beside(brain: Brain, reason: str) -> str:
    """Save the brain under a new name; returns `reason` with that name added."""
    try:
        beside = files.save_beside(brain.path, brain.table, brain.format)
    except BrainfileError:
        return reason
    return f"{reason}; what was learned is in {files.printable(str(beside))}"
