"""Where trainings run: on the cores of this machine by joblib, or on a cluster by Dask."""

from __future__ import annotations

import logging
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Callable

import joblib

import chooser
from benchmark.rules import training
from benchmark.rules.training import Job, Training, train

if TYPE_CHECKING:
    from distributed import Client

# Runs trainings, each once, and yields them in the order in which they end.
Engine = Callable[[Sequence[Job]], Iterator[Training]]

# Trainings go to a worker some at a time: as many as take about a tenth of a second.
MATCHES_AT_A_TIME = 1_000_000
# A new pair of brains, a call of `play` and a point cost as much as some matches.
MATCHES_A_POINT = 20_000


class EngineError(Exception):
    """What cannot be run, in one line."""


def in_parts(jobs: Iterable[Job]) -> list[list[Job]]:
    parts: list[list[Job]] = []
    left = 0
    for job in jobs:
        cost = job.points[-1] + MATCHES_A_POINT * (1 + len(job.points))
        if cost > left:
            parts.append([])
            left = MATCHES_AT_A_TIME
        parts[-1].append(job)
        left -= cost
    return parts


# ---- this machine -------------------------------------------------------------------------------


@contextmanager
def on_cores(cores: int) -> Iterator[Engine]:
    """Processes on as many cores, or this one alone."""
    yield train_here if cores == 1 else partial(train_on_cores, cores)


def train_here(jobs: Sequence[Job]) -> Iterator[Training]:
    return map(train, jobs)


def train_on_cores(cores: int, jobs: Sequence[Job]) -> Iterator[Training]:
    with joblib.parallel_config("loky", n_jobs=cores, initializer=leave_signals):
        parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1)
        results = parallel(joblib.delayed(train_part)(part) for part in in_parts(jobs))
    try:
        for trainings in results:
            yield from trainings
    finally:
        with warnings.catch_warnings():  # that trainings are cancelled, which is intended
            warnings.simplefilter("ignore")
            results.close()


def train_part(jobs: Sequence[Job]) -> list[Training]:
    return [train(job) for job in jobs]


def leave_signals() -> None:
    """Ignore Ctrl-C, which reaches all processes of a terminal: the parent process handles it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# ---- a cluster ----------------------------------------------------------------------------------


@contextmanager
def on_cluster(address: str) -> Iterator[Engine]:
    """The workers of a Dask scheduler. They need chooser and ttst, which `pip install .` installs,
    of the same version as here; the module `training` is sent to them. A part whose worker dies is
    run by another. Raises `EngineError`."""
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError(
            f"--scheduler needs {error.name or error}, which is not installed; type `make study`, "
            f"or `{sys.executable} -m pip install -r requirements/study.txt`"
        ) from error

    for name in list(logging.root.manager.loggerDict):
        if name.startswith("distributed"):  # what it logs is in the one line of an error
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def version() -> str:  # a local function is pickled by value, others by name
        import chooser

        return str(chooser.__version__)

    with told_in_a_line(address), Client(address, timeout=10) as client:
        found = client.run(version)
        if not found:
            raise EngineError(f"the scheduler at {address} has no workers")
        for worker, there in found.items():
            check_version(f"the worker at {worker}", there)
        client.upload_file(training.__file__, load=False)
        yield partial(train_there, client)


def train_there(client: Client, jobs: Sequence[Job]) -> Iterator[Training]:
    """Jobs and trainings are sent as text, so that the scheduler needs none of our modules."""
    from distributed import as_completed

    def train_lines(jobs: list[str]) -> tuple[str, list[str]]:
        from training import train_line

        import chooser

        return chooser.__version__, [train_line(job) for job in jobs]

    lines = [[job.as_json() for job in part] for part in in_parts(jobs)]
    futures = client.map(train_lines, lines, pure=False)
    try:
        for future in as_completed(futures):
            there, done = future.result()
            check_version("a worker", there)  # which may have come later than the others
            yield from map(Training.from_json, done)
            future.release()
    finally:
        client.cancel(futures)


def check_version(who: str, there: str) -> None:
    if there != chooser.__version__:
        raise EngineError(f"{who} has chooser {there}, not {chooser.__version__} as here")


@contextmanager
def told_in_a_line(address: str) -> Iterator[None]:
    try:
        yield
    except EngineError:
        raise
    except Exception as error:  # of a large library
        text = " ".join(f"{type(error).__name__}: {error}".split())
        raise EngineError(f"the cluster of {address}: {text}") from error
