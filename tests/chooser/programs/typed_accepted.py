"""What a type checker must accept."""

import array
import collections
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

import chooser


class Own:
    def __getitem__(self, index: int) -> float:
        return [0.5, 1.5][index]


index: int = chooser.choose([1, 2])
chooser.choose((1, 2.5))
chooser.choose([True, Fraction(1, 2), Decimal("0.5")])
chooser.choose([np.float32(1), np.int64(1)])
chooser.choose(range(3))
chooser.choose(collections.deque([1, 2]))
chooser.choose(array.array("i", [1]))
chooser.choose(array.array("d", [1]))
chooser.choose(memoryview(b"1"))
chooser.choose(np.ones(3))
chooser.choose(np.ones((2, 3), np.uint8)[0])
chooser.choose(Own())
chooser.choose([1], np.random.default_rng(1))
chooser.choose([1], rng=np.random.MT19937(1))
chooser.choose([1], rng=random.SystemRandom())
chooser.choose([1], rng=None)
rows: NDArray[np.int64] = chooser.choose_rows(np.ones((3, 2)))
chooser.choose_rows([[1, 2], (0.5,), np.ones(3)], rng=np.random.default_rng(1))
chooser.choose_rows(memoryview(b"1"), uniforms=[0.5], out=None)
filled: array.array[int] = chooser.choose_rows(np.ones((1, 2)), out=array.array("q", [0]))
weights = chooser.Weights([1, 2.5])
chooser.Weights(weights)
chooser.Weights(np.ones(3))
drawn: int = weights.choose() + weights.choose(np.random.default_rng(1))
drawn_many: NDArray[np.int64] = weights.choices(5, rng=random.Random(1))
kept: array.array[int] = weights.choices(1, out=array.array("q", [0]))
different: NDArray[np.int64] = weights.sample(np.int64(2))
weights[0] = weights[1]
weights[-1] = Fraction(1, 2)
weights.update(np.array([0, 1]), [3, 4.5])
weights.append(np.float32(1))
found: int = weights.find(weights.total / 2)
numbers: list[float] = [*weights, len(weights)]
chooser.seed()
chooser.seed(None)
chooser.seed(-5)
chooser.seed(np.int64(3))
table = np.zeros((19683, 9), np.int64)
wins1, wins2, ties = chooser.play(table, table, 5, train1=False, reward=1, tie1=None, tie2=-2)
chooser.play(table, table, 5, floor=np.int64(2), rng=random.Random(1))
total: int = wins1 + wins2 + ties
