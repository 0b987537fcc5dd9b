"""Processes: a child draws differently from its parent and its siblings, whatever started it.
Everything here runs in processes of its own, for the test runner has threads and handlers that a
plain program has not."""

from __future__ import annotations

import os

import pytest
from module_support import run_in_new_process

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

PRELUDE = """
import multiprocessing, os, sys, threading, time, warnings
import chooser
from functools import partial
from fork_workers import fork_and_draw, fingerprint, meet_and_draw, put_draws, seeded_draw

# Forking beside threads is what is tested.
warnings.simplefilter("ignore", DeprecationWarning)

def all_different(drawn):
    drawn = list(drawn)
    assert all(len(each) == 40 for each in drawn), drawn
    assert len(set(drawn)) == len(drawn), f"{len(drawn) - len(set(drawn))} of {len(drawn)} repeat"
"""


@forks
@pytest.mark.parametrize("seeding", ["chooser.seed(1)", "fingerprint()", "pass"])
def test_a_forked_child_draws_differently_from_its_parent_and_its_siblings(seeding):
    run_in_new_process(
        PRELUDE
        + f"""
{seeding}
children = [drawn for _ in range(5) for drawn in fork_and_draw()]
all_different([fingerprint(), *children])
"""
    )


@forks
def test_grandchildren_draw_differently_too():
    run_in_new_process(
        PRELUDE
        + """
chooser.seed(1)
descendants = [drawn for _ in range(3) for drawn in fork_and_draw(depth=3)]
assert len(descendants) == 12
all_different([fingerprint(), *descendants])
"""
    )


@forks
def test_a_fork_leaves_the_parents_stream_alone():
    run_in_new_process(
        PRELUDE
        + """
chooser.seed(1)
expected = fingerprint(), fingerprint()
chooser.seed(1)
first = fingerprint()
fork_and_draw()
# fork_and_draw draws once itself.
chooser.seed(1)
fingerprint()
child = os.fork()
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
assert (first, fingerprint()) == expected
"""
    )


@forks
def test_a_child_can_seed_its_own_stream():
    run_in_new_process(
        PRELUDE
        + """
readable, writable = os.pipe()
chooser.seed(1)
child = os.fork()
if child == 0:
    os.write(writable, seeded_draw(5))
    os._exit(0)
os.waitpid(child, 0)
assert os.read(readable, 100) == seeded_draw(5)
"""
    )


@forks
def test_a_child_forked_by_a_thread_draws_differently():
    run_in_new_process(
        PRELUDE
        + """
def work():
    chooser.seed(1)
    drawn.extend(fork_and_draw())
    chooser.seed(1)
    drawn.append(fingerprint())

drawn = []
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
    thread.join()
parent = drawn.pop()
assert drawn.pop(1) == parent
all_different([parent, *drawn])
"""
    )


@forks
def test_forks_in_the_midst_of_drawing_and_seeding_threads_neither_hang_nor_repeat():
    run_in_new_process(
        PRELUDE
        + """
sys.setswitchinterval(1e-6)
stop = threading.Event()

def work(number):
    while not stop.is_set():
        chooser.seed(number)
        for weights in ([1, 2, 3], (1.5, 2), [2**70, 1], memoryview(b"\\1\\2")[::-1]):
            assert chooser.choose(weights) in range(3)
        try:
            chooser.choose([1, -1])
        except ValueError:
            pass
        chooser.seed()

threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
chooser.seed(1)
children = [drawn for _ in range(30) for drawn in fork_and_draw()]
stop.set()
for thread in threads:
    thread.join()
all_different([fingerprint(), *children])
"""
    )


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_processes_of_multiprocessing_draw_differently(method, tmp_path):
    import multiprocessing

    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    run_in_new_process(
        PRELUDE
        + """
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    chooser.seed(1)
    queue = context.SimpleQueue()
    processes = [context.Process(target=put_draws, args=(queue,)) for _ in range(3)]
    for process in processes:
        process.start()
    drawn = dict(queue.get() for _ in processes)
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(drawn) == 3
    all_different([fingerprint(), *drawn.values()])
    if sys.argv[1] == "fork":
        with context.Pool(3) as pool:
            drawn = pool.map(meet_and_draw, [sys.argv[2]] * 20, chunksize=1)
            assert len({worker for worker, _ in drawn}) > 1
            all_different(each for _, each in drawn)
            # The functions themselves can be sent to workers.
            assert pool.map(chooser.choose, [[0, 1], [1, 0]]) == [1, 0]
            assert pool.map(seeded_draw, [5, 5, 6])[:2] == [seeded_draw(5)] * 2
""",
        method,
        tmp_path,
    )


def test_workers_of_concurrent_futures_draw_differently(tmp_path):
    run_in_new_process(
        PRELUDE
        + """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

if __name__ == "__main__":
    chooser.seed(1)
    drawn = []
    for pool, workers in ((ProcessPoolExecutor(3), 2), (ThreadPoolExecutor(3), 4)):
        with pool:
            drawn += pool.map(partial(meet_and_draw, workers=workers), [sys.argv[1]] * 12)
    assert len({worker for worker, _ in drawn}) >= 4
    all_different([fingerprint(), *(each for _, each in drawn)])
""",
        tmp_path,
    )


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_workers_of_joblib_draw_differently(backend, tmp_path):
    pytest.importorskip("joblib")
    run_in_new_process(
        PRELUDE
        + """
from joblib import Parallel, delayed

if __name__ == "__main__":
    chooser.seed(1)
    parallel = Parallel(n_jobs=2, backend=sys.argv[1])
    drawn = parallel(delayed(meet_and_draw)(sys.argv[2]) for _ in range(12))
    assert len({worker for worker, _ in drawn}) > 1
    all_different([fingerprint(), *(each for _, each in drawn)])
    assert parallel(delayed(chooser.choose)(weights) for weights in ([0, 1], [1, 0])) == [1, 0]
""",
        backend,
        tmp_path,
    )
