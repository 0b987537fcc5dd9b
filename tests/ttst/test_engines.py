"""The engines: the article's lines, the seeds, and the same brains by `choose` and by `play`."""

from __future__ import annotations

import inspect
import textwrap
from hashlib import sha256

import numpy as np
import pytest

import ttst
from ttst_brain.rule import ORIGINAL, Rule
from ttst_brain.table import new_table

LINES_OF_THE_ARTICLE = {
    "numpy": """
        weights = brain_map[state] / sum(brain_map[state])
        return np.random.choice(9, 1, p=weights)[0]
    """,
    "choose": """
        weights = brain_map[state]
        return choose(weights)
    """,
}


@pytest.mark.parametrize("name", LINES_OF_THE_ARTICLE)
def test_cogitate_is_the_articles_to_the_letter(name):
    cogitate = ttst.ENGINES[name]().cogitate
    assert cogitate.__name__ == "cogitate"
    assert list(inspect.signature(cogitate).parameters) == ["state", "brain_map"]
    body = inspect.getsource(cogitate).split("\n", 1)[1]
    expected = textwrap.dedent(LINES_OF_THE_ARTICLE[name])
    assert textwrap.dedent(body).strip() == expected.strip()


def test_the_seed_for_numpy_is_folded_as_documented():
    for seed in (0, 1, -1, 2**32, 2**32 + 1, -(10**40)):
        digits = f"{seed:x}".encode()
        first_four = sha256(digits).digest()[:4]
        assert ttst.fold_seed(seed) == sum(byte << 8 * i for i, byte in enumerate(first_four))


def trained(name, seed, matches, learns=(True, True), chunks=1, shared=False, rule=ORIGINAL):
    table1 = new_table(rule.start)
    table2 = table1 if shared else new_table(rule.start)
    play_matches = ttst.start_engine(name, seed).prepare(table1, table2, *learns, rule)
    scores = [play_matches(matches // chunks) for _ in range(chunks)]
    return tuple(map(sum, zip(*scores))), table1, table2


@pytest.mark.parametrize("learns", [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("shared", [False, True])
def test_choose_and_play_train_the_same_brains_bit_by_bit(learns, shared):
    score, *tables = trained("choose", 11, 2_000, learns, shared=shared)
    score_in_rust, *tables_in_rust = trained("play", 11, 2_000, learns, chunks=4, shared=shared)
    assert score == score_in_rust
    assert sum(score) == 2_000
    for table, table_in_rust in zip(tables, tables_in_rust):
        assert (table == table_in_rust).all()


@pytest.mark.parametrize(
    "rule",
    [
        Rule(reward=30, penalty=-(2**63 - 1), tie1=0, tie2=1),
        Rule(tie1=-4, tie2=-(2**63 - 1), floor=3, start=(4, 3, 2, 1)),
        Rule(reward=0, penalty=0, tie1=10**12, floor=2**63 - 1, start=(10**14,)),
    ],
)
def test_choose_and_play_follow_every_rule_alike_bit_by_bit(rule):
    score, *tables = trained("choose", 11, 1_000, rule=rule)
    score_in_rust, *tables_in_rust = trained("play", 11, 1_000, chunks=4, rule=rule)
    assert score == score_in_rust
    assert np.array_equal(tables, tables_in_rust)


def test_the_numpy_engine_follows_the_rule_too(monkeypatch):
    # Its own draws, handed to the other engine.
    draws = []
    choice = np.random.choice
    monkeypatch.setattr(
        np.random, "choice", lambda *args, **p: draws.append(choice(*args, **p)) or draws[-1]
    )
    rule = Rule(reward=2, penalty=-(2**63 - 1), tie1=-2, tie2=1, floor=2, start=(9, 4))
    score, *tables = trained("numpy", 3, 200, rule=rule)
    given = iter(draws)
    table1, table2 = new_table(rule.start), new_table(rule.start)
    rows = ttst.choose_engine().rows
    follow = ttst.matches_in_python(
        lambda state, brain_map: int(next(given)[0]), rows, table1, table2, True, True, rule
    )
    assert follow(200) == score
    assert np.array_equal(tables, [table1, table2])


@pytest.mark.parametrize("name", ttst.ENGINES)
@pytest.mark.parametrize("seed", [0, -(10**30)])
def test_a_seed_repeats_a_training_with_every_engine(name, seed):
    (score, *tables), again, other = (trained(name, n, 100) for n in (seed, seed, 7))
    assert again[0] == score
    assert np.array_equal(tables, again[1:])
    assert not np.array_equal(tables, other[1:])


def test_every_engine_is_offered_on_the_command_line(trainer):
    assert f"{{{','.join(ttst.ENGINES)}}}" in trainer("--help").stdout
