"""What can hold weights, and that it makes no difference what does."""

from __future__ import annotations

import array
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from module_support import draws, model_draws
from weight_holders import SWAPPED, by_name, holders_of_floats, holders_of_integers

import chooser

WEIGHTS = [0, 3, 1, 0, 5, 2, 7, 0, 6]


@pytest.mark.parametrize(("make", "most"), by_name(holders_of_integers()))
def test_the_same_integers_draw_the_same_whatever_holds_them(make, most):
    for integers in (
        [min(weight, most) for weight in WEIGHTS],
        [1],
        [0, 1],
        [most, 0, most // 2],
        # More than are kept at once, and not a multiple of a block's.
        [min(weight, most) for weight in WEIGHTS * 11],
    ):
        expected = model_draws(integers, seed=7)
        assert draws(make(integers), seed=7) == expected
        assert draws(integers, seed=7) == expected


@pytest.mark.parametrize(("make", "dtype"), by_name(holders_of_floats()))
def test_the_same_floats_draw_the_same_whatever_holds_them(make, dtype):
    for floats in ([0.0, 0.5, 0.0, 2.25, 1.0, 3.5], [0.125], [*[0.25, 0.0, 1.5] * 13, 0.0]):
        expected = model_draws(floats, seed=7)
        assert draws(make(floats), seed=7) == expected
        assert draws(floats, seed=7) == expected
    assert np.finfo(dtype).bits in (16, 32, 64)


def test_a_range_is_weights():
    for weights in (range(9), range(1, 2), range(8, -1, -2), range(10**30, 10**30 + 5)):
        assert draws(weights, seed=5) == model_draws(weights, seed=5)


def test_every_byte_but_0_is_a_truth_value_that_weighs_1():
    for true in (1, 2, 255):
        memory = bytes([0, 1, true, 0])
        for weights in (np.frombuffer(memory, bool), memoryview(memory).cast("?")):
            assert draws(weights, seed=5) == model_draws([0, 1, 1, 0], seed=5)


@pytest.mark.filterwarnings("ignore:In future")  # numpy 2.0 of its truth values' __index__
def test_a_list_of_numpys_truth_values_is_weights():
    assert draws(list(np.array([0, 1, 1], bool)), seed=5) == model_draws([0, 1, 1], seed=5)


def test_integers_and_floats_can_be_mixed():
    weights = [1, 2.5, Fraction(1, 3), Decimal("0.7"), np.float32(0.1), np.int8(4), True, 2**100]
    for rotated in range(len(weights)):
        mixed = weights[rotated:] + weights[:rotated]
        assert draws(mixed, seed=rotated) == model_draws(mixed, seed=rotated)


def test_integers_beside_floats_are_rounded_as_float_rounds_them():
    huge = 2**127 + 2**74 + 1  # above the middle between two floats, by one
    weights = [huge, 1.0, huge]
    assert draws(weights, seed=5) == model_draws([float(huge), 1.0, float(huge)], seed=5)


def test_numpys_longdouble_numbers_are_read_as_floats():
    weights = [np.longdouble("0.1"), np.longdouble(2)]
    expected = model_draws([float(weights[0]), 2.0], seed=5)
    assert draws(weights, seed=5) == draws(np.array(weights), seed=5) == expected


def test_arrays_of_no_dimension_are_numbers():
    weights = [np.array(0.5), np.array(2), np.array(1.5, np.float32), np.array(3, np.uint8)]
    assert draws(weights, seed=5) == model_draws([0.5, 2.0, 1.5, 3.0], seed=5)


class Tensor:
    """As many libraries have it: its items are tensors of no dimension."""

    def __init__(self, array):
        self.array = np.asarray(array)
        self.ndim = self.array.ndim

    def __len__(self):
        return len(self.array)

    def __getitem__(self, index):
        return Tensor(self.array[index])

    def __index__(self):
        if self.array.dtype.kind != "i":
            raise TypeError("only integer tensors of a single element can be an index")
        return int(self.array)

    def __float__(self):
        return float(self.array)


def test_tensors_are_weights():
    for numbers in ([1, 0, 5], [0.5, 1.5]):
        for weights in (Tensor(numbers), list(Tensor(numbers))):
            assert draws(weights, seed=5) == model_draws(numbers, seed=5)
    with pytest.raises(TypeError, match="2-dimensional Tensor"):
        chooser.choose(Tensor([[1]]))


def test_numbers_of_a_librarys_own_type_are_read_as_floats():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    for dtype in (ml_dtypes.bfloat16, ml_dtypes.float8_e5m2, ml_dtypes.int4):
        weights = np.array([2, 0, 3], dtype)
        for given in (weights, list(weights)):
            assert draws(given, seed=5) == model_draws([2.0, 0.0, 3.0], seed=5)


@pytest.mark.parametrize("step", [-3, -2, -1, 2, 3])
@pytest.mark.parametrize(
    "dtype", ["uint8", "int64", f"{SWAPPED}i4", "float32", f"{SWAPPED}f8", "bool"]
)
def test_a_step_through_memory_reads_the_items_it_steps_on(step, dtype):
    weights = np.arange(50).astype(dtype)[::step]
    assert draws(weights, seed=step) == model_draws(weights.tolist(), seed=step)
    assert draws(memoryview(weights), seed=step) == model_draws(weights.tolist(), seed=step)


def test_weights_that_other_libraries_show_are_read_with_or_without_strides():
    testbuffer = pytest.importorskip("_testbuffer")
    for flags in (0, testbuffer.ND_WRITABLE):
        weights = testbuffer.ndarray(WEIGHTS, shape=[9], format="q", flags=flags)
        assert draws(weights, seed=5) == model_draws(WEIGHTS, seed=5)
        assert draws(memoryview(weights), seed=5) == model_draws(WEIGHTS, seed=5)
    strided = testbuffer.ndarray(WEIGHTS, shape=[3], strides=[-16], offset=48, format="q")
    assert draws(strided, seed=5) == model_draws([7, 5, 1], seed=5)


def test_any_length_of_weights_can_be_drawn_from():
    # Around the lengths at which the way of drawing changes.
    for length in [*range(1, 70), 127, 128, 129, 1000]:
        integers = [(index * 7919) % 101 for index in range(1, length + 1)]
        for weights in (
            integers,
            tuple(integers),
            np.array(integers),
            np.array(integers, np.uint8),
            memoryview(array.array("i", integers)),
            [float(weight) for weight in integers],
            np.array(integers, np.float32),
        ):
            values = weights if isinstance(weights, (list, tuple)) else weights.tolist()
            assert draws(weights, length, 5) == model_draws(values, length, 5)


def test_an_index_is_an_int():
    for weights in (WEIGHTS, np.array(WEIGHTS), np.array(WEIGHTS, float), range(3)):
        assert type(chooser.choose(weights)) is int
