"""`--evaluate`, `--json` and `--curve` as processes. That the odds are right is shown elsewhere."""

from __future__ import annotations

import json
import math
import signal
import time

import numpy as np
import pytest

from ttst_brain import files, odds


def brains(folder):
    return [files.load(folder / name)[0] for name in ("brain1.npz", "brain2.npz")]


@pytest.fixture
def pair(trainer, tmp_path):
    trainer("--seed", 3, "-n", 2_000)
    return brains(tmp_path)


def test_the_odds_of_two_brains_as_json_are_those_computed(trainer, pair, tmp_path):
    before = (tmp_path / "brain1.npz").read_bytes()
    done = trainer("-p1", "brain1.npz", "-p2", "brain2.npz", "--evaluate", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said == odds.evaluate(*pair)
    assert list(said) == ["player1", "player2", "each_other"]
    for chances in (*said["player1"].values(), *said["player2"].values(), said["each_other"]):
        assert list(chances) == ["win", "tie", "loss"]
        assert math.isclose(sum(chances.values()), 1, abs_tol=1e-12)
    assert (tmp_path / "brain1.npz").read_bytes() == before


def test_the_odds_are_also_a_table_to_read(trainer, pair):
    done = trainer("--evaluate")
    assert done.returncode == 0
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["wins", "ties", "loses"]
    assert [line[:30].strip() for line in lines] == [
        "player 1 against random moves",
        "player 1 against best opponent",
        "player 2 against random moves",
        "player 2 against best opponent",
        "player 1 against player 2",
    ]
    assert {len(line) for line in (head, *lines)} == {60}
    each_other = odds.against_each_other(*pair)
    assert lines[-1][30:].split() == [f"{chance:.3%}" for chance in each_other]


def test_the_odds_after_a_training_follow_its_result(trainer, pair):
    done = trainer("-t1", "brain1.npz", "-t2", "brain2.npz", "-n", 50, "--evaluate")
    assert done.stdout.startswith("Trained 50 matches in ")
    assert done.stdout.index("player 1 won ") < done.stdout.index("player 1 against random moves")


def test_after_a_training_what_was_saved_is_evaluated(trainer, pair, tmp_path):
    given = ("-t1", "brain1.npz", "-t2", "brain2.npz", "-n", 50)
    done = trainer(*given, "--evaluate", "--json")
    saved = brains(tmp_path)
    assert json.loads(done.stdout) == odds.evaluate(*saved) != odds.evaluate(*pair)
    assert done.stderr.startswith("Trained 50 matches in ")


# ---- the learning curve -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "suffix", "start", "rule"),
    [("choose", "png", b"\x89PNG", ()), ("play", "svg", b"<?xml", ("--tie2", 0))],
)
def test_the_curve_is_drawn_and_its_points_end_at_the_saved_brains(
    trainer, tmp_path, engine, suffix, start, rule
):
    given = ("-n", 3_000, "--seed", 9, "--engine", engine, *rule)
    done = trainer(*given, "--curve", f"curve.{suffix}")
    assert (done.returncode, done.stderr) == (0, "")
    picture = (tmp_path / f"curve.{suffix}").read_bytes()
    assert picture.startswith(start)
    assert b"A tie counts" not in picture, "by this rule it does not"
    curve = json.loads((tmp_path / "curve.json").read_text())
    for word in (engine, "seed 9", "3,000 matches"):
        assert word in curve["title"]
    points = curve["points"]
    matches = [point["matches"] for point in points]
    assert matches[0] == 1
    assert matches[-1] == 3_000
    assert matches == sorted(set(matches))
    saved = brains(tmp_path)
    assert points[-1] == {"matches": 3_000, **odds.evaluate(*saved)}
    # A player of random moves wins 58.49% as player one: nothing is learned after one match.
    assert abs(points[0]["each_other"]["win"] - 0.585) < 0.05
    # Looking on the way changes nothing: the same training without a curve.
    for name in ("brain1.npz", "brain2.npz"):
        (tmp_path / name).unlink()
    trainer(*given)
    assert np.array_equal(saved, brains(tmp_path))


@pytest.mark.parametrize(
    ("curve", "word"), [("curve.pdf", ".svg"), ("none/curve.png", "none"), (".", "png")]
)
def test_a_curve_that_cannot_be_drawn_is_refused_before_the_training(
    trainer, tmp_path, curve, word
):
    assert word in trainer.refuses("-n", 10**9, "--curve", curve, code=1)
    assert trainer.files() == []


def test_without_matplotlib_one_line_says_what_to_type(trainer, tmp_path):
    given = ("-n", 10**9, "--curve", "curve.png")
    line = trainer.refuses(*given, program=["without", "matplotlib"], code=1)
    assert "pip install matplotlib" in line
    assert trainer.files() == []


def test_a_training_that_is_stopped_draws_its_curve_so_far(trainer, tmp_path):
    process = trainer.start("-n", 10**9, "--curve", "curve.svg")
    assert [process.stdout.readline() for _ in range(2)][1].startswith("Made brain2.npz")
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (143, "")
    matches = int(out.split()[1])
    curve = json.loads((tmp_path / "curve.json").read_text())
    assert curve["points"][-1]["matches"] == matches
    assert f"{matches:,} matches" in curve["title"]
    assert "A tie counts as player two's win" in (tmp_path / "curve.svg").read_text()
