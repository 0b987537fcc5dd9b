"""What can go wrong with the comparison goes wrong here for real: one line says it, the rest is
done."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path

import pytest
from comparing import COMPARE, ROOT, compare

# As little as makes a table.
SMALL = ("--quick", "--matches=200", "--repeats=1")


def timings_in(folder):
    return json.loads((folder / "timings.json").read_text(encoding="utf-8"))


def lines_of(done, *beginnings):
    return [line for line in done.stderr.splitlines() if line.startswith(beginnings)]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--engines", "numpy,rust"], "argument --engines: 'rust' is none of numpy, choose, play"),
        (["--matches", "0"], "argument --matches: '0' is not a number from 1 on"),
        (["--repeats", "many"], "argument --repeats: 'many' is not a number from 1 on"),
        (["--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_a_wrong_command_line_gets_one_line_and_code_2(arguments, line):
    done = compare(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"compare: {line} (see --help)\n"


def test_a_library_that_is_missing_is_named_with_what_to_type(tmp_path):
    (tmp_path / "jinja2.py").write_text('raise ImportError("none", name="jinja2")')
    done = compare("--quick", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("compare: jinja2 is not installed; type `make compare`, or ")


def test_an_output_that_cannot_be_a_folder_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    done = compare(*SMALL, "--output", tmp_path / "file")
    assert done.returncode == 1
    assert done.stderr == f"compare: {tmp_path / 'file'}: File exists\n"


def test_without_py_spy_the_timings_still_come_out(tmp_path):
    python = python_without_scripts(tmp_path / "venv")
    environment = {**os.environ, "PATH": str(python.parent)}
    arguments = (*SMALL, "--engines=choose", "--output", tmp_path)
    done = compare(*arguments, python=(str(python),), env=environment)
    assert done.returncode == 1
    [line] = lines_of(done, "compare: choose, flame chart: ")
    assert line.endswith(f"py-spy is not installed; type `{python} -m pip install py-spy`")
    assert timings_in(tmp_path)["trainings"]["choose"]
    assert "--engine choose" in done.stdout


def python_without_scripts(folder):
    """A Python that imports what this one does, but has no programs beside it."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    packages = Path(folder, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    lines = "\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (packages / "site-packages" / "others.pth").write_text(lines)
    return python


def forbid_tracing():
    """As containers do it: from here on ptrace and process_vm_readv are not permitted."""
    ptrace, read_memory = {"x86_64": (101, 310), "aarch64": (117, 270)}[platform.machine()]
    load, equal, answer = 0x20, 0x15, 0x06
    program = (
        (load, 0, 0, 0),  # the number of the system call
        (equal, 2, 0, ptrace),
        (equal, 1, 0, read_memory),
        (answer, 0, 0, 0x7FFF0000),  # SECCOMP_RET_ALLOW
        (answer, 0, 0, 0x00050001),  # SECCOMP_RET_ERRNO with EPERM
    )

    class Instruction(ctypes.Structure):
        _fields_ = (
            ("code", ctypes.c_uint16),
            ("if_true", ctypes.c_uint8),
            ("if_false", ctypes.c_uint8),
            ("value", ctypes.c_uint32),
        )

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(Instruction)))

    instructions = (Instruction * len(program))(*(Instruction(*line) for line in program))
    filter_program = Program(len(program), instructions)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    no_new_privileges, set_seccomp, as_filter = 38, 22, 2
    assert prctl(no_new_privileges, 1, 0, 0, 0) == 0
    assert prctl(set_seccomp, as_filter, ctypes.byref(filter_program), 0, 0) == 0


@pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="the system calls that are forbidden here are Linux's",
)
def test_where_tracing_is_not_permitted_a_line_says_what_to_type(tmp_path):
    arguments = (*SMALL, "--engines=choose", "--output", tmp_path)
    done = compare(*arguments, preexec_fn=forbid_tracing)
    assert done.returncode == 1
    [line] = lines_of(done, "compare: choose, flame chart: ")
    assert "py-spy may not trace here" in line
    assert "sudo" in line
    assert "--cap-add=SYS_PTRACE" in line
    assert timings_in(tmp_path)["trainings"]["choose"]


@pytest.fixture
def copy(tmp_path):
    """The comparison in a tree of its own, where the Rust module is not built."""
    for folder in ("benchmark", "ttst_brain", "ttst_terminal"):
        ignored = shutil.ignore_patterns("out", "recorded", "__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / "tree" / folder, ignore=ignored)
    shutil.copy(ROOT / "ttst.py", tmp_path / "tree")
    (tmp_path / "tree" / "chooser").mkdir()
    return tmp_path / "tree"


def test_unbuilt_the_engines_in_rust_are_named_and_numpy_goes_on(copy, tmp_path):
    script = copy / "benchmark" / "compare.py"
    done = compare(*SMALL, "--no-flamecharts", "--output", tmp_path / "out", script=script)
    assert done.returncode == 1
    lines = lines_of(done, "compare: choose: ", "compare: play: ")
    assert len(lines) == 2
    assert all("the Rust module is not built; type `make build`" in line for line in lines)
    assert "--engine numpy" in done.stdout
    assert (tmp_path / "out" / "report.html").exists()


def test_an_engine_that_fails_says_why_and_the_others_go_on(copy, tmp_path):
    trainer = copy / "ttst.py"
    article = "return np.random.choice(9, 1, p=weights)[0]"
    text = trainer.read_text(encoding="utf-8")
    assert article in text
    trainer.write_text(text.replace(article, 'raise OSError("no dice")'), encoding="utf-8")
    shutil.copy(ROOT / "chooser.so", copy)
    script = copy / "benchmark" / "compare.py"
    arguments = ("--engines=numpy,choose", "--no-flamecharts", "--output", tmp_path / "out")
    done = compare(*SMALL, *arguments, script=script)
    assert done.returncode == 1
    assert lines_of(done, "compare: numpy: ") == ["compare: numpy: OSError: no dice"]
    assert "--engine choose" in done.stdout
    assert "--engine numpy" not in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_on_a_full_disk_the_figures_are_printed_all_the_same(tmp_path):
    (tmp_path / "timings.json").symlink_to("/dev/full")
    arguments = ("--engines=choose", "--no-flamecharts", "--output", tmp_path)
    done = compare(*SMALL, *arguments)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"compare: {tmp_path}")
    assert done.stderr.endswith(": No space left on device\n")
    assert "--engine choose" in done.stdout


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "sigterm"]
)
def test_stopped_it_writes_what_was_measured(tmp_path, number, code):
    command = [sys.executable, str(COMPARE), "--matches=200", "--repeats=500", "--engines=choose"]
    process = subprocess.Popen(
        [*command, "--output", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(5)  # for some of the 500 rounds
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    name = signal.Signals(number).name
    written = f"compare: stopped by {name}; what was measured is in {tmp_path / 'timings.json'}"
    assert errors.splitlines()[-1] == written
    timings = timings_in(tmp_path)
    assert timings["interrupted"] is True
    assert 0 < len(timings["trainings"]["choose"]) < 500
    assert (tmp_path / "report.html").exists()
