"""Runs commands in separate processes under a progress bar. Knows nothing of what they measure."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent


class Failed(Exception):
    """A measurement that failed, and why in one line; `errors` is the whole of its stderr."""

    def __init__(self, line: str, errors: str = "") -> None:
        super().__init__(line)
        self.errors = errors


class Bar:
    """A progress bar in planned seconds, shown if stderr is a terminal."""

    def __init__(self, planned: float) -> None:
        self._bar = tqdm(
            total=planned,
            disable=sys.stderr is None or not sys.stderr.isatty(),
            bar_format="{desc:<28}{percentage:3.0f}%|{bar}| {elapsed} gone, {remaining} left",
            leave=False,
        )
        self._done = self._planned = 0.0
        self._start = time.monotonic()

    def begin(self, description: str, planned: float) -> None:
        """The previous step is done, this one starts."""
        self._done += self._planned
        self._planned, self._start = planned, time.monotonic()
        self._bar.set_description_str(description)
        self.tick()

    def tick(self) -> None:
        """Advance by the elapsed time; the step never looks done before it is."""
        gone = min(time.monotonic() - self._start, 0.95 * self._planned)
        self._bar.update(self._done + gone - self._bar.n)

    def close(self) -> None:
        self._bar.close()


def run(command: Sequence[str], bar: Bar, folder: Path) -> tuple[str, str]:
    """What `command` writes to stdout and stderr. Raises `Failed` with its last line."""
    # With PYTHONSAFEPATH, neither -m nor a script would find the checkout's modules.
    path = filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C reaches us alone, and we kill the group
    )
    try:
        while True:
            try:
                output, errors = process.communicate(timeout=0.1)
                break
            except subprocess.TimeoutExpired:
                bar.tick()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    if process.returncode != 0:
        raise Failed(_last_words(errors, process.returncode), errors)
    return output, errors


def run_worker(name: str, bar: Bar, **options: object) -> Any:
    """The result of `measure(**options)` of a module of this package, through JSON. It comes in a
    file, because anything may print: a `sitecustomize`, a library."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        options_given = json.dumps(options)
        run([sys.executable, "-m", "benchmark.worker", name, options_given, str(result)], bar, ROOT)
        if not result.exists():
            raise Failed("ended without a result")
        return json.loads(result.read_text(encoding="utf-8"))


def in_a_line(error: BaseException) -> str:
    """An exception as the last line of its traceback; for a file, its name and the reason."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(f"{type(error).__name__}: {error}".split())


def _last_words(errors: str, code: int) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    if lines:
        return lines[-1].replace("ttst: ", "", 1)
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
