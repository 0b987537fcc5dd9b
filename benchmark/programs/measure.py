"""Times one program with its own draw and with `choose`, interleaved. Runs in its own process.

The programs never wait, so they are timed by processor time, which hardly changes when the machine
is busy."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.metadata import version
from statistics import median
from time import perf_counter, process_time
from typing import Any, Callable

import chooser
from benchmark.processes import Failed
from benchmark.programs.agreement import agreement, is_open
from benchmark.programs.libraries import PROGRAMS
from benchmark.programs.results import Measured
from benchmark.programs.swap import Call, Program, bound, calls_when_swapped, recorded_calls

TIMED = 500  # calls of a run, evenly spread
COMPARED = 4  # of them
DRAWS = 5_000
ALIKE = 1e-5  # anything less probable is not chance
SECONDS = 0.05  # that replayed calls take at least


def measure(program: str, rounds: int) -> Measured:
    try:
        made = PROGRAMS[program]()
        return measured(made, rounds, version(made.package))
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed; `make programs` installs it")
    except Failed as error:
        sys.exit(str(error))


def measured(program: Program, rounds: int, version: str) -> Measured:
    calls = recorded_calls(program, seed=0)
    swapped_calls = calls_when_swapped(program, seed=0)
    timed = spread(calls, TIMED)
    open_calls = [call for call in timed if is_open(program, call)]
    alike = agreement(program, spread(open_calls, COMPARED), DRAWS)
    if not alike.freedom:
        raise Failed("all its draws have one outcome")
    if alike.probability < ALIKE:
        raise Failed(f"the draws differ: chi-square {alike.chi_square:.1f} of {alike.freedom}")
    both = (program.original, program.swapped)
    wholes: tuple[list[float], list[float]] = ([], [])
    draws: tuple[list[float], list[float]] = ([], [])
    drawing = []
    for number in range(rounds):
        # The old and the new take turns at going first.
        for which in (0, 1) if number % 2 else (1, 0):
            with bound(program, both[which]):
                wholes[which].append(seconds_of(program.run, number + 1))
            draws[which].append(seconds_of_a_call(both[which], timed))
        drawing.append(seconds_of_all_calls(program, number + 1))
    return Measured(
        program.package,
        version,
        program.task,
        program.draw,
        [len(calls), swapped_calls],
        *wholes,
        drawing,
        *draws,
        alike,
    )


def spread(calls: Sequence[Call], most: int) -> list[Call]:
    """At most this many of them, evenly spaced."""
    number = min(most, len(calls))
    return [calls[(2 * place + 1) * len(calls) // (2 * number)] for place in range(number)]


def seconds_of(run: Callable[[int], object], seed: int) -> float:
    get_ready(seed)
    start = process_time()
    run(seed)
    return process_time() - start


def get_ready(seed: int) -> None:
    chooser.seed(seed)  # for programs that pass no generator
    gc.collect()


def seconds_of_all_calls(program: Program, seed: int) -> float:
    """Of one run, timed by a clock around each call. `perf_counter` is the quickest to read, but
    also counts the time that other processes have the processor: the sum is scaled by the run's
    share of processor time. The clock's own cost is subtracted."""
    original, clock, taken = program.original, perf_counter, 0.0

    def clocked(*args: Any, **kwargs: Any) -> Any:
        nonlocal taken
        start = clock()
        drawn = original(*args, **kwargs)
        taken += clock() - start - looks
        return drawn

    looks = median(-clock() + clock() for _ in range(10_000))
    with bound(program, clocked):
        get_ready(seed)
        start, processor = clock(), process_time()
        program.run(seed)
        return taken * min((process_time() - processor) / (clock() - start), 1.0)


def seconds_of_a_call(function: Callable[..., Any], calls: Sequence[Call]) -> float:
    """The mean over the calls, made in a loop that is timed too."""
    passes = 1
    while (taken := replay(function, calls, passes)) < SECONDS:
        passes *= 2
    return taken / (passes * len(calls))


def replay(function: Callable[..., Any], calls: Sequence[Call], passes: int) -> float:
    start = process_time()
    for _ in range(passes):
        for args, kwargs in calls:
            function(*args, **kwargs)
    return process_time() - start
