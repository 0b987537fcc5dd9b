"""Pythons that the module is not for are told so, when it is built and when it is imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from packaging_support import PYTHONS, RUNNING, disguised_python, run

OLD = (Path(__file__).parent / "programs" / "python_3_8.py").read_text()
SETTING = "import sysconfig; sysconfig.get_config_vars()['{}'] = 1"

# What makes a Python look like one that is refused, and the words that say so.
REFUSED = {
    "PyPy": ("import platform; platform.python_implementation = lambda: 'PyPy'", "is PyPy"),
    "free-threaded": (SETTING.format("Py_GIL_DISABLED"), "is a free-threaded build"),
    "debug": (SETTING.format("Py_DEBUG"), "is a debug build"),
    "too old": (OLD, f"is Python 3.8: chooser needs {PYTHONS[0]} or later"),
}


@pytest.mark.parametrize(("disguise", "words"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_the_same_line_by_cargo_by_setup_and_by_make(
    disguise, words, sources, tmp_path
):
    python = disguised_python(tmp_path, disguise)
    build = ["cargo", "build", "--release", "--locked", "--quiet"]
    by_cargo = run(*build, cwd=sources, fails=True, PYTHON_SYS_EXECUTABLE=os.fspath(python))
    [line] = (line.strip() for line in by_cargo.stderr.splitlines() if words in line)
    assert line.startswith(f"error: {python} {words}")
    by_setup = run(python, "setup.py", "--version", cwd=sources, fails=True)
    assert by_setup.stderr == f"{line}\n"
    by_make = run("make", f"PYTHON={python}", cwd=sources, fails=True)
    refusal = line.replace("error: ", "")
    assert by_make.stderr.endswith(f"*** {refusal}: make PYTHON=/path/to/python3.  Stop.\n")


def test_a_module_of_another_version_names_both_and_the_command(tmp_path):
    others = other_pythons()
    if not others:
        pytest.skip("no other listed Python is on this machine")
    shutil.copy(ROOT / "chooser.so", tmp_path)
    for version, python in others.items():
        failed = run(python, "-c", "import chooser", cwd=tmp_path, fails=True)
        last = failed.stderr.splitlines()[-1]
        assert last.startswith("ImportError: ")
        assert f"built for Python {RUNNING}," in last
        assert f"Python {version} is running" in last
        assert f"PYTHON_SYS_EXECUTABLE=python{version} cargo build --release" in last


def other_pythons():
    """An interpreter of each other version that is found as uv, which the matrix uses, finds it."""
    installed = Path.home().glob(".pyenv/versions/3.*[0-9]/bin")
    path = os.pathsep.join([os.environ["PATH"], *map(str, installed)])
    find = [sys.executable, "-m", "uv", "python", "find", "--system", "--no-python-downloads"]
    answers = {
        version: subprocess.run(
            [*find, f"cpython@{version}"],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
        ).stdout.strip()
        for version in PYTHONS
        if version != RUNNING
    }
    return {version: python for version, python in answers.items() if python}
