"""What is refused: with which exception, and which weight the message names. A refused call leaves
the stream where it was."""

from __future__ import annotations

import array
import collections
import collections.abc
import ctypes
import math
import pickle
import sys
import types
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import weight_holders
from model import Generator
from module_support import fingerprint, model_fingerprint
from weight_holders import OwnIterable, OwnSequence, by_name, holders_of_floats

import chooser

#: Holders of integers with a sign.
SIGNED = [
    *((name, make) for name, make in weight_holders.SEQUENCES.items()),
    *(
        (f"list of {name}", lambda v, item=item: [item(x) for x in v])
        for name, item in weight_holders.INTEGER_ITEMS.items()
        if "uint" not in name
    ),
    *((f"array({code!r})", lambda v, code=code: array.array(code, v)) for code in "bhilq"),
    *(
        (f"{layout} of {dtype}", lambda v, make=make, dtype=dtype: make(v, dtype))
        for dtype in ["int8", "int16", "int32", "int64", "longlong"]
        for layout, make in weight_holders.LAYOUTS.items()
    ),
    *(
        (f"ctypes array of {c.__name__}", lambda v, c=c: (c * len(v))(*v))
        for c in weight_holders.CTYPES
        if c(-1).value == -1
    ),
]


def check_refused(weights, exception, pattern):
    """Refused with exactly this exception and a text that matches, and no word used up."""
    chooser.seed(11)
    with pytest.raises(exception, match=pattern) as caught:
        chooser.choose(weights)
    assert type(caught.value) is exception
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert fingerprint(8) == model_fingerprint(Generator.of_seed(11), 8)


# Wrong values


@pytest.mark.parametrize("make", by_name(SIGNED))
def test_a_negative_integer_is_refused_by_value_and_index(make):
    check_refused(make([1, 0, -3, 2]), ValueError, r"^weights\[2\] is -3: .*negative")
    check_refused(make([-128]), ValueError, r"^weights\[0\] is -128: .*negative")
    check_refused(make([5] * 40 + [-1, -2]), ValueError, r"^weights\[40\] is -1: .*negative")


@pytest.mark.parametrize(("make", "dtype"), by_name(holders_of_floats()))
def test_a_float_that_is_no_weight_is_refused_by_value_and_index(make, dtype):
    check_refused(make([1, 0, -0.5, 2]), ValueError, r"^weights\[2\] is -0\.5: .*negative")
    check_refused(make([1.5] * 40 + [-2, -4]), ValueError, r"^weights\[40\] is -2\.0: .*negative")
    try:
        make([math.nan, math.inf])
    except (ValueError, OverflowError):
        return  # there is no Fraction that is none
    check_refused(make([1, math.nan, 2]), ValueError, r"^weights\[1\] is nan: ")
    check_refused(make([1, 2, math.inf]), ValueError, r"^weights\[2\] is inf: .*finite")
    check_refused(make([1, 2, -math.inf]), ValueError, r"^weights\[2\] is -inf: ")
    check_refused(make([1, math.inf, math.nan, -1]), ValueError, r"^weights\[1\] is inf: ")
    check_refused(make([math.nan] * 33), ValueError, r"^weights\[0\] is nan: ")


@pytest.mark.parametrize("make", by_name([*SIGNED, *(h[:2] for h in holders_of_floats())]))
def test_weights_that_are_all_zero_are_refused(make):
    for length in (1, 16, 17):
        check_refused(make([0] * length), ValueError, rf"all 0 \(length {length}\)")


@pytest.mark.parametrize(
    "make",
    by_name(
        (name, make)
        for name, make in [
            *SIGNED,
            *(h[:2] for h in holders_of_floats()),
            ("range", lambda v: range(len(v))),
            ("uint8 memoryview", lambda v: memoryview(bytes(v))),
        ]
        if "memoryview of bytes" not in name and "with @" not in name  # cannot be cast when empty
    ),
)
def test_no_weights_at_all_are_refused(make):
    if isinstance(make([]), ctypes.Array) and memoryview(make([])).itemsize == 0:
        return  # before 3.10, ctypes takes what is empty for items of no size
    check_refused(make([]), ValueError, r"no weights \(length 0\)")


@pytest.mark.parametrize("zero", [-0.0, np.float16(-0.0), Decimal("-0")])
def test_a_negative_zero_is_a_zero(zero):
    check_refused([zero, 0], ValueError, "all 0")
    assert chooser.choose([zero, 1]) == 1


@pytest.mark.parametrize("value", [-(2**63), -(2**63) - 1, -(10**40)])
def test_a_large_negative_integer_is_written_in_decimals(value):
    check_refused([1, value], ValueError, rf"weights\[1\] is {value}: .*negative")


@pytest.mark.parametrize("value", [2**128, 10**50])
def test_an_integer_beyond_128_bits_is_refused_with_the_limit(value):
    check_refused([1, value], OverflowError, rf"weights\[1\] is {value}: .*2\*\*128")
    check_refused([1, 0.5, value], OverflowError, rf"weights\[2\] is {value}: .*2\*\*128")


@pytest.mark.parametrize(
    "value",
    [pytest.param(10**5000, id="10**5000"), pytest.param(-(1 << 10**6), id="-(1 << 10**6)")],
)
def test_an_enormous_integer_is_refused_in_one_line(value):
    exception = OverflowError if value > 0 else ValueError
    with pytest.raises(exception, match=r"weights\[0\] is -?0x[0-9a-f]+\.\.\.: ") as caught:
        chooser.choose([value])
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("weights", "index"),
    [
        ([2**128 - 1, 1], 1),
        ([1] * 50 + [2**128 - 50], 50),
    ],
)
def test_a_sum_beyond_128_bits_is_refused_with_the_limit_and_where_it_is_reached(weights, index):
    check_refused(weights, OverflowError, rf"2\*\*128 at weights\[{index}\]")


# Wrong types


@collections.abc.Mapping.register
class RegisteredMapping(OwnIterable):
    pass


#: What is no one-dimensional sequence of numbers, and what the text says that it is.
NOT_WEIGHTS = {
    "str": (lambda: "123", "str"),
    "subclass of str": (lambda: type("Text", (str,), {})("123"), "Text"),
    "bytes": (lambda: b"123", "bytes"),
    "bytearray": (lambda: bytearray(b"123"), "bytearray"),
    "None": (lambda: None, "NoneType"),
    "int": (lambda: 5, "int"),
    "dict": (lambda: {0: 1}, "dict"),
    "mappingproxy": (lambda: types.MappingProxyType({0: 1}), "mappingproxy"),
    "registered mapping": (lambda: RegisteredMapping([1]), "RegisteredMapping"),
    "dict.keys": (lambda: {1: 1}.keys(), "dict_keys"),
    "dict.values": (lambda: {1: 1}.values(), r"dict_values: take list\(\.\.\.\) of it"),
    "set": (lambda: {1}, "set"),
    "iterator": (lambda: iter([1]), "list_iterator"),
    "array of characters": (
        lambda: array.array(weight_holders.CHARACTER, "123"),
        "of format '[uw]'",
    ),
    "memoryview of characters": (
        lambda: memoryview(b"123").cast("c"),
        "memoryview of format 'c'",
    ),
    "memoryview of objects": (
        lambda: memoryview(np.array([1, 2], dtype=object)),
        "memoryview of format 'O'",
    ),
    "ctypes array of characters": (
        lambda: (ctypes.c_char * 3)(),
        f"of format '{memoryview((ctypes.c_char * 3)()).format}'",
    ),
    "ctypes number": (lambda: ctypes.c_double(3), "c_double"),
    "PickleBuffer": (lambda: pickle.PickleBuffer(b"123"), "PickleBuffer"),
    "ndarray of two dimensions": (lambda: np.ones((3, 3)), "2-dimensional ndarray"),
    "ndarray of no dimension": (lambda: np.array(3), "0-dimensional ndarray"),
    "ndarray of objects of two dimensions": (
        lambda: np.ones((2, 2), object),
        "2-dimensional ndarray",
    ),
    "memoryview of two dimensions": (lambda: memoryview(np.ones((3, 3))), "2-dimensional"),
    "memoryview of no dimension": (lambda: memoryview(np.array(3)), "0-dimensional memoryview"),
    "numpy.int64": (lambda: np.int64(3), "int64"),
    "numpy.datetime64": (lambda: np.datetime64("2020-10-21"), "datetime64"),
    "ndarray of complex128": (lambda: np.ones(3, "complex128"), "ndarray of format 'Zd'"),
    "UserString": (lambda: collections.UserString("123"), "UserString"),
    "one line of a name": (
        lambda: type("two\nlines\x1b[2J\u2028", (), {})(),
        r"two\\nlines\\x1b\[2J",
    ),
    "start of a name": (lambda: type("x" * 10**5, (), {})(), r"x{60}\.\.\.$"),
    "ndarray of datetime64": (lambda: np.ones(3, "M8[s]"), "ndarray: .*'M'"),
    "ndarray of str": (lambda: np.array(["1", "2"]), "ndarray of format"),
    "structured ndarray": (lambda: np.zeros(3, "i4,f8"), "ndarray of format 'T{"),
    "masked array": (lambda: np.ma.array([1, 2], mask=[0, 1]), "MaskedArray: fill or compress"),
}
if hasattr(np.dtypes if hasattr(np, "dtypes") else np, "StringDType"):
    NOT_WEIGHTS["ndarray of StringDType"] = (
        lambda: np.array(["1"], np.dtypes.StringDType()),
        "ndarray: ",
    )
if weight_holders.pd is not None:
    pd = weight_holders.pd
    NOT_WEIGHTS["DataFrame"] = (lambda: pd.DataFrame({1: [1, 2]}), "2-dimensional DataFrame")


@pytest.mark.parametrize(("make", "given"), by_name((k, *v) for k, v in NOT_WEIGHTS.items()))
def test_what_is_no_sequence_of_numbers_is_refused_by_type(make, given):
    pattern = rf"weights must be a one-dimensional sequence of numbers, not .*{given}"
    check_refused(make(), TypeError, pattern)


@pytest.mark.parametrize("make", [list, tuple, OwnIterable])
@pytest.mark.parametrize(
    ("item", "given"),
    [
        (None, r"None \(NoneType\)"),
        ("2", r"'2' \(str\)"),
        (np.str_("2"), r".*'2'.* \(str_\)"),
        (b"2", r"b'2' \(bytes\)"),
        (collections.UserString("1e3"), r"'1e3' \(UserString\)"),
        (np.array(1j), r"array\(.*\) \(ndarray\)"),
        (np.array("1"), r"array\(.*\) \(ndarray\)"),
        (1j, r"1j \(complex\)"),
        (np.complex128(1), r".* \(complex128\)"),
        (np.clongdouble(1), rf".* \({np.clongdouble.__name__}\)"),  # numpy 1 calls it complex256
        ([1], r"\[1\] \(list\)"),
        (np.datetime64(5, "D"), r".* \(datetime64\)"),
        (np.timedelta64(5), r".* \(timedelta64\)"),
        ("x" * 1000, r"'x+\.\.\. \(str\)"),
        ("\0", r"'\\x00' \(str\)"),
        ("\ud800", r"'\\ud800' \(str\)"),
        ("½", r"'½' \(str\)"),
    ],
)
def test_an_item_that_is_no_number_is_refused_by_value_and_index(make, item, given):
    check_refused(make([1, 2.5, item, 3]), TypeError, rf"^weights\[2\] is {given}: ")


def test_an_item_that_cannot_be_shown_is_named_by_its_type():
    class Shy:
        def __repr__(self):
            raise ZeroDivisionError

    class Garbled:
        def __repr__(self):
            return "\ud800"

    check_refused([Shy()], TypeError, r"weights\[0\] is <Shy object> \(Shy\)")
    check_refused([Garbled()], TypeError, r"weights\[0\] is <Garbled object> \(Garbled\)")


TINY = [Fraction(1, 10**400), Decimal("1e-400"), np.longdouble("1e-4000")]


# Some machines' longdouble is a double, and has no such number.
@pytest.mark.parametrize("item", [item for item in TINY if item])
def test_what_is_too_small_for_a_float_is_no_zero(item):
    check_refused([item, 1.5], ValueError, r"^weights\[0\] is .*: it is too small for a float")
    assert chooser.choose([type(item)(0), 1.5]) == 1


def test_a_released_memoryview_says_so_itself():
    for size in (3, 100):
        view = memoryview(bytes([1]) * size)
        part = view[1:]
        assert chooser.choose(part) >= 0
        part.release()
        check_refused(part, ValueError, "released")
        assert chooser.choose(view) >= 0
        view.release()
        check_refused(view, ValueError, "released")


def test_pandas_missing_values_are_refused():
    pd = pytest.importorskip("pandas")
    check_refused(pd.Series([1, None, 2]), ValueError, r"weights\[1\] is nan")
    check_refused(pd.Series([1, None, 2], dtype="Int64"), TypeError, r"weights\[1\] is <NA>")
    check_refused(pd.Series(["1"]), TypeError, r"weights\[0\] is '1' \(str\)")
    times = pd.to_datetime(pd.Series(["2020-10-21"]))
    check_refused(times, TypeError, r"weights\[0\] is .*Timestamp")


# Exceptions of the weights themselves


class Signal(BaseException):
    """Not even an Exception."""


class Raising:
    """Raises a given exception from the methods named."""

    def __init__(self, exception):
        self.exception = exception

    def throw(self, *_):
        raise self.exception


def raising(name):
    return type(f"Raising{name}", (Raising,), {name: Raising.throw})


EXCEPTIONS = [
    ValueError("own"),
    TypeError("own"),
    OverflowError("own"),
    IndexError("own"),
    StopIteration("own"),
    AttributeError("own"),
    BufferError("own"),
    Signal("own"),
]


def check_passes(weights, exception):
    chooser.seed(11)
    with pytest.raises(type(exception)) as caught:
        chooser.choose(weights)
    assert caught.value is exception
    assert fingerprint(8) == model_fingerprint(Generator.of_seed(11), 8)


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("method", ["__index__", "__float__"])
@pytest.mark.parametrize("make", [list, OwnSequence])
def test_an_items_own_exception_passes_through_unchanged(make, method, exception):
    check_passes(make([1, raising(method)(exception), -1]), exception)
    check_passes(make([1.5] * 20 + [raising(method)(exception)]), exception)


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("method", ["__getitem__", "__iter__"])
def test_a_sequences_own_exception_passes_through_unchanged(method, exception):
    if method == "__getitem__" and isinstance(exception, (IndexError, StopIteration)):
        return  # this is how such a sequence says that it ends
    methods = {method: Raising.throw, "__len__": lambda self: 1}
    if method == "__iter__":
        methods["__getitem__"] = lambda self, index: 1
    check_passes(type("OwnSequence", (Raising,), methods)(exception), exception)


@pytest.mark.parametrize("name", ["ndim", "__class__"])
def test_an_exception_of_an_attribute_that_is_looked_up_passes_through_unchanged(name):
    error = ZeroDivisionError("own")
    lookup = property(Raising.throw)
    # Were it not to pass through, the sequence would have to end.
    weights = type("Sequence", (OwnSequence,), {name: lookup, "exception": error})([1])
    check_passes(weights, error)


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda e: type(e).__name__)
def test_an_iterators_own_exception_passes_through_unchanged(exception):
    class Sequence(OwnSequence):
        def __iter__(self):
            yield 1
            raise exception

    if isinstance(exception, StopIteration):
        with pytest.raises(RuntimeError, match="generator raised StopIteration"):
            chooser.choose(Sequence([]))
    else:
        check_passes(Sequence([]), exception)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes have __buffer__ from 3.12 on")
@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda e: type(e).__name__)
def test_what_stops_a_class_from_showing_its_memory_is_not_hidden(exception):
    methods = {"__buffer__": Raising.throw, "__getitem__": lambda self, index: 1}
    weights = type("OwnBuffer", (Raising,), methods)(exception)
    if isinstance(exception, (ValueError, BufferError)):
        check_refused(weights, TypeError, "OwnBuffer: own")
    else:
        check_passes(weights, exception)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes have __buffer__ from 3.12 on")
def test_a_class_that_shows_its_memory_is_weights_and_its_view_is_given_back():
    class OwnBuffer:
        given_back = 0

        def __buffer__(self, flags):
            return memoryview(array.array("h", [0, 3]))

        def __release_buffer__(self, view):
            self.given_back += 1

        def __getitem__(self, index):
            raise AssertionError("memory is read as it is")

    weights = OwnBuffer()
    assert chooser.choose(weights) == 1
    assert weights.given_back == 1


@pytest.mark.parametrize(("method", "result"), [("__index__", 1.5), ("__float__", "1.5")])
def test_a_method_that_gives_the_wrong_type_is_pythons_type_error(method, result):
    item = type("Wrong", (), {method: lambda self: result})()
    with pytest.raises(TypeError, match=rf"{method}.*\b(non-)?(int|float)\b"):
        chooser.choose([item])
    pattern = rf"^weights\[1\] is .* \(Wrong\): .*{method}.*\b(non-)?(int|float)\b"
    check_refused([1, item], TypeError, pattern)


def test_a_refusal_is_one_line_whatever_the_items_repr():
    class TwoLines:
        def __repr__(self):
            return "two\nlines\r\t\0\x1b[2J\x85\u2028\u202e"

    shown = r"two\\nlines\\r\\t\\x00\\x1b\[2J\\x85\\u2028\\u202e"
    check_refused([1, TwoLines()], TypeError, rf"^weights\[1\] is {shown} \(TwoLines\):")
