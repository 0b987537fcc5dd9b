"""Whether indices come up as often as numpy's, by chi-square tests. The seeds are fixed, so that a
test passes always or never; by the bounds, one seed in a hundred thousand would fail."""

from __future__ import annotations

import collections
import itertools
import math

import numpy as np
import pytest

import chooser

#: Standard normal quantile of 1 - 10^-5.
QUANTILE = 4.265

WEIGHTS = {
    "9 integers": [0, 3, 1, 0, 5, 2, 7, 0, 6],
    "9 floats": [0.5, 0.25, 0.1, 1.5, 2.25, 1e-9, 0.0, 3.0, 0.7],
    "1000 integers": [1 + index % 7 for index in range(1000)],
    "1000 floats": [1 / (1 + index) for index in range(1000)],
    "beyond 64 bits": [2**64, 2**65, 2**64 + 2**63, 3],
    "the largest floats": [1.7e308, 0.5e308, 1e308],
    "the least floats": [5e-324, 1e-323, 2e-323],
}


def limit(freedom):
    """What chi-square exceeds once in 10^5 (Wilson and Hilferty's approximation)."""
    share = 2 / (9 * freedom)
    return freedom * (1 - share + QUANTILE * math.sqrt(share)) ** 3


def count(weights, draws):
    counts = collections.Counter(map(chooser.choose, itertools.repeat(weights, draws)))
    return np.array([counts[index] for index in range(len(weights))])


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=list(WEIGHTS))
def test_indices_come_up_as_often_as_numpys(weights):
    draws = 50_000
    chooser.seed(1)
    ours = count(weights, draws)
    share = np.array([weight / max(weights) for weight in weights])
    share /= share.sum()
    theirs = np.random.default_rng(1).multinomial(draws, share)
    both = ours + theirs
    assert (ours[share == 0] == 0).all()
    enough = both >= 10
    statistic = float(((ours - theirs)[enough] ** 2 / both[enough]).sum())
    assert statistic < limit(int(enough.sum()) - 1)


def test_without_a_seed_indices_come_up_in_proportion_too():
    # The one test here whose draws differ from run to run: its bound leaves one failure in 10^9.
    chooser.seed()
    draws = 100_000
    assert abs(count([1, 3], draws)[0] - draws / 4) < 6.2 * math.sqrt(draws * 3 / 16)
