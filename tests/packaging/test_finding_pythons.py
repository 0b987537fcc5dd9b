"""The matrix: where it looks for Pythons, which it takes, and what it says of those missing."""

from __future__ import annotations

import os
import subprocess

import pytest
from packaging_support import matrix, script


def fake(path, version="3.12", implementation="CPython", gil_disabled="0", debug="0"):
    """A script that gives an interpreter's answers, whatever it is asked."""
    answers = [version, implementation, gil_disabled, debug, path]
    return script(path, "\n".join(f"echo '{answer}'" for answer in answers))


def shim(path):
    """A name that pyenv puts on PATH for a version that is installed but not chosen."""
    return script(path, "echo 'pyenv: command not found' >&2; exit 127")


def found(tmp_path, path="", pyenv="none", pythons=""):
    """The interpreter that is found for 3.12, as a path below tmp_path."""
    environment = {
        "PATH": os.pathsep.join(str(tmp_path / part) for part in path.split()),
        "PYENV_ROOT": str(tmp_path / pyenv),
        "CHOOSER_PYTHONS": os.pathsep.join(str(tmp_path / part) for part in pythons.split()),
    }
    python = matrix.find_pythons(["3.12"], environment).get("3.12")
    return python and str(python.relative_to(tmp_path))


def test_path_is_searched_for_the_version_and_for_plain_names(tmp_path):
    fake(tmp_path / "plain" / "python3")
    assert found(tmp_path, path="plain") == "plain/python3"
    fake(tmp_path / "named" / "python3.12")
    assert found(tmp_path, path="plain named") == "named/python3.12"


def test_pyenvs_folder_is_searched(tmp_path):
    fake(tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12")
    assert found(tmp_path, pyenv="pyenv") == "pyenv/versions/3.12.1/bin/python3.12"


def test_pyenvs_folder_is_in_the_home_folder_unless_said_otherwise(tmp_path):
    python = fake(tmp_path / ".pyenv" / "versions" / "3.12.1" / "bin" / "python3.12")
    assert matrix.find_pythons(["3.12"], {"HOME": str(tmp_path)}) == {"3.12": python}


def test_the_variable_names_interpreters_or_folders_and_comes_first(tmp_path):
    fake(tmp_path / "path" / "python3.12")
    fake(tmp_path / "folder" / "python3.12")
    fake(tmp_path / "file" / "my-python")
    assert found(tmp_path, path="path", pythons="folder") == "folder/python3.12"
    assert found(tmp_path, path="path", pythons="folder file/my-python") == "file/my-python"


def test_a_shim_that_leads_nowhere_is_passed_over(tmp_path):
    shim(tmp_path / "shims" / "python3.12")
    assert found(tmp_path, path="shims") is None
    fake(tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12")
    assert found(tmp_path, path="shims", pyenv="pyenv").startswith("pyenv/")


@pytest.mark.parametrize(
    "answers",
    [
        {"version": "3.11"},
        {"implementation": "PyPy"},
        {"gil_disabled": "1"},
        {"debug": "1"},
    ],
    ids=lambda answers: " ".join(*answers.items()),
)
def test_what_the_module_cannot_be_built_for_is_passed_over(tmp_path, answers):
    fake(tmp_path / "first" / "python3.12", **answers)
    assert found(tmp_path, path="first") is None
    fake(tmp_path / "second" / "python3.12")
    assert found(tmp_path, path="first second") == "second/python3.12"


@pytest.fixture
def only_3_12(tmp_path, monkeypatch):
    """A machine with one Python; the list of versions on which tests were run."""
    fake(tmp_path / "python3.12")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    monkeypatch.delenv("CHOOSER_PYTHONS", raising=False)
    tested = []
    monkeypatch.setattr(matrix, "prepare", lambda version, base: base)
    monkeypatch.setattr(matrix, "test", lambda version, python: tested.append(version))
    return tested


def test_without_versions_it_tests_what_it_finds_and_names_the_rest(only_3_12, capsys):
    assert matrix.main([]) == 0
    assert only_3_12 == ["3.12"]
    missing = [version for version in matrix.listed_versions() if version != "3.12"]
    assert f"not found: Python {', '.join(missing)}" in capsys.readouterr().out


def test_a_version_that_is_asked_for_and_missing_is_an_error(only_3_12, capsys):
    assert matrix.main(["3.12", "3.9"]) == 1
    assert only_3_12 == []
    assert "not found: Python 3.9\n" in capsys.readouterr().out


def test_a_version_that_is_not_listed_is_an_error(only_3_12, capsys):
    assert matrix.main(["3.8"]) == 2
    assert "3.8 is not one of 3.9, " in capsys.readouterr().err


def test_finding_none_at_all_is_an_error(only_3_12, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert matrix.main([]) == 1


def test_a_failure_on_one_python_is_a_failure(only_3_12, monkeypatch, capsys):

    def fail(version, python):
        raise subprocess.CalledProcessError(1, [python, "-m", "pytest"])

    monkeypatch.setattr(matrix, "test", fail)
    assert matrix.main(["3.12"]) == 1
    assert "failed on 3.12" in capsys.readouterr().out
