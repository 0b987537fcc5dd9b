"""What interpreters.py has each interpreter run, with EXPECTED set. No program of its own."""

import array
import collections
import gc
import pickle
import random
import threading

import chooser

chooser.seed(5)
drawn = [chooser.choose([1, 2, 3]) for _ in range(20)]
assert drawn == EXPECTED, drawn  # noqa: F821 - set by who runs it
for weights in (
    (0, 1),
    [0.0, 1.0],
    [0, 2**100],
    range(2),
    collections.deque([0, 1]),
    array.array("q", [0, 1]),
    array.array("d", [0, 1]),
    memoryview(array.array("i", [0, 1])),
    memoryview(b"\1\0")[::-1],
):
    assert chooser.choose(weights) == 1
    assert chooser.choose(weights) == 1


assert chooser.choose([0, 1, 0], rng=random.Random(1)) == 1
assert chooser.choose(memoryview(b"\0\1"), rng=random.SystemRandom()) == 1


weights = chooser.Weights([0, 1, 0])
weights[1] = 2**70
weights.append(0)
assert (weights.choose(), weights.total, list(weights)) == (1, 2**70, [0, 2**70, 0, 0])
assert weights == chooser.Weights(weights) == pickle.loads(pickle.dumps(weights))


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
