"""The finished trainings, a line each in a file that is only appended to: a study that was
interrupted resumes from it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, NamedTuple

import chooser
from benchmark.rules.training import Job, Training


class JournalError(Exception):
    """A file that is no journal, in one line."""


class Kept(NamedTuple):
    """What the study needs of a training."""

    odds: tuple[tuple[float, ...], ...]
    brains: str


class Journal:
    """Open from the start to the end of a run. The first line names chooser's version; a journal of
    another version is refused."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError` and `JournalError`."""
        self.path = path
        self._done: dict[Job, Kept] = {}
        head = json.dumps({"study": 1, "chooser": chooser.__version__}).encode()
        data = path.read_bytes() if path.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]  # the last line may have been cut
        first, *lines = whole.splitlines() or [head]
        if first != head or not (whole or head.startswith(data)):
            reason = f"is no study by chooser {chooser.__version__}; move it away"
            raise JournalError(f"{path}: {reason}, or name another folder")
        for number, line in enumerate(lines, start=2):
            try:
                self._note(Training.from_json(line.decode()))
            except (ValueError, TypeError, KeyError) as error:
                reason = f"line {number} is no training; remove the line, or the file"
                raise JournalError(f"{path}: {reason}") from error
        if not whole:
            path.write_bytes(head + b"\n")
        elif whole != data:
            os.truncate(path, len(whole))
        self._file: IO[str] = path.open("a", encoding="utf-8")

    def __contains__(self, job: Job) -> bool:
        return job in self._done

    def __getitem__(self, job: Job) -> Training:
        return Training(job, *self._done[job])

    def add(self, training: Training) -> None:
        self._file.write(f"{training.as_json()}\n")
        self._file.flush()
        self._note(training)

    def close(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._done)

    def _note(self, training: Training) -> None:
        self._done[training.job] = Kept(training.odds, training.brains)
