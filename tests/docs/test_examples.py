"""The café gives what queueing theory says, whoever draws, and its crate is kept in order."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import chooser

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

# Arrivals over service is the load of a place, load / (1 - load) the mean number of guests there.
MEANS = [3.0, 1.5, 1.0]
EVENTS = 100_000
# Six standard deviations of each mean over so many events: queues under load wander slowly. With
# load r and service s, over t minutes, the variance is 2 r (1 + r) / ((1 - r)^4 s t) (Whitt, 1989).
BOUNDS = [0.85, 0.26, 0.13]


@pytest.fixture(autouse=True)
def examples_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)


def deviations(cafe: ModuleType) -> list[float]:
    return [abs(mean - right) for mean, right in zip(cafe.simulate(EVENTS), MEANS)]


def test_the_cafe_before_has_the_means_of_queueing_theory() -> None:
    np.random.seed(2020)
    cafe = importlib.import_module("cafe_before")
    assert all(np.less(deviations(cafe), BOUNDS))


def test_the_cafe_after_has_them_too_with_choose_in_the_place_of_draw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "urn", SimpleNamespace(draw=chooser.choose))
    chooser.seed(2020)
    cafe = importlib.import_module("cafe_after")
    assert all(np.less(deviations(cafe), BOUNDS))


def test_the_crate_of_the_example_is_formatted() -> None:
    command = ["cargo", "fmt", "--check"]
    done = subprocess.run(command, cwd=EXAMPLES / "urn", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
