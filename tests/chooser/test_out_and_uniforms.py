"""`choose_rows` with a buffer for the result, or at given random numbers."""

from __future__ import annotations

import array
import random
from collections import deque

import model
import numpy as np
import pytest
import weight_holders
from module_support import fingerprint, model_fingerprint
from test_choose_rows import DTYPES, TABLE, numbers
from weight_holders import SWAPPED

import chooser
from chooser import choose_rows

# ---- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "out",
    [np.zeros(3, np.int64), array.array("q", [0] * 3), memoryview(bytearray(24)).cast("q")],
    ids=["ndarray", "array", "memoryview"],
)
def test_out_is_filled_and_returned(out):
    assert choose_rows(TABLE, out=out) is out
    assert list(out) == [1, 2, 0]


def test_out_may_be_part_of_the_table():
    table = TABLE.copy()
    choose_rows(table, out=table[0])
    assert table.tolist() == [[1, 2, 0], [0, 0, 2], [3, 0, 0]]


@pytest.mark.parametrize(
    ("out", "exception", "why"),
    [
        (5, TypeError, "out must be a buffer of native int64, not int"),
        ([0] * 3, TypeError, "out must be a buffer of native int64, not list"),
        (np.zeros(3), TypeError, "out must be a buffer of native int64, not ndarray of format 'd'"),
        (np.zeros(3, np.int32), TypeError, "out must be .* not ndarray of format '[il]'"),
        (np.zeros(3, f"{SWAPPED}i8"), TypeError, f"out must be .* of format '{SWAPPED}.'"),
        (np.zeros(4, np.int64), ValueError, r"out has shape \(4,\): it must be .* shape \(3,\)"),
        (np.zeros((3, 1), np.int64), ValueError, r"out has shape \(3, 1\): it must be "),
        (np.zeros(6, np.int64)[::2], ValueError, "out is not C-contiguous: it must be "),
        (weight_holders.read_only([0] * 3, np.int64), ValueError, "out is read-only: it must be "),
        (weight_holders.unaligned([0] * 3, np.int64), ValueError, "out is not aligned: "),
    ],
)
def test_an_out_that_cannot_be_filled_is_refused_before_anything_is_drawn(out, exception, why):
    chooser.seed(5)
    with pytest.raises(exception, match=f"^{why}"):
        choose_rows(TABLE, out=out)
    assert fingerprint() == model_fingerprint(model.Generator.of_seed(5))


# ---- uniforms ------------------------------------------------------------------------------------


class Uniform:
    """A generator of the model's, whose next word's upper 53 bits are a given number's."""

    def __init__(self, uniform):
        self.uniform = uniform

    def word(self):
        return int(self.uniform * 2**53) << 11


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_uniform_says_where_in_the_row_the_index_is(dtype):
    uniforms = [0.0, 2.0**-53, 0.25, 0.5, 0.75, 1 - 2.0**-52, 1 - 2.0**-53]
    for columns in (1, 9, 17, 40, 200):
        table = numbers(len(uniforms), columns, dtype)
        expected = [
            model.choose_by_floats([float(weight) for weight in row], Uniform(uniform))
            for row, uniform in zip(table.tolist(), uniforms)
        ]
        chooser.seed(5)
        for held in (uniforms, tuple(uniforms), np.array(uniforms), array.array("d", uniforms)):
            assert choose_rows(table, uniforms=held).tolist() == expected
            assert choose_rows(table.tolist(), uniforms=held).tolist() == expected
        assert fingerprint() == model_fingerprint(model.Generator.of_seed(5))


def test_common_uniforms_move_no_index_down_as_weight_moves_up():
    uniforms = np.random.default_rng(1).random(10_000)
    low = choose_rows(np.tile([3, 2, 1], (10_000, 1)), uniforms=uniforms)
    high = choose_rows(np.tile([1, 2, 3], (10_000, 1)), uniforms=uniforms)
    assert (high >= low).all()
    assert (high > low).any()


@pytest.mark.parametrize(
    ("uniforms", "exception", "why"),
    [
        ([0.5, 0.5], ValueError, "uniforms has 2 numbers for 3 rows"),
        ("abc", TypeError, "uniforms must be a one-dimensional sequence of numbers, not str"),
        (
            [0, "1", 0],
            TypeError,
            r"uniforms\[1\] is '1' \(str\): it must be a number, at least 0 and",
        ),
        (np.zeros((3, 1)), TypeError, "uniforms must be a one-dimensional sequence"),
    ],
)
def test_wrong_uniforms_are_refused_by_their_name(uniforms, exception, why):
    with pytest.raises(exception, match=f"^{why}"):
        choose_rows(TABLE, uniforms=uniforms)


@pytest.mark.parametrize("make", [list, tuple, deque, np.array, lambda u: array.array("d", u)])
@pytest.mark.parametrize("wrong", [1.0, -0.5, -1e-9, float("nan"), float("inf"), -float("inf")])
def test_a_uniform_outside_its_range_is_refused_in_the_same_words_whatever_holds_it(make, wrong):
    shown = "-1e-9" if wrong == -1e-9 else repr(wrong)  # Rust's exponents have no leading zero
    with pytest.raises(ValueError, match=r"^uniforms\[1\] is") as refused:
        choose_rows(TABLE, uniforms=make([0.5, wrong, 0.0]))
    why = "it must be a number, at least 0 and below 1"
    assert str(refused.value) == f"uniforms[1] is {shown}: {why}"


def test_either_a_generator_or_uniforms_can_be_given():
    with pytest.raises(TypeError, match=r"^choose_rows\(\) takes rng or uniforms, not both$"):
        choose_rows(TABLE, rng=random.Random(1), uniforms=[0, 0, 0])
    assert choose_rows(TABLE, rng=None, uniforms=None, out=None).tolist() == [1, 2, 0]
