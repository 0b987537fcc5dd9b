"""Weights that need more memory than there is, or more time than one has."""

import resource
import signal
import sys
from pathlib import Path

import numpy as np
from module_support import draws, run_case
from weight_holders import SWAPPED

import chooser

#: So many numbers of 8 bytes are more than any limit here, but no more than numpy can count.
HUGE = min(10**10, sys.maxsize // 16)


class Endless:
    def __init__(self, item):
        self.item = item

    def __getitem__(self, index):
        return self.item


class LongWinded:
    def __init__(self, length):
        self.length = length

    def __repr__(self):
        return "x" * self.length


def limit_memory(bytes_more=2**27):
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + bytes_more,) * 2)


def assert_raises(exception, weights, draw=chooser.choose):
    try:
        draw(weights)
    except exception:
        return
    raise AssertionError(weights)


def test_weights_beyond_memory_are_a_memory_error():
    many = list(range(2**23)) * 2
    mixed = [*many, 0.5]
    limit_memory(2**26)  # half of what the weights in `many` take
    before = draws([1, 2, 3], 5)
    for weights in (
        Endless(1),
        Endless(0.5),
        range(10**11),
        np.broadcast_to(np.int8(1), HUGE),
        np.broadcast_to(np.array(1, f"{SWAPPED}i4"), HUGE),
        memoryview(np.broadcast_to(np.float64(1), HUGE)),
        many,
        mixed,
    ):
        assert_raises(MemoryError, weights)
    assert draws([1, 2, 3], 5) == before


def test_tables_beyond_memory_are_a_memory_error():
    many, row = list(range(2**23)) * 2, [1.0] * 2**16
    limit_memory(2**26)
    before = draws([1, 2, 3], 5)
    for table in (
        [many, [1]],
        Endless([1, 2]),
        Endless(row),
        np.broadcast_to(np.int8(1), (HUGE, 2)),
        memoryview(np.broadcast_to(np.float64(1), (HUGE, 1))),
        np.broadcast_to(np.array(1, f"{SWAPPED}i4"), (1, HUGE)),
    ):
        assert_raises(MemoryError, table, chooser.choose_rows)
    assert draws([1, 2, 3], 5) == before


def test_weights_that_stay_are_as_before_when_there_is_no_memory():
    many = np.ones(2**22, np.int64)
    weights, large = chooser.Weights([1, 2, 0]), chooser.Weights(many)
    limit_memory(2**25)  # as much as `many` takes; as floats, or in 128 bits, it takes more
    for change in (
        lambda: chooser.Weights(range(10**11)),
        lambda: chooser.Weights(np.broadcast_to(np.int8(1), HUGE)),
        lambda: weights.choices(HUGE),
        lambda: weights.update(range(10**11), [1]),
        lambda: large.__setitem__(0, 2**64),
        lambda: large.__copy__(),
    ):
        assert_raises(MemoryError, None, lambda _, change=change: change())
    assert list(weights) == [1, 2, 0]
    assert large.total == 2**22 and large[0] == 1


def test_an_errors_own_text_takes_no_memory():
    long_winded = LongWinded(2**26)
    limit_memory()
    assert_raises(TypeError, [long_winded])
    assert_raises(TypeError, [LongWinded(2**40)])


def test_ctrl_c_is_heard_while_a_long_sequence_is_read():
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    for weights in (range(10**9), np.ones(10**9 // 200, object)):
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert_raises(KeyboardInterrupt, weights)


if __name__ == "__main__":
    run_case(globals())
