"""A draw from each row of a table: as from one row after the other, or at given uniforms."""

from __future__ import annotations

import array
import asyncio
import copy
import random
import signal
import sys
import threading
import time
from fractions import Fraction

import model
import numpy as np
import pytest
import weight_holders
from module_support import Meddler, can_be_locked, fingerprint, model_fingerprint
from weight_holders import by_name

import chooser
from chooser import choose, choose_rows

# Each row has one index that can be drawn: 1, 2 and 0.
TABLE = np.array([[0, 1, 0], [0, 0, 2], [3, 0, 0]], np.int64)
DTYPES = [*weight_holders.INTEGER_DTYPES, *weight_holders.FLOAT_DTYPES]


def numbers(rows, columns, dtype):
    """A table of small weights with zeros here and there, the last column none."""
    table = np.arange(rows * columns).reshape(rows, columns) * 7919 % 5
    table[:, -1:] = 1
    return table.astype(dtype)


LAYOUTS = {
    "C": lambda table: table,
    "Fortran": np.asfortranarray,
    "every second column": lambda table: table.repeat(2, axis=1)[:, ::2],
    "every second row": lambda table: table.repeat(2, axis=0)[::2],
    "upside down": lambda table: table[::-1].copy()[::-1],
    "mirrored": lambda table: table[:, ::-1].copy()[:, ::-1],
    "swapped": lambda table: table.astype(table.dtype.newbyteorder()),
    "unaligned": lambda table: weight_holders.unaligned(table.ravel(), table.dtype).reshape(
        table.shape
    ),
    "read-only": lambda table: weight_holders.read_only(table, table.dtype),
    "memoryview": memoryview,
    "one row again and again": lambda table: np.broadcast_to(table[:1], table.shape),
}


def check(table, rows):
    """`table` has these rows, which are drawn from as by single draws, whatever draws."""
    for make in (lambda: None, lambda: np.random.PCG64(1), lambda: random.Random(1)):
        ends = []
        for way in ("single draws", "rows"):
            rng = make()
            chooser.seed(5)
            if way == "rows":
                drawn = choose_rows(table, rng=rng)
                assert drawn.dtype == np.int64
                drawn = drawn.tolist()
            else:
                drawn = [choose(row, rng) for row in rows]
            ends.append((drawn, fingerprint(), [choose([1] * 99, rng) for _ in range(9)]))
        assert ends[0] == ends[1]


@pytest.mark.parametrize("layout", by_name(LAYOUTS.items()))
@pytest.mark.parametrize("dtype", DTYPES)
def test_an_array_is_drawn_from_row_by_row(dtype, layout):
    for rows, columns in [(7, 9), (4, 1), (1, 16), (5, 17), (3, 100), (2, 1500)]:
        table = numbers(rows, columns, dtype)
        held = layout(table)
        check(held, table if isinstance(held, memoryview) else held)


SEQUENCES = {
    "lists": [[1, 2], [0, 0, 3], [4]],
    "floats": [[0.5, 2.0], [0.0, 0.25, 3.0]],
    "types in turns": [[1, 2], [0.5, 1], (3, 4), [2**64, 1], [True, False], [2**127, 2**127 - 1]],
    "arrays": [np.arange(5), np.ones(3, np.float32), array.array("B", [1, 2]), memoryview(b"\1\2")],
    "many weights": [range(1, 100), [1] * 40, [0.5] * 40, np.arange(1000)],
    "fractions": [[Fraction(1, 3), 1], [Fraction(2), 0.5]],
    "a tuple": ([1, 2], [3]),
    "an array of objects": np.array([[1, Fraction(1, 2)], [3, 4]], object),
    "an array of lists": np.array([[1, 2], [3], None], object)[:2],
    "a column of largest integers": [[2**64 - 1], [2**128 - 1], [2**60]],
}


@pytest.mark.parametrize("rows", SEQUENCES.values(), ids=SEQUENCES)
def test_a_sequence_of_rows_is_drawn_from_row_by_row(rows):
    check(rows, rows)


def test_rows_with_zeros_at_their_ends_are_drawn_from_as_single_ones():
    table = np.zeros((1000, 9))
    table[np.arange(1000), np.arange(1000) % 9] = 0.1
    np.testing.assert_array_equal(choose_rows(table), np.arange(1000) % 9)
    np.testing.assert_array_equal(choose_rows(table.astype(bool)), np.arange(1000) % 9)
    np.testing.assert_array_equal(choose_rows(table.tolist()), np.arange(1000) % 9)


@pytest.mark.parametrize("table", [[], (), np.empty((0, 9)), np.empty((0, 0), int)])
def test_a_table_without_rows_gives_no_indices(table):
    chooser.seed(5)
    assert choose_rows(table).shape == (0,)
    assert choose_rows(table, uniforms=[0.5][1:], out=array.array("q")) == array.array("q")
    assert fingerprint() == model_fingerprint(model.Generator.of_seed(5))


def test_frequencies_are_in_proportion():
    weights = np.array([6, 3, 0, 12, 6, 1, 0, 9, 6])
    chooser.seed(2020)
    for table in (np.tile(weights, (100_000, 1)), np.tile(weights / 7, (100_000, 1))):
        counts = np.bincount(choose_rows(table).astype(np.intp), minlength=9)
        expected = weights / weights.sum() * len(table)
        assert counts[[2, 6]].sum() == 0
        positive = expected > 0
        # Chi-square of 6 degrees of freedom: 22.5 is passed once in a thousand times.
        assert ((counts - expected)[positive] ** 2 / expected[positive]).sum() < 22.5


# ---- large tables --------------------------------------------------------------------------------


def large_table(layout):
    """More than is copied at once; the part that is read without the GIL is larger."""
    table = np.ones((20_000, 16), np.uint8)
    table[:, ::3] = 0
    return layout(table)


@pytest.mark.parametrize(
    "layout", [lambda table: table, np.asfortranarray, lambda t: t.astype(bool)]
)
def test_a_large_table_is_drawn_from_as_a_small_one(layout):
    table = large_table(layout)
    for make in (lambda: None, lambda: np.random.PCG64(1), lambda: random.Random(1)):
        chooser.seed(5)
        rng = make()
        expected = [
            choose_rows(table[start : start + 99], rng=rng) for start in range(0, 20_000, 99)
        ]
        expected = (np.concatenate(expected).tolist(), fingerprint())
        chooser.seed(5)
        assert (choose_rows(table, rng=make()).tolist(), fingerprint()) == expected


@pytest.mark.parametrize("layout", [lambda table: table, np.asfortranarray])
def test_nothing_is_drawn_or_written_if_the_last_row_is_refused(layout):
    table = large_table(layout).astype(float)
    table[-1, 5] = -1
    table = layout(table)
    out = np.full(len(table), 7, np.int64)
    for rng in (None, np.random.PCG64(1), random.Random(1)):
        chooser.seed(5)
        before = copy.deepcopy(rng)
        with pytest.raises(ValueError, match=r"^row 19999: weights\[5\] is -1\.0: "):
            choose_rows(table, rng=rng, out=out)
        assert (out == 7).all()
        assert fingerprint() == model_fingerprint(model.Generator.of_seed(5))
        assert choose([1] * 999, rng=rng) == choose([1] * 999, rng=before) or rng is None


def test_many_rows_of_a_sequence_are_drawn_from_in_parts():
    count = 2**20 + 5
    rows = [[0, 1, 0], [0.0, 2.0]] * count
    del rows[count:]
    for options in ({}, {"rng": np.random.PCG64(1)}, {"uniforms": np.zeros(count)}):
        assert (choose_rows(rows, **options) == 1).all()
    table = np.zeros((count, 3), np.uint8)
    table[:, 1] = 1
    for options in ({}, {"rng": np.random.PCG64(1)}, {"uniforms": np.zeros(count)}):
        assert (choose_rows(table, **options) == 1).all()


def test_long_rows_are_checked_as_they_are_drawn_from():
    for wrong, where in [(-1e-300, 0), (float("nan"), 999), (float("inf"), 500), (-5.0, 998)]:
        table = np.ones((3, 1000))
        table[1, where] = wrong
        with pytest.raises(ValueError, match=rf"^row 1: weights\[{where}\] is "):
            choose_rows(table, rng=np.random.PCG64(1))
    for scale in (5e-324, 1e-300, 1.0, 1e300, 1.7e308):
        table = np.zeros((2, 1000))
        table[:, 990:] = scale
        assert (choose_rows(table, rng=np.random.PCG64(1)) >= 990).all()


def test_other_threads_run_while_a_large_table_is_read():
    table = np.ones((40_000, 999), np.uint8)
    ticks, done = [], threading.Event()

    def tick():
        while not done.wait(1e-4):
            ticks.append(time.perf_counter())

    def ticked_meanwhile(rng):
        begin = time.perf_counter()
        choose_rows(table, rng=rng)
        middle = (begin + time.perf_counter()) / 2  # ticks right after the draws prove nothing
        return any(begin < tick < middle for tick in ticks)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        for rng in (None, np.random.default_rng(1)):
            assert any(ticked_meanwhile(rng) for _ in range(100)), "the GIL was always held"
    finally:
        done.set()
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such timers")
def test_a_signal_is_heard_between_two_parts_and_its_exception_passes():
    class Heard(Exception):
        pass

    def hear(*_):
        free.append(can_be_locked(rng.bit_generator.lock))
        raise Heard

    table = np.asfortranarray(np.ones((400_000, 16), np.uint8))
    out = np.full(len(table), 7, np.int64)
    rng, free = np.random.default_rng(1), []

    def draw_on():
        for _ in range(1000):
            choose_rows(table, rng=rng, out=out)
            out[:] = 7

    before = signal.signal(signal.SIGALRM, hear)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.002)
        with pytest.raises(Heard):
            draw_on()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert (out == 7).all()
    assert free == [True]


# ---- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "exception", "why"),
    [
        ([[1], [1, -1]], ValueError, r"row 1: weights\[1\] is -1: a weight must not be negative"),
        ([[1], [0.5, float("inf")]], ValueError, r"row 1: weights\[1\] is inf: "),
        ([[1], []], ValueError, r"row 1: there are no weights \(length 0\): give at least one"),
        ([[0, 0]], ValueError, r"row 0: the weights are all 0 \(length 2\): "),
        ([[1], [2**128]], OverflowError, r"row 1: weights\[0\] is "),
        ([[2**127] * 2], OverflowError, r"row 0: the sum of the integer weights reaches 2\*\*128"),
        ([[1], ["1"]], TypeError, r"row 1: weights\[0\] is '1' \(str\): "),
        (
            [1, 2],
            TypeError,
            "row 0: weights must be a one-dimensional sequence of numbers, not int",
        ),
        (
            ["12"],
            TypeError,
            "row 0: weights must be a one-dimensional sequence of numbers, not str",
        ),
        ([np.ones((2, 2))], TypeError, "row 0: weights must be .* not 2-dimensional ndarray"),
        (np.array([[1, 2], [1, -1]]), ValueError, r"row 1: weights\[1\] is -1: "),
        (np.array([[1], [np.nan]]), ValueError, r"row 1: weights\[0\] is nan: "),
        (np.zeros((3, 2)), ValueError, r"row 0: the weights are all 0 \(length 2\)"),
        (np.empty((3, 0)), ValueError, r"row 0: there are no weights"),
        (np.array([[1], [0]], object), ValueError, r"row 1: the weights are all 0"),
    ],
)
def test_a_row_that_is_refused_is_named(rows, exception, why):
    chooser.seed(5)
    out = np.full(len(rows), 7, np.int64)
    for options in ({}, {"out": out}, {"uniforms": [0] * len(rows)}):
        with pytest.raises(exception, match=f"^{why}"):
            choose_rows(rows, **options)
    assert (out == 7).all()
    assert fingerprint() == model_fingerprint(model.Generator.of_seed(5))


class Frame:
    """Iterates over columns, as data frames do."""

    ndim = 2

    def __iter__(self):
        return iter([[1, 2], [3, 4]])

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return [1, 2]

    def to_numpy(self):
        return TABLE


@pytest.mark.parametrize(
    ("table", "given"),
    [
        (5, "int"),
        (None, "NoneType"),
        ("12", "str"),
        (b"12", "bytes"),
        ({}, "dict"),
        ({1}, "set"),
        (iter([[1]]), "list_iterator"),
        (np.ones(3), "1-dimensional ndarray"),
        (np.ones((2, 2, 2)), "3-dimensional ndarray"),
        (np.ones((2, 2), complex), "ndarray of format 'Zd'"),
        (np.ma.ones((2, 2)), "MaskedArray: fill it first"),
        (memoryview(b"12"), "1-dimensional memoryview"),
        (Frame(), r"Frame: take its to_numpy\(\)"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_by_what_it_is(table, given):
    why = "table must be two-dimensional, an array of numbers or a sequence of rows, not "
    with pytest.raises(TypeError, match=f"^{why}{given}$"):
        choose_rows(table)


def test_a_data_frames_array_is_drawn_from():
    pd = pytest.importorskip("pandas", reason="not every Python has wheels of it")
    with pytest.raises(TypeError, match=r"DataFrame: take its to_numpy\(\)$"):
        choose_rows(pd.DataFrame(TABLE))
    assert choose_rows(pd.DataFrame(TABLE).to_numpy()).tolist() == [1, 2, 0]


# ---- code of others ------------------------------------------------------------------------------


def test_exceptions_of_others_pass_as_they_are():
    loop = asyncio.new_event_loop()
    errors = [UnicodeDecodeError("utf8", b"x", 0, 1, "why"), KeyError("a"), ValueError("a\0\nb")]
    for error in errors:
        future = loop.create_future()
        future.set_exception(error)
        # Written in C, it raises the exception without a traceback.
        number = type("Number", (), {"__float__": future.result})()
        with pytest.raises(type(error)) as caught:
            choose_rows([[1], [number]])
        if type(error) is not ValueError:
            assert caught.value is error
        else:
            assert str(caught.value) == r"row 1: a\x00\nb"
    loop.close()


def test_code_of_the_rows_may_draw_and_change_the_rows():
    rows = [[1, 2], [1], [0, 3]]

    def meddle():
        choose_rows([[1, 2], [3, 4]])
        del rows[2:]

    rows[1].append(Meddler(meddle))
    assert choose_rows(rows).shape == (2,)


def test_code_of_a_random_may_spoil_results_and_nothing_else():
    table = np.ones((1000, 9))

    class Spoiling(random.Random):
        def getrandbits(self, bits):
            table[:] = 0
            with pytest.raises(ValueError, match="resize"):
                table.resize(0)
            return super().getrandbits(bits)

    assert set(choose_rows(table, rng=Spoiling(1))) <= set(range(9))
    assert not table.any()


def test_an_exception_of_a_random_passes_and_nothing_is_written():
    class Failing(random.Random):
        words = 10

        def getrandbits(self, bits):
            self.words -= 1
            if not self.words:
                raise ZeroDivisionError("own")
            return super().getrandbits(bits)

    out = np.full(100, 7, np.int64)
    for table in (np.ones((100, 3)), [[1, 2]] * 100):
        rng = Failing(1)
        with pytest.raises(ZeroDivisionError, match="own"):
            choose_rows(table, rng=rng, out=out)
        assert rng.words == 0
    assert (out == 7).all()
