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


def docstrings(body):
    """Of overloads, the first has it."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {
        node.name: doc
        for node in body
        if isinstance(node, kinds)
        if (doc := ast.get_docstring(node))
    }


def test_the_docstrings_of_the_stubs_are_the_modules():
    stub = Path(chooser.__file__).parent / "chooser-stubs" / "__init__.pyi"
    body = ast.parse(stub.read_text(encoding="utf-8")).body
    public = {name for name in vars(chooser) if not name.startswith("_")}
    found = {name: doc for name, doc in docstrings(body).items() if not name.startswith("_")}
    assert found.keys() == public
    classes = {node.name: docstrings(node.body) for node in body if isinstance(node, ast.ClassDef)}
    methods = classes["Weights"]
    assert methods.keys() == {name for name in vars(chooser.Weights) if not name.startswith("_")}
    assert found == {name: inspect.getdoc(getattr(chooser, name)) for name in found}
    assert methods == {name: inspect.getdoc(getattr(chooser.Weights, name)) for name in methods}
