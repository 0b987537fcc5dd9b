"""A child draws differently from its parent and its siblings, whatever started it."""

import ctypes
import multiprocessing
import os
import sys
import threading
import warnings

from module_support import fingerprint, run_case

import chooser

# Forking beside threads is what is tested.
warnings.simplefilter("ignore", DeprecationWarning)


def fork_and_draw(depth=0, fork=os.fork):
    """Forks, and gives what the child draws, and its own child after it, down to `depth`."""
    readable, writable = os.pipe()
    child = fork()
    if child == 0:
        try:
            os.close(readable)
            drawn = [fingerprint()]
            if depth:
                drawn += fork_and_draw(depth - 1)
            os.write(writable, b"".join(drawn))
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        drawn = pipe.read()
    os.waitpid(child, 0)
    size = 40  # of a fingerprint; drawing one here would hide a child that draws the same
    return [drawn[start : start + size] for start in range(0, len(drawn), size)]


def put_draws(queue):
    queue.put(fingerprint())


def all_different(drawn):
    drawn = list(drawn)
    assert all(len(each) == 40 for each in drawn), drawn
    assert len(set(drawn)) == len(drawn), f"{len(drawn) - len(set(drawn))} of {len(drawn)} repeat"


def test_children_and_grandchildren_draw_differently_however_their_parent_was_seeded():
    for begin in (lambda: chooser.seed(1), fingerprint, lambda: None):
        begin()
        descendants = [drawn for _ in range(3) for drawn in fork_and_draw(depth=3)]
        assert len(descendants) == 12
        all_different([fingerprint(), *descendants])


def test_a_fork_leaves_the_parents_stream_alone():
    chooser.seed(1)
    expected = fingerprint(), fingerprint()
    chooser.seed(1)
    first = fingerprint()
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert (first, fingerprint()) == expected


def test_a_child_forked_by_a_library_in_c_draws_differently():
    fork = ctypes.PyDLL(None).fork
    chooser.seed(1)
    children = fork_and_draw(fork=fork) + fork_and_draw(fork=fork)
    all_different([fingerprint(), *children])


def test_a_child_can_seed_its_own_stream():
    readable, writable = os.pipe()
    chooser.seed(1)
    child = os.fork()
    if child == 0:
        chooser.seed(5)
        os.write(writable, fingerprint())
        os._exit(0)
    os.waitpid(child, 0)
    drawn = os.read(readable, 100)
    chooser.seed(5)
    assert drawn == fingerprint()


def test_a_child_forked_by_a_thread_draws_differently():
    def work():
        chooser.seed(1)
        drawn.extend(fork_and_draw())
        chooser.seed(1)
        drawn.append(fingerprint())

    drawn = []
    for thread in [threading.Thread(target=work) for _ in range(2)]:
        thread.start()
        thread.join()
    parent = drawn.pop()
    assert drawn.pop(1) == parent
    all_different([parent, *drawn])


def test_forks_in_the_midst_of_drawing_and_seeding_threads_neither_hang_nor_repeat():
    sys.setswitchinterval(1e-6)
    stop = threading.Event()

    def work(number):
        while not stop.is_set():
            chooser.seed(number)
            for weights in ([1, 2, 3], (1.5, 2), [2**70, 1], memoryview(b"\1\2")[::-1]):
                assert chooser.choose(weights) in range(3)
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


def test_processes_of_multiprocessing_draw_differently():
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        chooser.seed(1)
        queue = context.SimpleQueue()
        processes = [context.Process(target=put_draws, args=(queue,)) for _ in range(3)]
        for process in processes:
            process.start()
        drawn = [queue.get() for _ in processes]
        for process in processes:
            process.join()
            assert process.exitcode == 0
        all_different([fingerprint(), *drawn])


if __name__ == "__main__":
    run_case(globals())
