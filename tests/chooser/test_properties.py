"""Weights of every kind, made up by hypothesis, against the model: who is accepted, which error it
is, and which index is drawn for the same words. 10^6 cases in the long profile."""

from __future__ import annotations

import array
import re
from decimal import Decimal
from fractions import Fraction

import model
import numpy as np
import pytest
import weight_holders
from hypothesis import assume, given
from hypothesis import strategies as st
from module_support import fingerprint, model_fingerprint
from weight_holders import Float, Floatable, Indexable, Int

import chooser

#: Sums need care from one digit of an int on, at 58, 63, 64 and 128 bits, and at single digits.
edges = st.builds(
    lambda bits, near: max(0, 2**bits + near),
    st.sampled_from([15, 29, 30, 31, 57, 58, 59, 62, 63, 64, 65, 124, 126, 127, 128]),
    st.integers(-2, 2),
)
integers = st.one_of(st.integers(0, 9), st.just(0), edges, st.integers(0, 2**128))
floats = st.one_of(
    st.floats(0, 10),
    st.just(0.0),
    st.floats(0, allow_infinity=False),
    st.floats(0, 1e-305),
    st.floats(1e305, allow_infinity=False),
)

#: What is drawn from: integers, floats, and other types that convert to them.
good_items = st.one_of(
    integers,
    floats,
    st.booleans(),
    st.builds(Int, integers),
    st.builds(Indexable, integers),
    st.builds(Float, floats),
    st.builds(Floatable, floats),
    st.builds(np.int16, st.integers(0, 2**15 - 1)),
    st.builds(np.uint64, st.integers(0, 2**64 - 1)),
    st.builds(np.float32, st.floats(0, width=32, allow_infinity=False)),
    st.builds(np.float64, floats),
    st.fractions(0, 10**6),
    st.decimals(0, 10**6),
)
bad_items = st.one_of(
    st.integers(max_value=-1),
    st.integers(2**128),
    st.floats(max_value=-5e-324),
    st.just(float("nan")),
    st.just(float("inf")),
    st.builds(Indexable, st.integers(max_value=-1)),
    st.builds(Floatable, st.floats(max_value=-5e-324)),
    st.builds(np.float16, st.floats(max_value=-(2**-14), width=16)),
    st.builds(Fraction, st.integers(-(10**6), -1), st.integers(1, 10**6)),
    st.builds(Decimal, st.sampled_from(["-1", "nan", "inf", "-inf", "1e999", "-1e-9"])),
    st.none(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.complex_numbers(),
    st.just(np.complex64(1)),
    st.lists(st.integers(), max_size=2),
)


@st.composite
def item_lists(draw):
    """Items of one kind, or mixed; now and then one that is no weight; and long ones."""
    items = draw(
        st.one_of(
            st.lists(integers, max_size=20),
            st.lists(floats, max_size=20),
            st.lists(good_items, max_size=20),
        )
    )
    if draw(st.integers(0, 9)) == 0:
        items = items * draw(st.integers(1, 10))
    if draw(st.integers(0, 5)) == 0:
        items.insert(draw(st.integers(0, len(items))), draw(bad_items))
        items.append(draw(bad_items))
    return items


def check(weights, items, seed, draws=3):
    """`weights` hold `items`, and the module does with them what the model does."""
    chooser.seed(seed)
    generator = model.Generator.of_seed(seed)
    for _ in range(draws):
        expected = model.choose(items, generator)
        if isinstance(expected, model.Refusal):
            check_refusal(weights, expected)
        else:
            drawn = chooser.choose(weights)
            assert drawn == expected
            assert items[drawn] != 0
    # Exactly as many words have been used.
    assert fingerprint(8) == model_fingerprint(generator, 8)


def check_refusal(weights, expected):
    with pytest.raises(expected.exception) as caught:
        chooser.choose(weights)
    assert type(caught.value) is expected.exception
    text = str(caught.value)
    if expected.index is None:
        assert "length" in text
        return
    assert f"weights[{expected.index}]" in text
    if isinstance(expected.value, (int, float)):
        given = re.search(r"\] is (\S+?):", text).group(1)
        if not given.endswith("..."):
            shown = type(expected.value)(given) if "0x" not in given else int(given, 16)
            assert shown == expected.value or expected.value != expected.value
    elif expected.value is not None:
        assert type(expected.value).__name__ in text


seeds = st.integers(0, 2**20)


@given(item_lists(), st.sampled_from(list(weight_holders.SEQUENCES)), seeds)
def test_any_sequence_is_drawn_from_or_refused_as_the_model_says(items, name, seed):
    # pandas and numpy make other objects of some.
    assume("pandas" not in name or not any(isinstance(each, (list, bytes)) for each in items))
    check(weight_holders.SEQUENCES[name](items), items, seed)


@st.composite
def numbers_in_memory(draw):
    """A dtype, numbers of it, and a layout."""
    dtype = draw(st.sampled_from([*weight_holders.INTEGER_DTYPES, *weight_holders.FLOAT_DTYPES]))
    size = np.dtype(dtype).itemsize
    if dtype in weight_holders.FLOAT_DTYPES:
        number = st.one_of(
            st.floats(0, 4, width=8 * size),
            st.floats(0, width=8 * size, allow_infinity=False),
            st.floats(0, float(np.finfo(dtype).tiny), width=8 * size),
        )
        bad = st.floats(width=8 * size)
    else:
        most = weight_holders.INTEGER_DTYPES[dtype]
        number = st.one_of(st.integers(0, min(9, most)), st.integers(0, most), st.just(most))
        least = 0 if dtype == "bool" else int(np.iinfo(dtype).min)
        bad = st.integers(least, most)
    values = draw(st.lists(number, max_size=20))
    values = values * draw(st.sampled_from([1, 1, 1, 3, 10]))
    if draw(st.integers(0, 5)) == 0:
        values.insert(draw(st.integers(0, len(values))), draw(bad))
    layout = draw(st.sampled_from(list(weight_holders.LAYOUTS)))
    if dtype == "float16" and ("bytes" in layout or "@" in layout):
        layout = "ndarray"
    if not values and ("bytes" in layout or "@" in layout):
        layout = "ndarray"
    return dtype, values, layout


@given(numbers_in_memory(), seeds)
def test_any_numbers_in_memory_are_drawn_from_or_refused_as_the_model_says(numbers, seed):
    dtype, values, layout = numbers
    weights = weight_holders.LAYOUTS[layout](values, dtype)
    check(weights, np.array(values, dtype).tolist(), seed)


@given(st.data(), st.sampled_from("bBhHiIlLqQfd"), seeds)
def test_any_array_is_drawn_from_or_refused_as_the_model_says(data, code, seed):
    if code in "fd":
        number = st.floats(width=32 if code == "f" else 64)
    else:
        most = weight_holders.INTEGER_TYPECODES[code]
        number = st.integers(-most - 1 if code.islower() else 0, most)
    positive = number.map(lambda value: abs(value) if value > 0 else 0 * value)
    values = data.draw(st.lists(st.one_of(positive, positive, positive, number), max_size=40))
    weights = array.array(code, values)
    check(weights, weights.tolist(), seed)
    check(memoryview(weights), weights.tolist(), seed)
