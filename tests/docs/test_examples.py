"""The café gives what queueing theory says, whoever draws; `swap` finds every name."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from checkout import ROOT

import chooser

# Arrivals over service is the load of a place, load / (1 - load) the mean number of guests there.
MEANS = [3.0, 1.5, 1.0]
EVENTS = 100_000
# Six standard deviations of each mean over so many events: queues under load wander slowly. With
# load r and service s, over t minutes, the variance is 2 r (1 + r) / ((1 - r)^4 s t) (Whitt, 1989).
BOUNDS = [0.85, 0.26, 0.13]


@pytest.mark.parametrize("cafe", ["cafe_before", "cafe_after"])
def test_a_cafe_has_the_means_of_queueing_theory(
    cafe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    monkeypatch.setitem(sys.modules, "urn", SimpleNamespace(draw=chooser.choose))
    np.random.seed(2020)
    chooser.seed(2020)
    means = import_module(cafe).simulate(EVENTS)
    assert all(np.less(np.abs(np.subtract(means, MEANS)), BOUNDS))


def test_swap_binds_each_name_of_a_function_and_leaves_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    swap = import_module("swap").swap
    one, other, empty = ModuleType("one"), ModuleType("other"), object()

    def old() -> None: ...

    def alike() -> None: ...

    one.f = old  # type: ignore[attr-defined]
    other.__dict__.update(f=alike, copied=old)
    for name, module in [("one", one), ("other", other), ("empty", empty), ("missing", None)]:
        monkeypatch.setitem(sys.modules, name, module)
    new = chooser.choose
    assert swap(old, new) == ["one.f", "other.copied"]
    assert one.f is other.copied is new
    assert other.f is alike
