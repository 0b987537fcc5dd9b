"""Calls leave nothing behind, neither when they succeed nor when they fail, on any path.
programs/leaks.py sees what these tests cannot: memory that is not Python's."""

from __future__ import annotations

import collections.abc
import gc
import numbers
import sys

import numpy as np
import pytest
from leak_cases import CALLS, RNGS, Failing, Index, Number, Sequence, repeat

import chooser

COUNT = 1000

cases = pytest.mark.parametrize(("function", "argument"), CALLS.values(), ids=list(CALLS))


@pytest.fixture(scope="module", autouse=True)
def _no_garbage_collection():
    """What the collector frees or tracks is not the module's doing."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def referenced(argument):
    """Everything whose references a call touches."""
    yield argument
    if isinstance(argument, (list, tuple, Sequence)):
        items = getattr(argument, "items", argument)
        # Small ints are everybody's.
        yield from (each for each in items if not isinstance(each, int) or abs(each) > 1000)
    yield from (Number, Index, Failing, Failing.error, Sequence)
    yield from (None, ValueError, TypeError, OverflowError)
    yield from (np.ndarray, np.ma.MaskedArray, np.datetime64, np.float64, np.int64)
    yield from (collections.abc.Mapping, numbers.Complex, numbers.Real)
    yield from RNGS.values()
    yield from (RNGS["bit generator"].lock, RNGS["numpy"].bit_generator)
    yield from (chooser, chooser.choose, chooser.seed, memoryview, type(argument))
    yield from map(sys.modules.get, ("numpy", "numpy.ma", "numbers", "collections.abc", "os"))


@cases
def test_a_call_leaves_every_count_of_references_as_it_was(function, argument):
    objects = list(referenced(argument))
    repeat(function, argument, 10)
    before = [sys.getrefcount(each) for each in objects]
    repeat(function, argument, 1000)
    after = [sys.getrefcount(each) for each in objects]
    changed = {
        repr(each): now - then
        for each, then, now in zip(objects, before, after)
        # None is counted by everything, on versions in which it is mortal.
        if abs(now - then) > (20 if each is None else 0)
    }
    assert not changed


@cases
def test_a_call_leaves_no_object_behind(function, argument):
    repeat(function, argument, 500)
    before = sys.getallocatedblocks()
    repeat(function, argument, COUNT)
    assert sys.getallocatedblocks() - before < COUNT / 100
