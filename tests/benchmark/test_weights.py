"""What is timed with weights that stay does what the table says of it, by each peer's own code."""

from __future__ import annotations

import random

import numpy as np
import pytest
from checkout import ROOT
from packaging.requirements import Requirement

import chooser
from benchmark.measurements.draws import is_there
from benchmark.measurements.peers import PEERS, tools
from benchmark.measurements.weights import Changing, bytes_a_weight, held, measure

INSTALLED = [peer for peer in PEERS if is_there(peer.needs)]
CHANGING = [peer for peer in INSTALLED if not peer.static]
WEIGHTS = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3] * 2)
DRAWS = 40_000
# Of chi-square with 19 degrees of freedom; one of a million is above.
BOUND = 62.2

each = pytest.mark.parametrize("peer", INSTALLED, ids=lambda peer: peer.name)
each_that_changes = pytest.mark.parametrize("peer", CHANGING, ids=lambda peer: peer.name)


class Built:
    """A peer's `x`, and the names its code knows."""

    def __init__(self, peer, weights=WEIGHTS):
        random.seed(1)
        chooser.seed(1)
        self.codes = peer.codes()
        self.names = {**tools(), **held(weights)}
        self.names["x"] = self.run("build")

    def run(self, operation, **names):
        return eval(self.codes[operation], {**self.names, **names})

    def drawn(self, k):
        """As many, by each operation that draws with replacement."""
        yield [self.run("draw") for _ in range(k)]
        if "batch" in self.codes:
            yield self.run("batch", k=k)

    def change(self, changes):
        timer = Changing(self.codes["update"], self.names, iter(changes))
        timer.timeit(len(changes))


def differs(indices, weights):
    """Pearson's chi-square."""
    expected = len(indices) * weights / weights.sum()
    return ((np.bincount(indices, minlength=len(weights)) - expected) ** 2 / expected).sum()


def test_every_peer_that_is_required_is_there():
    lines = (ROOT / "requirements" / "peers.txt").read_text().splitlines()
    required = [Requirement(line) for line in lines if not line.startswith("#")]
    needed = {one.name for one in required if one.marker is None or one.marker.evaluate()}
    own = {"chooser", "numpy", "random"}
    names = {peer.needs.replace("_", "-") for peer in INSTALLED} | own
    assert {peer.needs.replace("_", "-") for peer in PEERS} & (needed | own) == names


@each
def test_a_peer_draws_as_the_weights_say(peer):
    for indices in Built(peer).drawn(DRAWS):
        assert len(indices) == DRAWS
        assert differs(indices, WEIGHTS) < BOUND


@each_that_changes
def test_a_peer_draws_as_the_changed_weights_say(peer):
    built = Built(peer)
    built.change([(index, int(weight)) for index, weight in enumerate(WEIGHTS[::-1])])
    for indices in built.drawn(DRAWS):
        assert differs(indices, WEIGHTS[::-1]) < BOUND
    built.change([(index, 0) for index in range(len(WEIGHTS)) if index != 7])
    for indices in built.drawn(100):
        assert {*indices} == {7}


@each_that_changes
def test_both_in_turn_changes_what_is_drawn(peer):
    built = Built(peer, np.ones(20, int))
    Changing(built.codes["both"], built.names, iter([(0, 0)] * 20)).timeit(20)
    built.change([(5, 1)])
    for indices in built.drawn(100):
        assert {*indices} == {5}


@each
def test_without_replacement_each_is_drawn_once_and_the_weights_stay(peer):
    if not peer.sample:
        assert "sample" not in Built(peer).codes
        return
    built = Built(peer)
    assert sorted(built.run("sample", k=20)) == [*range(20)]
    firsts = [built.run("sample", k=3)[0] for _ in range(DRAWS // 4)]
    if peer.needs != "numpy":  # whose order says nothing
        assert differs(firsts, WEIGHTS) < BOUND
    for indices in built.drawn(DRAWS):
        assert differs(indices, WEIGHTS) < BOUND


@pytest.mark.parametrize("length", [1, 9, 16, 17, 256, 257, 5_000])
def test_the_tree_in_numba_finds_what_the_running_sums_say_and_never_drifts(length):
    tree = tools()["tree"]
    generator = np.random.default_rng(length)
    weights = generator.integers(0, 4, length)
    weights[length // 2] = 2
    kept = tree.built(weights, 1)
    for index, weight in generator.integers(0, (length, 4), (1_000, 2)):
        assert tree.update(kept, index, weight) == weights[index]
        weights[index] = weight
    assert (kept == tree.built(weights, 1)).all()
    sums = weights.cumsum()
    points = range(sums[-1])
    found = [tree.find(kept, point) for point in points]
    assert (found == sums.searchsorted(points, "right")).all()


@pytest.mark.parametrize("length", [100, 1_000, 100_000])
def test_the_bytes_of_a_weight_are_those_the_process_grows_by(length):
    assert bytes_a_weight("bytes([1]) * (100 * n)", {"n": length}, length) == pytest.approx(
        100, rel=0.05
    )


def test_a_peer_that_is_missing_is_left_out_with_the_python_that_it_needs(monkeypatch):
    missing = PEERS[0]._replace(needs="no_such_module", name="missing")
    peers = [missing, missing._replace(name="newer", python=(4, 0))]
    monkeypatch.setattr("benchmark.measurements.weights.PEERS", peers)
    kept = measure(rounds=1, milliseconds=0.01, lengths=[9])
    assert kept.left_out == ["missing: not installed", "newer: needs Python 4.0"]


def test_what_is_too_slow_or_large_for_many_weights_is_left_out_with_the_reason(monkeypatch):
    few = [peer._replace(most=10, why="it is a test") for peer in PEERS if peer.needs == "numpy"]
    monkeypatch.setattr("benchmark.measurements.weights.PEERS", few)
    kept = measure(rounds=1, milliseconds=0.01, lengths=[9, 20])
    assert {way.weights for way in kept.ways} == {9}
    reason = "not with more than 10 weights, for it is a test"
    assert kept.left_out == [f"{peer.name}: {reason}" for peer in few]
