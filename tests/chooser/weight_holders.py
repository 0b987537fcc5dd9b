"""The kinds of objects that can hold weights, as tables of functions that make one from numbers. No
tests."""

from __future__ import annotations

import array
import collections
import ctypes
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

try:
    import pandas as pd
except ImportError:  # not every Python has wheels of it
    pd = None


class OwnSequence:
    """A sequence by `__getitem__` alone, as the oldest protocol of iteration has it."""

    def __init__(self, items):
        self.items = list(items)

    def __getitem__(self, index):
        return self.items[index]


class OwnIterable(OwnSequence):
    """A sequence with its own `__iter__`; its items by index must not be asked for."""

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        raise AssertionError("a sequence is read by iteration")


class ListWithOwnIter(list):
    """A list that, iterated, gives other items than those it holds."""

    def __init__(self, items):
        super().__init__([1] * 3)
        self.items = list(items)

    def __iter__(self):
        return iter(self.items)


class TupleWithOwnIter(tuple):
    """A tuple that, iterated, gives other items than those it holds."""

    def __new__(cls, items):
        self = super().__new__(cls, [1] * 3)
        self.items = list(items)
        return self

    def __iter__(self):
        return iter(self.items)


class PlainList(list):
    """A subclass that changes nothing."""


class PlainTuple(tuple):
    """A subclass that changes nothing."""


class PlainArray(array.array):
    """A subclass that changes nothing."""


class Int(int):
    """A subclass whose `__index__` must not be asked: an int is its own index."""

    def __index__(self):
        raise AssertionError("an int is read as it is")


class Float(float):
    """A subclass that changes nothing."""


class Indexable:
    """An integer by `__index__`; its `__float__` must not be asked."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value

    def __float__(self):
        raise AssertionError("__index__ is asked before __float__")


class Floatable:
    """A number by `__float__` alone."""

    def __init__(self, value):
        self.value = value

    def __float__(self):
        return float(self.value)


#: The mark of numbers in the byte order that is not this machine's.
SWAPPED = ">" if sys.byteorder == "little" else "<"


def swapped(values, dtype):
    return np.array(values, np.dtype(dtype).newbyteorder())


def every_second(values, dtype):
    wide = np.full(2 * len(values), 1, dtype)
    wide[::2] = values
    return wide[::2]


def backwards(values, dtype):
    return np.array(values, dtype)[::-1].copy()[::-1]


def unaligned(values, dtype):
    """Numbers that begin at an odd address."""
    numbers = np.array(values, dtype)
    memory = bytearray(b"\0" + numbers.tobytes())
    return np.frombuffer(memory, dtype, offset=1)


def read_only(values, dtype):
    numbers = np.array(values, dtype)
    numbers.flags.writeable = False
    return numbers


class Subclass(np.ndarray):
    """A subclass that changes nothing."""


#: Ways for numbers of one dtype to lie in memory.
LAYOUTS = {
    "ndarray": lambda values, dtype: np.array(values, dtype),
    "swapped ndarray": swapped,
    "strided ndarray": every_second,
    "backwards ndarray": backwards,
    "unaligned ndarray": unaligned,
    "read-only ndarray": read_only,
    "subclass of ndarray": lambda values, dtype: np.array(values, dtype).view(Subclass),
    "memoryview": lambda values, dtype: memoryview(np.array(values, dtype)),
    "part of a memoryview": lambda values, dtype: memoryview(np.array([1, *values], dtype))[1:],
    "swapped memoryview": lambda values, dtype: memoryview(swapped(values, dtype)),
    "strided memoryview": lambda values, dtype: memoryview(np.array(values, dtype).repeat(2))[::2],
    "unaligned memoryview": lambda values, dtype: memoryview(unaligned(values, dtype)),
    "memoryview of bytes": lambda values, dtype: memoryview(np.array(values, dtype).tobytes()).cast(
        np.dtype(dtype).char
    ),
    "memoryview with @": lambda values, dtype: memoryview(np.array(values, dtype).tobytes()).cast(
        "@" + np.dtype(dtype).char
    ),
}

#: Every dtype of integers, with the largest weight it holds; bool is among the integers.
INTEGER_DTYPES = {
    dtype: 1 if dtype == "bool" else int(np.iinfo(dtype).max)
    for dtype in [
        "bool",
        *("int8", "int16", "int32", "int64", "longlong", "intp"),
        *("uint8", "uint16", "uint32", "uint64", "ulonglong", "uintp"),
    ]
}
FLOAT_DTYPES = ["float16", "float32", "float64"]

INTEGER_TYPECODES = {
    code: 2 ** (8 * array.array(code).itemsize - code.islower()) - 1 for code in "bBhHiIlLqQ"
}
FLOAT_TYPECODES = ["f", "d"]

#: The typecode of characters, which are no numbers; newer Pythons warn of `u`.
CHARACTER = "w" if "w" in array.typecodes else "u"

#: Of ctypes' integers, in either order of bytes.
CTYPES = [
    *(ctypes.c_int8, ctypes.c_int16, ctypes.c_int32, ctypes.c_int64, ctypes.c_long),
    *(ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_ulong),
    *(ctypes.c_int32.__ctype_be__, ctypes.c_int32.__ctype_le__),
]

#: Sequences of Python objects, whatever numbers those are.
SEQUENCES = {
    "list": list,
    "tuple": tuple,
    "deque": collections.deque,
    "UserList": collections.UserList,
    "subclass of list": PlainList,
    "subclass of tuple": PlainTuple,
    "named tuple": lambda items: collections.namedtuple(
        "Weights", [f"weight{i}" for i in range(len(items))]
    )(*items),
    "list with its own __iter__": ListWithOwnIter,
    "tuple with its own __iter__": TupleWithOwnIter,
    "own class with __getitem__": OwnSequence,
    "own class with __iter__": OwnIterable,
    "ndarray of objects": lambda items: np.array([*items, None], object)[:-1],
}
if pd is not None:
    #: Labels that are no positions: whoever looks items up by number finds others, or none.
    SEQUENCES["pandas Series"] = lambda items: pd.Series(
        items, index=range(len(items), 0, -1), dtype=object
    )

#: Sequences that come with integers of their own.
INTEGER_SEQUENCES = (
    {
        "pandas Series of int64": lambda values: pd.Series(values, index=[f"w{v}" for v in values]),
        "pandas Series of Int64": lambda values: pd.Series(values, dtype="Int64"),
        "pandas Index": lambda values: pd.Index(values),
        "pandas array": lambda values: pd.array(values, dtype="UInt16"),
    }
    if pd is not None
    else {}
)

#: What one integer weight may be.
INTEGER_ITEMS = {
    "int": int,
    "subclass of int": Int,
    "object with __index__": Indexable,
    "numpy.int64": np.int64,
    "numpy.uint64": np.uint64,
    "numpy.int16": np.int16,
    "ndarray of no dimension": np.array,
}

#: What one float weight may be, given one that each of these holds exactly.
FLOAT_ITEMS = {
    "float": float,
    "subclass of float": Float,
    "object with __float__": Floatable,
    "Fraction": Fraction,
    "Decimal": Decimal,
    "numpy.float16": np.float16,
    "numpy.float32": np.float32,
    "numpy.float64": np.float64,
}


def holders_of_integers():
    """(name, function, largest weight) for everything that holds integers."""
    for name, make in SEQUENCES.items():
        yield name, make, 2**127 - 1
    for name, make in INTEGER_SEQUENCES.items():
        yield name, make, 2**16 - 1
    for item_name, item in INTEGER_ITEMS.items():
        most = 2**15 - 1
        yield f"list of {item_name}", lambda v, item=item: [item(x) for x in v], most
        yield f"tuple of {item_name}", lambda v, item=item: tuple(item(x) for x in v), most
    for code, most in INTEGER_TYPECODES.items():
        yield f"array({code!r})", lambda v, code=code: array.array(code, v), most
        yield (
            f"memoryview of array({code!r})",
            (lambda v, code=code: memoryview(array.array(code, v))),
            most,
        )
    yield "subclass of array", lambda v: PlainArray("q", v), 2**63 - 1
    for c in CTYPES:
        yield (
            f"ctypes array of {c.__name__}",
            (lambda v, c=c: (c * len(v))(*v)),
            2 ** (8 * ctypes.sizeof(c) - 1) - 1,
        )
    for dtype, most in INTEGER_DTYPES.items():
        for layout, make in LAYOUTS.items():
            yield f"{layout} of {dtype}", lambda v, make=make, dtype=dtype: make(v, dtype), most


def holders_of_floats():
    """(name, function, dtype that holds the same floats) for everything that holds floats."""
    for name, make in SEQUENCES.items():
        yield name, lambda v, make=make: make([float(x) for x in v]), "float64"
    for item_name, item in FLOAT_ITEMS.items():
        dtype = item_name[6:] if item_name.startswith("numpy.") else "float64"
        yield f"list of {item_name}", lambda v, item=item: [item(x) for x in v], dtype
    for code in FLOAT_TYPECODES:
        dtype = np.dtype(code).name
        yield f"array({code!r})", lambda v, code=code: array.array(code, v), dtype
    for c, dtype in [(ctypes.c_float, "float32"), (ctypes.c_double, "float64")]:
        yield f"ctypes array of {c.__name__}", lambda v, c=c: (c * len(v))(*v), dtype
    for dtype in FLOAT_DTYPES:
        for layout, make in LAYOUTS.items():
            if dtype == "float16" and (" bytes" in layout or "@" in layout):
                continue  # not in every Python can memoryview.cast make float16
            yield f"{layout} of {dtype}", lambda v, make=make, dtype=dtype: make(v, dtype), dtype


def by_name(holders):
    """Holders as the arguments of a parametrized test."""
    return [pytest.param(*rest, id=name) for name, *rest in holders]
