"""The study of learning rules: whatever runs it, in whatever order and with whatever interruption,
it finds the same, and its figures follow from its raw values."""

from __future__ import annotations

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from checkout import ROOT

import chooser
import ttst
from benchmark.rules import answers
from benchmark.rules.engines import EngineError, check_version, on_cluster
from benchmark.rules.plan import FULL, QUICK
from benchmark.rules.results import Study
from benchmark.rules.training import Job, train
from ttst_brain.files import load
from ttst_brain.rule import Rule

STUDY = ROOT / "benchmark" / "study.py"
QUICKLY = (sys.executable, STUDY, "--quick")
SAFE = {**os.environ, "PYTHONSAFEPATH": "1"}


def study(*arguments: object, code: int = 0, **others: Any) -> subprocess.CompletedProcess[str]:
    """Runs a quick study to its end."""
    command = [*map(str, (*QUICKLY, *arguments))]
    pipes: dict[str, Any] = {"capture_output": True, "text": True}
    done = subprocess.run(command, **pipes, timeout=300, env=SAFE, **others)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


class Run(NamedTuple):
    """A quick study on one core: what it printed, and what it wrote."""

    printed: str
    folder: Path

    @property
    def journal(self) -> list[str]:
        return lines_of(self.folder)


def lines_of(folder: Path) -> list[str]:
    return (folder / "study.jsonl").read_text(encoding="utf-8").splitlines()


def found_in(folder: Path) -> list[str]:
    """`study.json` but for the machine and the time."""
    lines = (folder / "study.json").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not re.match(r'"(?:machine|seconds|trained)"', line)]


@pytest.fixture(scope="module")
def one_core(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("study")
    return Run(study("--cores=1", f"--output={folder}").stdout, folder)


def read(folder: Path) -> Study:
    return Study.from_json((folder / "study.json").read_text(encoding="utf-8"))


# ---- the same, whatever runs it -----------------------------------------------------------------


class Cluster:
    """A Dask scheduler on the loopback address, and workers that find chooser in `path`."""

    def __init__(self, folder: Path) -> None:
        self.processes: list[subprocess.Popen[str]] = []
        self.folder = folder
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        scheduler = self.start("scheduler", *options, path=None)
        assert scheduler.stderr
        for line in scheduler.stderr:
            if "Scheduler at:" in line:
                self.address = line.split()[-1]
                break

    def start(self, role: str, *options: str, path: Path | None) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *options]
        env = {**os.environ, "PYTHONPATH": os.fspath(path or "")}
        pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL}
        limit = {"preexec_fn": lambda: signal.alarm(300)}  # whatever the test waits for
        process = subprocess.Popen(command, text=True, cwd=self.folder, env=env, **pipes, **limit)
        self.processes.append(process)
        return process

    def start_worker(self, path: Path) -> subprocess.Popen[str]:
        options = (self.address, "--host", "127.0.0.1", "--nthreads", "1")
        worker = self.start("worker", *options, "--no-nanny", "--no-dashboard", path=path)
        assert worker.stderr
        assert any("Registered to:" in line for line in worker.stderr)
        return worker


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    yield cluster
    for process in cluster.processes:
        process.kill()
        process.communicate()


def test_a_cluster_that_loses_a_worker_finds_what_one_core_does(
    cluster: Cluster, one_core: Run, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match=r"has no workers$"), on_cluster(cluster.address):
        pass
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "chooser.py").write_text("__version__ = '0'")
    other = cluster.start_worker(tmp_path / "other")
    differs = pytest.raises(EngineError, match=r"^the worker at .* has chooser 0, not .* as here$")
    with differs, on_cluster(cluster.address):
        pass
    other.kill()
    workers = [cluster.start_worker(ROOT) for _ in range(2)]
    out = tmp_path / "out"
    command = [*map(str, (*QUICKLY, "--scheduler", cluster.address, "--output", out))]
    with subprocess.Popen(command, env=SAFE, stderr=subprocess.PIPE, text=True) as process:
        wait_for_lines(out, len(one_core.journal) // 2, process)
        workers[0].kill()
        _, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    assert sorted(lines_of(out)) == sorted(one_core.journal)
    assert found_in(out) == found_in(one_core.folder)


def test_interrupted_it_goes_on_where_it_was_on_all_cores(one_core: Run, tmp_path: Path) -> None:
    command = [*map(str, (*QUICKLY, "--cores=2", "--output", tmp_path))]
    with subprocess.Popen(
        command, env=SAFE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        wait_for_lines(tmp_path, len(one_core.journal) // 2, process)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it, too
        _, errors = process.communicate(timeout=60)
    kept = lines_of(tmp_path)
    line = f"the {len(kept) - 1} trainings that are done stay in {tmp_path / 'study.jsonl'}"
    assert (process.returncode, errors) == (130, f"study: stopped by SIGINT; {line}\n")
    assert not (tmp_path / "study.json").exists()
    with (tmp_path / "study.jsonl").open("a") as file:
        file.write(one_core.journal[-1][:40])  # what a kill may leave
    study("--cores=2", f"--output={tmp_path}")
    assert lines_of(tmp_path)[: len(kept)] == kept
    assert sorted(lines_of(tmp_path)) == sorted(one_core.journal)
    assert found_in(tmp_path) == found_in(one_core.folder)
    assert read(tmp_path).trained == len(one_core.journal) - len(kept)


def wait_for_lines(folder: Path, number: int, process: subprocess.Popen[str]) -> None:
    journal = folder / "study.jsonl"
    while not journal.exists() or len(lines_of(folder)) < number:
        assert process.poll() is None
        time.sleep(0.01)


def test_a_training_is_the_one_that_its_options_give_ttst(tmp_path: Path) -> None:
    rule = Rule(300, -200, 7, None, 2, (500, 60, 7))
    job = Job(rule, 1, (100, 2_000))
    seed = ["--engine=play", f"--seed={job.generator}", "-n2000", "-q"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert ttst.main([*seed, *answers.options(rule).split()]) == 0
    tables = [load(tmp_path / f"brain{player}.npz")[0] for player in (1, 2)]
    brains = sha256(b"".join(table.tobytes() for table in tables)).hexdigest()
    assert train(job).brains == brains[:32]


# ---- what can go wrong --------------------------------------------------------------------------

NO_STUDY = f"is no study by chooser {chooser.__version__}; move it away, or name another folder"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--cores=0"], "argument --cores: '0' is not an integer of 1 or more"),
        (["--scheduler="], "argument --scheduler: the address is empty"),
        (["--scheduler=x", "--cores=2"], "argument --cores: not allowed with argument --scheduler"),
    ],
)
def test_a_wrong_command_line_gets_one_line_and_code_2(arguments: list[str], line: str) -> None:
    assert study(*arguments, code=2).stderr == f"study: {line} (see --help)\n"


@pytest.mark.parametrize(
    ("journal", "line"),
    [
        ("a diary", NO_STUDY),
        ("a diary\nof two lines\n", NO_STUDY),
        ('{"study": 1, "chooser": "0"}\n', NO_STUDY),
        ("HEAD\nHEAD\n", "line 2 is no training; remove the line, or the file"),
    ],
)
def test_a_file_that_is_no_journal_is_left_alone(
    journal: str, line: str, one_core: Run, tmp_path: Path
) -> None:
    file = tmp_path / "study.jsonl"
    file.write_text(journal.replace("HEAD", one_core.journal[0]))
    before = file.read_bytes()
    assert study(f"--output={tmp_path}", code=1).stderr == f"study: {file}: {line}\n"
    assert file.read_bytes() == before


def test_an_output_that_cannot_be_a_folder_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert study(f"--output={file}", code=1).stderr == f"study: {file}: File exists\n"


def test_without_an_error_output_it_finds_the_same(one_core: Run, tmp_path: Path) -> None:
    study("--cores=1", f"--output={tmp_path}", preexec_fn=lambda: os.close(2))
    assert found_in(tmp_path) == found_in(one_core.folder)


def test_a_scheduler_that_cannot_be_asked_is_one_line(tmp_path: Path) -> None:
    [line] = study("--scheduler=no:where", f"--output={tmp_path}", code=1).stderr.splitlines()
    assert line.startswith("study: the cluster of no:where: ")


def test_a_scheduler_without_distributed_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "distributed.py").write_text("raise ModuleNotFoundError(name='distributed')\n")
    monkeypatch.setitem(SAFE, "PYTHONPATH", str(tmp_path))
    line = "--scheduler needs distributed, which is not installed; type `make study`, or "
    printed = study("--scheduler=tcp://host:1", f"--output={tmp_path}", code=1).stderr
    assert printed.startswith(f"study: {line}")
    assert printed.count("\n") == 1


def test_a_worker_that_comes_later_must_have_the_same_chooser() -> None:
    with pytest.raises(EngineError, match=r"^a worker has chooser 0, not "):
        check_version("a worker", "0")


# ---- what it finds ------------------------------------------------------------------------------


def test_seeds_of_the_confirmation_are_none_that_the_search_has_used(one_core: Run) -> None:
    for effort in (FULL, QUICK):
        assert not set(effort.search_seeds) & set(effort.confirmation_seeds)
    rules: dict[int, set[str]] = {}
    for line in one_core.journal[1:]:
        training = json.loads(line)
        rules.setdefault(training["seed"], set()).add(json.dumps(training["rule"]))
    assert set(rules) == {*QUICK.search_seeds, *QUICK.confirmation_seeds}
    finalists = {*read(one_core.folder).confirmed}
    assert {len(rules[seed]) for seed in QUICK.confirmation_seeds} == {len(finalists)}
    for by_seed in read(one_core.folder).tried.losses.values():
        assert {*by_seed} <= {*QUICK.search_seeds}


@pytest.mark.parametrize("place", ["low", "median", "high"])
def test_four_fifths_lie_within_a_band(place: str) -> None:
    values = [0.5, 0.1, 0.9, 0.3, 0.7, 0.2]
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    expected = {"low": tenths[0], "median": statistics.median(values), "high": tenths[-1]}
    assert getattr(answers.Band.of(values), place) == pytest.approx(expected[place], rel=1e-12)


def test_the_rank_test_is_the_count_of_all_ways_to_deal_the_ranks() -> None:
    best, second = [0.1, 0.2, 0.3, 0.5], [0.4, 0.6, 0.7, 0.8]
    better, p = answers.rank_test(best, second)
    assert better == pytest.approx(15 / 16)
    both = best + second
    deals = [set(deal) for deal in combinations(range(8), 4)]
    wins = [sum(both[i] < both[j] for i in deal for j in {*range(8)} - deal) for deal in deals]
    assert p == pytest.approx(sum(abs(n - 8) >= 7 for n in wins) / len(deals))


def test_percentages_are_short_and_never_round_to_none_or_all() -> None:
    shares = (0, 1e-12, 3.94e-4, 0.0123, 0.5, 0.9968, 0.99999, 1)
    shown = ("0%", "1e-10%", "0.039%", "1.2%", "50%", "99.7%", ">99.9%", "100%")
    assert tuple(map(answers.percent, shares)) == shown
