"""Which index is drawn: exactly in proportion, by the documented use of the stream."""

from __future__ import annotations

import sys
from fractions import Fraction

import model
import numpy as np
import pytest
from module_support import draws, fingerprint, model_draws, model_fingerprint

import chooser

LARGEST_FLOAT = sys.float_info.max
LEAST_FLOAT = 5e-324


@pytest.mark.parametrize("weight", [1, 2**29, 2**30, 2**31, 2**57, 2**58, 2**62, 2**63, 2**64 - 1])
def test_a_sum_of_integers_is_exact_at_every_size(weight):
    """Around one digit of an int, 32 bits, and where sums begin to need care or two words."""
    for near in (weight - 1, weight, weight + 1):
        for weights in ([near, 1], [1, near], [near] * 9, [0, near, near], [near] * 40):
            if sum(weights):
                assert draws(weights, seed=near) == model_draws(weights, seed=near)


@pytest.mark.parametrize(
    "weights",
    [
        [2**64 - 1],
        [2**64],
        [2**64 - 1] * 100,
        [2**64, 1, 2**65],
        [2**128 - 1],
        [2**127, 2**127 - 1],
    ],
)
def test_sums_beyond_64_bits_are_exact(weights):
    assert draws(weights, seed=1, count=50) == model_draws(weights, seed=1, count=50)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([0, 5, 0], 1),
        ([2**64 - 1], 1),
        ([2**64], 2),
        ([0.5], 1),
        ([LARGEST_FLOAT] * 3, 1),
        ([LEAST_FLOAT] * 3, 1),
    ],
)
def test_a_draw_takes_this_many_words_even_if_only_one_index_can_be_drawn(weights, words):
    chooser.seed(8)
    chooser.choose(weights)
    generator = model.Generator.of_seed(8)
    for _ in range(words):
        generator.word()
    assert fingerprint() == model_fingerprint(generator)


@pytest.mark.parametrize(
    "weights",
    [
        [0.1] * 10,
        [0.1] * 33,
        [1e16, 1.0, 1.0, 1.0],
        [1.0] * 31 + [1e16] + [1.0] * 40,
        [LARGEST_FLOAT],
        [LARGEST_FLOAT] * 100,
        [LARGEST_FLOAT, LEAST_FLOAT, 1.0],
        [LEAST_FLOAT, 0.0, LEAST_FLOAT],
        [LEAST_FLOAT * n for n in range(50)],
        [2.2250738585072014e-308, LEAST_FLOAT],
        [2.0**-900, 2.0**-901],
        [2.0**-901, 2.0**-902],
    ],
)
def test_sums_of_floats_of_any_size_are_drawn_by_the_documented_rule(weights):
    for seed in range(5):
        expected = model_draws(weights, seed)
        assert draws(weights, seed) == expected
        assert draws(np.array(weights), seed) == expected
        assert draws([*weights[:-1], Fraction(weights[-1])], seed) == expected


@pytest.mark.parametrize("zero", [0, 0.0, -0.0, False, Fraction(0)])
@pytest.mark.parametrize("one", [1, 1.0, LEAST_FLOAT, 2**100])
def test_a_weight_of_zero_is_never_drawn(zero, one):
    weights = [zero, one, zero, zero, one, zero]
    assert set(draws(weights, seed=5, count=300)) == {1, 4}
    assert set(draws([zero] * 40 + weights + [zero] * 40, seed=5, count=300)) == {41, 44}
