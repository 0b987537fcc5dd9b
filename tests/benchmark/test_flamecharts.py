"""What is read of a picture, and what is taken out of one, by small examples."""

from __future__ import annotations

import json.decoder
from xml.etree import ElementTree

import pytest
from checkout import ROOT

from benchmark.flamecharts import FG, SVG, read_frames, samples_in, without_paths


def test_a_sample_counts_once_though_its_stack_holds_a_function_twice():
    svg = ElementTree.Element("svg")
    frames = ElementTree.SubElement(svg, f"{SVG}svg", id="frames")
    for depth, left, width in ((0, 0, 7), (1, 0, 3), (1, 4, 2), (2, 1, 2)):
        group = ElementTree.SubElement(frames, f"{SVG}g")
        name = "draw" if depth else "all"
        ElementTree.SubElement(group, "title").text = f"{name} (ttst.py:1) ({width} samples, 9.00%)"
        box = {"y": str(depth), f"{FG}x": str(left), f"{FG}w": str(width)}
        ElementTree.SubElement(group, "rect", box)
    assert samples_in("draw", read_frames(svg)) == 5


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        (ROOT / "ttst_brain" / "table.py", "ttst_brain/table.py"),
        (json.decoder.__file__, "json/decoder.py"),
        ("/rustc/0123abcd/library/core/src/ops.rs:7", "ops.rs:7"),
    ],
)
def test_of_a_path_what_lies_in_the_project_or_in_python_stays(path, rest):
    assert without_paths(f"play ({path})") == f"play ({rest})"
