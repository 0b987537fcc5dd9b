"""Writes a benchmark's results to a file, and its text to the terminal. An error is one line, for
the caller to print."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile


def kept(file: Path, text: str) -> str:
    """Writes a file. Returns an error message, or an empty string."""
    try:
        replace(file, text)
    except OSError as error:
        return in_words(error, file)
    return ""


def replace(file: Path, text: str) -> None:
    """Writes atomically. Raises `OSError`."""
    written = file.with_name(f"{file.name}.new")
    written.write_text(text, encoding="utf-8")
    written.replace(file)


def make_folder(folder: Path) -> None:
    """Creates a folder if it is missing. Raises `OSError`, also if no file can be created in it."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


def printed(text: str) -> str:
    """Prints in any terminal encoding. Returns an error message, or an empty string."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        print(text, flush=True)
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):  # Python flushes it at exit, and would fail again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return f"the output: {getattr(error, 'strerror', None) or error}"
    return ""


def in_words(error: OSError, file: Path) -> str:
    return f"{error.filename or file}: {error.strerror or error}"
