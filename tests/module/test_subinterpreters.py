"""Interpreters within the interpreter: an isolated one is refused by CPython, a legacy one works.
In processes of their own, for what goes wrong here ends the process."""

from __future__ import annotations

import sys

import pytest
from module_support import run_in_new_process

#: `create`, `run` and `destroy` for interpreters that share the GIL, as each version has them.
PRELUDE = """
import sys

try:
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters

def create(isolated=False):
    if sys.version_info >= (3, 13):
        return _interpreters.create("isolated" if isolated else "legacy")
    return _interpreters.create(isolated=isolated)

def run(interpreter, code):
    # Newer versions give what went wrong, older ones raise it.
    failure = _interpreters.run_string(interpreter, code)
    if failure is not None:
        raise RuntimeError(failure.formatted)

destroy = _interpreters.destroy
"""

DRAW = """
import array, collections, gc, threading
import chooser

chooser.seed(5)
drawn = [chooser.choose([1, 2, 3]) for _ in range(20)]
assert drawn == EXPECTED, drawn
for weights in (
    (0, 1),
    [0.0, 1.0],
    [0, 2**100],
    range(2),
    collections.deque([0, 1]),
    array.array("q", [0, 1]),
    array.array("d", [0, 1]),
    memoryview(array.array("i", [0, 1])),
    memoryview(b"\\\\1\\\\0")[::-1],
):
    assert chooser.choose(weights) == 1
    assert chooser.choose(weights) == 1

class Own:
    def __index__(self):
        return chooser.choose([0, 1])

assert chooser.choose([0, Own()]) == 1

for weights, error in (([], ValueError), ([1, -1], ValueError), ("1", TypeError), ({}, TypeError)):
    try:
        chooser.choose(weights)
    except error:
        pass
    else:
        raise AssertionError(weights)

thread = threading.Thread(target=lambda: drawn.append(chooser.choose([0, 1])))
thread.start()
thread.join()
assert drawn[-1] == 1
gc.collect()
"""

EXPECTED = """
import chooser

def expected():
    chooser.seed(5)
    return [chooser.choose([1, 2, 3]) for _ in range(20)]

code = f"EXPECTED = {expected()}" + DRAW
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="interpreters are isolated from 3.12 on")
def test_an_isolated_interpreter_gets_cpythons_import_error():
    run_in_new_process(
        PRELUDE
        + """
import chooser

isolated = create(isolated=True)
run(isolated, '''
try:
    import chooser
except ImportError as error:
    assert "chooser" in str(error) and "subinterpreter" in str(error), error
else:
    raise AssertionError("imported")
''')
destroy(isolated)
assert chooser.choose([0, 1]) == 1
"""
    )


@pytest.mark.skipif(sys.version_info < (3, 14), reason="concurrent.interpreters is new in 3.14")
def test_an_interpreter_of_concurrent_interpreters_is_refused_too():
    run_in_new_process(
        """
        from concurrent import interpreters
        interpreter = interpreters.create()
        try:
            interpreter.exec("import chooser")
        except interpreters.ExecutionFailed as error:
            assert "ImportError" in str(error)
        else:
            raise AssertionError("imported")
        interpreter.close()
        """
    )


@pytest.mark.parametrize("first", [True, False], ids=["imported before", "imported after"])
def test_a_legacy_interpreter_draws_the_same_and_ends_cleanly(first):
    run_in_new_process(
        PRELUDE
        + f"DRAW = '''{DRAW}'''\n"
        + f"""
if not {first}:
    run(interpreter := create(), "import chooser; assert chooser.choose([0, 1]) == 1")
    destroy(interpreter)
{EXPECTED}
interpreter = create()
run(interpreter, code)
run(interpreter, code)
destroy(interpreter)
exec(code)
"""
    )


def test_interpreters_may_come_and_go_while_the_main_one_draws():
    run_in_new_process(
        PRELUDE
        + f"DRAW = '''{DRAW}'''\n"
        + EXPECTED
        + """
import array
import numpy as np

row, table = np.array([0, 3, 0]), np.ones((3, 3), np.float32)
for _ in range(20):
    interpreters = [create(), create()]
    for interpreter in interpreters:
        run(interpreter, code)
    destroy(interpreters.pop())
    # Of what is remembered of types, nothing may be another interpreter's.
    for weights in (row, row[::-1], array.array("q", [0, 1, 0]), memoryview(row), [0, 1, 0]):
        assert chooser.choose(weights) == 1
    assert chooser.choose(table[0]) in range(3)
    destroy(interpreters.pop())
    exec(code)
"""
    )


def test_an_interpreter_may_end_with_the_process():
    run_in_new_process(
        PRELUDE
        + """
for _ in range(3):
    interpreter = create()
    run(interpreter, "import chooser; chooser.seed(1); late = chooser.choose([1, 2])")
"""
    )


def test_an_interpreter_made_by_the_c_api_works():
    pytest.importorskip("_testcapi")
    run_in_new_process(
        f"DRAW = '''{DRAW}'''\n"
        + EXPECTED
        + """
import _testcapi

for _ in range(10):
    assert _testcapi.run_in_subinterp(code) == 0
exec(code)
"""
    )


def test_interpreters_share_a_threads_generator():
    run_in_new_process(
        PRELUDE
        + """
import chooser

chooser.seed(5)
both = [chooser.choose([1] * 100) for _ in range(20)]
chooser.seed(5)
first = [chooser.choose([1] * 100) for _ in range(10)]
interpreter = create()
run(interpreter, f"import chooser; drawn = [chooser.choose([1] * 100) for _ in range(10)]; "
    f"assert drawn == {both[10:]}, drawn")
destroy(interpreter)
assert first == both[:10]
"""
    )
