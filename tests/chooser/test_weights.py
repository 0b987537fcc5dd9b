"""`Weights` against the plain definition: a list of weights, and `choose` from that list."""

from __future__ import annotations

import copy
import gc
import pickle
import random
import sys
import threading
import weakref
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from module_support import Meddler, fingerprint

import chooser
from chooser import Weights, choose, seed

INTEGERS = st.one_of(
    st.just(0),
    st.integers(0, 20),
    st.integers(0, 2**64),
    st.sampled_from([2**62, 2**63 - 1, 2**63]),
    st.integers(0, 2**120),
)
FLOATS = st.floats(0, allow_nan=False, allow_infinity=False)


def history(weights):
    change = st.one_of(
        st.tuples(st.just("set"), st.integers(0), weights),
        st.tuples(st.just("append"), weights),
        st.tuples(st.just("update"), st.lists(st.tuples(st.integers(0), weights), max_size=20)),
        st.tuples(st.just("sample"), st.integers(0, 5)),
    )
    return st.tuples(st.lists(weights, max_size=60), st.lists(change, max_size=20))


def follow(numbers, changes):
    """The list and the `Weights` that a history leads to."""
    numbers, weights = list(numbers), Weights(numbers)
    for kind, *arguments in changes:
        if kind == "append":
            numbers.append(arguments[0])
            weights.append(arguments[0])
        elif kind == "sample":
            positive = sum(number > 0 for number in numbers)
            weights.sample(min(arguments[0], positive))
        elif numbers:
            pairs = [arguments] if kind == "set" else arguments[0]
            places = [(index % len(numbers), weight) for index, weight in pairs]
            for index, weight in places:
                numbers[index] = weight
            if kind == "set":
                weights[places[0][0]] = places[0][1]
            else:
                weights.update([index for index, _ in places], [weight for _, weight in places])
    return numbers, weights


@given(history(INTEGERS))
def test_integers_draw_as_choose_from_the_list_whatever_their_history(case):
    numbers, weights = follow(*case)
    assert list(weights) == numbers
    assert weights.total == sum(numbers)
    assert weights == Weights(numbers)
    if weights.total:
        seed(5)
        expected = [choose(numbers) for _ in range(20)]
        after = fingerprint()
        seed(5)
        assert [weights.choose() for _ in range(20)] == expected
        assert fingerprint() == after
        seed(5)
        assert weights.choices(20).tolist() == expected


@given(history(FLOATS))
def test_floats_are_as_new_ones_whatever_their_history(case):
    numbers, weights = follow(*case)
    assert list(weights) == numbers
    assert weights == Weights(numbers)
    if any(numbers):
        assert all(numbers[weights.choose()] > 0 for _ in range(20))


@given(st.lists(INTEGERS, min_size=1, max_size=40), st.data())
def test_a_sample_is_drawn_as_if_each_weight_drawn_were_set_to_zero(numbers, data):
    weights = Weights(numbers)
    k = data.draw(st.integers(0, sum(number > 0 for number in numbers)))
    seed(7)
    drawn = weights.sample(k)
    assert weights == Weights(numbers)
    seed(7)
    for index in drawn.tolist():
        assert choose(numbers) == index
        numbers[index] = 0
    assert drawn.dtype == np.int64


GENERATORS = {
    "Generator": lambda: np.random.default_rng(3),
    "BitGenerator": lambda: np.random.MT19937(3),
    "Random": lambda: random.Random(3),
}


@pytest.mark.parametrize("make", GENERATORS.values(), ids=GENERATORS)
def test_a_generator_of_the_callers_gives_the_words(make):
    numbers = [5, 0, 2**66, 7] * 10
    weights, rng, other = Weights(numbers), make(), make()
    expected = [choose(numbers, other) for _ in range(30)]
    assert [weights.choose(rng) for _ in range(10)] == expected[:10]
    assert weights.choices(20, rng=rng).tolist() == expected[10:]
    sample = weights.sample(5, rng=rng).tolist()
    for index in sample:
        assert choose(numbers, rng=other) == index
        numbers[index] = 0


@pytest.mark.parametrize("out", [np.zeros(50, np.int64), array("q", [0] * 50)], ids=type)
def test_choices_fill_a_buffer(out):
    weights = Weights([3, 0, 4])
    seed(1)
    assert weights.choices(50, out=out) is out
    seed(1)
    assert list(out) == weights.choices(50).tolist()


def test_many_choices_fit_the_weights():
    numbers = np.arange(100) % 7
    for weights in (Weights(numbers), Weights(numbers * 1e-310), Weights(numbers * 1e306)):
        seed(2020)
        counts = np.bincount(weights.choices(600_000).astype(np.intp), minlength=100)
        expected = 600_000 * numbers / numbers.sum()
        positive = expected > 0
        assert not counts[~positive].any()
        chi_square = ((counts - expected)[positive] ** 2 / expected[positive]).sum()
        # Of 85 degrees of freedom, in one of 10,000 cases it is above.
        assert chi_square < 140


def test_a_float_makes_integers_floats():
    weights = Weights([1, 2])
    weights[0] = 0.5
    assert list(map(type, weights)) == [float, float]
    assert weights != Weights([0.5, 3])
    assert Weights([1]) != Weights([1.0])
    assert Weights([1]) != [1]


def test_the_index_of_a_point_is_found():
    weights = Weights([3, 0, 4])
    assert [weights.find(point) for point in range(7)] == [0, 0, 0, 2, 2, 2, 2]
    assert [weights.find(point) for point in (0.5, 2.5, 6.5, True)] == [0, 0, 2, 0]
    assert Weights([0.5, 0, 1]).find(0.5) == 2


def test_weights_are_written():
    assert repr(Weights([1, 0])) == "Weights([1, 0])"
    assert repr(Weights([0.1, 2**70])) == "Weights([0.1, 1.1805916207174113e+21])"
    assert repr(Weights(range(1000))) == "<Weights of 1000 integers>"


@pytest.mark.parametrize("numbers", [[], [1, 2, 0], [2**127, 1], [0.1, 1e308, 5e-324]], ids=str)
def test_copies_and_pickles_are_equal_and_apart(numbers):
    weights = Weights(numbers)
    copies = [copy.copy(weights), copy.deepcopy(weights), Weights(weights)]
    copies += [
        pickle.loads(pickle.dumps(weights, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ]
    for each in copies:
        assert each == weights
        each.append(1)
        assert len(each) == len(weights) + 1


REFUSED = {
    "no argument": (lambda w: Weights(), TypeError, r"exactly one argument \(0 given\)"),
    "a keyword": (lambda w: Weights(weights=[1]), TypeError, "no keyword arguments"),
    "text": (lambda w: Weights("12"), TypeError, "not str"),
    "negative": (lambda w: Weights([1, -2]), ValueError, r"weights\[1\] is -2"),
    "too large": (lambda w: Weights([2**127] * 2), OverflowError, r"2\*\*128 at weights\[1\]"),
    "index": (lambda w: w[3], IndexError, "index 3 is out of range: there are 3 weights"),
    "negative index": (lambda w: w[-4], IndexError, "index -4 is out of range"),
    "slice": (lambda w: w[:1], TypeError, "slice"),
    "set index": (lambda w: w.__setitem__(3, 1), IndexError, "index 3"),
    "set negative": (lambda w: w.__setitem__(-1, -0.5), ValueError, r"weights\[2\] is -0.5"),
    "set nan": (lambda w: w.__setitem__(0, float("nan")), ValueError, r"weights\[0\] is nan"),
    "set text": (lambda w: w.__setitem__(0, "1"), TypeError, r"weights\[0\] is '1'"),
    "set large": (lambda w: w.__setitem__(0, 2**128 - 1), OverflowError, r"weights\[0\]"),
    "delete": (lambda w: w.__delitem__(0), TypeError, "cannot be deleted"),
    "update": (lambda w: w.update([0, 1], [9, -1]), ValueError, r"weights\[1\] is -1"),
    "update index": (lambda w: w.update([0, -4], [9, 9]), IndexError, "index -4"),
    "update huge index": (lambda w: w.update(array("q", [2**32]), [9]), IndexError, "index"),
    "update lengths": (lambda w: w.update([0], [9, 9]), ValueError, "1 indices and 2 weights"),
    "update float index": (lambda w: w.update([0.0], [9]), TypeError, "integer"),
    "update large": (lambda w: w.update([0, 1], [9, 2**128 - 1]), OverflowError, r"weights\[1\]"),
    "append": (lambda w: w.append(-1), ValueError, r"weights\[3\] is -1"),
    "sample": (lambda w: w.sample(3), ValueError, "^3 different .* only 2 weights are positive"),
    "sample more": (
        lambda w: w.sample(sys.maxsize // 2),
        ValueError,
        "only 2 weights are positive",
    ),
    "sample negative": (lambda w: w.sample(-1), ValueError, "k is -1"),
    "choices": (lambda w: w.choices(0.5), TypeError, "k must be an integer, not 0.5"),
    "choices out": (lambda w: w.choices(2, out=[0, 0]), TypeError, "out must be a buffer"),
    "choices length": (lambda w: w.choices(2, out=array("q", [0])), ValueError, r"shape \(2,\)"),
    "choices read-only": (
        lambda w: w.choices(8, out=memoryview(bytes(64)).cast("q")),
        ValueError,
        "read-only",
    ),
    "rng": (lambda w: w.choose(1), TypeError, "rng must be"),
    "find": (lambda w: w.find(3), ValueError, "point is 3: it must be below the total, 3"),
    "find negative": (lambda w: w.find(-1), ValueError, "point is -1: it must not be negative"),
    "hash": (hash, TypeError, "unhashable"),
    "subclass": (lambda w: type("Own", (Weights,), {}), TypeError, "not an acceptable base type"),
}


@pytest.mark.parametrize(("call", "error", "text"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_and_changes_nothing(call, error, text):
    weights = Weights([1, 2, 0])
    seed(5)
    before = fingerprint()
    seed(5)
    with pytest.raises(error, match=text) as raised:
        call(weights)
    assert "\n" not in str(raised.value)
    assert weights == Weights([1, 2, 0])
    assert fingerprint() == before


@pytest.mark.parametrize("numbers", [[], [0, 0], [0.0]], ids=str)
def test_nothing_positive_can_be_held_but_not_drawn_from(numbers):
    weights = Weights(numbers)
    assert weights.total == 0
    assert weights.choices(0).size == 0
    for draw in (weights.choose, lambda: weights.choices(3)):
        with pytest.raises(ValueError, match=r"no weights|all 0"):
            draw()
    with pytest.raises(ValueError, match="only 0 weights are positive"):
        weights.sample(1)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes have __buffer__ from 3.12 on")
def test_what_stops_indices_from_showing_their_memory_is_not_hidden():
    class Indices(list):
        def __buffer__(self, flags):
            raise KeyboardInterrupt

    weights = Weights([1, 2])
    with pytest.raises(KeyboardInterrupt):
        weights.update(Indices([0]), [9])
    assert weights == Weights([1, 2])


def test_weights_may_change_while_a_new_one_is_read():
    weights = Weights([1, 2])
    weights[1] = Meddler(lambda: weights.append(7), 5)
    assert list(weights) == [1, 5, 7]
    weights.update([-1, 0], [Meddler(lambda: weights.append(8), 6), 9])
    # The index is counted from the end that is there when all is read.
    assert list(weights) == [9, 5, 7, 6]


class Meddling(random.Random):
    """Does something before each word."""

    def __init__(self, meddle):
        super().__init__(1)
        self.meddle = meddle

    def getrandbits(self, k):
        self.meddle()
        return super().getrandbits(k)


def refused(*calls):
    def meddle():
        for call in calls:
            with pytest.raises(RuntimeError, match="being drawn from"):
                call()

    return Meddling(meddle)


def test_weights_cannot_be_changed_while_python_code_gives_the_words():
    weights = Weights([1, 2])
    changes = [
        lambda: weights.append(1),
        lambda: weights.__setitem__(0, 1),
        lambda: weights.update([0], [1]),
        lambda: weights.sample(1),
    ]
    weights.choose(refused(*changes))
    weights.choices(9, rng=refused(*changes))
    weights.choices(9, rng=Meddling(weights.choose))
    reads = [weights.choose, lambda: len(weights), lambda: weights[0], lambda: repr(weights)]
    weights.sample(2, rng=refused(*changes, *reads))
    assert weights == Weights([1, 2])


def test_after_an_exception_of_a_generator_weights_are_as_before():
    def fail():
        raise ZeroDivisionError

    weights = Weights([1, 2])
    for draw in (weights.choose, lambda rng: weights.choices(5, rng=rng)):
        with pytest.raises(ZeroDivisionError):
            draw(Meddling(fail))
    with pytest.raises(ZeroDivisionError):
        weights.sample(2, rng=Meddling(fail))
    weights[0] = 1
    assert weights == Weights([1, 2])


def test_threads_that_draw_and_change_never_see_half_a_change():
    weights = Weights([1, 2] * 5000)
    outcomes = []

    def draw():
        for _ in range(20):
            outcomes.append(weights.choices(50_000).max() < 10_000)

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        try:
            weights.update(range(10_000), [2, 1] * 5000)
        except RuntimeError:
            continue
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 40
    assert weights in (Weights([1, 2] * 5000), Weights([2, 1] * 5000))


def test_instances_are_collected_and_leave_no_reference():
    def use():
        weights = Weights([1, 2, 0])
        for call, error, text in REFUSED.values():
            with pytest.raises(error, match=text):
                call(weights)
        weights.choose()
        weights[0] = 2**70
        weights[0] = 0.5
        list(weights)
        pickle.loads(pickle.dumps(weights))
        copy.copy(weights)

    use()
    gc.collect()
    before = sys.getrefcount(Weights)
    for _ in range(20):
        use()
    gc.collect()
    assert sys.getrefcount(Weights) == before
    assert chooser.Weights is Weights


def test_the_memory_of_weights_is_told():
    assert sys.getsizeof(Weights(np.ones(10_000, np.int64))) < 90_500


@pytest.mark.parametrize("draw", [Weights.choices, Weights.sample])
def test_a_generator_let_go_after_a_draw_may_change_the_weights(draw, monkeypatch):
    weights, errors, watched = Weights([1, 2, 3]), [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: errors.append(raised.exc_value))
    for _ in range(9):  # the module keeps but a few, so the last reference to others is its own
        rng = np.random.PCG64(1)
        watched.append(weakref.ref(rng.lock, lambda _: weights.__setitem__(0, weights[0] + 1)))
        draw(weights, 3, rng=rng)
        del rng
    assert not errors
    assert weights[0] > 1
