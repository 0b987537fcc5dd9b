"""The module from its first import to the end of the interpreter, and beside other modules."""

import array
import collections
import importlib
import os
import sys
import types
from fractions import Fraction

from module_support import run_case

import chooser

EXPECTED_AT_EXIT = b"1111!!!"


class Late:
    """Draws when modules and names are gone."""

    def __del__(
        self,
        choose=chooser.choose,
        join=b"".join,
        expected=EXPECTED_AT_EXIT,
        exit=os._exit,
        Exception=Exception,
    ):
        drawn = []
        for weights in ([0, 1], (0.0, 1.0), [0, 2**70], range(2), {0: 1}, [1, -1], "1"):
            try:
                drawn.append(b"%d" % choose(weights))
            except Exception:
                drawn.append(b"!")
        if join(drawn) != expected:
            exit(3)


def test_drawing_works_to_the_end_of_the_interpreter():
    sys.late = Late()


def test_the_module_can_be_imported_again():
    first = chooser
    for _ in range(20):
        del sys.modules["chooser"]
        again = importlib.import_module("chooser")
        assert again.choose([0, 1]) == 1
    assert first.choose([0, 1]) == 1
    assert importlib.reload(again).choose([0, 1]) == 1


def test_drawing_does_not_import_numpy():
    for weights in ([1], (1.5,), range(1, 3), array.array("q", [1]), memoryview(b"1"), [2**70]):
        assert chooser.choose(weights) in (0, 1)
    assert "numpy" not in sys.modules


def test_a_numpy_that_is_only_half_imported_does_no_harm():
    for name in ("numpy", "numpy.ma", "numbers"):
        sys.modules[name] = types.ModuleType(name)
    assert chooser.choose([Fraction(0), Fraction(1)]) == 1
    assert chooser.choose(memoryview(b"\0\1")[::-1]) == 0
    assert chooser.choose(collections.deque([0, 1])) == 1


if __name__ == "__main__":
    run_case(globals())
