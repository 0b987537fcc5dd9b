"""What the trainer's tests share: the command as a process, and a terminal for it to run in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import pytest

import ttst

COMMAND = [sys.executable, str(Path(ttst.__file__).resolve())]
SEARCHED = str(Path(ttst.__file__).resolve().parent)
PROGRAMS = Path(__file__).parent / "ttst_terminal" / "programs"
LIMIT = 120  # seconds, after which a process is killed


def _in_the_child(ignored=()):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LIMIT)  # holds for the program that takes this one's place
    # A runner may have started us in the background, where SIGINT is ignored and so inherited.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)


class Trainer:
    """Runs `ttst.py` in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(
        self,
        *arguments,
        typed="",
        program=(),
        stdout=subprocess.PIPE,
        environment=MappingProxyType({}),
    ):
        """The finished process; nothing it says on stderr is ever a traceback. `program` is a file
        of programs/ that runs the trainer, and what it takes before the trainer's arguments."""
        command = COMMAND
        if program:
            name, *given = program
            command = [sys.executable, str(PROGRAMS / f"{name}.py"), *map(str, given)]
        done = subprocess.run(
            [*command, *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": SEARCHED, **environment},
            input=typed,
            stdout=stdout,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=LIMIT,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *arguments):
        """The running process, which SIGALRM ends at the limit."""
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_in_the_child,
        )

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())

    def refuses(self, *arguments, code, **options):
        """The one line with which the process refuses to go on, under this exit code."""
        done = self(*arguments, **options)
        assert done.returncode == code, (done.stdout, done.stderr)
        lines = done.stderr.splitlines()
        assert len(lines) == 1, done.stderr
        assert lines[0].startswith("ttst: ")
        return lines[0]

    def in_terminal(
        self,
        *arguments,
        typed=b"",
        until=None,
        then=None,
        vanish=False,
        ignored=(),
        environment=MappingProxyType({}),
    ):
        """What the process writes to the terminal it runs in, and its exit code. Once it has
        written `until`, `then` is called with its id, or its terminal vanishes. It starts with the
        signals in `ignored` ignored, and with more variables of the environment. SIGALRM ends it
        at the limit."""
        import pty  # which Windows has not

        process_id, terminal = pty.fork()
        if process_id == 0:
            os.chdir(self.folder)
            _in_the_child(ignored)
            os.environ.update(environment)
            os.execv(COMMAND[0], [*COMMAND, *map(str, arguments)])
        os.write(terminal, typed)
        written = b""
        while True:
            try:
                part = os.read(terminal, 4096)
            except OSError:  # Linux's way to say that the other end is closed
                break
            written += part
            if not part or (vanish and until in written):
                break
            if then is not None and until in written:
                then(process_id)
                then = None
        os.close(terminal)
        code = os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1])
        assert code != -signal.SIGALRM, written
        return written.decode(), code


@pytest.fixture
def trainer(tmp_path):
    return Trainer(tmp_path)
