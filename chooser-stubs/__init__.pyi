"""Exact, seeded weighted draws, and whole matches of tic-tac-toe played with them.

choose draws an index, choose_rows one from each row of a table, and Weights holds weights that
change between draws; seed makes draws repeatable, play plays matches."""

import random
from collections.abc import Iterable, Iterator
from typing import (
    ClassVar,
    NoReturn,
    Protocol,
    SupportsFloat,
    SupportsIndex,
    TypeAlias,
    TypeVar,
    final,
    overload,
)

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer, Self

__version__: str

class _Weights(Protocol):
    """Anything that returns a number for each index. Some such types are refused only at run time:
    `bytes`, `bytearray`, mappings with integer keys, ndarrays of more than one dimension."""

    def __getitem__(self, index: int, /) -> SupportsIndex | SupportsFloat: ...

_RNG: TypeAlias = np.random.Generator | np.random.BitGenerator | random.Random | None

def choose(weights: _Weights, /, rng: _RNG = None) -> int:
    """Draw an index i with probability weights[i] / sum(weights).

    Parameters
    ----------
    weights : sequence of numbers
        One or more numbers, none negative: a list, tuple, range, array.array,
        memoryview, one-dimensional ndarray of integers, floats or bools, or any
        other sequence, which is read by iteration. Items are converted by
        __index__, or else by __float__. Native contiguous memory is not copied:
        no other thread may write to it without the GIL during the call.
    rng : numpy Generator or BitGenerator, random.Random, or None, default None
        The source of random words. None is the calling thread's generator (see
        `seed`). A numpy generator supplies them by next_uint64 of its bit
        generator, with its lock held; a random.Random by getrandbits(64), called
        once the weights are read. Generators of other libraries that implement
        numpy's C interface are accepted, too.

    Returns
    -------
    int
        The index. Its weight is never 0.

    Raises
    ------
    ValueError
        If there are no weights, all are 0, or one is negative, infinite or NaN;
        or if rng.getrandbits(64) does not return a 64-bit integer.
    OverflowError
        If an integer, or the sum of the integers, is 2**128 or more.
    TypeError
        If weights are text, bytes, a mapping, a set, an iterator, a masked array
        or not one-dimensional, if an item is not a real number, or if rng is none
        of the above.

    The message names the weight and its index. No random word is consumed unless
    rng itself fails. Exceptions raised by the code of weights or rng propagate.

    Notes
    -----
    Integer weights are drawn exactly. If any weight is a float, all are converted
    to floats, and probabilities are off by the rounding of the sums, about 2**-53
    per weight.

    The same words and the same integers give the same draws from any container, on
    every platform and in every release. For integers, a point below the sum is
    drawn by Lemire's multiplication with rejection (2019) from one 64-bit word, or
    the next if it is rejected; from two at a time, upper half first, if the sum is
    2**64 or more. For floats, whose sums are formed in blocks of 32, it is the
    upper 53 bits of one word, over 2**53, times the sum. The index is the first
    whose running sum exceeds the point.

    A draw from nine weights in a list or array takes 20 to 30 ns; from many, about
    1 ns per weight in a list, less in an array. With a numpy generator, whose lock
    has to be taken, it takes about 100 ns, half the time of its random().
    """

class _Table(Protocol):
    """A two-dimensional array, or anything that returns a row of weights for each index."""

    def __getitem__(self, index: int, /) -> _Weights: ...

_Out = TypeVar("_Out", bound=Buffer)

@overload
def choose_rows(
    table: _Table | NDArray[np.generic] | memoryview,
    /,
    *,
    rng: _RNG = None,
    uniforms: _Weights | None = None,
    out: None = None,
) -> NDArray[np.int64]:
    """Draw an index from each row of a table of weights.

    Parameters
    ----------
    table : array of numbers, shape (m, n), or sequence of m rows
        The weights, each row as `choose` takes it. An array (ndarray, memoryview)
        may have any numeric type and any strides; if its rows are native and
        contiguous it is not copied. Rows of a sequence may be anything that
        `choose` takes, and of different lengths.
    rng : numpy Generator or BitGenerator, random.Random, or None, default None
        The source of random words, as for `choose`.
    uniforms : sequence of m floats, or None, default None
        Numbers in [0, 1), used instead of random words: the same numbers for two
        tables make their draws comparable.
    out : writable contiguous buffer of int64, shape (m,), or None, default None
        Where the indices are written.

    Returns
    -------
    ndarray of int64, shape (m,), or out
        An index for each row.

    Raises
    ------
    TypeError, ValueError, OverflowError
        As `choose`, with the row before the message. Also ValueError if uniforms
        or out do not have m items, or a uniform is not in [0, 1), and TypeError if
        both rng and uniforms are given.

    On error, nothing is written to out, and no random word is consumed unless rng
    itself fails.

    Notes
    -----
    The indices are those of [choose(row, rng) for row in table]. With uniforms,
    the weights are converted to floats, and the point is uniform * sum.

    Large tables in memory are read without the GIL, unless rng is a random.Random:
    do not write to table, uniforms or out meanwhile. The lock of a numpy generator
    is held for a few milliseconds at a time. Ctrl-C is handled in between; words
    already drawn stay consumed. Without out, numpy is imported.

    A row of nine floats takes about 5 ns, longer ones 0.2 to 0.6 ns per weight; with
    rng, 10 ns, and 0.3 to 0.7: no word is taken before all rows are checked.
    """

@overload
def choose_rows(
    table: _Table | NDArray[np.generic] | memoryview,
    /,
    *,
    rng: _RNG = None,
    uniforms: _Weights | None = None,
    out: _Out,
) -> _Out: ...
def seed(n: SupportsIndex | None = None, /) -> None:
    """Seed the calling thread's generator, which makes all draws without rng.

    Parameters
    ----------
    n : int or None
        Any integer, of any size and sign: each gives a stream of its own. None
        seeds from the operating system, the default in every thread and in every
        forked child.

    Raises
    ------
    TypeError
        If n is neither an integer nor None. The generator is then unchanged.

    Notes
    -----
    A seed gives the same draws on every platform and in every release. The
    generator is PCG XSL 128/64 (MCG), `pcg64_fast` in O'Neill's C++ library. Its
    state is the first 16 bytes of hashlib.sha256(b"%x" % n).digest(), in
    little-endian order, with the lowest bit set. It is not cryptographically secure.
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
    tie1: SupportsIndex | None = None,
    tie2: SupportsIndex | None = None,
    floor: SupportsIndex = 1,
    rng: _RNG = None,
) -> tuple[int, int, int]:
    """Play matches of tic-tac-toe between two tables of weights, which learn.

    Parameters
    ----------
    weights1, weights2 : buffer of int64, shape (19683, 9)
        The tables of player one, who begins, and player two: writable, native and
        C-contiguous. Row n belongs to the board whose cells, 0 for empty, 1 and 2
        for the players' marks, are the base-3 digits of n, the first cell's most
        significant; its nine numbers are the weights of the nine moves. Both may
        be the same table: player one moves when an even number of cells is
        taken, player two when an odd number is.
    matches : int
        The number of matches, 0 or more.
    train1, train2 : bool, default True
        Whether the player's table learns.
    reward : int, default 3
        Added to the weight of each of the winner's moves; 0 or more.
    penalty : int, default -1
        Added to the weight of each of the loser's moves; 0 or less.
    tie1, tie2 : int or None, default None
        Added after a tie to the weights of player one's moves and of player two's.
        None is the penalty for player one and the reward for player two.
    floor : int, default 1
        No negative amount takes a weight below this; 1 or more. Weights already
        there or below are unchanged.
    rng : numpy Generator or BitGenerator, random.Random, or None, default None
        The source of random words, as for `choose`.

    Returns
    -------
    tuple of three ints
        The numbers of player one's wins, player two's wins, and ties.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If a table has another shape, is read-only or not C-contiguous; if the
        tables partly overlap; if a weight is negative, a taken cell's weight is
        not 0, or all weights of an unfinished board are 0; if matches or reward
        is negative, penalty positive, or floor below 1.
    OverflowError
        If nine times the largest weight plus matches times the largest amount
        exceeds 2**63 - 1.

    On error, nothing is changed and no random word is consumed.

    Notes
    -----
    Moves, forced ones included, are drawn in turn as `choose` draws from the same
    rows: a seed gives the same matches as a loop in Python, however many are
    played per call.

    A call takes about 0.1 milliseconds, plus less than 0.1 microseconds per match.
    The matches are played without the GIL, unless rng is a random.Random: do not
    write to the tables meanwhile; such writes may be lost. Ctrl-C takes effect
    between calls: play at most a million matches in each.
    """

@final
class Weights:
    """Weights that stay and change, and exact draws from them.

    Drawing and changing a weight take time logarithmic in the number of weights:
    20 to 60 nanoseconds for up to 100,000. If the weights are new for every draw,
    use `choose`.

    Parameters
    ----------
    weights : sequence of numbers
        The weights, as for `choose`, but they may be empty or all 0. They are
        copied.

    Raises
    ------
    ValueError, OverflowError, TypeError
        As `choose`.
    MemoryError
        If they do not fit in memory. As with every method, a call that raises
        leaves the weights unchanged.

    Notes
    -----
    Integer weights are drawn exactly: for the same seed, `w.choose()` returns the
    index that `choose(list(w))` returns, and consumes the same random words. Their
    sum may be up to 2**128 - 1.

    Once a float is stored, all weights are floats. Probabilities are then off by
    the rounding of the sums, some 2**-50 at most.

    Rounding errors do not accumulate: after any changes, draws are those of a new
    instance with the same weights.

    Integers take up to 9 bytes each if there are 1,000 or more and their sum is
    below 2**63, else up to 18; floats up to 10.

    Two instances are equal if both hold integers or both floats, and the same
    values. They can be copied, pickled and iterated over. While a thread draws many
    at a time, or draws with a random.Random, changing the weights raises
    RuntimeError.
    """

    def __new__(cls, weights: _Weights, /) -> Self: ...
    def choose(self, /, rng: _RNG = None) -> int:
        """Draw an index i with probability w[i] / w.total.

        Parameters
        ----------
        rng : numpy Generator or BitGenerator, random.Random, or None, default None
            The source of random words, as for the function `choose`.

        Returns
        -------
        int
            The index. Its weight is never 0.

        Raises
        ------
        ValueError
            If there are no weights, or all are 0. No random word is consumed then.
        """

    @overload
    def choices(
        self, k: SupportsIndex, /, *, out: None = None, rng: _RNG = None
    ) -> NDArray[np.int64]:
        """Draw k indices, as k calls of choose() would.

        Parameters
        ----------
        k : int
            How many, 0 or more.
        out : writable contiguous buffer of int64, shape (k,), or None, default None
            Where the indices are written.
        rng : numpy Generator or BitGenerator, random.Random, or None, default None
            The source of random words, as for the function `choose`.

        Returns
        -------
        ndarray of int64, shape (k,), or out
            The indices.

        Raises
        ------
        ValueError
            If there are no weights, or all are 0, if k is negative, or if out does not
            have k items. Nothing is written to out then.
        TypeError
            If k is not an integer, or out is not such a buffer.

        Notes
        -----
        This is faster than k calls: memory accesses of several draws overlap. The GIL
        is released, unless rng is a random.Random or k is small; changing the weights
        meanwhile raises RuntimeError. Without out, numpy is imported.
        """

    @overload
    def choices(self, k: SupportsIndex, /, *, out: _Out, rng: _RNG = None) -> _Out: ...
    def sample(self, k: SupportsIndex, /, *, rng: _RNG = None) -> NDArray[np.int64]:
        """Draw k different indices, as if each weight drawn were set to 0.

        The weights are the same afterwards.

        Parameters
        ----------
        k : int
            How many, from 0 up to the number of positive weights.
        rng : numpy Generator or BitGenerator, random.Random, or None, default None
            The source of random words, as for the function `choose`.

        Returns
        -------
        ndarray of int64, shape (k,)
            The indices, in the order drawn.

        Raises
        ------
        ValueError
            If k is negative, or fewer than k weights are positive. No random word is
            consumed then.
        TypeError
            If k is not an integer.

        Notes
        -----
        This takes as long as k draws and k changes, and at most a pass over the weights.
        The GIL is released, unless rng is a random.Random or k is small; using the
        weights meanwhile raises RuntimeError. numpy is imported.
        """

    def find(self, point: SupportsIndex | SupportsFloat, /) -> int:
        """Find the first index whose running sum exceeds a point.

        Parameters
        ----------
        point : int or float
            From 0 up to but not including the total.

        Returns
        -------
        int
            The index. Its weight is never 0.

        Raises
        ------
        ValueError
            If the point is negative, or not below the total.
        OverflowError
            If the point is an integer of 2**128 or more.
        TypeError
            If the point is not a number.

        Notes
        -----
        For a uniform random integer below the total of integers, this is `choose`, and
        takes as long. Running sums of floats are rounded.
        """

    def update(self, indices: Iterable[SupportsIndex], weights: _Weights, /) -> None:
        """Set many weights, all or none: w[i] = x for each index i and weight x.

        Parameters
        ----------
        indices : sequence of ints, shape (n,)
            Which weights. Negative indices count from the end. If an index occurs more
            than once, its last weight wins.
        weights : sequence of numbers, shape (n,)
            The new weights, as for `choose`.

        Raises
        ------
        ValueError, OverflowError, TypeError
            As `choose`, with the position among the new weights; or if there are not
            as many indices as weights.
        IndexError
            If an index is out of range.

        Nothing is changed then.
        """

    def append(self, weight: SupportsIndex | SupportsFloat, /) -> None:
        """Add a weight at the end.

        Parameters
        ----------
        weight : int or float
            The weight, as an item of those for `choose`.

        Raises
        ------
        ValueError, OverflowError, TypeError
            As `choose`.
        """

    @property
    def total(self) -> int | float:
        """The sum of the weights.

        An int, or for floats a float, which is infinite if the sum overflows.
        """

    def __len__(self) -> int: ...
    def __getitem__(self, index: SupportsIndex, /) -> int | float: ...
    def __setitem__(
        self, index: SupportsIndex, weight: SupportsIndex | SupportsFloat, /
    ) -> None: ...
    def __delitem__(self, index: SupportsIndex, /) -> NoReturn: ...
    def __iter__(self) -> Iterator[int | float]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
