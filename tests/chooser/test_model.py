"""The model itself, against answers that are not ours: O'Neill's C library, numpy, enumeration."""

from __future__ import annotations

import collections

import model
import numpy as np
import pytest


def test_the_model_gives_the_words_of_the_c_library():
    # The first words of `pcg64_fast` for the state 42, from the test suite of the C library (which
    # has them with the lowest bit set).
    generator = model.Generator(42)
    assert [generator.word() for _ in range(6)] == [
        0x63B4A3A813CE700A,
        0x382954200617AB24,
        0xA7FD85AE3FE950CE,
        0xD715286AA2887737,
        0x60C92FEE2E59F32C,
        0x84C4E96BEFF30017,
    ]


@pytest.mark.parametrize("seed", [0, 1, -1, 2020, 2**200])
def test_the_model_gives_the_words_of_numpys_pcg64_without_an_increment(seed):
    ours = model.Generator.of_seed(seed)
    theirs = np.random.PCG64()
    theirs.state = {**theirs.state, "state": {"state": ours.state, "inc": 0}}
    assert [ours.word() for _ in range(1000)] == theirs.random_raw(1000).tolist()


def test_a_seeds_state_is_the_hash_of_its_hexadecimal_digits():
    # printf -- -ff | sha256sum | cut -c 1-32
    first_half = "0a90d9ce0b35792630926d14d3d2c6bc"
    state = int.from_bytes(bytes.fromhex(first_half), "little")
    assert model.Generator.of_seed(-255).state == state | 1


@pytest.mark.parametrize("bound", range(1, 257))
def test_a_bounded_integer_gets_the_same_number_of_words_for_every_value(bound):
    counts = collections.Counter()
    for word in range(256):
        words = iter([word])
        try:
            counts[model.below(bound, 256, lambda words=words: next(words))] += 1
        except StopIteration:
            counts["rejected"] += 1
    rejected = counts.pop("rejected", 0)
    assert set(counts.values()) == {256 // bound}
    assert sorted(counts) == list(range(bound))
    assert rejected == 256 % bound
