"""Weights whose own code runs during a draw, and tries to make it crash."""

import collections
import gc
import sys
import threading
import time

from module_support import Meddler, run_case

import chooser


class FloatMeddler:
    __init__ = Meddler.__init__

    def __float__(self):
        self.meddle()
        return float(self.value)


def fill():
    """New objects take the place of the freed ones."""
    return [object() for _ in range(1000)], [[None] * n for n in range(100)]


def lengthen(weights):
    if len(weights) < 1000:
        weights.extend([1] * 500)


# What a weight may do to the list it is in, and the indices that may then be drawn.
ACTIONS = [
    (lambda weights: weights.clear(), range(5)),
    (lambda weights: weights.__setitem__(slice(None), []), range(5)),
    (lambda weights: weights.pop(), range(10)),
    (lambda weights: weights.__delitem__(slice(4, 5)), range(10)),
    (lengthen, range(1500)),
    (lambda weights: weights.sort(key=id), range(10)),
    (lambda weights: weights.__setitem__(slice(None), [2**40] * 10), range(10)),
    (lambda weights: weights.__setitem__(slice(5, None), [Meddler(gc.collect)] * 5), range(10)),
    (lambda weights: chooser.choose([1, 2, 3]), range(10)),
    (lambda weights: chooser.seed(1), range(10)),
    (lambda weights: chooser.choose(weights[5:]), range(10)),
    (lambda weights: time.sleep(0.0001), range(10)),
]


def test_a_list_may_change_while_it_is_read():
    for act, indices in ACTIONS:
        for kind in (Meddler, FloatMeddler):
            for _ in range(10):
                weights = [2**40 + 1, 2**40 + 2, 2**40 + 3, 2**40 + 4]  # kept alive by nothing else

                def meddle(act=act, weights=weights):
                    act(weights)
                    fill()

                weights += [kind(meddle), *map(float, range(5))]
                del meddle
                index = chooser.choose(weights)
                assert index in indices, index


def test_an_item_may_be_freed_while_it_is_read():
    for kind in (Meddler, FloatMeddler):
        for _ in range(100):
            weights = [1]
            weights.append(kind(lambda weights=weights: (weights.clear(), gc.collect(), fill())))
            assert chooser.choose(weights) in (0, 1)


def test_a_tuples_owner_may_let_go_of_it():
    for _ in range(100):
        holder = []
        let_go = Meddler(lambda holder=holder: (holder.clear(), fill()))
        holder.append((1, 2**70, let_go, 5))
        assert chooser.choose(holder[0]) in range(4)
        assert chooser.choose(*[(1, Meddler(fill), 1.5)]) in range(3)


def test_a_sequence_may_let_go_of_itself_and_its_iterator():
    class Sequence:
        def __iter__(self):
            holder.clear()
            fill()
            yield 1
            gc.collect()
            yield 2**100
            yield 3

        def __getitem__(self, index):
            raise AssertionError

    for _ in range(20):
        holder = [Sequence()]
        assert chooser.choose(holder[0]) in range(3)
        assert chooser.choose(Sequence()) in range(3)


def test_a_deque_that_changes_while_it_is_read_says_so_itself():
    weights = collections.deque([1, Meddler(lambda: weights.append(1)), 1])
    try:
        chooser.choose(weights)
    except RuntimeError as error:
        assert "mutated" in str(error)
    else:
        raise AssertionError


def test_weights_that_draw_from_themselves_end_in_a_recursion_error():
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


def in_threads(*targets):
    """Runs them side by side; what one of them raises is raised."""
    failures = []

    def guarded(target):
        try:
            target()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def test_threads_may_change_a_list_while_others_draw_from_it():
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
            assert 0 <= chooser.choose(weights) < 100

    for interval in (1e-6, 0.005):
        sys.setswitchinterval(interval)
        weights = [2**40] * 9
        stop = time.monotonic() + 0.3
        in_threads(change, change, draw, draw, draw)


def test_threads_may_release_memory_while_others_draw_from_it():
    sys.setswitchinterval(1e-6)
    views = [memoryview(bytearray(b"\1" * 9))]
    stop = time.monotonic() + 0.3

    def change():
        while time.monotonic() < stop:
            old = views[0]
            views[0] = memoryview(bytearray(b"\1" * 9))
            old.release()

    def draw():
        while time.monotonic() < stop:
            try:
                assert chooser.choose(views[0]) in range(9)
                assert chooser.choose(views[0][::2]) in range(5)
            except ValueError as error:
                assert "released" in str(error)

    in_threads(change, draw, draw)


if __name__ == "__main__":
    run_case(globals())
