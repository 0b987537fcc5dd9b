"""The epidemic gives what theory says, and the same before and after."""

from __future__ import annotations

from fractions import Fraction
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest
from checkout import ROOT

# Everybody knows everybody, and one is ill: small enough for each course to be followed.
PEOPLE = 8
INFECTION, RECOVERY = Fraction(1, 16), Fraction(1, 4)
RUNS = 20_000
# With 7 degrees of freedom, chance alone exceeds it in one run of a million.
CHI_SQUARE = 40.5


class Exact(NamedTuple):
    """Of an epidemic among `PEOPLE`: how likely it is that 0, 1, ... have fallen ill at its end;
    the mean and the variance of the days it takes."""

    sizes: list[float]
    days: float
    variance: float


@pytest.fixture(params=["epidemic_before", "epidemic_after"])
def epidemic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "examples")
    return import_module(request.param)


def test_an_epidemic_ends_as_its_markov_chain_does(
    epidemic: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epidemic, "FIRST", 1)
    contacts = [[other for other in range(PEOPLE) if other != one] for one in range(PEOPLE)]
    rng = np.random.default_rng(2020)
    ends = [epidemic.simulate(contacts, rng) for _ in range(RUNS)]
    exact = markov_chain(susceptible=PEOPLE - 1, ill=1)

    counts = np.bincount([fallen_ill for fallen_ill, _ in ends], minlength=PEOPLE + 1)
    expected = RUNS * np.array(exact.sizes)
    assert counts[0] == expected[0] == 0
    assert np.sum((counts[1:] - expected[1:]) ** 2 / expected[1:]) < CHI_SQUARE
    days = np.mean([days for _, days in ends])
    assert abs(days - exact.days) < 5 * (exact.variance / RUNS) ** 0.5


def test_the_share_that_falls_ill_is_the_one_of_theory(epidemic: ModuleType) -> None:
    share = 0.8
    for _ in range(100):
        share = 1 - np.exp(-2 * share)
    assert f"{share:.1%}" in (epidemic.__doc__ or "")
    rng = np.random.default_rng(2020)
    fallen_ill, _ = epidemic.simulate(epidemic.network(5_000, rng), rng)
    # In runs with other seeds, 0.013 was the standard deviation.
    assert abs(fallen_ill / 5_000 - share) < 5 * 0.013


def test_a_seed_gives_the_same_epidemic_before_and_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    ends = []
    for program in ["epidemic_before", "epidemic_after"]:
        epidemic, rng = import_module(program), np.random.default_rng(2020)
        contacts = epidemic.network(2_000, rng)
        ends.append([epidemic.simulate(contacts, rng) for _ in range(3)])
    assert ends[0] == ends[1]
    assert len(set(ends[0])) == 3


def markov_chain(susceptible: int, ill: int) -> Exact:
    """From each state on, what can follow: an infection or a recovery, in proportion to their
    rates, after a pause that is exponential."""
    if ill == 0:
        return Exact(one_at(PEOPLE - susceptible), 0.0, 0.0)
    infection, recovery = INFECTION * susceptible * ill, RECOVERY * ill
    pause = float(1 / (infection + recovery))
    after = [(float(recovery) * pause, markov_chain(susceptible, ill - 1))]
    if susceptible > 0:
        after.append((float(infection) * pause, markov_chain(susceptible - 1, ill + 1)))
    sizes = [sum(p * end.sizes[n] for p, end in after) for n in range(PEOPLE + 1)]
    days = sum(p * end.days for p, end in after)
    variance = sum(p * (end.variance + (end.days - days) ** 2) for p, end in after)
    return Exact(sizes, pause + days, pause**2 + variance)


def one_at(index: int) -> list[float]:
    return [float(n == index) for n in range(PEOPLE + 1)]
