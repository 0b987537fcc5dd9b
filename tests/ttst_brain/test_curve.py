"""The learning curve: which points, what they hold, and a picture that can be trusted."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ttst_brain.curve import (
    NARROW,
    WIDE,
    CurveError,
    check_can_draw,
    draw,
    draw_on,
    points,
    record,
    why,
)
from ttst_brain.odds import evaluate, percents
from ttst_brain.rule import Rule
from ttst_brain.table import new_table

TITLE = "engine choose, seed 7, 1,000 matches"
ODDS_OF = {
    "Player one against player two": lambda point: point["each_other"],
    "Player one against random moves": lambda point: point["player1"]["random"],
    "Player one against its best opponent": lambda point: point["player1"]["best"],
    "Player two against random moves": lambda point: point["player2"]["random"],
    "Player two against its best opponent": lambda point: point["player2"]["best"],
}


@pytest.fixture(scope="module")
def curve() -> list[dict[str, Any]]:
    table1, table2 = new_table(), new_table()
    recorded = []
    for matches in points(1000, 5):
        table1[0, 4] = table2[1, 4] = 6 + matches
        recorded.append(record(matches, table1, table2))
    return recorded


def test_points_lie_evenly_in_the_logarithm_from_the_first_match_to_the_last() -> None:
    at = points(10**8, 81)
    assert (at[0], at[-1]) == (1, 10**8)
    late = [number for number in at if number > 1000]
    steps = [math.log10(b / a) for a, b in zip(late, late[1:])]
    assert steps == pytest.approx([0.1] * len(steps), abs=1e-3)
    assert {10**power for power in range(9)} <= set(at)
    assert points(0) == []


@pytest.mark.parametrize("matches", [1, 2, 3, 10, 59, 60, 100_000])
def test_points_are_whole_rising_and_no_more_than_asked_for(matches: int) -> None:
    at = points(matches)
    assert all(type(number) is int for number in at)
    assert at == sorted(set(at))
    assert (at[0], at[-1]) == (1, matches)
    assert len(at) <= min(matches, 60)


def test_a_point_is_the_evaluation_of_the_pair_at_that_time() -> None:
    new = new_table()
    assert record(17, new, new) == {"matches": 17, **evaluate(new, new)}


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_the_same_curve_gives_the_same_bytes(
    suffix: str, curve: list[dict[str, Any]], tmp_path: Path
) -> None:
    for name in ("first", "second"):
        draw(curve, tmp_path / f"{name}{suffix}", TITLE)
    assert (tmp_path / f"first{suffix}").read_bytes() == (tmp_path / f"second{suffix}").read_bytes()


def test_the_picture_names_what_it_shows(curve: list[dict[str, Any]], tmp_path: Path) -> None:
    draw(curve, tmp_path / "pair.svg", TITLE, "Why it is so.")
    texts = ET.parse(tmp_path / "pair.svg").iter("{http://www.w3.org/2000/svg}text")
    said = ["".join(element.itertext()).strip() for element in texts]
    for words in (TITLE, "Why it is so.", "probability, for the player named first"):
        assert words in said
    assert said.count("matches trained") == 1
    assert {text for text in said if text.startswith("Player")} == ODDS_OF.keys()


OUTCOMES = {"wins": "win", "ties": "tie", "loses": "loss"}


def falling(last: int, share: float) -> list[dict[str, Any]]:
    """A curve in which whoever is named first first wins and at the end only does by `share`."""
    curve = []
    for matches in points(last, 40):
        win = share + (0.9 - share) / (1 + (matches / 5_000) ** 2)
        odds = {"win": win, "tie": (1 - win) / 4, "loss": (1 - win) * 3 / 4}
        both = {"random": odds, "best": {"win": 0.0, "tie": 1 - win, "loss": win}}
        curve.append({"matches": matches, "player1": both, "player2": both, "each_other": odds})
    return curve


def drawn(curve: list[dict[str, Any]], narrow: bool) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=NARROW if narrow else WIDE, layout="constrained")
    draw_on(figure, curve, TITLE, "Why it is so.", narrow)
    figure.draw_without_rendering()
    return figure


@pytest.mark.parametrize("narrow", [True, False])
def test_each_panel_shows_the_odds_it_names(curve: list[dict[str, Any]], narrow: bool) -> None:
    figure = drawn(curve, narrow)
    for axes in figure.axes:
        odds = [ODDS_OF[axes.get_title(loc="left")](point) for point in curve]
        assert axes.get_xscale() == "log"
        wins, ties, losses = axes.lines
        for line in axes.lines:
            assert list(line.get_xdata()) == [point["matches"] for point in curve]
        assert list(wins.get_ydata()) == [chances["win"] for chances in odds]
        assert list(ties.get_ydata()) == [chances["win"] + chances["tie"] for chances in odds]
        assert list(losses.get_ydata()) == pytest.approx([1] * len(odds))
    assert len(figure.axes) == len(ODDS_OF)
    lefts = {round(axes.get_position().x0, 3) for axes in figure.axes}
    assert len(lefts) == (1 if narrow else 3)


@pytest.mark.parametrize("narrow", [True, False])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5])
def test_every_outcome_is_named_once_where_it_belongs_and_no_text_covers_another(
    narrow: bool, share: float
) -> None:
    curve = falling(1_000_000, share)
    for axes in drawn(curve, narrow).axes:
        last = ODDS_OF[axes.get_title(loc="left")](curve[-1])
        texts = percents([last[outcome] for outcome in OUTCOMES.values()])
        in_bands = {text.get_text(): text for text in axes.texts if text.get_text() in OUTCOMES}
        ends = [text for text in axes.texts if text.get_text() not in OUTCOMES]
        assert [text.get_text() for text in ends] == [
            f"{text}%" if name in in_bands else f"{name} {text}%"
            for name, text in zip(OUTCOMES, texts)
        ]
        assert len(in_bands) >= 1

        heights = [np.zeros(len(curve)), *(line.get_ydata() for line in axes.lines)]
        at = np.log([point["matches"] for point in curve])
        for number, name in enumerate(OUTCOMES):
            if name in in_bands:
                box = in_bands[name].get_window_extent().transformed(axes.transData.inverted())
                across = np.log(np.geomspace(box.x0, box.x1, 20))
                assert box.y0 > np.interp(across, at, heights[number]).max()
                assert box.y1 < np.interp(across, at, heights[number + 1]).min()

        boxes = [text.get_window_extent() for text in (*axes.texts, axes.title)]
        for number, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[:number])


@pytest.mark.parametrize(
    ("last", "first", "narrow", "ticks"),
    [
        (1_000_000, 100, True, ["100", "1,000", "10,000", "100,000", "1 million"]),
        (1_000_000, 100, False, ["100", "10,000", "1 million"]),
        (2 * 10**9, 100, True, ["100", "10,000", "1 million", "100 million"]),
        (3_000, 100, True, ["100", "200", "500", "1,000", "2,000"]),
        (100, 1, True, ["1", "10", "100"]),
        (1, None, True, ["1"]),
    ],
)
def test_the_axis_begins_at_100_matches_and_its_ticks_are_words(
    last: int, first: int | None, narrow: bool, ticks: list[str]
) -> None:
    axes = drawn(falling(last, 0.1), narrow).axes[-1]
    low, high = axes.get_xlim()
    shown = [text for text in axes.get_xticklabels() if low <= text.get_position()[0] <= high]
    assert [text.get_text() for text in shown] == ticks
    boxes = [text.get_window_extent() for text in shown]
    assert all(left.x1 < right.x0 for left, right in zip(boxes, boxes[1:]))
    if first is not None:
        assert (low, high) == (first, last)


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_bands_stand_out_from_each_other_and_names_from_their_bands() -> None:
    from matplotlib.colors import to_hex

    axes = drawn(falling(1_000_000, 0.3), narrow=True).axes[0]
    bands = [to_hex(band.get_facecolor()[0]) for band in axes.collections]
    assert len(bands) == 3
    for lower, upper in zip(bands, bands[1:]):
        assert contrast(lower, upper) >= 3
    names = {text.get_text(): text.get_color() for text in axes.texts}
    for name, band in zip(OUTCOMES, bands):
        assert contrast(names[name], band) >= 4.5


def test_why_player_one_falls_is_said_only_where_it_is_true() -> None:
    said = "A tie counts as player two's win, so only player two learns to defend."
    for rule in (Rule(), Rule(reward=5, penalty=0), Rule(tie1=-1, tie2=3), Rule(floor=9)):
        assert why(rule, True, True) == said
    assert {why(Rule(), *learns) for learns in ((True, False), (False, True))} == {""}
    for rule in (Rule(tie1=0), Rule(tie2=0), Rule(tie1=3), Rule(reward=0, penalty=0)):
        assert why(rule, True, True) == ""


@pytest.mark.parametrize("name", ["pair", "pair.jpg", "pair.json", ".svg"])
def test_other_endings_are_refused(name: str, curve: list[dict[str, Any]], tmp_path: Path) -> None:
    for attempt in (lambda path: check_can_draw(path), lambda path: draw(curve, path, TITLE)):
        with pytest.raises(CurveError, match=r"ends in \.png or \.svg"):
            attempt(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_said_beforehand_in_one_line(
    curve: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "pair.json").mkdir()
    for name in ("nowhere/pair.svg", "two\nlines/pair.svg", "folder.svg", "pair.svg"):
        for attempt in (lambda path: check_can_draw(path), lambda path: draw(curve, path, TITLE)):
            with pytest.raises(CurveError) as caught:
                attempt(tmp_path / name)
            assert str(tmp_path) in str(caught.value)
            assert "\n" not in str(caught.value)
    check_can_draw(tmp_path / "other.svg")


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_what_a_user_has_set_changes_nothing(
    suffix: str, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("draw_curve", tmp_path / f"plain{suffix}")
    settings = (
        "text.usetex: True",
        "figure.facecolor: black",
        "axes.prop_cycle: cycler(color=['w'])",
    )
    (tmp_path / "matplotlibrc").write_text("\n".join(settings))
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # a notebook's
    run("draw_curve", tmp_path / f"theirs{suffix}")
    assert (tmp_path / f"theirs{suffix}").read_bytes() == (tmp_path / f"plain{suffix}").read_bytes()


def test_a_picture_that_fails_loses_no_points(
    curve: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no\nglyph")

    monkeypatch.setattr("ttst_brain.curve.draw_on", fails)
    with pytest.raises(CurveError) as caught:
        draw(curve, tmp_path / "pair.svg", TITLE)
    kept = tmp_path / "pair.json"
    reason = f"not drawn (RuntimeError: no glyph); its points are in {kept}"
    assert str(caught.value) == f"{tmp_path / 'pair.svg'}: {reason}"
    assert json.loads(kept.read_text(encoding="utf-8"))["points"] == curve


def test_matplotlib_is_loaded_only_to_draw_and_missed_in_one_line(run) -> None:
    before, after = run("curves").splitlines()
    assert before.endswith("there is no such folder False")
    assert after.startswith("pair.svg: drawing needs matplotlib")
    assert after.endswith("type: pip install matplotlib")
