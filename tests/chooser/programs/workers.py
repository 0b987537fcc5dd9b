"""Generators that are sent to workers, by the libraries that people use for it."""

import copy
import multiprocessing
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from module_support import run_case, skip

import chooser


def draws(rng):
    return [chooser.choose(range(1, 100), rng=rng) for _ in range(100)]


def generators():
    children = np.random.SeedSequence(2020).spawn(5)
    kinds = [np.random.PCG64DXSM, np.random.SFC64, np.random.Philox, np.random.MT19937]
    return [
        np.random.default_rng(children[0]),
        *(np.random.Generator(kind(child)) for kind, child in zip(kinds, children[1:])),
        np.random.PCG64(7),
        *(random.Random(seed) for seed in range(3)),
    ]


def check(drawn):
    assert drawn == [draws(rng) for rng in generators()]
    assert len(set(map(tuple, drawn))) == len(drawn)


def test_workers_of_multiprocessing():
    for method in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context(method).Pool(2) as pool:
            check(pool.map(draws, generators()))


def test_workers_that_are_threads():
    with ThreadPoolExecutor(4) as pool:
        check(list(pool.map(draws, generators())))


def test_workers_of_joblib():
    try:
        from joblib import Parallel, delayed
    except ImportError:
        skip("joblib is a tool of developers, not in every environment")
    for backend in ("loky", "multiprocessing", "threading"):
        check(Parallel(2, backend=backend)(delayed(draws)(rng) for rng in generators()))


def test_workers_of_dask():
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        skip("distributed is a tool of developers, not in every environment")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(host="127.0.0.1", **options) as cluster, Client(cluster) as client:
        check(client.gather(client.map(draws, copy.deepcopy(generators()), pure=False)))


if __name__ == "__main__":
    run_case(globals())
