"""What seeds: any integer, for the calling thread, for good."""

from __future__ import annotations

import threading
from fractions import Fraction

import model
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from module_support import draws, fingerprint, model_fingerprint

import chooser


def stream(seed):
    chooser.seed(seed)
    return fingerprint()


# What is drawn after these seeds is a promise: these figures must never be changed.
GOLDEN = {
    0: (
        [7, 8, 6, 7, 7, 5, 3, 3, 1, 5, 2, 4, 4, 1, 5, 7, 3, 7, 4, 3],
        [6, 5, 7, 1, 0, 1, 2, 3, 1, 2, 0, 8, 5, 4, 2, 0, 7, 2, 3, 7],
    ),
    1: (
        [5, 8, 7, 4, 8, 4, 8, 4, 0, 8, 8, 6, 2, 4, 3, 5, 8, 6, 7, 8],
        [3, 6, 7, 7, 0, 8, 0, 1, 7, 6, 6, 8, 8, 5, 4, 4, 4, 5, 2, 8],
    ),
    2020: (
        [8, 6, 7, 2, 8, 7, 2, 5, 8, 7, 5, 3, 6, 2, 0, 1, 4, 6, 7, 6],
        [7, 6, 8, 0, 8, 3, 5, 0, 2, 5, 7, 4, 4, 6, 5, 3, 0, 1, 3, 1],
    ),
    10**100: (
        [2, 8, 6, 3, 5, 0, 5, 6, 5, 7, 5, 8, 3, 0, 6, 3, 8, 5, 7, 7],
        [1, 5, 3, 3, 3, 3, 1, 4, 7, 6, 7, 1, 6, 2, 3, 5, 1, 7, 6, 2],
    ),
}


@pytest.mark.parametrize("seed", GOLDEN)
def test_a_seed_gives_the_same_draws_for_good(seed):
    narrow, wide = GOLDEN[seed]
    assert draws([1, 2, 3, 4, 5, 6, 7, 8, 9], seed, 20) == narrow
    assert draws([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], seed, 20) == narrow
    assert draws([2**64 + index for index in range(9)], seed, 20) == wide


@given(st.integers())
def test_every_integer_seeds_as_the_model_says(n):
    assert stream(n) == model_fingerprint(model.Generator.of_seed(n))


@pytest.mark.parametrize("bits", [10_000, 1_000_000])
def test_a_huge_integer_is_a_seed_to_its_last_bit(bits):
    streams = set()
    for n in (1 << bits, (1 << bits) + 1, -(1 << bits)):
        assert stream(n) == model_fingerprint(model.Generator.of_seed(n))
        streams.add(stream(n))
    assert len(streams) == 3


@pytest.mark.parametrize(
    ("n", "integer"),
    [
        (True, 1),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.array(7), 7),
    ],
)
def test_what_has_an_index_seeds_as_that_integer(n, integer):
    assert stream(n) == stream(integer)


def test_an_int_is_taken_as_it_is():
    class Seed(int):
        def __index__(self):
            raise AssertionError("an int is its own index")

        def __repr__(self):
            return "no digits"

        __str__ = __format__ = __hex__ = __repr__

    assert stream(Seed(77)) == stream(77)


@pytest.mark.parametrize("arguments", [(), (None,)])
def test_without_a_number_the_operating_system_seeds(arguments):
    streams = set()
    for _ in range(20):
        chooser.seed(5)
        chooser.seed(*arguments)
        streams.add(fingerprint())
    assert len(streams) == 20
    assert stream(5) not in streams


@pytest.mark.parametrize(
    ("n", "given"),
    [
        (1.0, r"1\.0 \(float\)"),
        ("1", r"'1' \(str\)"),
        (Fraction(1), r"Fraction\(1, 1\) \(Fraction\)"),
        (np.float64(1), r".* \(float64\)"),
        ("x" * 1000, r"'x+\.\.\. \(str\)"),
    ],
)
def test_what_is_no_integer_is_no_seed_and_changes_nothing(n, given):
    chooser.seed(5)
    with pytest.raises(TypeError, match=f"^a seed must be an integer or None, not {given}$"):
        chooser.seed(n)
    assert fingerprint() == stream(5)


def test_an_exception_of_the_seeds_own_passes_through_unchanged_and_changes_nothing():
    class Seed:
        def __index__(self):
            raise error

    chooser.seed(5)
    for error in (ValueError("own"), KeyboardInterrupt(), StopIteration()):
        with pytest.raises(type(error)) as caught:
            chooser.seed(Seed())
        assert caught.value is error
    assert fingerprint() == stream(5)


def test_a_seed_whose_index_seeds_and_draws_wins():
    class Seed:
        def __index__(self):
            chooser.seed(1)
            chooser.choose([1, 2])
            return 5

    assert stream(Seed()) == stream(5)


def test_each_thread_has_a_generator_of_its_own():
    def work(seed, barrier):
        chooser.seed(seed)
        drawn = []
        for _ in range(40):
            barrier.wait()
            drawn.append(chooser.choose(memoryview(bytes([1]) * 256)))
        results.append((seed, bytes(drawn)))

    results = []
    barrier = threading.Barrier(4)
    chooser.seed(9)
    # Two of them share a seed.
    threads = [threading.Thread(target=work, args=(seed, barrier)) for seed in (1, 2, 3, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for seed, drawn in results:
        assert drawn == model_fingerprint(model.Generator.of_seed(seed))
    # What other threads did is nothing to this one.
    assert fingerprint() == model_fingerprint(model.Generator.of_seed(9))


def test_an_unseeded_thread_is_seeded_by_the_operating_system():
    chooser.seed(9)
    results = []
    threads = [threading.Thread(target=lambda: results.append(fingerprint())) for _ in range(8)]
    for thread in threads:
        thread.start()
        thread.join()
    assert len({*results, stream(9)}) == 9
