"""Trainings are planned for every engine, and a draw's cost is cogitate()'s alone."""

from __future__ import annotations

import numpy as np
import pytest

import ttst
from benchmark.measurements import trainings
from benchmark.options import read_command_line
from benchmark.steps import plan
from ttst_brain.rule import ORIGINAL
from ttst_brain.table import BrainMap, new_table


def test_a_new_engine_needs_no_entry_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ttst.ENGINES, "new", ttst.ENGINES["numpy"])
    steps = [step.description for step in plan(read_command_line([]))]
    assert {"new, round 1", "new, flame chart"} < set(steps)


def test_the_swap_alone_is_timed_in_the_same_training_on_arrays() -> None:
    engine, kinds, draws = ttst.ENGINES["choose"](), set(), []

    def cogitate(state: str, brain_map: BrainMap) -> int:
        kinds.add(type(brain_map[state]))
        draws.append(engine.cogitate(state, brain_map))
        return draws[-1]

    assert trainings.time_with_arrays(engine._replace(cogitate=cogitate), 30, seed=5) > 0
    assert kinds == {np.ndarray}
    on_arrays, draws[:] = list(draws), []
    engine.seed(5)
    table1, table2 = new_table(), new_table()
    ttst.matches_in_python(cogitate, engine.rows, table1, table2, True, True, ORIGINAL)(30)
    assert kinds == {np.ndarray, memoryview}
    assert draws == on_arrays


def test_a_draw_costs_what_cogitate_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, times = ttst.ENGINES["choose"](), [0.0]

    def cogitate(state: str, brain_map: BrainMap) -> int:
        times.append(times[-1] + 2)
        return engine.cogitate(state, brain_map)

    monkeypatch.setattr(trainings, "perf_counter", lambda: times[-1])
    slow = engine._replace(cogitate=cogitate)
    draws, seconds = trainings.clock(slow, new_table(), new_table(), 40)
    assert (draws, seconds) == ((len(times) - 1) / 40, 2)
