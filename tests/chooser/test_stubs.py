"""What a type checker says of code that uses the module: by the stubs that lie beside the
module. That they agree with the module itself, `make check` asks stubtest."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from module_support import PROGRAMS

import chooser


def errors(name, folder):
    """The lines of a program at which mypy finds something wrong."""
    stubs = Path(chooser.__file__).parent / "chooser-stubs"
    shutil.copytree(stubs, folder / "chooser", dirs_exist_ok=True)
    options = ["--strict", "--no-pretty", "--hide-error-context", "--config-file="]
    process = subprocess.run(
        [sys.executable, "-m", "mypy", *options, f"--cache-dir={folder}", PROGRAMS / name],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    lines = [line for line in process.stdout.splitlines() if ": error:" in line]
    return {int(line.rpartition(".py:")[2].split(":")[0]) for line in lines}


def test_mypy_accepts_what_is_accepted_and_refuses_every_line_of_what_is_refused(tmp_path):
    pytest.importorskip("mypy", reason="mypy is a tool of developers, not in every environment")
    lines = (PROGRAMS / "typed_refused.py").read_text(encoding="utf-8").splitlines()
    expected = set(range(lines.index("# from here on") + 2, len(lines) + 1))
    assert errors("typed_refused.py", tmp_path) == expected
    assert errors("typed_accepted.py", tmp_path) == set()


def test_the_docstrings_of_the_stubs_are_the_modules():
    stub = Path(chooser.__file__).parent / "chooser-stubs" / "__init__.pyi"
    functions = {
        node.name: ast.get_docstring(node)
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        # Of overloads, the first has it.
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node)
    }
    assert functions.keys() == {name for name in vars(chooser) if not name.startswith("_")}
    assert functions == {name: inspect.getdoc(getattr(chooser, name)) for name in functions}
