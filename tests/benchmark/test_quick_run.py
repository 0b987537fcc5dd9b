"""`compare.py --quick` from end to end: what it prints, what it writes, and whether they agree."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from statistics import median
from xml.etree import ElementTree

import pytest
from comparing import ROOT

import ttst

UNITS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
ENGINES = tuple(ttst.ENGINES)
IN_PYTHON = [engine for engine in ENGINES if engine != "play"]


def test_it_succeeds_and_names_its_report(quick):
    if not any(failed.startswith("py-spy") for failed in quick.timings["failed"].values()):
        assert quick.done.returncode == 0, quick.done.stderr
    assert str(quick.folder / "report.html") in quick.done.stdout


def test_the_timings_hold_raw_values_of_every_round(quick):
    timings = quick.timings
    assert timings["schema"] == 1
    assert timings["interrupted"] is False
    assert set(timings["machine"]) >= {"system", "processor", "python", "numpy", "rustc", "commit"}
    assert all(isinstance(value, str) and value for value in timings["machine"].values())
    assert list(timings["trainings"]) == list(ENGINES)
    matches = timings["options"]["matches"]
    for engine, rounds in timings["trainings"].items():
        assert len(rounds) == timings["options"]["repeats"]
        for one in rounds:
            assert one["seconds"] > 0
            assert one["wins1"] + one["wins2"] + one["ties"] == matches
            assert (one["seconds_per_draw"] is not None) == (engine in IN_PYTHON)
    for table in ("nine", "by_length"):
        assert timings["draws"][table]
        for way in timings["draws"][table]:
            assert way["weights"] >= 2
            assert len(way["nanoseconds"]) >= 3
            assert min(way["nanoseconds"]) > 0
    assert {way["weights"] for way in timings["draws"]["by_length"]} >= {2, 9, 1_000, 100_000}


def test_choose_and_play_train_the_same_brains(quick):
    rounds = quick.timings["trainings"]
    assert {one["brains"] for one in rounds["choose"]} == {one["brains"] for one in rounds["play"]}


def test_the_table_is_what_the_raw_values_come_to(quick):
    printed = {
        columns[0].split()[-1]: columns
        for line in quick.done.stdout.splitlines()
        if line.startswith("--engine")
        for columns in [re.split(r"\s{2,}", line)]
    }
    rounds = quick.timings["trainings"]
    matches = quick.timings["options"]["matches"]
    for engine in ENGINES:
        _, total, drawn, share, per_match, speedup, drawn_speedup = printed[engine]
        totals = [one["seconds"] for one in rounds[engine]]
        ratios = [
            before["seconds"] / after["seconds"]
            for before, after in zip(rounds["numpy"], rounds[engine])
        ]
        assert spread_of(total) == roughly([median(totals), min(totals), max(totals)])
        assert spread_of(per_match) == roughly([median(totals) / matches])
        assert float(speedup.rstrip(" ×").replace(",", "")) == roughly(median(ratios))
        if engine == "play":
            assert (drawn, share, drawn_speedup) == ("–", "–", "–")
            continue
        costs = [cost(one, matches) for one in rounds[engine]]
        ratios = [
            cost(before, matches) / cost(after, matches)
            for before, after in zip(rounds["numpy"], rounds[engine])
        ]
        assert spread_of(drawn) == roughly([median(costs), min(costs), max(costs)])
        assert int(share.rstrip("%")) == round(100 * median(costs) / median(totals))
        assert float(drawn_speedup.rstrip(" ×").replace(",", "")) == roughly(median(ratios))


def cost(training, matches):
    return matches * training["draws_per_match"] * training["seconds_per_draw"]


def roughly(expected):
    """Three digits were printed."""
    return pytest.approx(expected, rel=6e-3)


def spread_of(cell):
    """`23.2 ms (19.8–26.7)` in seconds."""
    numbers, unit = re.findall(r"[\d.,e+]+", cell), re.search(r"[a-zµ]+", cell).group()
    return [float(number.replace(",", "")) * UNITS[unit] for number in numbers]


@pytest.mark.parametrize("engine", IN_PYTHON)
def test_a_flame_chart_names_the_functions_of_the_article(quick, engine):
    titles = re.findall(r"<title>(\w+) \(ttst\.py:\d+\)", quick.chart(engine).replace("&lt;", "<"))
    assert {"main", "play", "make_computer_move", "cogitate"} <= set(titles)
    assert "update_brain" in titles or engine == "numpy"  # where it may have no sample


@pytest.mark.parametrize("engine", ENGINES)
def test_a_flame_chart_is_well_formed_with_its_root_on_top(quick, engine):
    svg = ElementTree.fromstring(quick.chart(engine))
    boxes = {
        group.findtext("{*}title").partition(" ")[0]: float(group.find("{*}rect").get("y"))
        for group in svg.findall("{*}svg[@id='frames']/{*}g")
    }
    assert min(boxes, key=boxes.get) == "all"
    assert boxes["all"] < boxes["main"] < boxes["train"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_flame_chart_says_its_seconds(quick, engine):
    title = re.search(r'<text id="title"[^>]*>([^<]*)<', quick.chart(engine)).group(1)
    matches = quick.timings["options"]["matches"]
    seconds = median(one["seconds"] for one in quick.timings["trainings"][engine])
    name, said = re.fullmatch(rf"(\w+): {matches:,} matches in (.*)", title).groups()
    assert name == engine
    assert spread_of(said) == roughly([seconds])


@pytest.mark.parametrize("engine", ENGINES)
def test_no_path_of_this_machine_is_in_a_chart(quick, engine):
    speedscope = quick.folder / f"{engine}.speedscope.json"
    for text in (quick.chart(engine), speedscope.read_text(encoding="utf-8")):
        for folder in (ROOT, sys.prefix, sys.base_prefix, Path.home(), quick.folder):
            assert f"{folder}/" not in text
