"""Weights whose own code runs during a draw, and what a draw leaves behind. What might crash is in
programs/reentrancy.py."""

from __future__ import annotations

import array
import contextlib
import mmap

import model
import numpy as np
import pytest
from module_support import Meddler, fingerprint, model_fingerprint
from weight_holders import CHARACTER

import chooser


def test_weights_that_are_their_own_item_are_refused():
    weights = [1]
    weights.append(weights)
    with pytest.raises(TypeError, match=r"weights\[1\] is \[1, \[\.\.\.\]\] \(list\)"):
        chooser.choose(weights)


def test_a_draw_within_a_draw_takes_its_words_first():
    def meddle():
        inner.append(chooser.choose([1] * 100))

    inner = []
    chooser.seed(5)
    outer = chooser.choose([Meddler(meddle), Meddler(meddle, 5), 94])
    generator = model.Generator.of_seed(5)
    assert inner == [model.choose([1] * 100, generator) for _ in range(2)]
    assert outer == model.choose([1, 5, 94], generator)
    assert fingerprint() == model_fingerprint(generator)


def test_a_seed_within_a_draw_holds_for_that_draw():
    chooser.seed(1)
    drawn = chooser.choose([Meddler(lambda: chooser.seed(5), 7), *range(20)])
    generator = model.Generator.of_seed(5)
    assert drawn == model.choose([7, *range(20)], generator)
    assert fingerprint() == model_fingerprint(generator)


def test_memory_cannot_be_resized_while_it_is_read_and_can_be_afterwards():
    class Meddling(mmap.mmap):
        @property
        def __class__(self):
            try:
                self.resize(len(self))
            except BufferError:
                refused.append(True)
            return mmap.mmap

    refused = []
    weights = Meddling(-1, 3)
    weights[:] = b"\1\2\3"
    assert np.ma.MaskedArray  # whether weights are masked is asked only once there are such arrays
    assert chooser.choose(weights) in range(3)
    assert refused
    weights.close()  # BufferError if they are still viewed


@pytest.mark.parametrize(
    "weights",
    [
        array.array("q", [1, 2]),
        array.array("q", [1, -2]),
        array.array("d", [1, float("nan")]),
        array.array("d", [0, 0]),
        array.array(CHARACTER, "12"),
    ],
    ids=["drawn", "negative", "nan", "all zero", "no numbers"],
)
def test_no_view_of_memory_outlives_a_draw(weights):
    for _ in range(2):
        with contextlib.suppress(ValueError, TypeError):
            chooser.choose(weights)
        weights.append(weights[0])  # BufferError if it is still viewed
    memory = bytearray(b"\1\2\3")
    view = memoryview(memory)[::2]
    chooser.choose(view)
    view.release()
    memory.append(4)
