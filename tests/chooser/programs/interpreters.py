"""Interpreters within the interpreter: CPython refuses an isolated one, a legacy one works."""

import array
import random
import sys
from pathlib import Path

import numpy as np
from module_support import run_case, skip

import chooser

try:
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters

# What an interpreter does; it is told what it must draw.
DRAW = Path(__file__).with_name("interpreter_draws.py").read_text(encoding="utf-8")


def create(isolated=False):
    if sys.version_info >= (3, 13):
        return _interpreters.create("isolated" if isolated else "legacy")
    return _interpreters.create(isolated=isolated)


def run(interpreter, code):
    # Newer versions give what went wrong, older ones raise it.
    failure = _interpreters.run_string(interpreter, code)
    if failure is not None:
        raise RuntimeError(failure.formatted)


def drawing():
    chooser.seed(5)
    return f"EXPECTED = {[chooser.choose([1, 2, 3]) for _ in range(20)]}\n{DRAW}"


def test_an_isolated_interpreter_gets_cpythons_import_error():
    if sys.version_info < (3, 12):
        skip("interpreters are isolated from 3.12 on")
    isolated = create(isolated=True)
    try:
        run(isolated, "import chooser")
    except RuntimeError as error:
        assert "chooser" in str(error) and "subinterpreter" in str(error), error
    else:
        raise AssertionError("imported")
    _interpreters.destroy(isolated)
    assert chooser.choose([0, 1]) == 1


def test_a_legacy_interpreter_draws_the_same_and_ends_cleanly():
    code = drawing()
    interpreter = create()
    run(interpreter, code)
    run(interpreter, code)
    _interpreters.destroy(interpreter)
    exec(code, {})


def test_interpreters_may_come_and_go_while_the_main_one_draws():
    code = drawing()
    row, table = np.array([0, 3, 0]), np.ones((3, 3), np.float32)
    for _ in range(20):
        interpreters = [create(), create()]
        for interpreter in interpreters:
            run(interpreter, code)
        _interpreters.destroy(interpreters.pop())
        # Of what is remembered of types, nothing may be another interpreter's.
        for weights in (row, row[::-1], array.array("q", [0, 1, 0]), memoryview(row), [0, 1, 0]):
            assert chooser.choose(weights) == 1
        assert chooser.choose(table[0]) in range(3)
        for rng in (random.Random(1), np.random.default_rng(1), np.random.PCG64(1)):
            assert chooser.choose([0, 1, 0], rng=rng) == 1
        _interpreters.destroy(interpreters.pop())
        exec(code, {})


def test_an_interpreter_may_end_with_the_process():
    for _ in range(3):
        run(create(), "import chooser; chooser.seed(1); late = chooser.choose([1, 2])")


def test_interpreters_share_a_threads_generator():
    chooser.seed(5)
    both = [chooser.choose([1] * 100) for _ in range(20)]
    chooser.seed(5)
    first = [chooser.choose([1] * 100) for _ in range(10)]
    interpreter = create()
    draw = "import chooser; drawn = [chooser.choose([1] * 100) for _ in range(10)]"
    run(interpreter, f"{draw}; assert drawn == {both[10:]}, drawn")
    _interpreters.destroy(interpreter)
    assert first == both[:10]


if __name__ == "__main__":
    run_case(globals())
