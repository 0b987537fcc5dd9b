"""Whether two functions draw from the same distribution: a chi-square test of their draws."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain, islice, repeat
from math import sqrt
from statistics import NormalDist
from typing import Any, Callable

import numpy as np

import chooser
from benchmark.programs.results import Agreement
from benchmark.programs.swap import Call, Program

SEED = 1
TRIED = 50  # draws, to see whether they differ
FEWEST = 10  # of both together; what is rarer is counted as one


def agreement(program: Program, calls: Sequence[Call], draws: int) -> Agreement:
    """Tests that many draws by the old and the new function, from the arguments of each call."""
    random.seed(SEED)
    np.random.seed(SEED)
    chooser.seed(SEED)
    statistic, freedom = 0.0, 0
    for call in calls:
        counts = (
            count(program.outcomes, function, call, draws)
            for function in (program.original, program.swapped)
        )
        one, degrees = chi_square(*counts)
        statistic, freedom = statistic + one, freedom + degrees
    return Agreement(len(calls), draws, statistic, freedom, probability(statistic, freedom))


def is_open(program: Program, call: Call) -> bool:
    """Whether more than one outcome occurs."""
    return len(count(program.outcomes, program.original, call, TRIED)) > 1


def count(
    outcomes: Callable[[Any], Iterable[Hashable]],
    function: Callable[..., Any],
    call: Call,
    draws: int,
) -> Counter[Hashable]:
    args, kwargs = call
    drawn = (outcomes(function(*args, **kwargs)) for _ in repeat(None))
    return Counter(islice(chain.from_iterable(drawn), draws))


def chi_square(ours: Counter[Hashable], theirs: Counter[Hashable]) -> tuple[float, int]:
    """The statistic of two counts of equally many draws, and its degrees of freedom."""
    cells, rare = [], [0, 0]
    for outcome in ours.keys() | theirs.keys():
        cell = [ours[outcome], theirs[outcome]]
        if sum(cell) < FEWEST:
            rare = [rare[0] + cell[0], rare[1] + cell[1]]
        else:
            cells.append(cell)
    if sum(rare) >= FEWEST:
        cells.append(rare)
    return sum((a - b) ** 2 / (a + b) for a, b in cells), max(len(cells) - 1, 0)


def probability(statistic: float, freedom: int) -> float:
    """The p-value of a statistic, by Wilson and Hilferty's approximation."""
    if not freedom:
        return 1.0
    share = 2 / (9 * freedom)
    return 1 - NormalDist().cdf(((statistic / freedom) ** (1 / 3) - 1 + share) / sqrt(share))
