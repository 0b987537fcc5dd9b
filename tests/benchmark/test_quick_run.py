"""`compare.py --quick` from end to end: what it prints, what it writes, and whether they agree."""

from __future__ import annotations

import sys
from dataclasses import astuple
from pathlib import Path
from xml.etree import ElementTree

import pytest
from checkout import ROOT

from benchmark import summary
from benchmark.figures import duration
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
        assert [one.wins1 + one.wins2 + one.ties for one in rounds] == [2000, 2000]
        assert all((one.cogitate_seconds is None) == (engine == "play") for one in rounds)
    assert {draw.weights for draw in draws.by_length} >= {2, 9, 1_000, 100_000}
    assert all(len(one.nanoseconds) >= 3 for one in (*draws.nine, *draws.by_length))
    assert all(min(one.nanoseconds) > 0 for one in (*draws.nine, *draws.by_length))
    shapes = {(one.rows, one.columns) for one in quick.comparison.tables}
    assert shapes == {(1_000, 9), (100, 100)}
    assert all(len(one.nanoseconds) == 3 for one in quick.comparison.tables)
    kept = quick.comparison.weights
    assert {one.weights for one in kept.ways} == {9, 1_000, 100_000}
    for one in kept.ways:
        assert one.nanoseconds.keys() == one.codes.keys()
        assert all(len(figures) == 3 and min(figures) > 0 for figures in one.nanoseconds.values())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_flame_chart_has_its_seconds_and_the_functions_that_play(quick, engine):
    svg = ElementTree.fromstring(quick.chart(engine))
    [row] = [row for row in summary.rows(quick.comparison) if row.engine == engine]
    chart = quick.comparison.flamecharts[engine]
    texts = [text.text for text in svg.findall("{*}text")]
    assert texts[0] == f"{engine}: 2,000 matches in {duration(row.total.median)}"
    assert texts[1] == f"{chart.matches:,} matches sampled, {chart.samples:,} samples"
    depths = {}
    for box in chart.boxes:
        depths.setdefault((box.name, box.place), box.depth)
    functions = [("train", "ttst.py")]
    if engine == "play":
        functions += [("play", "one_match.rs"), ("draw_move", "one_match.rs")]
    else:
        names = ("play_matches", "play", "make_computer_move", "cogitate")
        functions += [(name, "ttst.py") for name in names]
    stack = [depths[function] for function in functions]
    assert stack == sorted(stack)
    assert stack[0] == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_no_path_of_this_machine_is_in_a_chart(quick, engine):
    speedscope = (quick.folder / f"{engine}.speedscope.json").read_text(encoding="utf-8")
    for folder in (ROOT, sys.prefix, sys.base_prefix, Path.home(), quick.folder):
        assert f"{folder}/" not in quick.chart(engine) + speedscope
