"""The process stays as large as it was, however often a draw is made or a thread has drawn. What
leaks of Rust's own memory is seen here alone."""

import threading
from pathlib import Path

from leak_cases import CALLS, repeat
from module_support import run_case, skip

import chooser

SIZES = Path("/proc/self/statm")


def growth(act, limit):
    """By how many bytes the process grows in `act`; the least of a few times."""
    if not SIZES.exists():
        skip("reads Linux's /proc")
    act()
    for _ in range(4):
        before = resident()
        act()
        if (grown := resident() - before) < limit:
            break
    return grown


def resident():
    return int(SIZES.read_text().split()[1]) * 4096


def test_no_call_makes_the_process_grow():
    # A leak of two pointers a call would be 160 KB.
    for name, (function, argument) in CALLS.items():
        grown = growth(lambda call=(function, argument): repeat(*call, 10_000), 2**17)
        assert grown < 2**17, f"{name}: {grown}"


def test_threads_that_drew_leave_nothing_behind():
    def start():
        for _ in range(1000):
            thread = threading.Thread(target=chooser.choose, args=([1, 2, 3],))
            thread.start()
            thread.join()

    assert growth(start, 2**17) < 2**17


if __name__ == "__main__":
    run_case(globals())
