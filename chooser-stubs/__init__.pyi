"""Exact, seeded weighted draws, and whole matches of tic-tac-toe played with them.

choose draws an index by its weight, choose_rows one for each row of a table, Weights are weights
that stay and change; seed makes draws repeat, play plays matches."""

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
    """Whatever gives a number at each index. Some of it is refused only when called: `bytes`,
    `bytearray`, mappings whose keys are integers, ndarrays of more dimensions."""

    def __getitem__(self, index: int, /) -> SupportsIndex | SupportsFloat: ...

_RNG: TypeAlias = np.random.Generator | np.random.BitGenerator | random.Random | None

def choose(weights: _Weights, /, rng: _RNG = None) -> int:
    """Draw an index i with probability weights[i] / sum(weights).

    Parameters
    ----------
    weights : sequence of numbers
        One or more numbers, none negative: a list, tuple, range, array.array,
        memoryview, one-dimensional ndarray of integers, floats or bools, or any
        other sequence, which is read by iteration. An item is asked for
        __index__, or else for __float__. Native contiguous memory is not copied:
        no other thread may write to it meanwhile without the GIL.
    rng : numpy Generator or BitGenerator, random.Random, or None, default None
        Where the random words come from. None is the calling thread's generator
        (see `seed`). Of a numpy generator, a word is what next_uint64 of its bit
        generator gives, with the lock held; of a random.Random, what its
        getrandbits(64) gives, which is called once the weights are read. What
        other libraries offer by numpy's C interface is taken, too.

    Returns
    -------
    int
        The index. One of weight 0 is never drawn.

    Raises
    ------
    ValueError
        If there are no weights, all are 0, or one is negative, infinite or NaN;
        or if rng.getrandbits(64) gives no 64-bit word.
    OverflowError
        If an integer, or the sum of the integers, is 2**128 or more.
    TypeError
        If weights are text, bytes, a mapping, a set, an iterator, a masked array
        or not of one dimension, if an item is not a real number, or if rng is
        none of the above.

    The message names the weight and its index, and no random word is used up,
    unless it is rng that fails.
    Exceptions raised by code of the weights or of rng pass through.

    Notes
    -----
    Integers are drawn exactly. If any weight is a float, all are taken as floats,
    and a probability is off by the rounding of the sums, about 2**-53 a weight.

    The same words and the same integers give the same draws, whatever holds them,
    on every platform and in every release. For integers, a point below the sum is
    drawn by Lemire's multiplication with rejection (2019) from one 64-bit word, or
    the next if it is rejected; from two at a time, the first the upper half, if
    the sum is 2**64 or more. For floats, whose sums are formed in blocks of 32, it
    is the upper 53 bits of one word, over 2**53, times the sum. The index is the
    first whose running sum is above the point.

    Nine weights in a list or array take about 30 ns; of many, each takes about
    1 ns in a list, less in an array. With a numpy generator, whose lock has to be
    taken, a draw takes about 100 ns, half of what its random() does.
    """

class _Table(Protocol):
    """Rows of weights: an array of two dimensions, or whatever gives a row at each index."""

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
        Where the random words come from, as for `choose`.
    uniforms : sequence of m floats, or None, default None
        Numbers from 0 up to, not including, 1, which are taken instead of random
        words: the same numbers for two tables make their draws comparable.
    out : writable contiguous buffer of int64, shape (m,), or None, default None
        Where the indices are written.

    Returns
    -------
    ndarray of int64, shape (m,), or out
        An index for each row.

    Raises
    ------
    TypeError, ValueError, OverflowError
        As `choose`, with the row before the message. ValueError, too, if uniforms
        or out do not have m items, or a uniform is not in [0, 1). TypeError if both
        rng and uniforms are given.

    No random word is used up then, unless it is rng that fails, and nothing
    written to out.

    Notes
    -----
    The indices are those of [choose(row, rng) for row in table]. With uniforms,
    the weights are taken as floats, and the point is uniform * sum.

    Of large tables, memory is read without the GIL, unless rng is a random.Random:
    nobody is to write to table, uniforms or out meanwhile. The lock of a numpy
    generator is held for some milliseconds at a time, between which Ctrl-C is
    heard, and words are used then. Without out, numpy is imported.

    A row of nine floats takes about 5 ns, longer ones 0.2 to 0.6 ns a weight; with
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
    """Seed the calling thread's generator, from which choose and play draw.

    Parameters
    ----------
    n : int or None
        Any integer, of any size and sign: each gives a stream of its own. None
        seeds from the operating system, the default in every thread and in every
        forked child.

    Raises
    ------
    TypeError
        If n is neither an integer nor None. The stream then goes on as it was.

    Notes
    -----
    A seed gives the same draws on every platform and in every release. The
    generator is PCG XSL 128/64 (MCG), `pcg64_fast` in O'Neill's C++ library. Its
    state is the first 16 bytes of hashlib.sha256(b"%x" % n).digest(), in
    little-endian order, with the lowest bit set. It is not for cryptography.
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
        for the players' stones, are the base-3 digits of n, the first cell's most
        significant; its nine numbers are the weights of the nine moves. Both may
        be the same table: player one moves where an even number of cells is
        taken, player two where an odd number is.
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
        The weight at which a negative amount stops; 1 or more. A weight that is
        there or below stays as it is.
    rng : numpy Generator or BitGenerator, random.Random, or None, default None
        Where the random words come from, as for `choose`.

    Returns
    -------
    tuple of three ints
        The matches that player one won, that player two won, and ties.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a table has another shape, is read-only or not C-contiguous; if the
        tables overlap in part; if a weight is negative, a taken cell has a
        weight, or no move has one where the match goes on; if matches or reward
        is negative, penalty positive, or floor below 1.
    OverflowError
        If nine times the largest weight plus matches times the largest amount
        passes 2**63 - 1.

    Nothing is changed then, and no random word is used up.

    Notes
    -----
    Moves are drawn in turn as `choose` draws from the same rows, forced moves
    too: a seed gives the same matches as a loop in Python, however many are
    played in one call.

    A call takes about 0.1 milliseconds, and less than 0.1 microseconds a match. The
    matches are played without the GIL, unless rng is a random.Random: do not write
    to the tables meanwhile; such writes may be lost. To hear Ctrl-C, play at most
    a million matches at a time.
    """

@final
class Weights:
    """Weights that stay and change, and exact draws from them.

    A draw, and a change of a weight, take time that grows with the logarithm of
    the number of weights: some tens of nanoseconds for up to a million. For weights
    that are new at every draw, `choose` is the better tool.

    Parameters
    ----------
    weights : sequence of numbers
        The weights, as `choose` takes them; but there may be none, or none that is
        positive. They are copied.

    Raises
    ------
    ValueError, OverflowError, TypeError
        As `choose`.
    MemoryError
        If they do not fit. Here as for every method, nothing is changed by what is
        refused.

    Notes
    -----
    Integers are drawn exactly: `w.choose()` gives the index that `choose(list(w))`
    gives for the same seed, and uses the same random words. Their sum may be up to
    2**128 - 1.

    Once a float has come in, all are floats. A probability is off by the rounding
    of the sums, some 2**-50 at most.

    Nothing drifts: whatever happened to the weights, they draw as new ones of the
    same numbers would.

    Integers take up to 9 bytes each if there are 1,000 or more and their sum is
    below 2**63, else up to 18; floats up to 10.

    Weights are equal if they are of the same kind, integers or floats, and of the
    same numbers. They can be copied and pickled, and iterated over. While one
    thread draws many at a time, or draws with a random.Random, nobody else can
    change the weights: they get a RuntimeError.
    """

    def __new__(cls, weights: _Weights, /) -> Self: ...
    def choose(self, /, rng: _RNG = None) -> int:
        """Draw an index i with probability w[i] / w.total.

        Parameters
        ----------
        rng : numpy Generator or BitGenerator, random.Random, or None, default None
            Where the random words come from, as for the function `choose`.

        Returns
        -------
        int
            The index. One of weight 0 is never drawn.

        Raises
        ------
        ValueError
            If there are no weights, or all are 0. No random word is used up then.
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
            Where the random words come from, as for the function `choose`.

        Returns
        -------
        ndarray of int64, shape (k,), or out
            The indices.

        Raises
        ------
        ValueError
            If there are no weights, or all are 0, if k is negative, or out has not k
            items. Nothing is written to out then.
        TypeError
            If k is no integer, or out no such buffer.

        Notes
        -----
        This is quicker than k calls: the walks to several weights wait for memory
        together. Other threads run meanwhile, unless rng is a random.Random or k is
        small; who would change the weights gets a RuntimeError. Without out, numpy is
        imported.
        """

    @overload
    def choices(self, k: SupportsIndex, /, *, out: _Out, rng: _RNG = None) -> _Out: ...
    def sample(self, k: SupportsIndex, /, *, rng: _RNG = None) -> NDArray[np.int64]:
        """Draw k different indices, as if each weight drawn were set to 0.

        Afterwards the weights are as before.

        Parameters
        ----------
        k : int
            How many, from 0 up to the number of positive weights.
        rng : numpy Generator or BitGenerator, random.Random, or None, default None
            Where the random words come from, as for the function `choose`.

        Returns
        -------
        ndarray of int64, shape (k,)
            The indices, in the order drawn.

        Raises
        ------
        ValueError
            If k is negative, or fewer than k weights are positive. No random word is
            used up then.
        TypeError
            If k is no integer.

        Notes
        -----
        Other threads run meanwhile, unless rng is a random.Random or k is small; who
        would use the weights gets a RuntimeError. numpy is imported.
        """

    def find(self, point: SupportsIndex | SupportsFloat, /) -> int:
        """The first index whose running sum is above a point.

        Parameters
        ----------
        point : int or float
            From 0 up to, not including, the total.

        Returns
        -------
        int
            The index. One of weight 0 is never found.

        Raises
        ------
        ValueError
            If the point is negative, or not below the total.
        TypeError
            If the point is no number.

        Notes
        -----
        For a uniform integer below the total of integers, this is `choose`. Of floats,
        running sums are rounded.
        """

    def update(self, indices: Iterable[SupportsIndex], weights: _Weights, /) -> None:
        """Set many weights: w[i] = x for each index i and weight x, or none.

        Parameters
        ----------
        indices : sequence of ints, shape (n,)
            Which weights. Negative ones count from the end. Of an index that is there
            more than once, the last weight counts.
        weights : sequence of numbers, shape (n,)
            What they are set to, as `choose` takes weights.

        Raises
        ------
        ValueError, OverflowError, TypeError
            As `choose`, with the place among the new weights; or if there are not as
            many indices as weights.
        IndexError
            If an index is out of range.

        Nothing is changed then.
        """

    def append(self, weight: SupportsIndex | SupportsFloat, /) -> None:
        """Add a weight at the end.

        Raises
        ------
        ValueError, OverflowError, TypeError
            As `choose`.
        """

    @property
    def total(self) -> int | float:
        """The sum of the weights.

        An int; of floats a float, which is infinite if the sum overflows.
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
