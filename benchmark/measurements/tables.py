"""Times a draw from each row of a table in the ways a Python program can make it, interleaved in
one process."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from timeit import Timer
from typing import Any, NamedTuple

import numpy as np

from benchmark.measurements.draws import SEED, Timing, is_there
from benchmark.results import TableDraw

SHAPES = ((100_000, 9), (10_000, 100), (100, 10_000))


class Way(NamedTuple):
    """Code that draws from each row of a table of floats `w`."""

    name: str
    code: str
    needs: str = "numpy"


SEARCH = "(sums > (generator.random(len(w)) * sums[:, -1])[:, None]).argmax(1)"
WAYS = (
    Way("cumsum, comparison, argmax", f"sums = w.cumsum(1); {SEARCH}"),
    Way("multinomial, argmax", "generator.multinomial(1, p).argmax(1)"),
    Way("numba", "draw(w, generator.random(len(w)))", "numba"),
    Way("choose, row by row", "np.fromiter(map(choose, w), np.int64, len(w))", "chooser"),
    Way("choose_rows", "choose_rows(w)", "chooser"),
    Way("choose_rows, rng=Generator", "choose_rows(w, rng=generator)", "chooser"),
)


def measure(rounds: int = 11, shapes: Sequence[tuple[int, int]] = SHAPES) -> list[TableDraw]:
    """Nanoseconds per row for each way and shape, one figure per round. `shapes` may be smaller."""
    generator = np.random.default_rng(SEED)
    tools: dict[str, Any] = {"np": np, "generator": generator}
    if is_there("numba"):
        tools["draw"] = numba_draw()
    if is_there("chooser"):
        chooser = import_module("chooser")
        tools |= {"choose": chooser.choose, "choose_rows": chooser.choose_rows}

    results, timings = [], []
    for rows, columns in shapes:
        weights = generator.random((rows, columns))
        names = {"w": weights, "p": weights / weights.sum(1, keepdims=True)}
        for way in WAYS:
            if is_there(way.needs):
                timings.append(Timing(Timer(way.code, globals={**tools, **names}), 1e-3))
                results.append(TableDraw(way.name, way.code, way.needs, rows, columns, []))
    for _ in range(rounds):
        for result, timing in zip(results, timings):
            result.nanoseconds.append(round(timing.of_one() * 1e9 / result.rows, 3))
    return results


def numba_draw() -> Any:
    """A straightforward draw from each row in numba, compiled."""
    from numba import njit

    @njit(cache=True)
    def draw(weights: Any, uniforms: Any) -> Any:
        indices = np.empty(len(weights), np.int64)
        for row in range(len(weights)):
            total = 0.0
            for weight in weights[row]:
                total += weight
            point = uniforms[row] * total
            running_sum = 0.0
            indices[row] = weights.shape[1] - 1
            for index in range(weights.shape[1]):
                running_sum += weights[row, index]
                if running_sum > point:
                    indices[row] = index
                    break
        return indices

    draw(np.ones((2, 2)), np.zeros(2))
    return draw
