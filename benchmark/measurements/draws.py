"""Times a single weighted draw in all the ways a Python program can make it: from nine weights, and
from 2 to 100,000.

All ways take turns in one process: each round times every way once, so that a slow moment of the
machine affects all alike. The unit of the nine-weight table is `len()`, timed in the same rounds.
"""

from __future__ import annotations

import array
import bisect
import itertools
import math
import random
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from timeit import Timer
from typing import Any, Callable, NamedTuple

import numpy as np

from benchmark.results import Draw, Draws

# A row of a brain in training: two cells are taken, and winning moves have grown.
NINE = (6, 3, 0, 12, 6, 1, 0, 9, 6)
LENGTHS = (2, 3, 5, 9, 16, 32, 64, 128, 256, 512, 1_000, 3_000, 10_000, 30_000, 100_000)
SEED = 1

HOLDERS: dict[str, Callable[[list[int]], Any]] = {
    "list": list,
    "tuple": tuple,
    "list of floats": lambda weights: [float(weight) for weight in weights],
    "list of np.float64": lambda weights: list(np.array(weights, dtype=np.float64)),
    "list of ints and floats": lambda weights: [*weights[:4], *map(float, weights[4:])],
    "array.array": lambda weights: array.array("q", weights),
    "memoryview": lambda weights: np.array(weights, dtype=np.int64).data,
    "ndarray int64": lambda weights: np.array(weights, dtype=np.int64),
    "Weights": lambda weights: import_module("chooser").Weights(weights),
    "ndarray float64": lambda weights: np.array(weights, dtype=np.float64),
}


class Way(NamedTuple):
    """A way to draw: code that runs on `n` weights `w` in a `holder`."""

    name: str
    holder: str
    code: str
    many: bool = True  # also timed with many weights
    needs: str = "numpy"  # left out if this module is missing


UNIT = Way("len", "list", "len(w)", many=False)
ARTICLES = "np.random.choice(n, 1, p=w / sum(w))[0]"
CUMSUM = "sums = w.cumsum(); sums.searchsorted(random() * sums[-1], 'right')"
BISECT = "sums = list(accumulate(w)); bisect(sums, random() * sums[-1])"
MANY_IN = ("list", "ndarray int64", "memoryview")
WAYS = (
    UNIT,
    Way("np.random.choice, the article's", "ndarray int64", ARTICLES),
    Way("Generator.choice", "ndarray int64", "generator.choice(n, p=w / w.sum())"),
    Way("cumsum + searchsorted", "ndarray int64", CUMSUM),
    Way("random.choices", "ndarray int64", "choices(range(n), w)[0]", many=False),
    Way("random.choices", "list", "choices(range(n), w)[0]"),
    Way("random.choices, sums prepared", "list", "choices(range(n), cum_weights=prepared)[0]"),
    Way("accumulate + bisect", "list", BISECT, many=False),
    Way("numba", "ndarray int64", "draw(w)", needs="numba"),
    Way("Generator.random(), to compare", "list", "generator.random()", many=False),
    Way("choose, rng=Generator", "list", "choose(w, rng=generator)", many=False, needs="chooser"),
    Way("choose, rng=random.Random", "list", "choose(w, rng=python)", many=False, needs="chooser"),
    Way("Weights.choose", "Weights", "w.choose()", many=False, needs="chooser"),
    *(
        Way("choose", holder, "choose(w)", holder in MANY_IN, "chooser")
        for holder in HOLDERS
        if holder != "Weights"
    ),
)


def measure(rounds: int = 25, milliseconds: float = 3.0) -> Draws:
    """Time all ways; each timing in a round takes about this many milliseconds."""
    random.seed(SEED)
    of_nine = time_draws(WAYS, [list(NINE)], rounds, milliseconds)
    many = [[random.randrange(1, 20) for _ in range(length)] for length in LENGTHS]
    ways = [way for way in WAYS if way.many]
    return Draws(UNIT.name, of_nine, time_draws(ways, many, max(3, rounds // 3), milliseconds))


def time_draws(
    ways: Sequence[Way], all_weights: list[list[int]], rounds: int, milliseconds: float
) -> list[Draw]:
    """Nanoseconds per draw for each way and each list of weights, one figure per round."""
    tools = {"np": np, "generator": np.random.default_rng(SEED)}
    tools |= {"random": random.random, "choices": random.choices, "python": random.Random(SEED)}
    tools |= {"accumulate": itertools.accumulate, "bisect": bisect.bisect}
    if is_there("numba"):
        tools["draw"] = numba_draw()
    if is_there("chooser"):
        tools["choose"] = import_module("chooser").choose

    results, timers = [], []
    for way, weights in itertools.product(ways, all_weights):
        if not is_there(way.needs):
            continue
        names = {"w": HOLDERS[way.holder](weights), "n": len(weights)}
        names["prepared"] = list(itertools.accumulate(weights))
        timer = Timer(way.code, globals={**tools, **names})
        timers.append(Timing(timer, milliseconds / 1e3))
        results.append(Draw(way.name, way.holder, way.code, way.needs, len(weights), []))
    for _ in range(rounds):
        for result, timing in zip(results, timers):
            result.nanoseconds.append(round(timing.of_one() * 1e9, 3))
    return results


class Timing:
    """Times one draw as the mean of as many as take about the given seconds."""

    def __init__(self, timer: Timer, seconds: float) -> None:
        self._timer = timer
        self._seconds = seconds
        self._number = 1
        self.of_one()

    def of_one(self) -> float:
        """The seconds of one draw. Where too few were timed to take long, as after a stall of the
        machine that made them seem slow, they are timed again with more."""
        while (taken := self._timer.timeit(self._number)) < self._seconds / 2:
            probes = [taken, *(self._timer.timeit(self._number) for _ in range(2))]
            enough = math.ceil(self._number * self._seconds / max(min(probes), 1e-9))
            self._number = min(enough, 8 * self._number)
        return taken / self._number


def is_there(module: str) -> bool:
    """Unbuilt, `chooser` is a folder that imports as a namespace package, which has no origin."""
    spec = find_spec(module)
    return spec is not None and spec.origin is not None


def numba_draw() -> Any:
    """A straightforward draw in numba, compiled for the weights' type."""
    from numba import njit

    @njit(cache=True)
    def draw(weights: Any) -> int:
        total = 0
        for weight in weights:
            total += weight
        rest = np.random.random() * total
        for index in range(len(weights)):
            rest -= weights[index]
            if rest < 0:
                return index
        return len(weights) - 1

    draw(HOLDERS["ndarray int64"](list(NINE)))
    return draw
