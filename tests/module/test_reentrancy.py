"""Weights whose own code runs during a draw, and does its worst. Each test that might crash runs in
a process of its own."""

from __future__ import annotations

import array
import contextlib
import gc
import sys
import weakref

import model
import numpy as np
import pytest
from module_support import fingerprint, model_fingerprint, run_in_new_process
from weight_holders import CHARACTER

import chooser


class Meddler:
    """A weight that does something when it is asked for its value."""

    def __init__(self, meddle, value=1):
        self.meddle = meddle
        self.value = value

    def __index__(self):
        self.meddle()
        return self.value


#: What the processes begin with.
PRELUDE = """
import collections, gc, sys, threading, time
import chooser

class Meddler:
    def __init__(self, meddle, value=1):
        self.meddle = meddle
        self.value = value

    def __index__(self):
        self.meddle()
        return self.value

class FloatMeddler(Meddler):
    __index__ = None

    def __float__(self):
        self.meddle()
        return float(self.value)

del FloatMeddler.__index__

def fill():
    # New objects take the place of the freed ones.
    return [object() for _ in range(1000)], [[None] * n for n in range(100)]
"""

#: What a weight may do to the list it is in, and the indices that may then be drawn.
MEDDLING = {
    "clears it": ("weights.clear()", {0, 1, 2, 3, 4}),
    "empties its slice": ("weights[:] = []", {0, 1, 2, 3, 4}),
    "shortens it": ("weights.pop()", range(10)),
    "removes itself": ("del weights[4:5]", range(10)),
    "lengthens it": ("len(weights) < 1000 and weights.extend([1] * 500)", range(1500)),
    "sorts it": ("weights.sort(key=id)", range(10)),
    "replaces all": ("weights[:] = [2**40] * 10", range(10)),
    "replaces the next": ("weights[5:] = [Meddler(gc.collect) for _ in range(5)]", range(10)),
    "deletes the name": ("globals().pop('weights', None)", range(10)),
    "deletes the name and collects": ("globals().pop('weights', None); gc.collect()", range(10)),
    "collects garbage": ("gc.collect()", range(10)),
    "draws": ("chooser.choose([1, 2, 3])", range(10)),
    "seeds": ("chooser.seed(1)", range(10)),
    "draws from the list's other items": ("chooser.choose(weights[5:])", range(10)),
    "lets other threads run": ("time.sleep(0.0001)", range(10)),
}


@pytest.mark.parametrize("kind", ["Meddler", "FloatMeddler"])
@pytest.mark.parametrize(("deed", "indices"), MEDDLING.values(), ids=list(MEDDLING))
def test_a_list_may_change_while_it_is_read(kind, deed, indices):
    run_in_new_process(
        PRELUDE
        + f"""
def meddle():
    {deed}
    fill()

for _ in range(100):
    # Items that nothing else keeps alive.
    weights = [2**40 + 1, 2**40 + 2, 2**40 + 3, 2**40 + 4, {kind}(meddle), *map(float, range(5))]
    index = chooser.choose(weights)
    assert index in {indices!r}, index
"""
    )


@pytest.mark.parametrize("kind", ["Meddler", "FloatMeddler"])
def test_an_item_may_be_freed_while_it_is_read(kind):
    run_in_new_process(
        PRELUDE
        + f"""
for _ in range(100):
    weights = [1]
    weights.append({kind}(lambda: (weights.clear(), gc.collect(), fill())))
    assert chooser.choose(weights) in (0, 1)
"""
    )


def test_a_tuples_owner_may_let_go_of_it():
    run_in_new_process(
        PRELUDE
        + """
for _ in range(100):
    holder = []
    holder.append((1, 2**70, Meddler(lambda: (holder.clear(), fill())), 5))
    assert chooser.choose(holder[0]) in range(4)
    assert chooser.choose(*[(1, Meddler(fill), 1.5)]) in range(3)
"""
    )


def test_a_sequence_may_let_go_of_itself_and_its_iterator():
    run_in_new_process(
        PRELUDE
        + """
class Sequence:
    def __iter__(self):
        globals().pop("weights", None)
        fill()
        yield 1
        gc.collect()
        yield 2**100
        yield 3

    def __getitem__(self, index):
        raise AssertionError

for _ in range(100):
    weights = Sequence()
    assert chooser.choose(weights) in range(3)
    assert chooser.choose(Sequence()) in range(3)
"""
    )


def test_a_deque_that_changes_while_it_is_read_says_so_itself():
    run_in_new_process(
        PRELUDE
        + """
weights = collections.deque([1, Meddler(lambda: weights.append(1)), 1])
try:
    chooser.choose(weights)
except RuntimeError as error:
    assert "mutated" in str(error)
else:
    raise AssertionError
"""
    )


def test_weights_that_draw_from_themselves_end_in_a_recursion_error():
    run_in_new_process(
        PRELUDE
        + """
class Endless:
    def __index__(self):
        return chooser.choose(weights)

weights = [1, Endless(), 1.5]

def recurse():
    try:
        chooser.choose(weights)
    except RecursionError:
        done.append(True)

done = []
recurse()
thread = threading.Thread(target=recurse)
thread.start()
thread.join()
assert done == [True, True]
chooser.seed(1)
assert chooser.choose([0, 1]) == 1
"""
    )


def test_weights_that_are_their_own_item_are_refused():
    weights = [1]
    weights.append(weights)
    with pytest.raises(TypeError, match=r"weights\[1\] is \[1, \[\.\.\.\]\] \(list\)"):
        chooser.choose(weights)


def test_a_draw_within_a_draw_takes_its_words_first():
    def meddle():
        inner.append(chooser.choose([1] * 100))

    inner = []
    chooser.seed(5)
    outer = chooser.choose([Meddler(meddle), Meddler(meddle, 5), 94])
    generator = model.Generator.of_seed(5)
    assert inner == [model.choose([1] * 100, generator) for _ in range(2)]
    assert outer == model.choose([1, 5, 94], generator)
    assert fingerprint() == model_fingerprint(generator)


def test_a_seed_within_a_draw_holds_for_that_draw():
    chooser.seed(1)
    drawn = chooser.choose([Meddler(lambda: chooser.seed(5), 7), *range(20)])
    generator = model.Generator.of_seed(5)
    assert drawn == model.choose([7, *range(20)], generator)
    assert fingerprint() == model_fingerprint(generator)


def test_memory_cannot_be_resized_while_it_is_read_and_can_be_afterwards():
    class Meddling(array.array):
        @property
        def __class__(self):
            # Asked for while the array's memory is viewed.
            with pytest.raises(BufferError):
                self.append(1)
            return array.array

    weights = Meddling("q", [1, 2, 3])
    assert np.ma.MaskedArray  # isinstance is asked only once there are masked arrays
    assert chooser.choose(weights) in range(3)
    weights.append(4)
    assert len(weights) == 4


@pytest.mark.parametrize(
    "weights",
    [
        array.array("q", [1, 2]),
        array.array("q", [1, -2]),
        array.array("d", [1, float("nan")]),
        array.array("d", [0, 0]),
        array.array(CHARACTER, "12"),
    ],
    ids=["drawn", "negative", "nan", "all zero", "no numbers"],
)
def test_no_view_of_memory_outlives_a_draw(weights):
    for _ in range(2):
        with contextlib.suppress(ValueError, TypeError):
            chooser.choose(weights)
        weights.append(weights[0])  # BufferError if it is still viewed
    memory = bytearray(b"\1\2\3")
    view = memoryview(memory)[::2]
    chooser.choose(view)
    view.release()
    memory.append(4)


def test_items_are_let_go_of_when_a_draw_is_over():
    class Weight:
        def __init__(self, value):
            self.value = value

        def __float__(self):
            return self.value

    for values in ([1.0, 2.0], [1.0, -2.0]):
        weights = [Weight(value) for value in values]
        references = [weakref.ref(weight) for weight in weights]
        with contextlib.suppress(ValueError):
            chooser.choose(weights)
        del weights
        gc.collect()
        assert [reference() for reference in references] == [None, None]


@pytest.mark.parametrize("interval", [1e-6, 0.005])
def test_threads_may_change_a_list_while_others_draw_from_it(interval):
    run_in_new_process(
        PRELUDE
        + """
sys.setswitchinterval(float(sys.argv[1]))
weights = [2**40] * 9
stop = time.monotonic() + 0.5
failures = []

class Yielding:
    def __index__(self):
        time.sleep(0)
        return 1

def change():
    while time.monotonic() < stop:
        weights.append(Yielding())
        weights.extend([2**70, 1.5, Yielding()])
        weights.insert(0, 3)
        del weights[5:]
        weights[:] = [2**40 + len(weights)] * 20

def draw():
    while time.monotonic() < stop:
        try:
            assert 0 <= chooser.choose(weights) < 100
        except BaseException as error:
            failures.append(error)
            raise

threads = [threading.Thread(target=target) for target in [change, change, draw, draw, draw]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures
""",
        interval,
    )


def test_threads_may_release_memory_while_others_draw_from_it():
    run_in_new_process(
        PRELUDE
        + """
sys.setswitchinterval(1e-6)
views = [memoryview(bytearray(b"\\1" * 9))]
stop = time.monotonic() + 0.3
failures = []

def change():
    while time.monotonic() < stop:
        old = views[0]
        views[0] = memoryview(bytearray(b"\\1" * 9))
        old.release()

def draw():
    while time.monotonic() < stop:
        try:
            assert chooser.choose(views[0]) in range(9)
            assert chooser.choose(views[0][::2]) in range(5)
        except ValueError as error:
            if "released" not in str(error):
                failures.append(error)
                raise

threads = [threading.Thread(target=target) for target in [change, draw, draw]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures
"""
    )


def test_drawing_works_to_the_end_of_the_interpreter():
    output = run_in_new_process(
        """
        import atexit, os
        import chooser

        class Late:
            def __del__(self, choose=chooser.choose, write=os.write, Exception=Exception):
                # Modules and names are gone by then.
                for weights in ([0, 1], (0.0, 1.0), [0, 2**70], range(2), {0: 1}, [1, -1], "1"):
                    try:
                        write(1, b"%d" % choose(weights))
                    except Exception:
                        write(1, b"!")

        late = Late()
        atexit.register(lambda: os.write(1, b"%d " % chooser.choose([0, 0, 1])))
        """
    )
    assert output.startswith("2 11")
    assert len(output) == len("2 ") + 7


def test_the_module_can_be_imported_again():
    output = run_in_new_process(
        """
        import importlib, sys
        import chooser
        first = chooser
        for _ in range(20):
            del sys.modules["chooser"]
            import chooser
            assert chooser.choose([0, 1]) == 1
        assert first.choose([0, 1]) == 1
        importlib.reload(chooser)
        assert chooser.choose([0, 1]) == 1
        print("done")
        """
    )
    assert output == "done\n"


def test_drawing_does_not_import_numpy():
    run_in_new_process(
        """
        import array, sys
        import chooser
        for weights in ([1], (1.5,), range(1, 3), array.array("q", [1]), memoryview(b"1"), [2**70]):
            assert chooser.choose(weights) in (0, 1)
        assert "numpy" not in sys.modules
        """
    )


def test_a_numpy_that_is_only_half_imported_does_no_harm():
    run_in_new_process(
        """
        import collections, sys, types
        from fractions import Fraction
        import chooser
        for name in ("numpy", "numpy.ma", "numbers"):
            sys.modules[name] = types.ModuleType(name)
        assert chooser.choose([Fraction(0), Fraction(1)]) == 1
        assert chooser.choose(memoryview(b"\\0\\1")[::-1]) == 0
        assert chooser.choose(collections.deque([0, 1])) == 1
        """
    )


def test_no_exception_is_left_behind():
    for weights in ([1], [-1], "1", [2**70], memoryview(b"1")[::-1], np.ones(3, ">i4")):
        with contextlib.suppress(TypeError, ValueError):
            chooser.choose(weights)
        assert sys.exc_info() == (None, None, None)
