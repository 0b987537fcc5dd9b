"""What the bars and the flame charts draw, of the recorded comparison."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest
from comparing import RECORDED, comparison_in

from benchmark import summary
from benchmark.report import page, pictures, plots

ONE = comparison_in(RECORDED)
ROWS = summary.rows(ONE)
SVG = "{http://www.w3.org/2000/svg}"


def svg(picture):
    return ElementTree.fromstring(picture)


def percent(element, attribute):
    return float(element.get(attribute).rstrip("%"))


def test_the_bars_are_as_long_as_the_versions_take_on_one_scale():
    versions = svg(pictures.bars(ONE)).findall(f"{SVG}svg")
    assert len(versions) == len(ROWS) == 3
    longest = None
    for version, row in zip(versions, ROWS):
        parts = version.findall(f".//{SVG}rect")
        length = sum(percent(part, "width") for part in parts)
        longest = longest or length
        share = row.total.median / ROWS[0].total.median
        assert length == pytest.approx(max(longest * share, pictures.THINNEST), abs=0.002)
        assert {part.get("class") for part in parts} <= {"draw", "python"}
        said = "".join(version.itertext())
        assert f"--engine {row.engine}" in said
        assert pictures.figure_of(row) in said


def test_a_dot_on_a_bar_stands_where_its_round_ended():
    for version, row in zip(svg(pictures.bars(ONE)).findall(f"{SVG}svg"), ROWS):
        rounds = [one.seconds for one in ONE.trainings[row.engine]]
        dots = [percent(dot, "cx") for dot in version.iter(f"{SVG}circle")]
        scale = pictures.LONGEST / ROWS[0].total.high
        assert dots == pytest.approx([scale * seconds for seconds in rounds], abs=0.001)


@pytest.mark.parametrize("engine", ONE.flamecharts)
def test_a_box_lies_below_its_caller_and_a_label_fits_its_box(engine):
    boxes = svg(pictures.flame_chart(ONE, engine)).findall(f"{SVG}svg")
    assert len(boxes) == len(ONE.flamecharts[engine].boxes) > 4
    above = {}
    for box in boxes:
        left, width = percent(box, "x"), percent(box, "width")
        depth = float(box.get("y"))
        caller = above.get(depth - pictures.ROW)
        assert caller is None or caller[0] - 0.01 <= left <= left + width <= sum(caller) + 0.01
        above[depth] = (left, width)
        label = box.findtext(f"{SVG}text")
        assert len(label) * pictures.CHARACTER < pictures.WIDTH * width / 100
    assert "".join(boxes[0].itertext()).startswith("train (ttst.py), 100.0%, ")


def test_who_cannot_see_a_chart_is_told_its_widest_functions():
    chart = ONE.flamecharts["numpy"]
    told = pictures.described("numpy", chart)
    share = chart.samples_in("cogitate") / chart.samples
    assert told.startswith(f"Flame chart of numpy, {chart.matches:,} matches sampled. Of the time:")
    assert "make_computer_move 9" in told
    assert f"cogitate {share:.0%}" in told


def test_the_recorded_pictures_are_those_of_the_recorded_timings():
    drawn = pictures.drawn(ONE)
    assert list(drawn) == ["versions.svg", "numpy.svg", "choose.svg", "play.svg"]
    for name, picture in drawn.items():
        assert (RECORDED / name).read_text(encoding="utf-8") == picture


def test_the_chart_of_play_has_rusts_frames_down_to_the_draw():
    play = ONE.flamecharts["play"]
    assert play.native
    below_train = play.samples_in("draw_move", "one_match.rs")
    assert 0.3 < below_train / play.samples < 0.95


def test_the_lead_and_the_table_say_the_same_of_the_article():
    [_, after, _] = page.lead(ROWS, None)
    *_, speedup, of_cogitate = summary.cells(ONE)[-1]
    told = f"The article measured {speedup} and {of_cogitate}.".replace(" ×", "\u00a0×")
    assert after.endswith(told)
    assert (speedup, of_cogitate) == ("6.8 ×", "20 ×")


def test_the_report_shows_the_two_lines_that_change():
    assert page.changed_lines() == [
        ("weights = brain_map[state] / sum(brain_map[state])", "weights = brain_map[state]"),
        ("return np.random.choice(9, 1, p=weights)[0]", "return choose(weights)"),
    ]


def test_labels_at_the_ends_of_lines_keep_apart_and_stay_close_and_in_order():
    wanted = {"a": 0.5, "b": 0.51, "c": 0.505, "d": 0.9}
    places = plots.spread(wanted, 0.05)
    assert sorted(places, key=places.get) == ["a", "c", "b", "d"]
    assert min(abs(places[a] - places[b]) for a, b in combinations(places, 2)) > 0.0499
    assert places["d"] == 0.9
    assert max(abs(places[name] - wanted[name]) for name in wanted) < 0.051
