"""Calls leave nothing behind, neither when they succeed nor when they fail, on any path."""

from __future__ import annotations

import collections.abc
import gc
import numbers
import sys
from pathlib import Path

import numpy as np
import pytest
from leak_cases import CALLS, Failing, Index, Number, Sequence, repeat
from module_support import LONG, run_program

import chooser

COUNT = 10**5 if LONG else 1000

reads_resident_memory = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="reads Linux's /proc"
)

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


@pytest.mark.skipif(not hasattr(sys, "gettotalrefcount"), reason="only a debug build counts all")
def test_a_call_leaves_the_total_of_references_as_it_was():
    growths = {}
    for name, (function, argument) in CALLS.items():
        repeat(function, argument, 100)
        before = sys.gettotalrefcount()
        repeat(function, argument, COUNT)
        growths[name] = sys.gettotalrefcount() - before
    # numpy, when built for ordinary Pythons, takes references that a debug build does not count,
    # and the interpreter gives them back: a total that falls is its doing.
    assert {name: growth for name, growth in growths.items() if growth > COUNT / 100} == {}


@reads_resident_memory
def test_resident_memory_does_not_grow():
    count = 10**7 if LONG else 10_000
    output = run_program("leaks", count, timeout=10**5 if LONG else 120)
    growths = dict(line.split("\t") for line in output.splitlines())
    assert growths.keys() == CALLS.keys()
    # A leak of two pointers a call would be 160 MB in the long profile, 160 KB in the short one.
    limit = 2**20 if LONG else 2**17
    assert {name: int(growth) for name, growth in growths.items() if int(growth) > limit} == {}
