"""Daemon threads that are within a call when the interpreter ends, which on 3.9 to 3.13 ends them
where they ask for the GIL."""

import collections
import sys
import threading
import time
from contextlib import suppress

import numpy as np
from module_support import run_case

import chooser


class Late:
    """Takes a while at the end of the interpreter: the threads wake up, and ask for the GIL."""

    def __del__(self, sleep=time.sleep):
        sleep(0.8)


def slow(result=1):
    def method(self, *_, sleep=time.sleep):
        sleep(0.3)
        return result

    return method


def made_of(**methods):
    return type("Slow", (), methods)()


def sequence(**methods):
    return made_of(**{"__len__": lambda self: 1, "__getitem__": lambda self, index: 1, **methods})


class OwnIterable:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return self.items

    def __getitem__(self, index):
        raise AssertionError


def freed_items():
    for _ in range(3):
        yield made_of(__index__=lambda self: 1, __del__=slow())


NEW = np.array([[6 * (not cell) for cell in np.unravel_index(n, [3] * 9)] for n in range(3**9)])
TABLE = NEW.astype(np.int64)

CALLS = {
    "item by index": (chooser.choose, sequence(__getitem__=slow())),
    "iterator": (chooser.choose, sequence(__iter__=slow(iter([1])))),
    "attribute": (chooser.choose, sequence(ndim=property(slow()))),
    "class": (chooser.choose, sequence(__class__=property(slow(list)))),
    "buffer": (chooser.choose, sequence(__buffer__=slow(memoryview(b"1")))),
    "integer": (chooser.choose, [made_of(__index__=slow())]),
    "float": (chooser.choose, [made_of(__float__=slow(1.0))]),
    "text of an error": (chooser.choose, [made_of(__repr__=slow("slow"))]),
    "freed item": (lambda weights: chooser.choose(weights()), lambda: OwnIterable(freed_items())),
    "seed": (chooser.seed, made_of(__index__=slow())),
    "truth value": (
        lambda train: chooser.play(TABLE, TABLE, 1, train1=train),
        made_of(__bool__=slow(True)),
    ),
    "without the GIL": (lambda table: chooser.play(table, table, 5_000_000), TABLE.copy()),
    "deque": (chooser.choose, collections.deque([1] * 1000)),
    "range": (chooser.choose, range(1, 1000)),
    "list": (chooser.choose, [1, 2, 3]),
}


def forever(function, argument):
    while True:
        with suppress(TypeError, ValueError):
            function(argument)


def test_a_daemon_thread_within_a_call_ends_no_process():
    sys.late = Late()
    for call in CALLS.values():
        threading.Thread(target=forever, args=call, daemon=True).start()
    time.sleep(0.2)


if __name__ == "__main__":
    run_case(globals())
