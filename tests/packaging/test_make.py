"""The Makefile: what it says on a machine that lacks something, and what it repeats. cargo is a
stand-in here; that the real one builds shows before any test runs."""

from __future__ import annotations

import os
import re
import shutil
import sys

import pytest
from packaging_support import disguised_python, matrix, run, script

VERSION = "{}.{}".format(*sys.version_info)
CARGO = """
case $1 in
  --version) echo "cargo 1.95.0 (0 2026-01-01)" ;;
  *) echo "$* for $PYTHON_SYS_EXECUTABLE" >> cargo-was-asked
     mkdir -p target/release && echo module > target/release/libchooser.so
     cp target/release/libchooser.so target/release/libchooser.dylib ;;
esac
"""


@pytest.fixture
def machine(tmp_path):
    """A fresh clone, and the folder that is the whole of PATH."""
    return new_machine(tmp_path)


@pytest.fixture(scope="module")
def machine_with_module(tmp_path_factory):
    """The same after `make build`."""
    machine = new_machine(tmp_path_factory.mktemp("built"))
    make(machine, "build")
    return machine


def new_machine(folder):
    clone = matrix.copy_sources(folder / "a clone in a path with spaces")
    tools = folder / "bin"
    tools.mkdir()
    for name in ("make", "sh", "uname", "cc", "cmp", "cp", "mv", "mkdir", "touch"):
        (tools / name).symlink_to(shutil.which(name))
    script(tools / "cargo", CARGO)
    script(tools / "python3", f'exec "{sys.executable}" "$@"')
    return clone, tools


def make(machine, *arguments, **options):
    clone, tools = machine
    return run(tools / "make", *arguments, cwd=clone, PATH=os.fspath(tools), **options)


def make_refuses(machine, *arguments):
    """The one line that make says before it does anything."""
    clone, _ = machine
    before = sorted(clone.rglob("*"))
    failed = make(machine, *arguments, fails=True)
    assert failed.stdout == ""
    [line] = failed.stderr.splitlines()
    assert sorted(clone.rglob("*")) == before
    return line


@pytest.mark.parametrize("goal", ["train", "test", "check", "build", "matrix", "compare"])
def test_a_machine_without_cargo_is_told_so(machine, goal):
    (machine[1] / "cargo").unlink()
    assert "cargo is not on PATH" in make_refuses(machine, goal)


def test_a_cargo_that_does_not_run_is_named(machine):
    script(machine[1] / "cargo", "exit 1")
    assert "cargo does not run" in make_refuses(machine)


def test_a_cargo_that_is_too_old_is_named_with_the_version_needed(machine):
    script(machine[1] / "cargo", "echo cargo 1.63.0")
    needed = re.search('rust-version = "(.+)"', (matrix.ROOT / "Cargo.toml").read_text()).group(1)
    assert f"cargo 1.63.0 is too old, {needed} or later is needed" in make_refuses(machine)


def test_a_machine_without_a_linker_is_told_so(machine):
    (machine[1] / "cc").unlink()
    assert "no C linker" in make_refuses(machine)


def test_a_machine_without_python_is_told_so(machine):
    (machine[1] / "python3").unlink()
    assert "python3 is not on PATH" in make_refuses(machine)


def test_a_python_that_does_not_run_is_named(machine):
    script(machine[1] / "python3", "echo 'pyenv: command not found' >&2; exit 127")
    assert "python3 does not run" in make_refuses(machine)


def test_a_python_that_is_too_old_is_named_with_the_version_needed(machine):
    disguised_python(machine[1], "import sys; sys.version_info = (3, 8, 18, 'final', 0)")
    oldest = matrix.listed_versions()[0]
    assert f"is Python 3.8, and {oldest} or later is needed" in make_refuses(machine)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(machine, module):
    disguised_python(machine[1], f"import sys; sys.modules['{module}'] = None")
    line = make_refuses(machine)
    assert f"has no module {module}" in line
    assert "apt install python3-venv" in line


def test_another_python_can_be_named(machine, tmp_path):
    (machine[1] / "python3").unlink()
    other = script(tmp_path / "my python" / "python", f'exec "{sys.executable}" "$@"')
    make(machine, f"PYTHON={other}", "build")
    assert (machine[0] / "chooser.so").is_file()


def test_the_module_is_built_for_the_environments_python_and_put_beside_the_trainer(
    machine_with_module,
):
    clone, _ = machine_with_module
    assert (clone / "chooser.so").read_text() == "module\n"
    python = clone / ".venv" / "bin" / f"python{VERSION}"
    asked = (clone / "cargo-was-asked").read_text().splitlines()
    assert asked[0] == f"build --release --locked for {python}"
    prefix = run(python, "-c", "import sys; print(sys.prefix)", cwd=clone).stdout
    assert prefix == f"{clone / '.venv'}\n"


def test_a_second_run_repeats_nothing(machine_with_module):
    clone, _ = machine_with_module
    made = [clone / "chooser.so", clone / ".venv" / f"made-for-{VERSION}"]
    before = [path.stat().st_mtime_ns for path in made]
    make(machine_with_module, "build")
    assert [path.stat().st_mtime_ns for path in made] == before


def test_a_module_that_changed_is_replaced_and_not_written_over(machine_with_module):
    clone, tools = machine_with_module
    script(tools / "cargo", CARGO.replace("echo module", "echo new module"))
    with (clone / "chooser.so").open() as old:
        make(machine_with_module, "build")
        assert old.read() == "module\n"
    assert (clone / "chooser.so").read_text() == "new module\n"


def test_cleaning_needs_nothing_and_leaves_the_brains(machine):
    clone, tools = machine
    for name in ("cargo", "python3", "cc"):
        (tools / name).unlink()
    for name in ("rm", "find"):
        (tools / name).symlink_to(shutil.which(name))
    before = sorted(clone.rglob("*"))
    (clone / ".venv").mkdir()
    (clone / "chooser.so").touch()
    (clone / "target").mkdir()
    (clone / "brain1.npz").touch()
    make(machine, "clean")
    assert sorted(clone.rglob("*")) == sorted([*before, clone / "brain1.npz"])
