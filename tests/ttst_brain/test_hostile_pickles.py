"""Malicious pickles: nothing they name is imported or called, and no size in them is trusted."""

from __future__ import annotations

import contextlib
import os
import pickle
import pickletools  # noqa: F401 - loaded already, so that reading a pickle imports nothing
import struct
import sys
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ttst_brain import pickles
from ttst_brain.files import BrainfileError, load
from ttst_brain.table import STATES, new_table

HARMFUL_EVENTS = (
    "import",
    "exec",
    "compile",
    "marshal.",
    "pickle.",
    "os.",
    "subprocess.",
    "ctypes.",
)
_heard: list[str] | None = None


def _listen(event: str, _: object) -> None:
    if _heard is not None and event.startswith(HARMFUL_EVENTS):
        _heard.append(event)


sys.addaudithook(_listen)  # for good: a hook cannot be taken back, so it mostly does nothing


@contextlib.contextmanager
def watched(*harmless: str) -> Iterator[None]:
    """Fails if something is imported, executed or looked up within it."""
    global _heard
    _heard = []
    try:
        yield
    finally:
        heard, _heard = _heard, None
        assert [event for event in heard if not event.startswith(harmless or "never")] == []


def read(data: bytes) -> None:
    with watched():
        pickles.read(data)


def refuse(data: bytes, reason: str) -> None:
    with pytest.raises(pickles.PickleError, match=reason):
        read(data)


class Calls:
    """Pickles to a call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize(
    ("call", "name"),
    [
        (Calls(os.system, "touch harmed"), r"(posix|nt)\.system"),
        (Calls(eval, "1 / 0"), r"builtins\.eval"),
        (Calls(exec, "raise SystemExit"), r"builtins\.exec"),
        (Calls(getattr, "text", "upper"), r"builtins\.getattr"),
        (Calls(bytearray, 2**40), r"builtins\.bytearray"),
        (Calls(np.load, "brain1.npz"), r"numpy\.load"),
        (Calls(np.frombuffer, b"12345678"), r"numpy\.frombuffer"),
        (np.int64(6), r"numpy\._?core\.multiarray\.scalar"),
        (np.ma.masked_array(np.zeros(9, dtype=np.int64)), r"numpy\.ma"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_name_that_a_brainfile_does_not_need_is_refused_by_name(
    call: object, name: str, protocol: int
) -> None:
    refuse(pickle.dumps({"000000000": call}, protocol), f"asks for '{name}")


def test_a_name_is_refused_before_anything_else_is_read() -> None:
    refuse(b"\x80\x04cos\nsystem\n" + b"\xff" * 9, r"asks for 'os\.system'")
    refuse(b"\x80\x04cos\nndarray\n" + b"\xff" * 9, r"asks for 'os\.ndarray'")


@pytest.mark.parametrize("protocol", [0, 1, 2])
def test_protocols_that_python_3_never_wrote_by_default_are_refused(protocol: int, refused) -> None:
    refused(pickle.dumps({"000000000": np.zeros(9, dtype=np.int64)}, protocol), "pickle")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (b"\x82\x01", "EXT1"),
        (b"\x83\x01\x00", "EXT2"),
        (b"\x84\x01\x00\x00\x00", "EXT4"),
        (b"P1\n", "PERSID"),
        (b"Q", "BINPERSID"),
        (b"ios\nsystem\n", "INST"),
        (b"o", "OBJ"),
        (b"\x81", "NEWOBJ"),
        (b"\x92", "NEWOBJ_EX"),
        (b"\x97", "NEXT_BUFFER"),
        (b"I9\n", "INT"),
        (b"\x8b\xff\xff\xff\x7f", "LONG4"),
        (b"\xff", "0xff"),
    ],
)
def test_an_opcode_that_a_brainfile_does_not_need_is_refused_by_name(
    code: bytes, name: str
) -> None:
    refuse(b"\x80\x04}K\x01K\x01" + code + b".", f"opcode {name} does not occur")


# The first row of the original's file, changed in one place: what stood there, what does now, and
# the reason for its refusal.
SHAPE, KEY, NOT_INTEGERS = b"K\x01K\x09\x85", b"\x8c\x09000000000", "is not one of integers"
CHANGES = {
    "an object's type, whose flags cleared crash numpy": (b"\x8c\x02i8", b"\x8c\x02O8", "not 'i8'"),
    "flags of an object dtype on int64": (b"\xffK\x00t", b"\xffK\x3ft", NOT_INTEGERS),
    "fields in the dtype": (b"NNNJ", b"NN}J", NOT_INTEGERS),
    "no byte order": (b"\x8c\x01<", b"\x8c\x01|", NOT_INTEGERS),
    "a type string of int32": (b"\x8c\x02i8", b"\x8c\x02i4", "has 72 bytes, not 36"),
    "a type string of int16": (b"\x8c\x02i8", b"\x8c\x02i2", "'i2'.*not 'i8'"),
    "a type string in bytes": (b"\x8c\x02i8", b"C\x02i8", "not 'i8'"),
    "eight weights": (SHAPE, b"K\x01K\x08\x85", r"shape is \(8,\), not \(9,\)"),
    "a shape of 2^31": (SHAPE, b"K\x01J\xff\xff\xff\x7f\x85", r"shape is \(2147483647,\)"),
    "a shape of two axes": (SHAPE, b"K\x01K\x03K\x03\x86", "TUPLE2"),
    "a shape that is no tuple": (SHAPE, b"K\x01K\x09", "shape is 9"),
    "Fortran order": (b"\x89CH", b"\x88CH", "not in C order"),
    "an order that is no bool": (b"\x89CH", b"NCH", "not in C order"),
    "two states": (b"\x94t\x94b", b"\x94t\x94bNb", "sets the state of something that has none"),
    "another class": (b"\x8c\x07ndarray", b"\x8c\x06matrix", r"numpy\.matrix"),
    "a dtype for a class": (b"\x8c\x07ndarray", b"\x8c\x05dtype", "not an ndarray"),
    "None for a function": (
        b"_reconstruct\x94\x93",
        b"_reconstruct\x94\x93\x94N",
        "calls something not a name",
    ),
    "a key that is no text": (KEY, b"C\x09000000000", "which is not a state"),
    "a key that is not UTF-8": (KEY, b"\x8c\x0900000000\xff", "not UTF-8"),
    "a key that is no state": (KEY, b"\x8c\x09000000003", "'000000003'"),
    "a key that comes twice": (KEY, b"\x8c\x09000000001", "'000000001' twice"),
}


@pytest.fixture(scope="module")
def sound(original_numpy1: bytes) -> bytes:
    """The original's file without frames, which would tell of a change of length."""
    return b"\x80\x04" + pickles.write(pickles.read(original_numpy1))[11:]


@pytest.fixture(scope="module")
def two_rows(sound: bytes) -> bytes:
    """The sound file's beginning: as it stands, only the third state's row is missed."""
    data = sound[: sound.index(b"\x8c\x09000000002")] + b"u."
    refuse(data, "state 000000002 is missing")
    return data


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_that_is_not_nine_int64_is_refused(two_rows: bytes, change: str) -> None:
    before, after, reason = CHANGES[change]
    assert before in two_rows
    refuse(two_rows.replace(before, after, 1), reason)


def test_an_order_other_than_c_is_refused_in_protocol_5_too() -> None:
    data = pickle.dumps({"000000000": np.zeros(9, dtype=np.int64)}, 5)
    refuse(data.replace(b"\x8c\x01C", b"\x8c\x01F"), "not in C order")


@pytest.mark.parametrize("size", [0, 71, 73])
def test_a_row_of_other_than_72_bytes_is_refused(two_rows: bytes, size: int) -> None:
    start = two_rows.index(b"\x89CH") + 1
    weights = b"C" + bytes([size]) + bytes(size)
    refuse(two_rows[:start] + weights + two_rows[start + 74 :], f"has {size} bytes, not 72")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (None, "None is not an array"),
        ([6] * 9, "opcode"),
        (np.zeros(9), "not 'i8'"),
        (np.zeros(9, dtype=np.uint64), "not 'i8'"),
        (np.zeros(9, dtype=object), "opcode|not 'i8'"),
        (np.zeros((9, 1), dtype=np.int64), "shape|opcode"),
        (np.asfortranarray(np.zeros((3, 3), dtype=np.int64)), "shape|opcode"),
        (np.dtype(np.int64), r"dtype\(\.\.\.\) is not an array"),
        (np.ndarray, "ndarray is not an array"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_a_row_of_another_kind_is_refused(row: object, reason: str, protocol: int) -> None:
    refuse(pickle.dumps({"000000000": row}, protocol), reason)


def test_a_missing_state_is_named() -> None:
    rows = dict(zip(STATES, new_table()))
    del rows["201000000"]
    refuse(pickle.dumps(rows, 4), "state 201000000 is missing")


@pytest.mark.parametrize("thing", [None, 6, "brain", (1, 2, 3), {}, b"bytes"], ids=repr)
def test_a_pickle_of_something_else_is_refused(thing: object, refused) -> None:
    refused(pickle.dumps(thing, 4), "not a dict|is missing")


def test_a_file_cut_short_anywhere_is_refused(original_numpy1: bytes, refused) -> None:
    for size in (1, 2, 5, 11, 50, 1000, 65_600, len(original_numpy1) - 1):
        refused(original_numpy1[:size], "truncated or damaged")
    longer = struct.pack("<Q", len(original_numpy1))  # a frame, than what follows
    refused(original_numpy1[:3] + longer + original_numpy1[11:], "truncated or damaged")


def test_an_end_before_or_after_the_end_of_the_work_is_refused(original_numpy1: bytes) -> None:
    refuse(b"\x80\x04(}.", "unfinished object")
    refuse(original_numpy1 + b"\n", "1 bytes follow its end")


# Each would take gigabytes, or the C stack, if a number in it were believed or nesting followed.
BOMBS = {
    "memo index": b"Nr\xff\xff\xff\xff.",
    "frame": b"\x95" + b"\xff" * 8 + b"N.",
    "bytes": b"\x96" + struct.pack("<Q", 2**62),
    "text": b"X\xff\xff\xff\xff",
    "tuples": b"N" + b"\x85" * (pickles.OBJECTS_AT_MOST - 3) + b".",
    "tuples as a key": b"}N" + b"\x85" * 1_000_000 + b"Ns.",
    "dicts": b"}\x94" * 2_000_000 + b".",
    "marks": b"(" * 4_000_000,
    "memo": b"N" + b"\x94" * 4_000_000 + b".",
    "dicts in dicts": b"}\x8c\x01a" * 250_000 + b"N" + b"s" * 250_000 + b".",
    "calls in calls": b"cnumpy\nndarray\n\x94N" + b"\x85Rh\x00" * 10 + b".",
    "states in states": b"cnumpy\nndarray\n\x94" + b"N\x85Rh\x00" * 150_000 + b"b" * 150_000 + b".",
    "a dict in itself": b"}\x94\x8c\x01ah\x00s.",
    "a call that is its own state": b"cnumpy\nndarray\nN\x85R\x94h\x00b.",
}


def test_bombs_go_off_within_a_quarter_of_a_gigabyte(run, tmp_path) -> None:
    for number, bomb in enumerate(BOMBS.values()):
        (tmp_path / f"{number:02}").write_bytes(b"\x80\x04" + bomb)
    lines = run("load_within", 2**28, *sorted(tmp_path.iterdir())).splitlines()
    reasons = [line.split(": ", 1)[1] for line in lines]
    assert dict(zip(BOMBS, reasons)).keys() == BOMBS.keys()
    assert all(len(reason) < 200 for reason in reasons)


positions = st.one_of(st.integers(0, 400), st.integers(0, 2**21))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    changes=st.lists(
        st.tuples(positions, st.integers(0, 3), st.binary(min_size=0, max_size=4)), min_size=1
    )
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    sound: bytes, changes: list[tuple[int, int, bytes]], tmp_path_factory
) -> None:
    data = bytearray(sound)
    for position, removed, added in changes:
        data[position : position + removed] = added
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    with contextlib.suppress(BrainfileError), watched("os."):
        load(path)
