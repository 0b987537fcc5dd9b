"""Pythons that the module is not for are told so, when it is built and when it is imported."""

from __future__ import annotations

import os
import shutil
import sys

import pytest
from packaging_support import matrix, run

RUNNING = "{}.{}".format(*sys.version_info)


def test_cargo_refuses_to_build_for_it(refused_python, sources):
    python, words = refused_python
    command = ["cargo", "build", "--release", "--locked", "--quiet"]
    failed = run(*command, cwd=sources, fails=True, PYTHON_SYS_EXECUTABLE=os.fspath(python))
    [line] = (line for line in failed.stderr.splitlines() if "error: " in line and words in line)
    assert line.startswith("  error: /")


def test_setup_refuses_to_build_for_it(refused_python, sources):
    python, words = refused_python
    failed = run(python, "setup.py", "--version", cwd=sources, fails=True)
    [line] = failed.stderr.splitlines()
    assert line.startswith("error: chooser ")
    assert words in line


def test_a_module_of_another_version_names_both_and_the_command(tmp_path):
    others = [version for version in matrix.listed_versions() if version != RUNNING]
    pythons = matrix.find_pythons(others, os.environ)
    if not pythons:
        pytest.skip("no other listed Python is on this machine")
    shutil.copy(matrix.ROOT / "chooser.so", tmp_path)
    for version, python in pythons.items():
        failed = run(python, "-c", "import chooser", cwd=tmp_path, fails=True)
        last = failed.stderr.splitlines()[-1]
        assert last.startswith("ImportError: ")
        assert f"built for Python {RUNNING}," in last
        assert f"Python {version} is running" in last
        assert f"PYTHON_SYS_EXECUTABLE=python{version} cargo build --release" in last
