"""What `chooser` promises, once more, in plain Python and with exact numbers: the generator, what a
draw does with its words, and which weights are refused. Written from the documented rules; it
shares no code with the module, and is slow."""

from __future__ import annotations

import hashlib
import math
import numbers
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BLOCK = 32
WORD = 1 << 64
MASK_128 = (1 << 128) - 1


class Generator:
    """PCG XSL RR 128/64 (MCG): `pcg64_fast` of the PCG paper's C++ library.

    O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
    Number Generation", 2014; the multiplier is L'Ecuyer's.
    """

    MULTIPLIER = 47026247687942121848144207491837523525

    def __init__(self, state: int) -> None:
        self.state = state | 1
        self.words_used = 0

    @classmethod
    def of_seed(cls, n: int) -> Generator:
        digest = hashlib.sha256(b"%x" % n).digest()
        return cls(int.from_bytes(digest[:16], "little"))

    def word(self) -> int:
        self.words_used += 1
        self.state = self.state * self.MULTIPLIER & MASK_128
        folded = (self.state >> 64) ^ (self.state & (WORD - 1))
        turn = self.state >> 122
        return (folded >> turn | folded << (64 - turn)) & (WORD - 1)

    def wide_word(self) -> int:
        upper = self.word()
        return upper << 64 | self.word()


@dataclass(frozen=True)
class Refusal:
    """An exception the module must raise. `index` and `value` are what its text must name, where
    a single weight is to blame."""

    exception: type[Exception]
    index: int | None = None
    value: object = None


def choose(weights: Iterable[object], generator: Generator) -> int | Refusal:
    """The index that is drawn from `weights`, or why there is none; then no word is used."""
    values: list[int | float] = []
    for index, weight in enumerate(weights):
        value = read(weight, index)
        if isinstance(value, Refusal):
            return value
        values.append(value)
    if any(isinstance(value, float) for value in values):
        return choose_by_floats([float(value) for value in values], generator)
    return choose_by_integers([operator.index(value) for value in values], generator)


def read(weight: object, index: int) -> int | float | Refusal:
    """The number a weight stands for: `__index__` is asked before `__float__`."""
    value: int | float
    if hasattr(type(weight), "__index__"):
        value = operator.index(weight)  # type: ignore[arg-type]
        if value >= 1 << 128:
            return Refusal(OverflowError, index, value)
    elif is_complex(weight) or not hasattr(type(weight), "__float__"):
        return Refusal(TypeError, index, weight)
    else:
        value = float(weight)  # type: ignore[arg-type]
        if not math.isfinite(value):
            return Refusal(ValueError, index, value)
    if value < 0:
        return Refusal(ValueError, index, value)
    return value


def is_complex(weight: object) -> bool:
    return isinstance(weight, numbers.Complex) and not isinstance(weight, numbers.Real)


def choose_by_integers(weights: Sequence[int], generator: Generator) -> int | Refusal:
    """Exactly in proportion: a uniform integer below the sum, by Lemire's method."""
    running = 0
    for index, weight in enumerate(weights):
        running += weight
        if running >= 1 << 128:
            return Refusal(OverflowError, index)
    if running == 0:
        return Refusal(ValueError)
    if running < WORD:
        point = below(running, WORD, generator.word)
    else:
        point = below(running, 1 << 128, generator.wide_word)
    for index, weight in enumerate(weights):
        if point < weight:
            return index
        point -= weight
    raise AssertionError("the point is below the sum")


def below(bound, words, draw_word):  # type: ignore[no-untyped-def]
    """The upper part of word * bound, unless its lower part is one of the few that would give some
    results more words than others (Lemire, "Fast Random Integer Generation in an Interval", 2019).
    """
    while True:
        upper, lower = divmod(draw_word() * bound, words)
        if lower >= words % bound:
            return upper


def choose_by_floats(weights: Sequence[float], generator: Generator) -> int | Refusal:
    """u * sum lies below a first running sum; sums are formed in blocks, from left to right."""
    total = sums(weights)[-1]
    if total == 0:
        return Refusal(ValueError)
    scale = 1.0
    if math.isinf(total):
        scale = 2.0**-64
    elif total < 2.0**-900:
        scale = 2.0**1000
    weights = [weight * scale for weight in weights]
    running = sums(weights)
    point = (generator.word() >> 11) * 2.0**-53 * running[-1]
    for index, limit in enumerate(running):
        if limit > point:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0)


def sums(weights: Sequence[float]) -> list[float]:
    """The sum up to and including each weight, rounded as the module rounds."""
    result = []
    before = 0.0
    for start in range(0, len(weights), BLOCK):
        part = 0.0
        for weight in weights[start : start + BLOCK]:
            part += weight
            result.append(before + part)
        before += part
    return result
