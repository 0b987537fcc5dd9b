"""`compare.py --quick` from end to end: what it prints, what it writes, and whether they agree."""

from __future__ import annotations

import re
import sys
from dataclasses import astuple
from pathlib import Path
from xml.etree import ElementTree

import pytest
from comparing import ROOT

from benchmark import summary
from ttst import ENGINES


def test_it_succeeds_and_prints_what_the_written_timings_come_to(quick):
    done, comparison = quick.done, quick.comparison
    if not any(failed.startswith("py-spy") for failed in comparison.failed.values()):
        assert done.returncode == 0, done.stderr
    assert done.stdout == f"{summary.as_text(comparison)}\n\nReport: out/report.html\n"
    assert all(value in done.stdout for value in {*astuple(comparison.machine)} - {"none"})


def test_the_timings_hold_raw_values_of_every_round(quick):
    options, draws = quick.comparison.options, quick.comparison.draws
    assert list(quick.comparison.trainings) == options.engines == list(ENGINES)
    for engine, rounds in quick.comparison.trainings.items():
        assert len(rounds) == options.repeats
        for one in rounds:
            assert one.wins1 + one.wins2 + one.ties == options.matches
            assert (one.cogitate_seconds is None) == (engine == "play")
    assert {draw.weights for draw in draws.by_length} >= {2, 9, 1_000, 100_000}
    for draw in (*draws.nine, *draws.by_length):
        assert len(draw.nanoseconds) >= 3
        assert min(draw.nanoseconds) > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_flame_chart_has_its_seconds_and_the_trainers_functions(quick, engine):
    svg = ElementTree.fromstring(quick.chart(engine))
    [row] = [row for row in summary.rows(quick.comparison) if row.engine == engine]
    seconds = summary.duration(row.total.median)
    assert svg.findtext("{*}text[@id='title']") == f"{engine}: {row.matches:,} matches in {seconds}"
    depths = {
        re.match(r"all|\S+ \([\w.]+|\S+", title.text).group(): float(box.get("y"))
        for title, box, _ in svg.find("{*}svg[@id='frames']")
    }
    assert depths["all"] == min(depths.values())
    functions = ["<module>", "train"]
    functions += [] if engine == "play" else ["play", "make_computer_move", "cogitate"]
    stack = [depths[f"{name} (ttst.py"] for name in functions]
    assert stack == sorted(stack)
    # What an import runs is left out.
    assert [name for name in depths if name.startswith("<module>")] == ["<module> (ttst.py"]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_path_of_this_machine_is_in_a_chart(quick, engine):
    speedscope = quick.folder / f"{engine}.speedscope.json"
    for text in (quick.chart(engine), speedscope.read_text(encoding="utf-8")):
        for folder in (ROOT, sys.prefix, sys.base_prefix, Path.home(), quick.folder):
            assert f"{folder}/" not in text
