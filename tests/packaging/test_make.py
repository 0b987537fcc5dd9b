"""The Makefile: what it says on a machine that lacks something, what it repeats, and what it asks
of nox. cargo is a stand-in here; that the real one builds shows before any test runs."""

from __future__ import annotations

import os
import re
import shutil
import sys
import zlib
from pathlib import Path

import pytest
from checkout import ROOT, copy_project
from packaging_support import PYTHONS, RUNNING, disguised_python, run, script

from ttst_terminal.options import DEFAULT_BRAINFILES, Action, read_command_line

CARGO = Path(__file__).parent / "programs" / "cargo.sh"
TOOLS = ("make", "sh", "uname", "cc", "cmp", "cp", "echo", "mv", "mkdir", "rm", "sed", "touch")
[RUST] = re.findall('rust-version = "(.+)"', (ROOT / "Cargo.toml").read_text())


@pytest.fixture
def machine(tmp_path):
    """A fresh clone, and the folder that is the whole of PATH."""
    return new_machine(tmp_path)


@pytest.fixture(scope="module")
def machine_with_module(tmp_path_factory):
    """The same after `make build` with a Python that is not on PATH."""
    folder = tmp_path_factory.mktemp("built")
    machine = new_machine(folder)
    (machine[1] / "python3").rename(folder / "my python")
    make(machine, f"PYTHON={folder / 'my python'}", "build")
    return machine


def new_machine(folder):
    clone = copy_project(folder / "a clone in a path with spaces")
    tools = folder / "bin"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name))
    (tools / "cargo").symlink_to(CARGO)
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


@pytest.mark.parametrize(
    "goal", ["train", "test", "quick", "check", "build", "matrix", "compare", "programs", "study"]
)
def test_a_machine_without_cargo_is_told_so(machine, goal):
    (machine[1] / "cargo").unlink()
    assert "cargo is not on PATH" in make_refuses(machine, goal)


@pytest.mark.parametrize(
    ("tool", "instead", "words"),
    [
        ("cargo", "exit 1", "cargo does not run"),
        ("cargo", "echo cargo 1.63.0", f"cargo 1.63.0 is too old, {RUST} or later is needed"),
        ("cc", None, "no C linker"),
        ("python3", None, "python3 is not on PATH"),
        ("python3", "echo 'pyenv: command not found' >&2; exit 127", "python3 does not run"),
    ],
)
def test_what_a_machine_lacks_is_named_with_what_helps(machine, tool, instead, words):
    (machine[1] / tool).unlink()
    if instead:
        script(machine[1] / tool, instead)
    assert words in make_refuses(machine)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(machine, module):
    disguised_python(machine[1], f"import sys; sys.modules['{module}'] = None")
    line = make_refuses(machine)
    assert f"has no module {module}" in line
    assert "apt install python3-venv" in line


def test_the_module_is_built_for_the_environments_python_and_put_beside_the_trainer(
    machine_with_module,
):
    clone, _ = machine_with_module
    assert (clone / "chooser.so").read_text() == "module\n"
    python = clone / ".venv" / "bin" / f"python{RUNNING}"
    asked = (clone / "cargo-was-asked").read_text().splitlines()
    assert asked[0] == f"build --release --locked for {python}"
    prefix = run(python, "-c", "import sys; print(sys.prefix)", cwd=clone).stdout
    assert prefix == f"{clone / '.venv'}\n"


def test_a_second_run_repeats_nothing(machine_with_module):
    clone, tools = machine_with_module
    made = [clone / "chooser.so", *clone.glob(".venv/made-for-*")]
    before = [path.stat().st_mtime_ns for path in made]
    make(machine_with_module, f"PYTHON={tools.parent / 'my python'}", "build")
    assert [path.stat().st_mtime_ns for path in made] == before


def test_a_module_that_changed_is_replaced_and_not_written_over(machine_with_module):
    clone, tools = machine_with_module
    with (clone / "chooser.so").open() as old:
        make(machine_with_module, f"PYTHON={tools.parent / 'my python'}", MODULE="new module")
        assert old.read() == "module\n"
    assert (clone / "chooser.so").read_text() == "new module\n"


def test_after_a_training_it_says_what_to_type_for_the_page(machine_with_module):
    clone, tools = machine_with_module
    (clone / ".venv" / "run.installed").touch()
    (clone / "ttst.py").write_text("import sys; print('called with', *sys.argv[1:])")
    done = make(machine_with_module, f"PYTHON={tools.parent / 'my python'}", "train")
    *_, trained, _, to_type = done.stdout.splitlines()
    assert trained == "called with"
    typed = run("/bin/sh", "-c", to_type, cwd=clone).stdout.split()[2:]
    options = read_command_line(typed, ["choose"])
    assert options.action is Action.PAGE
    assert [side.path for side in options.sides] == [*DEFAULT_BRAINFILES]


def test_an_environment_that_somebody_else_made_is_left_alone(machine):
    (machine[0] / ".venv").mkdir()
    assert ".venv exists, and make did not create it" in make_refuses(machine)
    (machine[1] / "find").symlink_to(shutil.which("find"))
    make(machine, "clean")
    assert (machine[0] / ".venv").exists()


def test_an_environment_whose_python_is_gone_or_another_one_is_made_anew(machine_with_module):
    clone, tools = machine_with_module
    arguments = (f"PYTHON={tools.parent / 'my python'}", "build")
    python = clone / ".venv" / "bin" / f"python{RUNNING}"
    python.unlink()
    make(machine_with_module, *arguments)
    assert python.exists()
    [made] = clone.glob(".venv/made-for-*")
    made.rename(made.with_name(f"made-for-{RUNNING}-1"))
    make(machine_with_module, *arguments)
    assert made.exists()


def test_the_module_beside_the_trainer_is_the_one_that_was_built(machine_with_module):
    clone, tools = machine_with_module
    (clone / "chooser.cpython-311-x86_64-linux-gnu.so").write_text("of an editable install")
    arguments = (f"PYTHON={tools.parent / 'my python'}", "build")
    make(machine_with_module, *arguments, MODULE="newest", CARGO_BUILD_TARGET="elsewhere")
    assert (clone / "chooser.so").read_text() == "newest\n"
    assert list(clone.glob("chooser.*so")) == [clone / "chooser.so"]


def test_cleaning_needs_nothing_and_leaves_the_brains(machine):
    clone, tools = machine
    for name in ("cargo", "python3", "cc"):
        (tools / name).unlink()
    (tools / "find").symlink_to(shutil.which("find"))
    before = sorted(clone.rglob("*"))
    for name in (".venv", "target", ".nox"):
        (clone / name).mkdir()
    for name in (".venv/made-for-3.9-1", "chooser.so", "chooser.cpython-39.so", "brain1.npz"):
        (clone / name).touch()
    make(machine, "clean")
    assert sorted(clone.rglob("*")) == sorted([*before, clone / "brain1.npz"])


@pytest.fixture
def machine_of_one_python(machine):
    """One with no Python but that of .venv, which the project here does not list."""
    clone, _ = machine
    project = clone / "pyproject.toml"
    project.write_text(project.read_text().replace(f":: Python :: {RUNNING}", ":: Python :: 3"))
    (clone / ".venv").mkdir()
    script(clone / ".venv" / "bin" / f"python{RUNNING}", f'exec "{sys.executable}" "$@"')
    interpreter = zlib.crc32(os.fsencode(Path(sys.executable).resolve()))
    (clone / ".venv" / f"made-for-{RUNNING}-{interpreter}").touch()
    (clone / ".venv" / "dev.installed").touch()
    return machine


def matrix(machine, *arguments, **options):
    done = make(machine, "matrix", *arguments, HOME="none", PYENV_ROOT="none", **options)
    return done.stdout + done.stderr


def test_the_matrix_names_each_python_that_is_not_found(machine_of_one_python):
    output = matrix(machine_of_one_python, CI="true")
    for version in set(PYTHONS) - {RUNNING}:
        assert f"Python interpreter {version} not found" in output


def test_a_python_that_the_matrix_is_asked_for_must_be_found_and_listed(machine_of_one_python):
    missing, another = sorted(set(PYTHONS) - {RUNNING})[:2]
    output = matrix(machine_of_one_python, f"PYTHONS={missing}", fails=True)
    assert f"Python interpreter {missing} not found" in output
    assert another not in output
    assert "3.8" in matrix(machine_of_one_python, "PYTHONS=3.8", fails=True)


def test_what_the_tests_on_other_machines_need_is_one_line():
    failed = run("tests/elsewhere.sh", "vax", cwd=ROOT, fails=True)
    assert failed.stdout == ""
    assert re.fullmatch(r"make elsewhere: vax is none .* It needs root .*\n", failed.stderr)
