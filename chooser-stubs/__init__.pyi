"""Exact, seeded weighted draws, and whole matches of tic-tac-toe played with them: what type
checkers and editors know of the module, which is written in Rust."""

from typing import Protocol, SupportsFloat, SupportsIndex

import numpy as np
from numpy.typing import NDArray

class _Weights(Protocol):
    """What `choose` draws from: whatever gives a number at each index. So do lists, tuples,
    ranges, `array.array`, `memoryview`, one-dimensional ndarrays, series of pandas, and classes of
    one's own; sets, iterators and text do not. Refused only when called, for they too give
    numbers: `bytes`, `bytearray`, mappings whose keys are integers, ndarrays of more
    dimensions."""

    def __getitem__(self, index: int, /) -> SupportsIndex | SupportsFloat: ...

def choose(weights: _Weights, /) -> int:
    """Draws an index: `i` with probability `weights[i] / sum(weights)`.

    Weights
        One or more non-negative numbers, read by iteration unless they lie in memory; an item is
        asked for `__index__`, or else for `__float__`. Native contiguous memory is read where it
        lies: no other thread may write to it meanwhile without the GIL.

    Exactness
        Integers, up to a sum of 2**128 - 1, are drawn exactly in proportion: a uniform integer
        below the sum, by Lemire's multiplication with rejection. If any weight is a float, all are
        taken as floats, and each probability is off by no more than the rounding of the sums,
        about 2**-53 of the whole a weight. An index of weight 0 is never drawn, whatever the
        rounding.

    Seed
        The same seed (see `seed`) and the same integers draw the same, whatever holds them, on
        every platform and in every release. A draw takes one 64-bit word of the calling thread's
        generator, or another where it is rejected; two at a time where the sum of integers is
        2**64 or more.

    Cost
        Linear in the number of weights: about 30 ns for nine in a list or ndarray, of which a call
        of any C function takes half; about 1 ns a weight for many.

    Errors
        Each names the weight and its index, and takes no word of the generator.

        ValueError     no weights; all of them 0; one that is negative, NaN or infinite
        OverflowError  an integer, or the integers' sum, of 2**128 or more
        TypeError      text, `bytes` and `bytearray`; mappings, sets, iterators; none or several
                       dimensions; masked arrays; items that are no real numbers

        An exception raised by an item's or a sequence's own method passes through unchanged.
    """

def seed(n: SupportsIndex | None = None, /) -> None:
    """Seeds the calling thread's generator, from which `choose` and `play` draw.

    n
        Any integer, of any size and sign: each has a stream of its own. None, or nothing, seeds
        from the operating system, which also seeds a thread that never calls this, and a forked
        child whatever its parent did.

    Promise
        A seed gives the same draws on every platform and in every release. The generator is PCG
        XSL 128/64 (MCG), called `pcg64_fast` by its author; its state is the first 16 bytes of
        `hashlib.sha256(b"%x" % n).digest()`, the least significant first, with the lowest bit set.
        It is not fit for cryptography.

    Errors
        TypeError      n is neither an integer nor None; the stream goes on as it was
    """

def play(
    weights1: NDArray[np.int64] | memoryview,
    weights2: NDArray[np.int64] | memoryview,
    matches: SupportsIndex,
    *,
    train1: object = True,
    train2: object = True,
    reward: SupportsIndex = 3,
    penalty: SupportsIndex = -1,
) -> tuple[int, int, int]:
    """Plays matches of tic-tac-toe, each player drawing its moves from its weights, and changes
    the weights in place. Returns the matches that player one won, those that player two won, and
    ties.

    weights1, weights2
        The tables of player one, who begins, and player two: writable, C-contiguous, of native
        int64 and shape (19683, 9). Row n belongs to the board whose cells, 0 for empty, 1 and 2
        for the players' stones, are the base-3 digits of n, the first cell's the most significant.
        Both may be the same table.

    train1, train2, reward, penalty
        After each match, every move of the winner gains `reward` where that player learns; every
        move of the loser whose weight is above 1 gets `penalty`, but never falls below 1. A tie
        counts as a win of player two.

    Seed
        A move takes its words of the calling thread's generator as `choose` does with the same
        row: the same seed gives the same matches as a loop in Python, however many are played at
        once.

    Cost
        About 0.1 microseconds a match, and up to a millisecond a call. The GIL is released while
        the matches are played; signals are not looked at before all of them are.

    Errors
        Each is raised before the first match, with nothing changed.

        TypeError      an argument of the wrong type
        ValueError     a table of another shape, read-only, or not C-contiguous; tables that
                       overlap in part; a negative weight, one on a taken cell, none that is
                       positive where the match goes on; negative `matches` or `reward`, positive
                       `penalty`
        OverflowError  nine times the largest weight plus `matches * reward` could pass 2**63 - 1
    """
