"""Draws with words from the caller's own generator: numpy's, or Python's."""

from __future__ import annotations

import array
import contextlib
import copy
import gc
import pickle
import random
import sys
import threading
import types
from itertools import product

import model
import numpy as np
import pytest
from module_support import BYTE, Meddler, can_be_locked, fingerprint, model_fingerprint

import chooser
from chooser import choose

BIT_GENERATORS = [
    getattr(np.random, name) for name in ("PCG64", "PCG64DXSM", "SFC64", "Philox", "MT19937")
]
WEIGHTS = {
    "nine ints": [6, 3, 0, 12, 6, 1, 0, 9, 6],
    "floats": [0.5, 0.0, 2.25, 1.0],
    "ints and floats": [1, 0.5, True, np.float32(2)],
    "a hundred ints": list(range(100)),
    "a hundred floats": [index / 7 for index in range(100)],
    "half the words rejected": [2**63, 1],
    "two words": [2**64, 1, 2**65],
    "half the pairs rejected": [2**127, 1],
    "by iteration": range(1, 9),
    "ndarray": np.arange(9),
    "floats in an ndarray": np.linspace(0, 1, 9),
    "strided": np.arange(18)[::2],
    "large ndarray": np.arange(3000),
    "array": array.array("H", range(9)),
}


class RawWords:
    """The words of a bit generator, made of what its `random_raw` gives."""

    def __init__(self, bit_generator):
        self.bit_generator = bit_generator

    def word(self):
        if isinstance(self.bit_generator, np.random.MT19937):
            upper = int(self.bit_generator.random_raw())
            return upper << 32 | int(self.bit_generator.random_raw())
        return int(self.bit_generator.random_raw())

    wide_word = model.Generator.wide_word


class RandomWords:
    """The words of a `random.Random`, from a state that is a copy of its own."""

    def __init__(self, rng):
        self.random = random.Random()
        self.random.setstate(rng.getstate())

    def word(self):
        # Of two times 32 bits, the second is the upper half.
        lower = self.random.getrandbits(32)
        return self.random.getrandbits(32) << 32 | lower

    wide_word = model.Generator.wide_word


def state(rng):
    """All that a generator is, as something that can be compared."""
    return rng.getstate() if isinstance(rng, random.Random) else repr(rng.state)


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("kind", BIT_GENERATORS)
def test_a_bit_generators_words_are_drawn_with_as_the_model_says(kind, weights):
    bit_generator = kind(2020)
    generator = np.random.Generator(bit_generator)
    words = RawWords(copy.deepcopy(bit_generator))
    for _ in range(10):
        expected = [model.choose(weights, words) for _ in range(4)]
        assert chooser.choose(weights, rng=generator) == expected[0]
        assert chooser.choose(weights, generator) == expected[1]
        assert chooser.choose(weights, rng=bit_generator) == expected[2]
        assert chooser.choose(weights, bit_generator) == expected[3]
    assert state(bit_generator) == state(words.bit_generator)


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("kind", [random.Random, type("Own", (random.Random,), {})])
def test_a_randoms_words_are_drawn_with_as_the_model_says(kind, weights):
    rng = kind(2020)
    words = RandomWords(rng)
    for _ in range(20):
        assert chooser.choose(weights, rng=rng) == model.choose(weights, words)
        assert chooser.choose(weights, rng) == model.choose(weights, words)
    assert state(rng) == state(words.random)


@pytest.mark.parametrize("length", [1, 2, 9, 30])
@pytest.mark.parametrize("kind", BIT_GENERATORS)
def test_of_a_numpy_generators_words_the_draws_are_made_that_numpy_makes(kind, length):
    ours, numpys = (np.random.Generator(kind(2020)) for _ in range(2))
    for weights in (np.arange(1, length + 1), np.linspace(0, 1, length + 1)[1:] ** 3):
        p = weights / weights.sum()
        drawn = [choose(held, ours) for held in [weights, weights.tolist()] * 500]
        assert drawn == [numpys.choice(length, p=p) for _ in range(1000)]


def test_none_is_the_calling_threads_generator():
    chooser.seed(5)
    with_none = [chooser.choose(BYTE, rng=None), chooser.choose(BYTE, None)]
    assert bytes(with_none) == model_fingerprint(model.Generator.of_seed(5), 2)


def test_the_threads_generator_is_left_alone():
    chooser.seed(5)
    for rng in (np.random.default_rng(1), np.random.MT19937(1), random.Random(1)):
        chooser.choose([1, 2, 3], rng=rng)
    assert fingerprint() == model_fingerprint(model.Generator.of_seed(5))


REFUSED = [
    [],
    [0, 0],
    [1, -1],
    [1.0, float("nan")],
    ["1"],
    np.zeros(9),
    5,
    [Meddler(lambda: 1 / 0)],
]


@pytest.mark.parametrize("weights", REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("rng", [np.random.PCG64(1), random.Random(1)])
def test_a_refused_draw_uses_no_word(rng, weights):
    before = state(rng)
    for _ in range(3):
        with pytest.raises((ValueError, TypeError, ZeroDivisionError)) as caught:
            chooser.choose(weights)
        expected = str(caught.value)
        with pytest.raises(caught.type) as caught:
            chooser.choose(weights, rng=rng)
        assert str(caught.value) == expected
    assert state(rng) == before


def test_the_systems_random_numbers_can_be_drawn_with():
    assert chooser.choose([0, 1, 0], rng=random.SystemRandom()) == 1
    # Chi-square of 255 degrees of freedom: no more than once in 10^7 times is it larger.
    counts = np.zeros(256)
    for _ in range(25600):
        counts[chooser.choose(BYTE, rng=random.SystemRandom())] += 1
    assert ((counts - 100) ** 2 / 100).sum() < 400


# ---- what a generator may be ---------------------------------------------------------------------


class OnlyCapsule:
    """The interface of numpy's bit generators, as other libraries offer it."""

    def __init__(self, bit_generator, lock=None):
        self.capsule = bit_generator.capsule
        self.owner = bit_generator  # of what the capsule points to
        self.lock = lock or threading.Lock()


def test_a_generator_of_another_library_needs_the_interface_alone():
    ours, numpys = np.random.PCG64(3), np.random.PCG64(3)
    own = OnlyCapsule(ours)
    holder = types.SimpleNamespace(bit_generator=own)
    for weights in ([1] * 100, np.ones(100), range(1, 50), np.ones(1000)):
        assert chooser.choose(weights, rng=own) == chooser.choose(weights, rng=numpys)
        assert chooser.choose(weights, rng=holder) == chooser.choose(weights, rng=numpys)
    assert state(ours) == state(numpys)
    assert not own.lock.locked()


def refusal(rng):
    with pytest.raises(TypeError) as caught:
        chooser.choose([1, 2], rng=rng)
    return str(caught.value)


def test_anything_else_is_refused_by_what_it_is():
    taken = "rng must be a numpy Generator or BitGenerator, a random.Random or None, not "
    assert refusal("x") == taken + "'x' (str)"
    seeds = ": a seed makes one by numpy.random.default_rng(seed) or random.Random(seed)"
    assert refusal(5) == taken + "5 (int)" + seeds
    assert refusal(np.int64(5)).endswith("(int64)" + seeds)
    own = ": pass the bit generator it was made of, which is also its attribute _bit_generator"
    assert refusal(np.random.RandomState(1)).endswith("(RandomState)" + own)
    for rng in (random, np.random, random.Random, np.random.Generator, np.random.PCG64, [], b""):
        assert refusal(rng).startswith(taken)
    for rng in (types.SimpleNamespace(capsule=5, lock=threading.Lock()), OnlyCapsule):
        assert refusal(rng).startswith(taken)


def test_the_advice_for_a_randomstate_works():
    legacy = np.random.RandomState(np.random.MT19937(1))
    assert chooser.choose([0, 1], rng=legacy._bit_generator) == 1


def test_a_bit_generator_without_functions_is_refused():
    class Own(np.random.BitGenerator):
        def __init__(self):
            if sys.argv is None:
                super().__init__()

    assert refusal(Own()).startswith("rng must be")
    assert refusal(np.random.PCG64.__new__(np.random.PCG64)).startswith("rng must be")


def test_an_attribute_that_fails_passes_its_exception_on():
    class Own:
        @property
        def bit_generator(self):
            raise ZeroDivisionError("own")

    with pytest.raises(ZeroDivisionError, match="own"):
        chooser.choose([1], rng=Own())


def test_arguments_are_bound_as_python_binds_them():
    rng = np.random.default_rng(1)
    for arguments, options, why in [
        ((), {"rng": rng}, r"choose\(\) missing required argument 'weights'"),
        (([1], rng, 1), {}, r"choose\(\) takes 2 positional arguments but 3 were given"),
        (([1], rng), {"rng": rng}, r"choose\(\) got multiple values for argument 'rng'"),
        (([1],), {"rnd": rng}, r"choose\(\) got an unexpected keyword argument 'rnd'"),
        ((), {"weights": [1]}, r"choose\(\) got an unexpected keyword argument 'weights'"),
    ]:
        with pytest.raises(TypeError, match=f"^{why}$"):
            chooser.choose(*arguments, **options)


# ---- what is remembered from call to call --------------------------------------------------------


def test_many_generators_may_be_used_in_turns():
    ours = [kind(seed) for kind in BIT_GENERATORS for seed in range(3)]
    numpys = copy.deepcopy(ours)
    for _ in range(5):
        for one, other in zip(ours, numpys):
            drawn = chooser.choose(BYTE, rng=np.random.Generator(one))
            assert drawn == RawWords(other).word() >> 56


def test_a_state_that_is_replaced_holds_for_the_next_draw():
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    first = [chooser.choose(BYTE, rng=rng) for _ in range(20)]
    rng.bit_generator.state = before
    assert [chooser.choose(BYTE, rng=rng) for _ in range(20)] == first


def test_a_generator_that_is_made_anew_draws_from_its_new_bit_generator():
    rng = np.random.default_rng(1)
    chooser.choose(BYTE, rng=rng)
    rng.__init__(np.random.MT19937(7))
    expected = RawWords(np.random.MT19937(7)).word() >> 56
    assert chooser.choose(BYTE, rng=rng) == expected


def test_a_bit_generator_that_is_made_anew_is_locked_by_its_new_lock():
    bit_generator = np.random.PCG64(1)
    chooser.choose(BYTE, rng=bit_generator)
    bit_generator.__init__(2)
    expected = RawWords(np.random.PCG64(2)).word() >> 56
    locked_in = []

    class Watching:
        def acquire(self):
            locked_in.append("acquire")

        def release(self):
            locked_in.append("release")

    assert chooser.choose(BYTE, rng=bit_generator) == expected
    own = OnlyCapsule(bit_generator, Watching())
    chooser.choose(BYTE, rng=own)
    own.lock = threading.Lock()
    chooser.choose(BYTE, rng=own)
    assert locked_in == ["acquire", "release"]


def test_only_the_last_few_generators_are_kept_alive():
    class Kept(np.random.PCG64):
        alive = 0

        def __init__(self, seed):
            super().__init__(seed)
            Kept.alive += 1

        def __del__(self):
            Kept.alive -= 1

    for seed in range(100):
        chooser.choose([1, 2], rng=np.random.Generator(Kept(seed)))
        gc.collect()
        assert Kept.alive <= 4
    for seed in range(4):
        chooser.choose([1, 2], rng=np.random.default_rng(seed))
    gc.collect()
    assert Kept.alive == 0


def test_a_pickled_and_a_spawned_generator_draw_as_numpy_says():
    rng = np.random.default_rng(9)
    chooser.choose(BYTE, rng=rng)
    again = pickle.loads(pickle.dumps(rng))
    assert [chooser.choose(BYTE, rng=rng) for _ in range(20)] == [
        chooser.choose(BYTE, rng=again) for _ in range(20)
    ]
    children = [np.random.default_rng(s) for s in np.random.SeedSequence(9).spawn(3)]
    same = [np.random.PCG64(s) for s in np.random.SeedSequence(9).spawn(3)]
    for child, bit_generator in zip(children, same):
        assert chooser.choose(BYTE, rng=child) == RawWords(bit_generator).word() >> 56


# ---- threads and code of others ------------------------------------------------------------------


def test_of_a_generator_that_threads_share_every_word_is_used_once():
    bit_generator, expected = np.random.PCG64(1), np.random.PCG64(1)
    rng = np.random.Generator(bit_generator)
    numbers, table = np.empty(1000), np.ones((5000, 4), np.uint8)
    kept = chooser.Weights([1] * 256)
    # Calls, how often, and the words that each uses. The last three let others run meanwhile.
    calls = [
        (lambda: chooser.choose(np.ones(256, np.uint8), rng=rng), 4000, 1),
        (lambda: chooser.choose(range(1, 2), rng=rng), 4000, 1),
        (lambda: chooser.choose([1] * 256, rng=rng), 4000, 1),
        (lambda: kept.choose(rng), 4000, 1),
        (lambda: rng.random(out=numbers), 200, 1000),
        (lambda: chooser.choose_rows(table, rng=rng), 200, 5000),
        (lambda: kept.choices(5000, rng=rng), 200, 5000),
    ]

    def repeat(call, count):
        for _ in range(count):
            call()

    threads = [threading.Thread(target=repeat, args=[call, count]) for call, count, _ in calls]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    expected.advance(sum(count * words for _, count, words in calls))
    assert state(bit_generator) == state(expected)


class Watching:
    """A lock that counts."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acquired = self.released = 0

    def acquire(self):
        self.acquired += 1
        return self.lock.acquire()

    def release(self):
        self.released += 1
        self.lock.release()


def test_every_function_holds_the_lock_while_it_draws():
    brain = np.array(
        [[0 if cell else 6 for cell in cells] for cells in product((0, 1, 2), repeat=9)], np.int64
    )
    own = OnlyCapsule(np.random.PCG64(1), Watching())
    kept = chooser.Weights([1, 2])
    calls = [
        lambda: chooser.choose([1, 2], rng=own),
        lambda: chooser.choose(range(1, 3), rng=own),
        lambda: chooser.choose_rows([[1, 2]] * 3, rng=own),
        lambda: chooser.choose_rows(np.ones((3, 3)), rng=own),
        lambda: chooser.play(brain, brain, 10, rng=own),
        lambda: kept.choose(own),
        lambda: kept.choices(5, rng=own),
        lambda: kept.sample(2, rng=own),
    ]
    for number, call in enumerate(calls, 1):
        call()
        assert own.lock.acquired == own.lock.released == number


def test_the_lock_is_free_while_code_of_the_weights_runs_and_after_every_end():
    bit_generator = np.random.PCG64(1)
    lock = bit_generator.lock
    free = []
    asking = Meddler(lambda: free.append(can_be_locked(lock)))
    chooser.choose([asking, asking, 1], rng=bit_generator)
    assert free == [True] * 2
    for weights in (
        [1, -1],
        [],
        np.array([-1.0, 1]),
        [Meddler(lambda: 1 / 0)],
        [1] * 2000,
        range(9),
    ):
        with contextlib.suppress(ValueError, ZeroDivisionError):
            chooser.choose(weights, rng=bit_generator)
        assert can_be_locked(lock)


def test_a_draw_waits_for_the_lock():
    bit_generator = np.random.PCG64(1)
    drawn = []
    for weights in ([1, 2], range(1, 3)):
        with bit_generator.lock:
            thread = threading.Thread(
                target=lambda: drawn.append(chooser.choose(weights, rng=bit_generator))  # noqa: B023
            )
            thread.start()
            thread.join(0.2)
            assert thread.is_alive()
            before = state(bit_generator)
        thread.join()
        assert state(bit_generator) != before
    assert len(drawn) == 2
