"""What is read of samples, and what is taken out of them, by small examples."""

from __future__ import annotations

import json
import json.decoder

import pytest
from checkout import ROOT

from benchmark.measurements.flamecharts import (
    Function,
    boxes_below,
    short,
    stacks_of,
    without_paths,
)
from benchmark.results import Box, Chart


def stack(text):
    return [Function(name, "ttst.py") for name in text.split()]


def test_a_chart_has_the_samples_below_its_root_the_widest_first():
    stacks = [*map(stack, ["main train play", "main train learn", "main", "main train play"])]
    assert boxes_below("train", stacks) == [
        Box("train", "ttst.py", 0, 0, 3),
        Box("play", "ttst.py", 1, 0, 2),
        Box("learn", "ttst.py", 1, 2, 1),
    ]
    assert boxes_below("play_matches", stacks) == []


def test_boxes_too_narrow_to_see_are_left_out_but_their_samples_are_not():
    stacks = [stack("train play"), *[stack("train")] * 200]
    assert boxes_below("train", stacks) == [Box("train", "ttst.py", 0, 0, 201)]


def test_an_import_is_in_the_box_of_its_importer():
    importing = Function("_find_and_load", "<frozen importlib._bootstrap>")
    stacks = [[*stack("train draw"), importing, *stack("<module>")], stack("train draw")]
    assert [box.name for box in boxes_below("train", stacks)] == ["train", "draw"]


def test_lines_that_were_compiled_into_a_function_are_in_its_box():
    own, other = Function("play", "one_match.rs"), Function("play", "uint_macros.rs")
    assert boxes_below("play", [[other], [own], [own]]) == [Box("play", "one_match.rs", 0, 0, 3)]


def test_a_sample_counts_once_though_its_stack_holds_a_function_twice():
    stacks = [*map(stack, ["train draw draw", "train draw", "train", "train play draw"])]
    chart = Chart(1, 200, False, boxes_below("train", stacks), "")
    assert (chart.samples, chart.samples_in("draw"), chart.samples_in("choose")) == (4, 3, 0)


def test_the_stacks_are_those_of_the_speedscope_file():
    frames = [{"name": "f", "file": "a.py"}, {"name": "g<u8>", "file": None}]
    profiles = [{"samples": [[0], [0, 1]]}, {"samples": [[1]]}]
    text = json.dumps({"shared": {"frames": frames}, "profiles": profiles})
    f, g = Function("f", "a.py"), Function("g", "")
    assert stacks_of(text) == [[f], [f, g], [g]]


@pytest.mark.parametrize(
    ("name", "shortened"),
    [
        ("numpy_engine.<locals>.cogitate", "cogitate"),
        ("play<i32, chooser::processor::Avx2>", "play"),
        ("{closure#0}<fn() -> Vec<u8>>", "{closure#0}"),
        ("<listcomp>", "<listcomp>"),
    ],
)
def test_of_a_name_what_says_the_function_stays(name, shortened):
    assert short(name) == shortened


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        (ROOT / "ttst_brain" / "table.py", "ttst_brain/table.py"),
        (json.decoder.__file__, "json/decoder.py"),
        ("/rustc/0123abcd/library/core/src/ops.rs:7", "ops.rs:7"),
        (ROOT / "chooser" / "src" / "draw.rs", "draw.rs"),
    ],
)
def test_of_a_path_what_lies_in_the_project_or_in_python_stays(path, rest):
    assert without_paths(f"play ({path})") == f"play ({rest})"
