"""The two ways of drawing, each by itself: the quick one, which reads objects' own fields where
their layout is known, and the one by public calls, which everything else gets. The quick one is
taken where it should be, and draws what the other draws.

This needs the module built with the feature `test-hooks`, whose path CHOOSER_HOOKS names:

    PYTHON_SYS_EXECUTABLE=python3.11 cargo build --features test-hooks --target-dir DIRECTORY
    CHOOSER_HOOKS=DIRECTORY/debug/libchooser.so
"""

from __future__ import annotations

import array
import itertools
import math
from fractions import Fraction

import model
import numpy as np
import pytest
import weight_holders
from hooks_loader import loaded
from hypothesis import given
from hypothesis import strategies as st
from module_support import LAYOUTS_ARE_KNOWN
from test_properties import item_lists, numbers_in_memory, seeds
from weight_holders import by_name


@pytest.fixture(scope="session")
def hooks():
    module = loaded()
    # The types that are no static part of the interpreter are learned when one is seen first.
    module._choose_slowly(np.ones(1))
    module._choose_slowly(array.array("b", [1]))
    for kind in NUMPY_SCALARS:
        module._choose_slowly([kind(1)])
    return module


NUMPY_SCALARS = [
    *(np.float64, np.float32, np.float16, np.int64, np.int32, np.int16, np.int8),
    *(np.uint64, np.uint32, np.uint16, np.uint8),
]


def draws(choose, hooks, weights, seed=5, count=10):
    hooks.seed(seed)
    return [choose(weights) for _ in range(count)]


def check_quick(hooks, weights):
    quick = draws(hooks._choose_quickly, hooks, weights)
    slow = draws(hooks._choose_slowly, hooks, weights)
    assert None not in slow
    assert quick == (slow if LAYOUTS_ARE_KNOWN else [None] * len(slow))
    assert draws(hooks.choose, hooks, weights) == slow


WEIGHTS = [0, 3, 1, 0, 5, 2, 7, 0, 6]
LENGTHS = [1, 2, 9, 15, 16, 17, 31, 32, 33, 64, 65, 1000, 1024, 1025]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("make", [list, tuple])
def test_small_ints_in_a_list_or_tuple_are_drawn_from_quickly(hooks, make, length):
    for largest in (1, 9, 2**15, 2**29, 2**30 - 1):
        weights = [(index + 1) * largest // length for index in range(length)]
        check_quick(hooks, make(weights))
        check_quick(hooks, make([0] * (length - 1) + [largest]))
        # Ints that are not among those kept for good.
        check_quick(hooks, make([int(str(largest)) for _ in range(length)]))


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("make", [list, tuple])
def test_floats_in_a_list_or_tuple_are_drawn_from_quickly(hooks, make, length):
    for largest in (1.0, 1e-9, 5e-324, 1.7e308, 0.1):
        check_quick(hooks, make([largest] * length))
        check_quick(hooks, make([-0.0] * (length - 1) + [largest]))


MIXES = {
    "ints and floats": [int, float],
    "bools": [bool],
    "bools and ints": [bool, int, int],
    "ints, then a float": [*[int] * 1024, float],
    **{kind.__name__: [kind] for kind in NUMPY_SCALARS},
    "integers of all kinds": [int, bool, *NUMPY_SCALARS[3:]],
    "numbers of all kinds": [np.float64, int, float, *NUMPY_SCALARS, bool],
}


@pytest.mark.parametrize("kinds", by_name(MIXES.items()))
@pytest.mark.parametrize("make", [list, tuple])
def test_any_mix_of_numbers_in_a_list_or_tuple_is_drawn_from_quickly(hooks, make, kinds):
    for length in LENGTHS:
        numbers = (WEIGHTS * length)[1 : length + 1]
        kinds_in_turn = itertools.cycle(kinds)
        check_quick(hooks, make([kind(number) for kind, number in zip(kinds_in_turn, numbers)]))


def test_the_largest_of_numpys_integers_are_drawn_from_quickly(hooks):
    for kind in NUMPY_SCALARS[3:]:
        for others in ([], [0.5], [kind(0)] * 20):
            check_quick(hooks, [kind(np.iinfo(kind).max), *others])


@pytest.mark.parametrize("layout", ["ndarray", "memoryview", "read-only ndarray"])
@pytest.mark.parametrize("dtype", [*weight_holders.INTEGER_DTYPES, *weight_holders.FLOAT_DTYPES])
def test_native_numbers_in_memory_are_drawn_from_quickly(hooks, dtype, layout):
    make = weight_holders.LAYOUTS[layout]
    most = weight_holders.INTEGER_DTYPES.get(dtype, 9)
    for length in LENGTHS:
        weights = [min(weight, most) for weight in (WEIGHTS * length)[1 : length + 1]]
        check_quick(hooks, make(weights, dtype))
        check_quick(hooks, make([0] * (length - 1) + [most], dtype))


@pytest.mark.parametrize("code", [*weight_holders.INTEGER_TYPECODES, "f", "d"])
def test_an_array_is_drawn_from_quickly(hooks, code):
    for weights in (WEIGHTS, WEIGHTS * 5, [1]):
        check_quick(hooks, array.array(code, weights))
        check_quick(hooks, memoryview(array.array(code, weights)))
        check_quick(hooks, weight_holders.PlainArray(code, weights))


def test_a_single_number_is_drawn_from_quickly_whatever_its_stride(hooks):
    check_quick(hooks, np.arange(1, 100)[::200])
    check_quick(hooks, np.arange(1, 100)[::-200])


class SubclassOfFloat64(np.float64):
    """A subclass that changes nothing."""


def released():
    view = memoryview(bytearray(b"123"))
    view.release()
    return view


def released_below():
    """A view that lives on when the one it was taken from is released."""
    view = memoryview(bytearray(b"123"))
    part = view[1:]
    part.release()
    return part


# Of a known layout, but refused, or drawn from only as a copy.
ODD = {
    "empty list": list,
    "empty ndarray": lambda: np.array([]),
    "all zero": lambda: [0, 0],
    "all zero ndarray": lambda: np.zeros(9),
    "negative float": lambda: [1.0, -1.0],
    "nan in an ndarray": lambda: np.array([1.0, math.nan]),
    "inf in an array": lambda: array.array("f", [math.inf]),
    "strided": lambda: np.ones(9)[::2],
    "strided memoryview": lambda: memoryview(b"123456")[::2],
    "unaligned": lambda: weight_holders.unaligned([1, 2], "i8"),
    "truth values of 2 in a memoryview": lambda: memoryview(b"\2\1").cast("?"),
}

LEFT_ALONE = {
    "unaligned memoryview": lambda: memoryview(weight_holders.unaligned([1, 2], "i8")),
    "negative int": lambda: [1, -1],
    "negative int among floats": lambda: [1.0, -1],
    "negative number of numpy's": lambda: [np.int64(1), np.int64(-1)],
    "negative number of numpy's among floats": lambda: [1.0, np.int8(-1)],
    "large int among floats": lambda: [1.0, 2**60],
    "truth value of numpy's": lambda: [1, np.True_],
    "wide float of numpy's": lambda: [1, np.longdouble(1)],
    "complex number of numpy's": lambda: [1, np.complex128(1)],
    "span of time of numpy's": lambda: [1, np.timedelta64(1)],
    "subclass of int": lambda: [weight_holders.Int(1)],
    "subclass of float": lambda: [weight_holders.Float(1)],
    "subclass of a float of numpy's": lambda: [SubclassOfFloat64(1)],
    "fraction": lambda: [1.0, Fraction(1, 2)],
    "str": lambda: "123",
    "subclass of list": lambda: weight_holders.PlainList([1, 2]),
    "list with its own __iter__": lambda: weight_holders.ListWithOwnIter([1, 2]),
    "subclass of ndarray": lambda: np.ones(3).view(weight_holders.Subclass),
    "masked array": lambda: np.ma.array([1, 2]),
    "two dimensions": lambda: np.ones((3, 3)),
    "two dimensions in a memoryview": lambda: memoryview(np.ones((3, 3))),
    "swapped": lambda: weight_holders.swapped([1, 2], "i4"),
    "complex": lambda: np.ones(3, complex),
    "dates": lambda: np.ones(3, "M8[s]"),
    "objects": lambda: np.array([1, 2], object),
    "characters in an array": lambda: array.array(weight_holders.CHARACTER, "123"),
    "released memoryview": released,
    "released part of a memoryview": released_below,
}


@pytest.mark.parametrize("make", by_name((k, v) for k, v in ODD.items()))
def test_what_has_a_known_layout_is_drawn_from_or_refused_as_by_public_calls(hooks, make):
    weights = make()
    assert (outcome(hooks._choose_quickly, weights) is not None) == LAYOUTS_ARE_KNOWN
    check_alike(hooks, weights)


@pytest.mark.parametrize("make", by_name((k, v) for k, v in LEFT_ALONE.items()))
def test_what_needs_a_closer_look_is_left_to_public_calls_and_costs_no_word(hooks, make):
    weights = make()
    hooks.seed(5)
    assert hooks._choose_quickly(weights) is None
    generator = model.Generator.of_seed(5)
    equal = memoryview(bytes([1]) * 256)
    assert [hooks.choose(equal) for _ in range(8)] == [generator.word() >> 56 for _ in range(8)]


def test_pointers_to_numbers_and_pairs_are_left_to_public_calls(hooks):
    testbuffer = pytest.importorskip("_testbuffer")
    weights = testbuffer.ndarray([1, 2, 3], shape=[3], format="q", flags=testbuffer.ND_PIL)
    assert hooks._choose_quickly(memoryview(weights)) is None
    pairs = testbuffer.ndarray([(1, 2)], shape=[1], format="hh")
    assert hooks._choose_quickly(memoryview(pairs)) is None


def outcome(function, weights):
    try:
        return function(weights)
    except (ValueError, TypeError, OverflowError) as error:
        return type(error), str(error)


def check_alike(hooks, weights, seed=5):
    """The quick way draws what the other draws, or leaves the weights to it."""
    hooks.seed(seed)
    slow = [outcome(hooks._choose_slowly, weights) for _ in range(3)]
    hooks.seed(seed)
    quick = [outcome(hooks._choose_quickly, weights) for _ in range(3)]
    assert quick in (slow, [None] * 3)
    hooks.seed(seed)
    assert [outcome(hooks.choose, weights) for _ in range(3)] == slow


@given(items=item_lists(), make=st.sampled_from([list, tuple]), seed=seeds)
def test_both_ways_draw_the_same_from_any_items(hooks, items, make, seed):
    check_alike(hooks, make(items), seed)


@given(numbers=numbers_in_memory(), seed=seeds)
def test_both_ways_draw_the_same_from_any_numbers_in_memory(hooks, numbers, seed):
    dtype, values, layout = numbers
    check_alike(hooks, weight_holders.LAYOUTS[layout](values, dtype), seed)
