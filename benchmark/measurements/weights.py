"""Times draws from weights that stay and change, all ways interleaved in one process, and measures
the bytes that the weights take."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from timeit import Timer
from typing import Any

import numpy as np

from benchmark.measurements.draws import SEED, Timing, is_there
from benchmark.measurements.peers import PEERS, Peer, tools
from benchmark.results import Kept, KeptWeights

LENGTHS = (9, 1_000, 100_000, 1_000_000, 10_000_000)
MANY = 1_000_000  # from this many on, warming the caches takes long: rounds are fewer and longer
BATCH = 4_000
CHANGES = 1 << 16  # at so many places that no cache holds them all
COPIED = 400_000  # few weights are built so often that there are as many of them to count bytes of
STATUS = Path("/proc/self/status")


def measure(rounds: int = 9, milliseconds: float = 10.0, lengths: Sequence[int] = LENGTHS) -> Kept:
    """Nanoseconds for each way, length and operation, one figure per round."""
    peers = [peer for peer in PEERS if is_there(peer.needs)]
    measured: list[KeptWeights] = []
    for length in lengths:
        those = [peer for peer in peers if length <= peer.most]
        effort = (rounds, milliseconds)
        if length >= MANY:
            effort = (max(3, rounds // 3), 4 * milliseconds)
        measured += time_peers(those, length, *effort)
    left_out = [why_not(peer) for peer in PEERS if peer not in peers]
    left_out += [
        f"{peer.name}: not with more than {peer.most:,} weights, for {peer.why}"
        for peer in peers
        if peer.most < max(lengths)
    ]
    return Kept(BATCH, measured, left_out, versions(peers))


def why_not(peer: Peer) -> str:
    if sys.version_info < peer.python:
        return f"{peer.name}: needs Python {'.'.join(map(str, peer.python))}"
    return f"{peer.name}: not installed"


def time_peers(
    peers: Sequence[Peer], length: int, rounds: int, milliseconds: float
) -> list[KeptWeights]:
    weights = np.random.default_rng(SEED).integers(1, 20, length)
    names = {**tools(), **held(weights)}
    changes = cycle(changes_of(length))
    items = {"batch": BATCH, "sample": min(BATCH, length), "build": length}

    # Before anything is built: memory freed later would be reused, uncounted.
    sizes = [bytes_a_weight(peer.build, names, length) for peer in peers]
    results, timings = [], []
    for peer, size in zip(peers, sizes):
        codes = peer.codes()
        built = {**names, "x": eval(peer.build, names)}
        result = KeptWeights(peer.name, peer.static, peer.needs, length, codes, {}, size)
        results.append(result)
        for operation, code in codes.items():
            number = items.get(operation, 1)
            known = {**built, "k": number}
            changing = operation in ("update", "both")
            timer = Changing(code, known, changes) if changing else Timer(code, globals=known)
            figures = result.nanoseconds.setdefault(operation, [])
            timings.append((Timing(timer, milliseconds / 1e3), number, figures))
    for _ in range(rounds):
        for timing, number, figures in timings:
            figures.append(round(timing.of_one() * 1e9 / number, 3))
    return results


def held(weights: Any) -> dict[str, Any]:
    """The weights in every form that one of the ways takes."""
    names = {"n": len(weights), "ints": weights, "floats": weights.astype(float)}
    if len(weights) <= MANY:
        names |= {"int_list": weights.tolist(), "float_list": names["floats"].tolist()}
    return names | {"indices": range(len(weights))}


def changes_of(length: int) -> list[tuple[int, int]]:
    """Indices and their new weights."""
    generator = np.random.default_rng(SEED)
    indices, weights = (
        generator.integers(low, high, CHANGES) for low, high in ((0, length), (1, 20))
    )
    return list(zip(indices.tolist(), weights.tolist()))


class Changing(Timer):
    """Times code with a different index `i` and weight `v` each time."""

    def __init__(
        self, code: str, names: dict[str, Any], changes: Iterable[tuple[int, int]]
    ) -> None:
        exec(f"def run(changes):\n    for i, v in changes:\n        {code}", names)
        self._run, self._changes = names["run"], changes

    def timeit(self, number: int = 1) -> float:
        some = islice(self._changes, number)
        start = perf_counter()
        self._run(some)
        return perf_counter() - start


def bytes_a_weight(code: str, names: dict[str, Any], length: int) -> float | None:
    """Measured by how much a child process grows as it builds; None if the system does not tell."""
    if not STATUS.exists():
        return None
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            copies = max(1, COPIED // length)
            os.write(writer, str(growth(code, names, copies) / copies / length).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return round(float(told), 3) if told else None


def growth(code: str, names: dict[str, Any], copies: int) -> int:
    """The bytes that so many copies take, after a first one that pays one-off costs."""
    kept = [eval(code, names), *[None] * copies]
    give_back()
    before = memory()
    for copy in range(copies):
        kept[copy + 1] = eval(code, names)
    give_back()
    return memory() - before


def give_back() -> None:
    """Return free memory to the system, if the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def memory() -> int:
    """The anonymous memory of this process, in bytes."""
    [line] = [line for line in STATUS.read_text().splitlines() if line.startswith("RssAnon")]
    return 1024 * int(line.split()[1])


def versions(peers: Sequence[Peer]) -> dict[str, str]:
    """The versions of what is installed only for this table."""
    names = [peer.needs.replace("_", "-") for peer in peers]
    return {name: version(name) for name in names if name not in ("chooser", "numpy", "random")}
