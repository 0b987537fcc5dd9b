"""The original's brainfile, a pickle of a dict from state to ndarray, read without Python's
unpickler and written without numpy's pickling. No name in a file is ever imported or called."""

from __future__ import annotations

import pickle  # for the names of its opcodes; nothing of it is called
import struct
from collections.abc import Mapping
from reprlib import Repr
from typing import Any, Callable

import numpy as np
import numpy.typing as npt

from ttst_brain.table import CELLS, SHAPE, STATES

ROW_BYTES = CELLS * 8
# A brainfile has about 430,000 opcodes (protocol 5: 330,000; protocol 3: 470,000). The bound is
# one for everything a file can make the reader build: stack, memo, objects, depth of nesting.
OPCODES_AT_MOST = 2**20

# For error texts: bounded in depth and length, whatever a file has nested.
_short = Repr()
_short.maxstring = _short.maxother = 100
short_repr = _short.repr


class PickleError(Exception):
    """The bytes are no brain; the text, one line, says why."""


def read(data: bytes) -> npt.NDArray[np.int64]:
    """The `(19683, 9)` int64 table in the pickle `data`.

    Protocols 3, 4 and 5 are read, the defaults of Python 3.0 to 3.14. What the weights are is
    not looked at: that is `check_table`'s. Raises `PickleError`. Time and memory are bounded by
    `len(data)` and `OPCODES_AT_MOST`: at most about a second. A brainfile takes 0.15 s (0.3 s on
    Python 3.9).
    """
    rows = _Machine(data).run()
    if type(rows) is not dict:
        raise PickleError(f"holds {short_repr(rows)}, not a dict from state to weights")
    unknown = rows.keys() - set(STATES)
    if unknown:
        raise PickleError(f"has the key {short_repr(min(unknown))}, which is no state")
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
    return pickle.PROTO + b"\x04" + pickle.FRAME + _U64.pack(len(body)) + body


def _text(text: str) -> bytes:
    return pickle.SHORT_BINUNICODE + bytes([len(text)]) + text.encode() + _KEPT


def _integer(number: int) -> bytes:
    return pickle.BININT1 + bytes([number])


# ---- stand-ins: what names and calls in a pickle turn into --------------------------------------


class _Name:
    """An admitted name. It stands for nothing but itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class _Call:
    """A call that a pickle asks for: recorded, never made."""

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

# numpy 2 moved its insides from numpy.core to numpy._core.
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
        raise PickleError(f"{short_repr(value)} is no array")
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
        # numpy >= 2.3 may add an axis order, which a row of one axis has no use for.
        if value.state is not None or len(value.arguments) != 4:
            raise PickleError("_frombuffer needs (bytes, dtype, shape, order) and no state")
        data, dtype, shape, order = value.arguments
        in_c_order = type(order) is str and order == "C"
    else:
        raise PickleError(f"{value!r} is no array")
    byte_order = _byte_order_of_int64(dtype)
    if type(shape) is not tuple or shape != (CELLS,):
        raise PickleError(f"the array's shape is {short_repr(shape)}, not (9,)")
    if not in_c_order:
        raise PickleError("the array is not in C order")
    if type(data) is not bytes:
        raise PickleError(f"the array's weights are {short_repr(data)}, not bytes")
    if len(data) != ROW_BYTES:
        raise PickleError(f"the array has {len(data)} bytes, not {ROW_BYTES}")
    if byte_order == ">":
        return np.frombuffer(data, dtype=">i8").astype("<i8").tobytes()
    return data


def _byte_order_of_int64(dtype: Any) -> str:
    """`"<"` or `">"`, when `dtype` stands for what numpy writes for int64 and for nothing else."""
    if type(dtype) is not _Call or dtype.name is not _DTYPE:
        raise PickleError(f"the array's dtype is {short_repr(dtype)}")
    # dtype.__reduce__: dtype("i8", align=False, copy=True), then __setstate__((version,
    # byte order, subarray, names, fields, item size, alignment, flags)).
    made, state = dtype.arguments, dtype.state
    if len(made) != 3 or type(made[0]) is not str or made[0] != "i8":
        raise PickleError(f"the array's dtype is {short_repr(made)}, not 'i8' (int64)")
    if type(state) is tuple and len(state) == 8 and type(state[1]) is str:
        byte_order: str = state[1]
        int64 = (3, byte_order, None, None, None, -1, -1, 0)
        if byte_order in ("<", ">") and state == int64:
            return byte_order
    raise PickleError(f"the dtype's state {short_repr(state)} is not one of int64")


# ---- the machine: the opcodes a brainfile needs, and no others ----------------------------------


class _Machine:
    """Runs a pickle's opcodes on a stack of plain values and stand-ins.

    Dicts get `str` keys only, so that hashing and comparing never meet anything nested.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.stack: list[Any] = []
        self.outer_stacks: list[list[Any]] = []  # one for each MARK not yet taken back
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        data, opcodes = self.data, _OPCODES
        try:
            for _ in range(OPCODES_AT_MOST):
                opcode = data[self.position]
                self.position += 1
                if opcode == _STOP:
                    return self._result()
                opcodes[opcode](self)
        except UnicodeDecodeError:
            raise PickleError("a text in it is not UTF-8") from None
        except (IndexError, ValueError, struct.error):  # too few bytes, or too little on the stack
            raise PickleError("cut short or damaged") from None
        raise PickleError(f"more than {OPCODES_AT_MOST} opcodes")

    def _result(self) -> Any:
        if self.outer_stacks or len(self.stack) != 1:
            raise PickleError("damaged: it ends with its work undone")
        if self.position != len(self.data):
            raise PickleError(f"{len(self.data) - self.position} bytes follow its end")
        return self.stack[0]

    def _byte(self) -> int:
        byte = self.data[self.position]
        self.position += 1
        return byte

    def _number(self, form: struct.Struct) -> int:
        number: int = form.unpack_from(self.data, self.position)[0]
        self.position += form.size
        return number

    def _bytes(self, size: int) -> bytes:
        start, end = self.position, self.position + size
        if end > len(self.data):
            raise PickleError("cut short or damaged")
        self.position = end
        return self.data[start:end]

    def _line(self) -> str:
        end = self.data.find(b"\n", self.position)
        if end < 0:
            raise PickleError("cut short or damaged")
        line = self.data[self.position : end]
        self.position = end + 1
        return line.decode()

    def _items_since_mark(self) -> list[Any]:
        items = self.stack
        self.stack = self.outer_stacks.pop()
        return items

    def _fetch(self, index: int) -> None:
        if index not in self.memo:
            raise PickleError(f"damaged: nothing was kept under {index}")
        self.stack.append(self.memo[index])

    def _global(self, module: Any, name: Any) -> None:
        admitted = None
        if type(module) is str and type(name) is str:
            admitted = ADMITTED.get((module, name))
        if admitted is None:
            asked_for = f"{module}.{name}" if type(module) is type(name) is str else "no name"
            raise PickleError(f"asks for {short_repr(asked_for)}, which a brainfile does not need")
        self.stack.append(admitted)

    def refuse(self) -> None:
        from pickletools import opcodes  # slow to import, and seldom needed

        code = self.data[self.position - 1]
        name = next((known.name for known in opcodes if ord(known.code) == code), f"0x{code:02x}")
        raise PickleError(f"opcode {name} has no place in a brainfile")

    # One method an opcode, named as in pickletools. The most frequent come first.

    def memoize(self) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def binget(self) -> None:
        self._fetch(self._byte())

    def binint1(self) -> None:
        self.stack.append(self._byte())

    def tuple1(self) -> None:
        self.stack[-1:] = [(self.stack[-1],)]

    def tuple3(self) -> None:
        first, second, third = self.stack[-3:]
        self.stack[-3:] = [(first, second, third)]

    def tuple(self) -> None:
        items = tuple(self._items_since_mark())
        self.stack.append(items)

    def mark(self) -> None:
        self.outer_stacks.append(self.stack)
        self.stack = []

    def short_binunicode(self) -> None:
        self.stack.append(self._bytes(self._byte()).decode())

    def short_binbytes(self) -> None:
        self.stack.append(self._bytes(self._byte()))

    def reduce(self) -> None:
        arguments = self.stack.pop()
        name = self.stack.pop()
        if type(name) is not _Name or type(arguments) is not tuple:
            raise PickleError("damaged: it calls what is no name, or with no arguments")
        self.stack.append(_Call(name, arguments))

    def build(self) -> None:
        state = self.stack.pop()
        call = self.stack[-1]
        if type(call) is not _Call or call.state is not None:
            raise PickleError("damaged: it gives a state to what takes none")
        call.state = state

    def newfalse(self) -> None:
        self.stack.append(False)

    def newtrue(self) -> None:
        self.stack.append(True)

    def none(self) -> None:
        self.stack.append(None)

    def binint(self) -> None:
        self.stack.append(self._number(_I32))

    def binint2(self) -> None:
        self.stack.append(self._number(_U16))

    def binunicode(self) -> None:
        self.stack.append(self._bytes(self._number(_U32)).decode())

    def binbytes(self) -> None:
        self.stack.append(self._bytes(self._number(_U32)))

    def bytearray8(self) -> None:
        self.stack.append(self._bytes(self._number(_U64)))

    def empty_dict(self) -> None:
        self.stack.append({})

    def setitem(self) -> None:
        pair = self.stack[-2:]
        del self.stack[-2:]
        self._set_items(pair)

    def setitems(self) -> None:
        self._set_items(self._items_since_mark())

    def _set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict or len(items) % 2:
            raise PickleError("damaged: it sets items of what is no dict, or a key with no value")
        for key, value in zip(items[::2], items[1::2]):
            if type(key) is not str:
                raise PickleError(f"has the key {short_repr(key)}, which is no state")
            if key in target:
                raise PickleError(f"has the key {short_repr(key)} twice")
            target[key] = value

    def stack_global(self) -> None:
        name = self.stack.pop()
        module = self.stack.pop()
        self._global(module, name)

    def name_in_two_lines(self) -> None:
        module = self._line()
        self._global(module, self._line())

    def binput(self) -> None:
        self.memo[self._byte()] = self.stack[-1]

    def long_binput(self) -> None:
        self.memo[self._number(_U32)] = self.stack[-1]

    def long_binget(self) -> None:
        self._fetch(self._number(_U32))

    def proto(self) -> None:
        protocol = self._byte()
        if protocol not in (3, 4, 5):
            raise PickleError(f"pickle protocol {protocol}; 3, 4 and 5 are read")

    def frame(self) -> None:
        if self._number(_U64) > len(self.data) - self.position:
            raise PickleError("cut short or damaged")


_U16, _U32, _U64, _I32 = map(struct.Struct, ("<H", "<I", "<Q", "<i"))
_STOP = pickle.STOP[0]
_ADMITTED_OPCODES: Mapping[bytes, Callable[[_Machine], None]] = {
    pickle.PROTO: _Machine.proto,
    pickle.FRAME: _Machine.frame,
    pickle.MEMOIZE: _Machine.memoize,
    pickle.MARK: _Machine.mark,
    pickle.EMPTY_DICT: _Machine.empty_dict,
    pickle.SETITEM: _Machine.setitem,
    pickle.SETITEMS: _Machine.setitems,
    pickle.TUPLE: _Machine.tuple,
    pickle.TUPLE1: _Machine.tuple1,
    pickle.TUPLE3: _Machine.tuple3,
    pickle.SHORT_BINUNICODE: _Machine.short_binunicode,
    pickle.BINUNICODE: _Machine.binunicode,
    pickle.SHORT_BINBYTES: _Machine.short_binbytes,
    pickle.BINBYTES: _Machine.binbytes,
    pickle.BYTEARRAY8: _Machine.bytearray8,
    pickle.BININT1: _Machine.binint1,
    pickle.BININT2: _Machine.binint2,
    pickle.BININT: _Machine.binint,
    pickle.NONE: _Machine.none,
    pickle.NEWTRUE: _Machine.newtrue,
    pickle.NEWFALSE: _Machine.newfalse,
    pickle.GLOBAL: _Machine.name_in_two_lines,
    pickle.STACK_GLOBAL: _Machine.stack_global,
    pickle.REDUCE: _Machine.reduce,
    pickle.BUILD: _Machine.build,
    pickle.BINPUT: _Machine.binput,
    pickle.LONG_BINPUT: _Machine.long_binput,
    pickle.BINGET: _Machine.binget,
    pickle.LONG_BINGET: _Machine.long_binget,
}
_OPCODES = [_ADMITTED_OPCODES.get(bytes([code]), _Machine.refuse) for code in range(256)]

# ---- what `write` repeats -----------------------------------------------------------------------

_KEPT = pickle.MEMOIZE
_ITEMS_AT_ONCE = 1000  # as pickle has it
_KEPT_NUMPY, _KEPT_RECONSTRUCT, _KEPT_NDARRAY, _KEPT_B, _KEPT_DTYPE = (
    pickle.BINGET + bytes([index]) for index in (5, 4, 7, 9, 17)
)
_NAME_ON_STACK = pickle.STACK_GLOBAL + _KEPT
_CALL = pickle.TUPLE3 + _KEPT + pickle.REDUCE + _KEPT


def _row_parts(reconstruct: bytes, ndarray: bytes, b: bytes, dtype: bytes) -> tuple[bytes, bytes]:
    """What stands before and after the 72 bytes of `_reconstruct(ndarray, (0,), b"b")` with the
    state `(1, (9,), dtype, False, bytes)`."""
    empty_array = reconstruct + ndarray + _integer(0) + pickle.TUPLE1 + _KEPT + b + _CALL
    shape = _integer(CELLS) + pickle.TUPLE1 + _KEPT
    state = pickle.MARK + _integer(1) + shape + dtype + pickle.NEWFALSE
    before = empty_array + state + pickle.SHORT_BINBYTES + bytes([ROW_BYTES])
    return before, _KEPT + pickle.TUPLE + _KEPT + pickle.BUILD


_ROW_PARTS = _row_parts(_KEPT_RECONSTRUCT, _KEPT_NDARRAY, _KEPT_B, _KEPT_DTYPE)

# The first row spells out what the others fetch.
_MADE_DTYPE = _text("i8") + pickle.NEWFALSE + pickle.NEWTRUE + _CALL
_DTYPE_STATE = b"".join(
    (
        pickle.MARK,
        _integer(3) + _text("<") + pickle.NONE * 3,
        (pickle.BININT + _I32.pack(-1)) * 2 + _integer(0),
        pickle.TUPLE + _KEPT,
    )
)
_FIRST_ROW_PARTS = _row_parts(
    _text("numpy.core.multiarray") + _text("_reconstruct") + _NAME_ON_STACK,
    _text("numpy") + _text("ndarray") + _NAME_ON_STACK,
    pickle.SHORT_BINBYTES + b"\x01b" + _KEPT,
    _KEPT_NUMPY + _text("dtype") + _NAME_ON_STACK + _MADE_DTYPE + _DTYPE_STATE + pickle.BUILD,
)
