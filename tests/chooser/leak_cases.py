"""Calls of every kind, good and bad, that are repeated in search of leaks. No tests."""

from __future__ import annotations

import array
import collections
import copy
import ctypes
import random
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
from weight_holders import SWAPPED

import chooser


class Number:
    """A heap type, whose references are counted on every version."""

    def __init__(self, value):
        self.value = value

    def __float__(self):
        return float(self.value)


class Index(Number):
    def __index__(self):
        return self.value


class Failing(Number):
    error = ZeroDivisionError("own")

    def __index__(self):
        raise self.error


class Sequence:
    def __init__(self, *items):
        self.items = items

    def __getitem__(self, index):
        return self.items[index]


class Raising(random.Random):
    def getrandbits(self, bits):
        raise Failing.error


class NoWord(random.Random):
    def getrandbits(self, bits):
        return -LARGE


RNGS = {
    "numpy": np.random.default_rng(1),
    "bit generator": np.random.MT19937(1),
    "random": random.Random(1),
    "raising random": Raising(1),
    "random of no words": NoWord(1),
    "wrong rng": Number(1),
}


def choose_with(rng, weights):
    return chooser.choose(weights, rng=rng)


def kept_do(do, weights):
    do(chooser.Weights(weights))


def rows_with(options, table):
    return chooser.choose_rows(table, **options)


released = memoryview(b"123")
released.release()

LARGE = 2**40  # of more than one digit, and not among the ints that live for good

#: name: (function, argument)
CALLS = {
    "list": (chooser.choose, [1, 2, 3]),
    "list of large": (chooser.choose, [LARGE + 1, LARGE + 2]),
    "list of huge": (chooser.choose, [2**70, 2**100]),
    "list of floats": (chooser.choose, [1.5, 2.5]),
    "list of fractions": (chooser.choose, [Fraction(1, 3), Decimal("0.1"), 2]),
    "list of own numbers": (chooser.choose, [Number(1), Index(2), Index(LARGE)]),
    "list of numpy's numbers": (chooser.choose, [np.int64(3), np.float32(2), np.float64(1)]),
    "range": (chooser.choose, range(9)),
    "deque": (chooser.choose, collections.deque([1, 2])),
    "own sequence": (chooser.choose, Sequence(1, LARGE, 1.5)),
    "array": (chooser.choose, array.array("i", [1, 2])),
    "strided memoryview": (chooser.choose, memoryview(b"123")[::-1]),
    "ndarray": (chooser.choose, np.arange(9)),
    "strided ndarray": (chooser.choose, np.arange(100)[::3]),
    "swapped ndarray": (chooser.choose, np.arange(9).astype(f"{SWAPPED}i4")),
    "ctypes array": (chooser.choose, (ctypes.c_int * 3)(1, 2, 3)),
    "empty ndarray": (chooser.choose, np.array([])),
    "all zero": (chooser.choose, [0, 0]),
    "negative": (chooser.choose, [1, -1]),
    "negative in an ndarray": (chooser.choose, np.array([1, -1])),
    "nan": (chooser.choose, (1.5, float("nan"))),
    "too large": (chooser.choose, [2**128]),
    "sum too large": (chooser.choose, [2**127, 2**127]),
    "str": (chooser.choose, "123"),
    "dict": (chooser.choose, {1: 1}),
    "set": (chooser.choose, {1}),
    "number": (chooser.choose, Number(1)),
    "two dimensions": (chooser.choose, np.ones((2, 2))),
    "ndarray of dates": (chooser.choose, np.ones(2, "M8[s]")),
    "masked array": (chooser.choose, np.ma.array([1, 2])),
    "released memoryview": (chooser.choose, released),
    "list of str": (chooser.choose, [1, "2"]),
    "list of objects": (chooser.choose, [Number(1), object()]),
    "failing item": (chooser.choose, [Number(1), Failing(1)]),
    **{
        f"{name}, {kind}": (partial(choose_with, rng), weights)
        for kind, rng in RNGS.items()
        for name, weights in {
            "list": [1, 2, 3],
            "hundred floats": [0.5] * 100,
            "ndarray": np.arange(100),
            "strided": np.arange(18)[::2],
            "by iteration": range(1, 9),
            "negative int": [1, -1],
            "failing item": [Number(1), Failing(1)],
        }.items()
    },
    **{
        f"rows: {name}": (chooser.choose_rows, table)
        for name, table in {
            "array": np.ones((4, 9)),
            "strided": np.ones((4, 9))[:, ::2],
            "large": np.ones((1000, 20)),
            "lists": [[1, 2], [0.5], [LARGE**2]],
            "arrays": [np.ones(3), array.array("q", [1])],
            "objects": [[Number(1), Index(2)]],
            "refused array": np.zeros((2, 9)),
            "refused list": [[1], [1, -1]],
            "failing item": [[Number(1), Failing(1)]],
            "no table": Number(1),
            "one dimension": np.ones(3),
        }.items()
    },
    **{
        f"rows, {name}": (partial(rows_with, options), [[1, 2], [LARGE + 3]])
        for name, options in {
            **{kind: {"rng": rng} for kind, rng in RNGS.items()},
            "uniforms": {"uniforms": np.zeros(2)},
            "list of uniforms": {"uniforms": [0.5, Number(0)]},
            "wrong uniforms": {"uniforms": [0.5, 1.0]},
            "out": {"out": np.zeros(2, np.int64)},
            "wrong out": {"out": np.zeros(3, np.int64)},
        }.items()
    },
    **{
        f"weights: {name}": (chooser.Weights, weights)
        for name, weights in {
            "list": [1, LARGE],
            "floats": [0.5, 1],
            "wide": [LARGE**2, 1],
            "array": np.ones(1000),
            "none": [],
            "refused": [1, -1],
            "failing item": [Number(1), Failing(1)],
        }.items()
    },
    **{
        f"weights, {name}": (partial(kept_do, do), weights)
        for name, do in {
            "choose": lambda kept: kept.choose(),
            **{
                f"choose, {kind}": lambda kept, rng=rng: kept.choose(rng=rng)
                for kind, rng in RNGS.items()
            },
            "choices": lambda kept: kept.choices(100, rng=RNGS["random"]),
            "many choices": lambda kept: kept.choices(10_000),
            "sample": lambda kept: kept.sample(2),
            "sample too many": lambda kept: kept.sample(4),
            "get": lambda kept: (kept[0], kept[-1], kept.total, kept.find(1), len(kept)),
            "set": lambda kept: (kept.__setitem__(0, LARGE), kept.update([0], [1])),
            "make floats": lambda kept: kept.__setitem__(0, Number(0.5)),
            "make wide": lambda kept: kept.__setitem__(0, LARGE**2),
            "refused set": lambda kept: kept.__setitem__(0, -LARGE),
            "failing set": lambda kept: kept.__setitem__(0, Failing(1)),
            "no such index": lambda kept: kept[LARGE],
            "append": lambda kept: kept.append(LARGE),
            "update": lambda kept: kept.update([Index(0), 1], [Number(1), LARGE]),
            "refused update": lambda kept: kept.update([0, 1], [LARGE, -1]),
            "compare": lambda kept: (kept == Number(1), kept == chooser.Weights(kept)),
            "write": repr,
            "iterate": list,
            "copy": copy.deepcopy,
            "reduce": lambda kept: kept.__reduce__(),
        }.items()
        for weights in [[1, LARGE + 7, 3]]
    },
    "seed": (chooser.seed, LARGE + 5),
    "huge seed": (chooser.seed, 2**1000),
    "seed from the system": (chooser.seed, None),
    "failing seed": (chooser.seed, Failing(1)),
}


def repeat(function, argument, count):
    """Calls that many times, whatever comes of it."""
    # A function of its own keeps no loop variable and no exception alive.
    for _ in range(count):
        try:
            function(argument)
        except Exception as error:
            # The traceback that the same exception collects is the test's own doing.
            error.__traceback__ = None
