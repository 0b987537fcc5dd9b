"""What can go wrong with the comparison goes wrong here for real: one line says it, the rest is
done."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import venv
from dataclasses import replace
from pathlib import Path

import pytest
from checkout import ROOT
from comparing import COMPARE, RECORDED, compare, comparison_in

from benchmark.measurements import flamecharts
from benchmark.measurements.draws import Timing
from benchmark.processes import Bar, Failed, run_worker
from benchmark.steps import Step, measure
from ttst_terminal.progress import signals_restored

PROGRAMS = Path(__file__).with_name("programs")
# As little as makes a table.
SMALL = ("--quick", "--matches=200", "--repeats=1")
CHOOSE = (*SMALL, "--engines=choose", "--output")
TABLE_OF_CHOOSE = "--engine choose  "


def fail(*arguments, code=1, **others):
    """What is printed on stdout, and the lines on stderr, of a comparison that ends with `code`."""
    done = compare(*arguments, **others)
    assert done.returncode == code
    return done.stdout, done.stderr.splitlines()


@pytest.mark.parametrize(
    ("argument", "line"),
    [
        ("--engines=numpy,rust", "argument --engines: 'rust' is not one of numpy, choose, play"),
        ("--matches=0", "argument --matches: '0' is not an integer of 1 or more"),
        ("--fast", "unrecognized arguments: --fast"),
    ],
)
def test_a_wrong_command_line_gets_one_line_and_code_2(argument, line):
    assert fail(argument, code=2) == ("", [f"compare: {line} (see --help)"])


# The comparison, and those that parse their command lines as it does.
COMMANDS = {
    "compare": [COMPARE],
    "study": [COMPARE.with_name("study.py")],
    "programs": ["-m", "benchmark.programs"],
}
ALL = pytest.mark.parametrize(("name", "program"), COMMANDS.items(), ids=COMMANDS)


def run_program(program, *arguments, **others):
    command = [*map(str, (sys.executable, *program, *arguments))]
    pipes = {"stderr": subprocess.PIPE, "text": True}
    return subprocess.run(command, cwd=ROOT, timeout=60, check=False, **pipes, **others)


@ALL
def test_an_output_without_a_name_is_refused(name, program):
    done = run_program(program, "--output", "", stdout=subprocess.PIPE)
    line = f"{name}: argument --output: the name is empty (see --help)\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


@ALL
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_help_that_cannot_be_written_is_one_line(name, program):
    with Path("/dev/full").open("w") as full:
        done = run_program(program, "--help", stdout=full)
    line = f"{name}: the output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, line)


def test_a_library_that_is_missing_is_named_with_what_to_type():
    _, [line] = fail(env={**os.environ, "PYTHONPATH": str(PROGRAMS / "without_jinja2")})
    assert line.startswith("compare: jinja2 is not installed; type `make compare`, or ")


@ALL
def test_a_variable_of_tqdms_that_makes_no_sense_is_one_line(name, program):
    done = run_program(program, env={**os.environ, "TQDM_MININTERVAL": "often"})
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{name}: tqdm, by a variable TQDM_...: ")


@pytest.mark.parametrize("name", ["compare", "study"])
def test_ctrl_c_before_anything_is_measured_is_one_line(name, tmp_path):
    (tmp_path / "tqdm.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    script = COMPARE.with_name(f"{name}.py")
    out = tmp_path / "out"
    done = compare("--output", out, script=script, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout, done.stderr) == (130, "", f"\n{name}: interrupted\n")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc")
def test_an_output_that_no_file_can_be_written_to_is_refused_before_anything_is_measured():
    line = "compare: /proc/self: No such file or directory"
    assert fail(*SMALL, "--output", "/proc/self") == ("", [line])


def test_an_output_that_cannot_be_a_folder_is_one_line(tmp_path):
    file = tmp_path / "file"
    file.touch()
    assert fail(*SMALL, "--output", file) == ("", [f"compare: {file}: File exists"])


def test_without_py_spy_the_timings_still_come_out(tmp_path):
    venv.create(tmp_path / "venv", symlinks=True)  # it has no programs beside its Python
    python = tmp_path / "venv" / "bin" / "python"
    libraries = os.pathsep.join((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    environment = {**os.environ, "PATH": str(python.parent), "PYTHONPATH": libraries}
    printed, errors = fail(*CHOOSE, tmp_path, python=[python], env=environment)
    line = f"py-spy is not installed; type `{python} -m pip install py-spy`"
    assert f"compare: choose, flame chart: {line}" in errors
    assert comparison_in(tmp_path).trainings["choose"]
    assert TABLE_OF_CHOOSE in printed


@pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="the system calls that are forbidden here are Linux's",
)
def test_where_tracing_is_not_permitted_a_line_says_what_to_type(tmp_path):
    python = (sys.executable, PROGRAMS / "without_tracing.py")
    printed, errors = fail(*CHOOSE, tmp_path, python=python)
    beginning = "compare: choose, flame chart: py-spy may not trace here; type `sudo "
    [line] = [line for line in errors if line.startswith(beginning)]
    assert line.endswith("`--cap-add=SYS_PTRACE`")
    assert TABLE_OF_CHOOSE in printed


def test_a_python_that_cannot_be_started_is_named(tmp_path):
    _, errors = fail(*CHOOSE, tmp_path, python=(sys.executable, PROGRAMS / "without_python.py"))
    why = "/gone: No such file or directory"
    steps = ("choose", "single draws", "draws from tables", "weights that stay")
    assert errors == [f"compare: {step}: {why}" for step in steps]
    assert (tmp_path / "report.html").exists()


def test_unbuilt_the_engines_in_rust_are_named_and_numpy_goes_on(tmp_path):
    ignored = shutil.ignore_patterns("out", "recorded", "__pycache__")
    for folder in ("benchmark", "ttst_brain", "ttst_terminal"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "ttst.py", tmp_path)
    (tmp_path / "chooser").mkdir()
    script = tmp_path / "benchmark" / "compare.py"
    printed, errors = fail(*SMALL, "--no-flamecharts", script=script)
    unbuilt = [line for line in errors if "the Rust module is not built; type `make build`" in line]
    assert [line.split(": ")[1] for line in unbuilt] == ["choose", "play"]
    assert "--engine numpy" in printed
    assert TABLE_OF_CHOOSE not in printed
    assert (tmp_path / "benchmark" / "out" / "report.html").exists()


def test_a_traceback_is_told_by_its_last_line():
    with pytest.raises(Failed, match=r"^KeyError: 'dice'$"):
        run_worker("measurements.trainings", Bar(1), engine="dice", matches=1, seed=1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_on_a_full_disk_the_figures_are_printed_all_the_same(tmp_path):
    (tmp_path / "timings.json.new").symlink_to("/dev/full")
    printed, errors = fail(*CHOOSE, tmp_path, "--no-flamecharts")
    file = tmp_path / "timings.json"
    assert errors[-1] == f"compare: {file}: No space left on device"
    assert TABLE_OF_CHOOSE in printed


NUMPY = (*SMALL, "--no-flamecharts", "--engines=numpy", "--output")


@pytest.mark.parametrize("letters", ["ascii", "cp437"])
def test_a_terminal_that_knows_few_letters_loses_nothing(tmp_path, letters):
    environment = {**os.environ, "PYTHONIOENCODING": letters}
    done = compare(*NUMPY, tmp_path, env=environment, encoding=letters)
    assert done.returncode == 0, done.stderr
    assert "--engine numpy" in done.stdout
    assert comparison_in(tmp_path).trainings["numpy"]


def test_an_output_that_nobody_reads_loses_nothing(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, COMPARE, *NUMPY, tmp_path]
    pipes = {"stdout": writer, "stderr": subprocess.PIPE, "text": True}
    done = subprocess.run(command, **pipes, timeout=300, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "compare: the output: Broken pipe\n")
    assert comparison_in(tmp_path).trainings["numpy"]
    assert (tmp_path / "report.html").exists()


def test_without_an_error_output_it_measures_all_the_same(tmp_path):
    done = compare(*NUMPY, tmp_path, preexec_fn=lambda: os.close(2))
    assert done.returncode == 0
    assert "--engine numpy" in done.stdout
    assert comparison_in(tmp_path).trainings["numpy"]


def test_what_a_worker_prints_is_no_result(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit; print('hello'); atexit.register(print, 'bye')"
    )
    done = compare(*NUMPY, tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert comparison_in(tmp_path).draws


def test_killed_it_leaves_what_was_measured(tmp_path):
    long = (sys.executable, COMPARE, "--matches=200", "--repeats=500", "--engines=choose")
    process = subprocess.Popen([*map(str, long), f"--output={tmp_path}"])
    while not (tmp_path / "timings.json").exists() and process.poll() is None:
        time.sleep(0.1)
    process.kill()
    process.wait()
    comparison = comparison_in(tmp_path)
    assert comparison.trainings["choose"]
    assert comparison.interrupted is True


def test_a_step_that_fails_in_any_way_is_one_line_and_the_others_go_on():
    def fails(so_far, bar):
        raise ZeroDivisionError("two\nlines")

    def draws(so_far, bar):
        return replace(so_far, curve=[])

    kept = []
    steps = [Step("matches in numba", 1, None, fails), Step("learning curve", 1, None, draws)]
    with signals_restored():
        comparison, stopped_by = measure(steps, comparison_in(RECORDED), kept.append)
    assert stopped_by == 0
    assert comparison.failed == {"matches in numba": "ZeroDivisionError: two lines"}
    assert comparison.curve == []
    assert [one.failed for one in kept] == [comparison.failed] * 2


@pytest.mark.parametrize("text", ['{"shared":', "[]", '{"shared": {"frames": [{}]}}'])
def test_a_file_that_is_not_speedscopes_is_one_line(tmp_path, monkeypatch, text):
    def writes(command, *_):
        Path(command[command.index("--output") + 1]).write_text(text)
        return "", ""

    monkeypatch.setattr(flamecharts, "run", writes)
    with pytest.raises(Failed, match=r"^py-spy's file is not speedscope's: .+$"):
        flamecharts.record("numpy", 1, 1, False, tmp_path / "numpy.speedscope.json", Bar(1))


def test_a_training_too_short_to_be_sampled_is_one_line(tmp_path, monkeypatch):
    def writes(command, *_):
        empty = '{"shared": {"frames": []}, "profiles": []}'
        Path(command[command.index("--output") + 1]).write_text(empty)
        return "", ""

    monkeypatch.setattr(flamecharts, "run", writes)
    with pytest.raises(Failed, match=r"^py-spy saw no match being played$"):
        flamecharts.record("numpy", 1, 1, False, tmp_path / "numpy.speedscope.json", Bar(1))


def test_a_user_without_a_home_has_no_path_to_leave_out(monkeypatch):
    def unknown(_):
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    assert flamecharts.without_paths(f"{ROOT}/ttst.py") == "ttst.py"


def test_a_stall_while_it_probes_is_not_taken_for_the_time_of_a_draw():
    class Stalling:
        """A draw takes 36 ns; the first timing stands still for a second."""

        stall = 1.0

        def timeit(self, number):
            taken, self.stall = self.stall + number * 36e-9, 0.0
            return taken

    timing = Timing(Stalling(), seconds=0.003)
    assert timing.of_one() == pytest.approx(36e-9)


def test_stopped_it_writes_what_was_measured(tmp_path):
    command = [sys.executable, COMPARE, "--matches=200", "--repeats=500", "--engines=choose"]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    processes = {
        number: subprocess.Popen([*command, f"--output={tmp_path / number.name}"], **pipes)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    time.sleep(5)  # for some of the 500 rounds
    for number, process in processes.items():
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 128 + number, errors
        timings = tmp_path / number.name / "timings.json"
        line = f"stopped by {number.name}; what was measured is in {timings}"
        assert errors.splitlines()[-1] == f"compare: {line}"
        comparison = comparison_in(timings.parent)
        assert comparison.interrupted is True
        assert 0 < len(comparison.trainings["choose"]) < 500
        assert timings.with_name("report.html").exists()
