"""What several test files of building share: processes free of this one's settings, and scripts
that pretend to be interpreters. No tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import matrix


def run(*command, cwd, fails=False, **variables):
    """The finished process, in an environment that says nothing about Pythons; all builds share
    cargo's folder with the matrix. Its exit code is checked: 0, or another one if it is to fail."""
    said = ("PYTHON_SYS_EXECUTABLE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CHOOSER_HOOKS")
    make = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES")  # set when `make test` runs us
    inherited = {name: text for name, text in os.environ.items() if name not in said + make}
    done = subprocess.run(
        list(map(os.fspath, command)),
        cwd=cwd,
        env={**inherited, "CARGO_TARGET_DIR": os.fspath(matrix.WORK / "cargo"), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def disguised_python(folder: Path, disguise: str) -> Path:
    """A script that runs this Python after some lines which make it look like another."""
    python = folder / "python3"
    (folder / "sitecustomize.py").write_text(
        f"{disguise}\nimport sys; sys.executable = '{python}'\n"
    )
    return script(python, f'PYTHONPATH="{folder}" exec "{sys.executable}" "$@"')


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
