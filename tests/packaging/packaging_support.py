"""What the tests of building share: processes free of this one's settings, and scripts that pretend
to be interpreters. No tests."""

from __future__ import annotations

import os
import subprocess
import sys

import nox
from checkout import QUICK_BUILD, ROOT

PYTHONS = nox.project.python_versions(nox.project.load_toml(ROOT / "pyproject.toml"))
RUNNING = "{}.{}".format(*sys.version_info)
# What the caller's shell, and `make test`, say of Pythons and to other makes.
NOT_PASSED_ON = {
    *("PYTHON_SYS_EXECUTABLE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CHOOSER_HOOKS"),
    *("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "PYTHONS"),
}


def run(*command, cwd, fails=False, **variables):
    """The finished process. Its exit code is checked: 0, or another one if it is to fail."""
    inherited = {name: text for name, text in os.environ.items() if name not in NOT_PASSED_ON}
    target = os.fspath(ROOT / "target" / "packaging")  # kept between runs
    done = subprocess.run(
        list(map(os.fspath, command)),
        cwd=cwd,
        env={**inherited, **QUICK_BUILD, "CARGO_TARGET_DIR": target, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def disguised_python(folder, disguise):
    """A script that runs this Python after some lines which make it look like another."""
    python = folder / "python3"
    (folder / "sitecustomize.py").write_text(
        f"{disguise}\nimport sys; sys.executable = '{python}'\n"
    )
    return script(python, f'PYTHONPATH="{folder}" exec "{sys.executable}" "$@"')


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
