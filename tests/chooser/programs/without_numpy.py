"""The module where numpy is not installed."""

import array
import random
import sys

from module_support import run_case

import chooser


def test_numpy_is_imported_only_for_a_result_that_is_an_array():
    chooser.choose([1, 2], rng=random.Random(1))
    chooser.choose_rows([[0, 1]], out=array.array("q", [0]))
    assert "numpy" not in sys.modules
    assert type(chooser.choose_rows([[0, 1]])).__module__ == "numpy"


def test_without_numpy_all_else_works():
    sys.modules["numpy"] = None
    assert chooser.choose([0, 1]) == 1
    out = array.array("q", [7])
    assert chooser.choose_rows(memoryview(b"\0\1").cast("B", (1, 2)), out=out) is out
    assert list(out) == [1]
    try:
        chooser.choose_rows([[0, 1]])
    except ImportError as error:
        assert "numpy" in str(error)
    else:
        raise AssertionError


if __name__ == "__main__":
    run_case(globals())
