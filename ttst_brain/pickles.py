"""The original's brainfile, a pickle of a dict from state to ndarray. No name in a file is ever
imported or called: stand-ins record what the pickle does with them, and are checked afterwards."""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Mapping
from functools import partial
from reprlib import Repr
from typing import Any, Callable

import numpy as np
import numpy.typing as npt

from ttst_brain.table import CELLS, SHAPE, STATES

ROW_BYTES = CELLS * 8
# A brainfile creates about 180,000 objects by one-byte opcodes: marks, dicts, 1-tuples, memo
# entries. All others take several bytes, and are bounded by the file's size.
OBJECTS_AT_MOST = 2**20

# For error messages: bounded in depth and length, however a file is nested.
_short = Repr()
_short.maxstring = _short.maxother = 100
short_repr = _short.repr


class PickleError(Exception):
    """The bytes are not a brain; the message is one line that says why."""


def read(data: bytes) -> npt.NDArray[np.int64]:
    """The `(19683, 9)` int64 table in the pickle `data`.

    Protocols 3, 4 and 5 are read, the defaults of Python 3.0 to 3.14. What the weights are is
    not looked at: that is `check_table`'s. Raises `PickleError`. Time and memory are bounded by
    `len(data)` and `OBJECTS_AT_MOST`: at most about a second. A brainfile takes 0.15 s (0.3 s on
    Python 3.9).
    """
    rows = _unpickled(data)
    if type(rows) is not dict:
        raise PickleError(f"holds {short_repr(rows)}, not a dict from state to weights")
    unknown = rows.keys() - set(STATES)
    if unknown:
        raise PickleError(f"has the key {short_repr(min(unknown))}, which is not a state")
    parts = []
    for state in STATES:
        if state not in rows:
            raise PickleError(f"state {state} is missing")
        try:
            parts.append(_row(rows[state]))
        except PickleError as error:
            raise PickleError(f"state {state}: {error}") from None
    return np.frombuffer(b"".join(parts), dtype="<i8").reshape(SHAPE).astype(np.int64)


def write(table: npt.NDArray[np.int64]) -> bytes:
    """The pickle of the original's dict from state to ndarray, which `pickle.load` reads under
    numpy 1 and 2, and the original too: opcode by opcode (frames apart) what it writes itself
    under numpy 1. That is the path which numpy 2 keeps for old pickles, without a warning.
    """
    weights = table.astype("<i8").tobytes()
    parts = [pickle.EMPTY_DICT, _KEPT]
    for first in range(0, len(STATES), _ITEMS_AT_ONCE):
        parts.append(pickle.MARK)
        for index in range(first, min(first + _ITEMS_AT_ONCE, len(STATES))):
            before, after = _ROW_PARTS if index else _FIRST_ROW_PARTS
            row = weights[index * ROW_BYTES : (index + 1) * ROW_BYTES]
            parts += (_text(STATES[index]), before, row, after)
        parts.append(pickle.SETITEMS)
    parts.append(pickle.STOP)
    body = b"".join(parts)
    return pickle.PROTO + b"\x04" + pickle.FRAME + struct.pack("<Q", len(body)) + body


def _text(text: str) -> bytes:
    return pickle.SHORT_BINUNICODE + bytes([len(text)]) + text.encode() + _KEPT


def _integer(number: int) -> bytes:
    return pickle.BININT1 + bytes([number])


# ---- stand-ins for the names and calls in a pickle ----------------------------------------------


class _Name:
    """An allowed name. It stands only for itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class _Call:
    """A call in a pickle: recorded, never made."""

    __slots__ = ("arguments", "name", "state")

    def __init__(self, name: _Name, arguments: tuple[Any, ...]) -> None:
        self.name = name
        self.arguments = arguments
        self.state: Any = None

    def __repr__(self) -> str:
        return f"{self.name}(...)"


_NDARRAY = _Name("ndarray")
_DTYPE = _Name("dtype")
_RECONSTRUCT = _Name("_reconstruct")  # protocols 3 and 4: makes an empty array, BUILD fills it
_FROMBUFFER = _Name("_frombuffer")  # protocol 5: makes an array of the bytes given

# numpy 2 renamed numpy.core to numpy._core.
ADMITTED: Mapping[tuple[str, str], _Name] = {
    ("numpy", "ndarray"): _NDARRAY,
    ("numpy", "dtype"): _DTYPE,
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy.core.numeric", "_frombuffer"): _FROMBUFFER,
    ("numpy._core.numeric", "_frombuffer"): _FROMBUFFER,
}


def _row(value: Any) -> bytes:
    """The 72 little-endian bytes of the nine weights that a recorded array stands for."""
    if type(value) is not _Call:
        raise PickleError(f"{short_repr(value)} is not an array")
    if value.name is _RECONSTRUCT:
        # ndarray.__reduce__: _reconstruct(ndarray, (0,), b"b"), then
        # __setstate__((version, shape, dtype, is_fortran, data)).
        made, state = value.arguments, value.state
        if len(made) != 3 or made[0] is not _NDARRAY:
            raise PickleError("the array is not an ndarray")
        if type(state) is not tuple or len(state) != 5:
            raise PickleError("the array has no state (version, shape, dtype, order, bytes)")
        _, shape, dtype, is_fortran, data = state
        in_c_order = is_fortran is False
    elif value.name is _FROMBUFFER:
        # numpy >= 2.3 may add an axis order, which is irrelevant for one axis.
        if value.state is not None or len(value.arguments) != 4:
            raise PickleError("_frombuffer needs (bytes, dtype, shape, order) and no state")
        data, dtype, shape, order = value.arguments
        in_c_order = type(order) is str and order == "C"
    else:
        raise PickleError(f"{value!r} is not an array")
    byte_order, size = _integers(dtype)
    if type(shape) is not tuple or shape != (CELLS,):
        raise PickleError(f"the array's shape is {short_repr(shape)}, not (9,)")
    if not in_c_order:
        raise PickleError("the array is not in C order")
    if type(data) is not bytes:
        raise PickleError(f"the array's weights are {short_repr(data)}, not bytes")
    if len(data) != CELLS * size:
        raise PickleError(f"the array has {len(data)} bytes, not {CELLS * size}")
    if (byte_order, size) == ("<", 8):
        return data
    return np.frombuffer(data, dtype=f"{byte_order}i{size}").astype("<i8").tobytes()


def _integers(dtype: Any) -> tuple[str, int]:
    """The byte order, `"<"` or `">"`, and the bytes of an integer, when `dtype` stands for what
    numpy writes for int64, or on Windows before numpy 2 for int32, and for nothing else."""
    if type(dtype) is not _Call or dtype.name is not _DTYPE:
        raise PickleError(f"the array's dtype is {short_repr(dtype)}")
    # dtype.__reduce__: dtype("i8", align=False, copy=True), then __setstate__((version,
    # byte order, subarray, names, fields, item size, alignment, flags)).
    made, state = dtype.arguments, dtype.state
    if len(made) != 3 or type(made[0]) is not str or made[0] not in ("i8", "i4"):
        raise PickleError(f"the array's dtype is {short_repr(made)}, not 'i8' (int64)")
    if type(state) is tuple and len(state) == 8 and type(state[1]) is str:
        byte_order: str = state[1]
        integers = (3, byte_order, None, None, None, -1, -1, 0)
        if byte_order in ("<", ">") and state == integers:
            return byte_order, int(made[0][1])
    raise PickleError(f"the dtype's state {short_repr(state)} is not one of integers")


# ---- the standard library's unpickler, with the opcodes a brainfile needs and no others ---------

_PythonUnpickler: Any = pickle._Unpickler


class _Unpickler(_PythonUnpickler):  # type: ignore[misc]
    """The one in Python, not the one in C, which makes room for whatever index a file keeps
    something under. Dicts get `str` keys only, so that hashing and comparing meet nothing nested.
    """

    read: Callable[[int], bytes]

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)
        super().__init__(self.file)
        self.dispatch = _DISPATCH
        self.count = iter(range(OBJECTS_AT_MOST)).__next__

    def find_class(self, module: str, name: str) -> _Name:
        if (module, name) not in ADMITTED:
            asked_for = short_repr(f"{module}.{name}")
            raise PickleError(f"asks for {asked_for}, which a brainfile does not need")
        return ADMITTED[module, name]

    def load_proto(self) -> None:
        protocol = self.read(1)[0]
        if protocol not in (3, 4, 5):
            raise PickleError(f"pickle protocol {protocol}; 3, 4 and 5 are read")
        # The whole file is treated as one frame, which reads it in 10% less time.
        self._unframer.current_frame = self.file
        self.read = self.file.read

    def load_frame(self) -> None:
        size = int.from_bytes(self.read(8), "little")
        if self.file.tell() + size > self.file.getbuffer().nbytes:
            raise EOFError

    def load_bytearray8(self) -> None:
        self.append(self.read(int.from_bytes(self.read(8), "little")))

    def load_memoize(self) -> None:  # by far the most frequent
        self.count()
        self.memo[len(self.memo)] = self.stack[-1]

    def load_reduce(self) -> None:
        arguments, name = self.stack.pop(), self.stack.pop()
        if type(name) is not _Name or type(arguments) is not tuple:
            raise PickleError("damaged: it calls something not a name, or without arguments")
        self.append(_Call(name, arguments))

    def load_build(self) -> None:
        state, call = self.stack.pop(), self.stack[-1]
        if type(call) is not _Call or call.state is not None:
            raise PickleError("damaged: it sets the state of something that has none")
        call.state = state

    def load_setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._set_items([key, value])

    def load_setitems(self) -> None:
        self._set_items(self.pop_mark())

    def _set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict or len(items) % 2:
            raise PickleError("damaged: it sets items of a non-dict, or a key without a value")
        for key, value in zip(items[::2], items[1::2]):
            if type(key) is not str:
                raise PickleError(f"has the key {short_repr(key)}, which is not a state")
            if key in target:
                raise PickleError(f"has the key {short_repr(key)} twice")
            target[key] = value

    def load_stop(self) -> None:
        if self.metastack or len(self.stack) != 1:
            raise PickleError("damaged: it ends with an unfinished object")
        left = self.file.read()
        if left:
            raise PickleError(f"{len(left)} bytes follow its end")
        super().load_stop()


def _counted(load: Callable[[_Unpickler], None]) -> Callable[[_Unpickler], None]:
    """The handler of a one-byte opcode that creates an object, counted against the bound."""

    def load_counted(unpickler: _Unpickler) -> None:
        unpickler.count()
        load(unpickler)

    return load_counted


def _refuse(unpickler: _Unpickler, code: int) -> None:
    from pickletools import opcodes  # slow to import, and seldom needed

    name = next((known.name for known in opcodes if ord(known.code) == code), f"0x{code:02x}")
    raise PickleError(f"opcode {name} does not occur in a brainfile")


_standard = _PythonUnpickler.dispatch
_UNCOUNTED = (
    *(pickle.TUPLE, pickle.TUPLE3, pickle.SHORT_BINUNICODE, pickle.BINUNICODE),
    *(pickle.SHORT_BINBYTES, pickle.BINBYTES, pickle.BININT1, pickle.BININT2, pickle.BININT),
    *(pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE, pickle.GLOBAL, pickle.STACK_GLOBAL),
    *(pickle.BINPUT, pickle.LONG_BINPUT, pickle.BINGET, pickle.LONG_BINGET),
)
_COUNTED = (pickle.MARK, pickle.EMPTY_DICT, pickle.TUPLE1)
_DISPATCH = {
    **{code: partial(_refuse, code=code) for code in range(256)},
    **{code[0]: _standard[code[0]] for code in _UNCOUNTED},
    **{code[0]: _counted(_standard[code[0]]) for code in _COUNTED},
    pickle.PROTO[0]: _Unpickler.load_proto,
    pickle.FRAME[0]: _Unpickler.load_frame,
    pickle.BYTEARRAY8[0]: _Unpickler.load_bytearray8,
    pickle.MEMOIZE[0]: _Unpickler.load_memoize,
    pickle.REDUCE[0]: _Unpickler.load_reduce,
    pickle.BUILD[0]: _Unpickler.load_build,
    pickle.SETITEM[0]: _Unpickler.load_setitem,
    pickle.SETITEMS[0]: _Unpickler.load_setitems,
    pickle.STOP[0]: _Unpickler.load_stop,
}


def _unpickled(data: bytes) -> Any:
    try:
        return _Unpickler(data).load()
    except StopIteration:
        raise PickleError(f"more than {OBJECTS_AT_MOST} objects") from None
    except UnicodeDecodeError:
        raise PickleError("it contains a string that is not UTF-8") from None
    except (
        *(pickle.UnpicklingError, struct.error, EOFError, IndexError, ValueError),
        *(AttributeError, TypeError, OverflowError, KeyError),
    ):  # whatever an unpickler without checks of its own raises
        raise PickleError("truncated or damaged") from None


# ---- what `write` repeats -----------------------------------------------------------------------

_KEPT = pickle.MEMOIZE
_ITEMS_AT_ONCE = 1000  # as pickle has it
_KEPT_NUMPY, _KEPT_RECONSTRUCT, _KEPT_NDARRAY, _KEPT_B, _KEPT_DTYPE = (
    pickle.BINGET + bytes([index]) for index in (5, 4, 7, 9, 17)
)
_NAME_ON_STACK = pickle.STACK_GLOBAL + _KEPT
_CALL = pickle.TUPLE3 + _KEPT + pickle.REDUCE + _KEPT


def _row_parts(reconstruct: bytes, ndarray: bytes, b: bytes, dtype: bytes) -> tuple[bytes, bytes]:
    """What comes before and after the 72 bytes in `_reconstruct(ndarray, (0,), b"b")` with the
    state `(1, (9,), dtype, False, bytes)`."""
    empty_array = reconstruct + ndarray + _integer(0) + pickle.TUPLE1 + _KEPT + b + _CALL
    shape = _integer(CELLS) + pickle.TUPLE1 + _KEPT
    state = pickle.MARK + _integer(1) + shape + dtype + pickle.NEWFALSE
    before = empty_array + state + pickle.SHORT_BINBYTES + bytes([ROW_BYTES])
    return before, _KEPT + pickle.TUPLE + _KEPT + pickle.BUILD


_ROW_PARTS = _row_parts(_KEPT_RECONSTRUCT, _KEPT_NDARRAY, _KEPT_B, _KEPT_DTYPE)

# The first row spells out what the others take from the memo.
_MADE_DTYPE = _text("i8") + pickle.NEWFALSE + pickle.NEWTRUE + _CALL
_DTYPE_STATE = b"".join(
    (
        pickle.MARK,
        _integer(3) + _text("<") + pickle.NONE * 3,
        (pickle.BININT + struct.pack("<i", -1)) * 2 + _integer(0),
        pickle.TUPLE + _KEPT,
    )
)
_FIRST_ROW_PARTS = _row_parts(
    _text("numpy.core.multiarray") + _text("_reconstruct") + _NAME_ON_STACK,
    _text("numpy") + _text("ndarray") + _NAME_ON_STACK,
    pickle.SHORT_BINBYTES + b"\x01b" + _KEPT,
    _KEPT_NUMPY + _text("dtype") + _NAME_ON_STACK + _MADE_DTYPE + _DTYPE_STATE + pickle.BUILD,
)
