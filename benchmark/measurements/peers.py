"""The ways to draw from weights that stay, `chooser.Weights` and others, each with its fastest
code. It times nothing."""

from __future__ import annotations

import itertools
import random
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from benchmark.measurements.draws import SEED, is_there


class Peer(NamedTuple):
    """Code that builds `x` from weights, draws from it, sets the weight at {} to `v`, draws `k` at
    once, and `k` without replacement; empty where it cannot."""

    name: str
    needs: str  # left out if this module is missing
    build: str
    draw: str
    update: str = ""
    batch: str = ""
    sample: str = ""
    most: int = 10_000_000  # weights that it is timed with
    why: str = ""  # it is not timed with more
    python: tuple[int, int] = (3, 9)  # the oldest that it can be installed for

    @property
    def static(self) -> bool:
        """Whether changing a weight means a rebuild."""
        return not self.update

    def codes(self) -> dict[str, str]:
        """Code by operation; `i` is an index."""
        codes = {
            "draw": self.draw,
            "update": self.update.format("i"),
            "both": self.update.format(self.draw),
            "batch": self.batch,
            "sample": self.sample,
            "build": self.build,
        }
        return {operation: code for operation, code in codes.items() if code}


# `ints` and `floats` are the `n` weights as an ndarray, `int_list` and `float_list` as a list.
PEERS = (
    Peer(
        "Weights",
        "chooser",
        "Weights(ints)",
        "x.choose()",
        "x[{}] = v",
        "x.choices(k)",
        "x.sample(k)",
    ),
    Peer(
        "numba tree",
        "numba",
        "tree.built(ints, 1)",
        "draw(x)",
        "update(x, {}, v)",
        "tree.draws(x, k)",
        "tree.sample(x, k)",
    ),
    Peer(
        "sumtree",
        "sumtree",
        "sum_tree(floats)",
        "x.sample(1)[0][0]",
        "x.update({}, v)",
        "x.sample(k)[0]",
        "sample(x, k)",
    ),
    Peer(
        "dynamic-random-sampler",
        "dynamic_random_sampler",
        "SamplerList(float_list, seed=1)",
        "x.sample()",
        "x[{}] = v",
        most=100_000,
        why="a draw from a million takes a quarter of a second",
        python=(3, 12),
    ),
    Peer(
        "vose",
        "vose",
        "Sampler(floats, seed=1)",
        "x.sample()",
        batch="x.sample(k=k)",
    ),
    Peer(
        "DiscreteAliasUrn",
        "scipy",
        "DiscreteAliasUrn(floats, random_state=generator)",
        "x.rvs()",
        batch="x.rvs(k)",
    ),
    Peer(
        "random.choices",
        "random",
        "list(accumulate(int_list))",
        "choices(indices, cum_weights=x)[0]",
        batch="choices(indices, cum_weights=x, k=k)",
        most=1_000_000,
        why="its sums are a list, which takes 0.4 GB for ten million",
    ),
    Peer(
        "searchsorted",
        "numpy",
        "ints.cumsum() / ints.sum()",
        "x.searchsorted(random(), 'right')",
        batch="x.searchsorted(generator.random(k), 'right')",
    ),
    Peer(
        "Generator.choice",
        "numpy",
        "floats / floats.sum()",
        "generator.choice(n, p=x)",
        batch="generator.choice(n, k, p=x)",
        sample="generator.choice(n, k, replace=False, p=x)",
    ),
)


def tools() -> dict[str, Any]:
    """What the code needs, of what is installed."""
    found: dict[str, Any] = {
        "generator": np.random.default_rng(SEED),
        "random": random.random,
        "choices": random.choices,
        "accumulate": itertools.accumulate,
    }
    if is_there("chooser"):
        found["Weights"] = import_module("chooser").Weights
    if is_there("numba"):
        tree = import_module("benchmark.measurements.tree")
        found |= {"tree": tree, "draw": tree.draw, "update": tree.update}
    if is_there("sumtree"):
        found |= {"sum_tree": sum_tree, "sample": sample}
    if is_there("dynamic_random_sampler"):
        found["SamplerList"] = import_module("dynamic_random_sampler").SamplerList
    if is_there("vose"):
        found["Sampler"] = import_module("vose").Sampler
    if is_there("scipy"):
        found["DiscreteAliasUrn"] = import_module("scipy.stats.sampling").DiscreteAliasUrn
    return found


def sum_tree(weights: Any) -> Any:
    tree = import_module("sumtree").SumTree(len(weights))
    tree.seed(SEED)
    tree.update_batched(range(len(weights)), weights)
    return tree


def sample(tree: Any, k: int) -> list[int]:
    """As many different indices from a `SumTree`, which draws with replacement."""
    weights = {}
    for _ in range(k):
        [index], [weight] = tree.sample(1)
        weights[index] = weight
        tree.update(index, 0)
    tree.update_batched(list(weights), list(weights.values()))
    return list(weights)
