"""What measured times come to, by figures one can check in one's head."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from comparing import RECORDED, comparison_in

from benchmark import summary
from benchmark.results import (
    Box,
    Chart,
    Comparison,
    Kept,
    KeptWeights,
    Matches,
    Options,
    Threads,
    Training,
)

ONE = comparison_in(RECORDED)


def comparison(sampled=50, **rounds):
    """Of 100 matches with the seconds given; half of them cogitate()'s, py-spy says `sampled` %."""
    trainings = {
        engine: [Training(one, 30, 40, 30, "", 10.0, one / 2000) for one in seconds]
        for engine, seconds in rounds.items()
    }
    options = Options(100, 3, list(rounds), 1, quick=True)
    boxes = [Box("train", "ttst.py", 0, 0, 100), Box("cogitate", "ttst.py", 1, 0, sampled)]
    chart = Chart(100, 200, False, boxes, "")
    return Comparison(ONE.machine, options, trainings, flamecharts={"numpy": chart})


def test_a_comparison_is_read_and_written_as_it_was_recorded():
    recorded = json.loads((RECORDED / "timings.json").read_text(encoding="utf-8"))
    assert json.loads(ONE.as_json()) == recorded


def test_figures_are_medians_and_speedups_those_of_ratios_within_a_round():
    numpy, choose = summary.rows(comparison(numpy=[10, 40, 90], choose=[5, 10, 12]))
    assert numpy.speedup == (1, 1, 1)
    assert choose.total == (10, 5, 12)
    assert choose.per_match == pytest.approx(0.1)
    assert choose.cogitate == pytest.approx((5, 2.5, 6))
    assert choose.share == pytest.approx(0.5)
    assert choose.speedup == choose.cogitate_speedup == pytest.approx((4, 2, 7.5))


def test_draws_are_counted_in_those_of_len_from_slow_to_quick():
    slow, *_, quick = summary.draws_of_nine(ONE)
    assert (slow.name, quick.name, quick.units) == ("np.random.choice, the article's", "len", 1)


def test_of_many_weights_there_is_a_line_for_each_way_with_all_numbers():
    ways = summary.draws_of_many(ONE)
    assert len(ways) == len({one.name + one.holder for one in ONE.draws.by_length}) >= 8
    assert all(len(line) == len(summary.MANY) == 2 for _, line in ways)
    last = [line[-1].median for _, line in ways]
    assert last == sorted(last, reverse=True)


def test_a_functions_own_share_is_what_those_it_calls_leave():
    boxes = [
        Box("train", "ttst.py", 0, 0, 10),
        Box("play", "ttst.py", 1, 0, 7),
        Box("draw", "ttst.py", 2, 0, 4),
        Box("draw", "ttst.py", 1, 7, 2),
    ]
    assert summary.widest(Chart(1, 200, False, boxes, "")) == [
        ("train", "ttst.py", 1.0, 0.1),
        ("play", "ttst.py", 0.7, 0.3),
        ("draw", "ttst.py", 0.6, 0.6),
    ]


def test_of_weights_that_stay_the_slowest_draw_comes_first_and_what_there_is_none_of_is_a_dash():
    static = KeptWeights("vose", True, "vose", 9, {}, {"draw": [7, 9, 8], "batch": [5]}, 435.2)
    tree = KeptWeights("Weights", False, "chooser", 9, {}, {"draw": [16, 20], "update": [24]})
    many = replace(static, weights=1_000, bytes_a_weight=20.7)
    kept = Kept(4_000, [many, static, tree], ["sumtree: not installed"], {"vose": "0.2.5"})
    assert summary.kept_as_text(kept).splitlines() == [
        "                 draw  update  both in turn  in a batch  no replacement  building  bytes",
        "9 weights",
        "  Weights       18 ns   24 ns             –           –               –         –      –",
        "  vose, static   8 ns       –             –        5 ns               –         –    435",
        "1,000 weights",
        "  vose, static   8 ns       –             –        5 ns               –         –   20.7",
        "sumtree: not installed",
        "vose 0.2.5",
    ]


def test_two_threads_are_compared_with_one_within_a_round():
    threads = Threads(1_000, [2.0, 4.0, 6.0], [2.2, 4.0, 6.3])
    measured = replace(ONE, matches=Matches(1.0, [], threads))
    assert Comparison.from_json(measured.as_json()).matches == measured.matches
    assert (
        "1,000 matches in each of two threads: 4 s (2.2–6.3), in one 4 s (2–6): "
        "1.05 × one's time (1.00–1.10)" in summary.as_text(measured)
    )


@pytest.mark.parametrize(
    ("measured", "warning"),
    [
        ({"numpy": [9, 10, 12]}, "numpy: the rounds differ by 30% of their median; "),
        ({"numpy": [10], "choose": [10]}, "numpy and choose: their times overlap, "),
        (
            {"numpy": [10], "sampled": 80},  # of 100 samples: 10% and three times 4%
            "numpy: cogitate's share is 50% as timed, 80% by py-spy: further apart than 22%; "
            "measure again without --quick",
        ),
        ({"numpy": [10, 12], "choose": [1], "sampled": 70}, None),
    ],
)
def test_a_reader_is_warned_of_what_the_figures_cannot_carry(measured, warning):
    warnings = summary.warnings(comparison(**measured))
    assert len(warnings) == bool(warning)
    assert all(line.startswith(warning) for line in warnings)
