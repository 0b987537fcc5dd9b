"""A tree of running sums in numba, for draws from weights that change, optimised for speed. Unlike
`chooser.Weights` it checks nothing, its draws are slightly biased, and its sums may wrap.

A node is 16 running sums, of weights in a leaf and of children elsewhere, in two cache lines.
Everything is in one array of integers, because every argument makes a call slower: the generator's
state, the number of levels, where each level begins, the root's first; then the nodes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

HEAD = 16
NODE = np.uint64(16)
SHIFT, LAST, ONE = np.uint64(4), np.uint64(15), np.uint64(1)
LANES = 8  # draws of a batch that wait for memory together


@njit(cache=True)
def built(weights: Any, seed: int) -> Any:
    """A tree of that many weights, whose generator starts from `seed`, which is not 0."""
    levels, size, count = 0, HEAD, len(weights)
    while levels == 0 or count > 1:
        count = (count + 15) // 16
        size += 16 * count
        levels += 1
    room = np.zeros(size + 8, np.int64)
    start = -(room.ctypes.data // 8) % 8  # so that a node begins where a cache line does
    tree = room[start : start + size]
    tree[0], tree[1] = seed, levels

    first, count = size, len(weights)
    for level in range(levels - 1, -1, -1):
        below = first
        first -= 16 * ((count + 15) // 16)
        tree[2 + level] = first
        running_sum = 0
        for child in range((count + 15) // 16 * 16):
            if child % 16 == 0:
                running_sum = 0
            if child < count:
                leaf = level == levels - 1
                running_sum += weights[child] if leaf else tree[below + 16 * child + 15]
            tree[first + child] = running_sum
        count = (count + 15) // 16
    return tree


@njit(cache=True)
def draw(tree: Any) -> Any:
    return find(tree, uniform(tree))


@njit(cache=True)
def draws(tree: Any, number: int) -> Any:
    """That many draws."""
    indices = np.empty(number, np.int64)
    nodes, points = np.empty(LANES, np.uint64), np.empty(LANES, np.int64)
    whole = number // LANES * LANES
    for first in range(0, whole, LANES):
        for lane in range(LANES):
            nodes[lane], points[lane] = 0, uniform(tree)
        for level in range(tree[1]):
            for lane in range(LANES):
                first_sum = np.uint64(tree[2 + level]) + nodes[lane] * NODE
                place = place_in(tree, first_sum, points[lane])
                if place:
                    points[lane] -= tree[first_sum + place - ONE]
                nodes[lane] = nodes[lane] * NODE + place
        for lane in range(LANES):
            indices[first + lane] = nodes[lane]
    for rest in range(whole, number):
        indices[rest] = find(tree, uniform(tree))
    return indices


@njit(cache=True)
def update(tree: Any, index: int, weight: int) -> Any:
    """Sets a weight. Returns the old one."""
    child = np.uint64(index)
    first = np.uint64(tree[1 + tree[1]])
    before = tree[first + child]
    if child & LAST:
        before -= tree[first + child - ONE]
    for level in range(tree[1] - 1, -1, -1):
        node = np.uint64(tree[2 + level]) + (child >> SHIFT << SHIFT)
        place = child & LAST
        for number in range(NODE):
            tree[node + number] += weight - before if number >= place else 0
        child >>= SHIFT
    return before


@njit(cache=True)
def sample(tree: Any, number: int) -> Any:
    """That many different indices."""
    indices, weights = np.empty(number, np.int64), np.empty(number, np.int64)
    for turn in range(number):
        indices[turn] = find(tree, uniform(tree))
        weights[turn] = update(tree, indices[turn], 0)
    for turn in range(number):
        update(tree, indices[turn], weights[turn])
    return indices


@njit(cache=True)
def find(tree: Any, point: int) -> Any:
    """The first index whose running sum exceeds the point."""
    node = np.uint64(0)
    for level in range(tree[1]):
        first = np.uint64(tree[2 + level]) + node * NODE
        place = place_in(tree, first, point)
        if place:
            point -= tree[first + place - ONE]
        node = node * NODE + place
    return np.int64(node)


@njit(cache=True)
def place_in(tree: Any, first: Any, point: int) -> Any:
    """Where the point lies in the node that begins at `first`; compiled to vector comparisons."""
    place = np.uint64(0)
    for number in range(LAST):
        place += np.uint64(tree[first + number] <= point)
    return place


@njit(cache=True)
def uniform(tree: Any) -> Any:
    """A point below the total, by Marsaglia's xorshift."""
    word = np.uint64(tree[0])
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    tree[0] = np.int64(word)
    total = tree[np.uint64(tree[2]) + LAST]
    return np.int64((word >> np.uint64(11)) * 2.0**-53 * total)
