"""Words that come from the method of a `random.Random`, which may be any code."""

from __future__ import annotations

import array
import contextlib
import random

import numpy as np
import pytest
from module_support import LAYOUTS_ARE_KNOWN

import chooser


class OwnRandom(random.Random):
    """Does something for each word, and gives those it is told to give."""

    def __new__(cls, *_):
        return super().__new__(cls, 1)

    def __init__(self, act, words=()):
        super().__init__(1)
        self.act = act
        self.words = list(words)

    def getrandbits(self, bits):
        self.act()
        return self.words.pop(0) if self.words else super().getrandbits(bits)


def test_code_of_a_random_runs_when_the_weights_are_read():
    for make in (list, lambda items: array.array("q", items), lambda items: np.array(items)):
        weights = make([0, 0, 7, 0])

        def empty(weights=weights, make=make):
            weights[:] = make([0] * 4)
            if isinstance(weights, np.ndarray):
                weights.resize(0, refcheck=False)
            else:
                with contextlib.suppress(BufferError):
                    del weights[:]
            fill = [object() for _ in range(1000)]
            del fill

        assert chooser.choose(weights, rng=OwnRandom(empty)) == 2
        # By public calls, an array is viewed until the end.
        viewed = isinstance(weights, array.array) and not LAYOUTS_ARE_KNOWN
        assert len(weights) == (4 if viewed else 0)
        assert not any(weights)


def test_a_random_may_draw_itself():
    inner = []
    rng = OwnRandom(lambda: inner.append(chooser.choose([1] * 9, rng=np.random.default_rng(1))))
    assert chooser.choose([0, 3, 0], rng=rng) == 1
    assert len(inner) == 1


def test_a_replaced_method_of_an_instance_is_called():
    rng = random.Random(1)
    rng.getrandbits = lambda bits: {64: 2**64 - 1}[bits]
    assert chooser.choose([1] * 100, rng=rng) == 99


def test_an_exception_of_a_random_passes_through_and_nothing_is_drawn_after_it():
    asked = []

    def fail():
        asked.append(1)
        if len(asked) == 3:
            raise error

    for error in (ZeroDivisionError("own"), KeyboardInterrupt(), StopIteration()):
        asked.clear()
        # Both words of the first pair are such as are rejected.
        rng = OwnRandom(fail, [0, 0])
        with pytest.raises(type(error)) as caught:
            chooser.choose([2**127, 1], rng=rng)
        assert caught.value is error
        assert len(asked) == 3


@pytest.mark.parametrize(
    ("word", "exception", "given"),
    [
        (-1, ValueError, r"-1 \(int\)"),
        (2**64, ValueError, r"18446744073709551616 \(int\)"),
        (10**1000, ValueError, r".* \(int\)"),
        (0.5, TypeError, r"0\.5 \(float\)"),
        (None, TypeError, r"None \(NoneType\)"),
    ],
    ids=["negative", "too large", "huge", "float", "None"],
)
def test_what_is_no_word_is_refused(word, exception, given):
    rng = OwnRandom(lambda: None, [word])
    why = rf"rng\.getrandbits\(64\) gave {given}: it must be an int from 0 to 2\*\*64 - 1"
    with pytest.raises(exception, match=f"^{why}$"):
        chooser.choose([1, 2], rng=rng)
