"""The learning curve: which points, what they hold, and a picture that can be trusted."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from ttst_brain.curve import CurveError, check_can_draw, draw, draw_on, points, record
from ttst_brain.odds import evaluate
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
    draw(curve, tmp_path / "pair.svg", TITLE)
    texts = ET.parse(tmp_path / "pair.svg").iter("{http://www.w3.org/2000/svg}text")
    said = ["".join(element.itertext()).strip() for element in texts]
    for words in (TITLE, "probability, for the player named first", "wins", "ties", "loses"):
        assert words in said
    assert said.count("matches trained") == 3
    assert {text for text in said if text.startswith("Player")} == ODDS_OF.keys()


def test_each_panel_shows_the_odds_it_names(curve: list[dict[str, Any]]) -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    draw_on(figure, curve, TITLE)
    for axes in figure.axes:
        odds = [ODDS_OF[axes.get_title(loc="left")](point) for point in curve]
        assert axes.get_xscale() == "log"
        wins, ties, losses = axes.lines
        for line in axes.lines:
            assert list(line.get_xdata()) == [point["matches"] for point in curve]
        assert list(wins.get_ydata()) == [chances["win"] for chances in odds]
        assert list(ties.get_ydata()) == [chances["win"] + chances["tie"] for chances in odds]
        assert list(losses.get_ydata()) == pytest.approx([1] * len(odds))
        labels = {"win": "#0072B2", "tie": "#707070", "loss": "#A66F00"}
        last = {text.get_color(): text.get_text() for text in axes.texts}
        for outcome, colour in labels.items():
            share = odds[-1][outcome]
            assert last.get(colour) == (f"{share:.0%}" if share >= 0.05 else None)
    assert len(figure.axes) == len(ODDS_OF)


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
    def fails(*_: object) -> None:
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
