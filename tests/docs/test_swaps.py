"""What docs/swap-it-in.md replaces by `choose` draws what it drew before: both sides of each block
are run, and their results compared by a chi-square test with a fixed seed."""

from __future__ import annotations

import ast
import random
import sys
from collections import Counter
from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from checkout import ROOT
from pages import Block, blocks_of

import chooser

sys.path.insert(0, str(ROOT))

from benchmark.programs.agreement import chi_square, probability

SWAPS = [block for block in blocks_of(ROOT / "docs" / "swap-it-in.md") if block.kind == "diff"]
RUNS = 10_000
WEIGHTS = np.array([6, 0, 3, 1])


class Tensor:
    """As much of torch's as the page uses."""

    def __init__(self, values: Any) -> None:
        self.tolist = np.asarray(values).tolist
        self.item = np.asarray(values).item


def multinomial(probs: Tensor, number: int) -> Tensor:
    return Tensor(random.choices(range(len(probs.tolist())), probs.tolist(), k=number))


NAMES = {
    "np": np,
    "random": random,
    "torch": SimpleNamespace(multinomial=multinomial),
    "choose": chooser.choose,
    "choose_rows": chooser.choose_rows,
    "p": WEIGHTS / 10,
    "w": WEIGHTS,
    "items": ["a", "b", "c", "d"],
    "d": dict(zip("abcd", WEIGHTS.tolist())),
    "logits": np.array([2.0, -1e300, 1.0, -0.5]),
    "visits": WEIGHTS * 10,
    "temperature": 0.5,
    "probs": Tensor([0.6, 0.0, 0.3, 0.1]),
    "table": np.array([[6.0, 0.0, 3.0, 1.0], [0.0, 1.0, 1.0, 0.0]]),
}


@pytest.mark.parametrize("block", SWAPS, ids=lambda block: block.place)
def test_both_sides_of_a_swap_draw_alike(block: Block) -> None:
    before, after = side(block, "-"), side(block, "+")
    assert probability(*chi_square(results(before, after), results(after, after))) > 1e-4


def test_sides_that_draw_differently_are_told_apart() -> None:
    wrong = Block("page", "diff", (), "-i = choose([6, 0, 3, 2])\n+i = choose(w)\n")
    with pytest.raises(AssertionError):
        test_both_sides_of_a_swap_draw_alike(wrong)


def side(block: Block, mark: str) -> str:
    lines = block.text.splitlines()
    assert {line[0] for line in lines} == {"-", "+"}, f"{block.place}: a line on neither side"
    return "".join(f"{line[1:]}\n" for line in lines if line[0] == mark)


def results(code: str, after: str) -> Counter[Hashable]:
    """How often each value comes up of what the last line sets."""
    last = ast.parse(after).body[-1]
    assert isinstance(last, ast.Assign)
    assert isinstance(last.targets[0], ast.Name)
    random.seed(1)
    np.random.seed(1)
    chooser.seed(1)
    names = {**NAMES, "rng": np.random.default_rng(len(code))}
    compiled = compile(code, "swap", "exec")
    counts: Counter[Hashable] = Counter()
    for _ in range(RUNS):
        exec(compiled, names)
        drawn = names[last.targets[0].id]
        # A result with several draws counts each, with its place.
        counts.update(enumerate(drawn) if isinstance(drawn, np.ndarray) else [drawn])
    return counts
