"""The options of the learning rule, on the trainer's command line."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from ttst_brain import files
from ttst_brain.table import STATES, new_table

RULE = ["--reward", 4, "--penalty", -2, "--tie1", 1, "--tie2", "-3", "--floor", 2]


def table(path):
    return files.load(path)[0]


def taken(state):
    return sum(cell != "0" for cell in state)


@pytest.mark.parametrize("engine", ["numpy", "choose", "play"])
def test_a_match_teaches_by_the_rule_that_is_given(trainer, tmp_path, engine):
    done = trainer("-n", 1, "--engine", engine, *RULE, "--start", "4,3")
    assert done.returncode == 0, done.stderr
    line = done.stdout.splitlines()[-1]
    result = next(part for part in ("1 won 1", "2 won 1", "tied 1") if part in line)
    # New weights are 4 and 3, so that a penalty comes to the floor, or near it.
    amounts = {"1 won 1": (4, -2), "2 won 1": (-2, 4), "tied 1": (1, -3)}[result]
    new = new_table([4, 3])
    for path, amount in zip(("brain1.npz", "brain2.npz"), amounts):
        learned = table(tmp_path / path)
        changed = np.argwhere(learned != new)
        assert len(changed) >= 2
        for row, cell in changed:
            assert learned[row, cell] == max(2, new[row, cell] + amount)


def test_the_originals_rule_is_the_default(trainer, tmp_path):
    brains = []
    original = ["--reward", 3, "--penalty", -1, "--tie1", -1, "--tie2", 3, "--floor", 1]
    for rule in ([], [*original, "--start", "6"]):
        trainer("-n", 500, "--seed", 5, *rule)
        brains.append(table(tmp_path / "brain1.npz"))
        for name in ("brain1.npz", "brain2.npz"):
            (tmp_path / name).unlink()
    assert np.array_equal(*brains)


def test_a_new_brain_begins_with_the_weights_of_its_turns(trainer, tmp_path):
    """As Michie's boxes did: four beads of a colour for the first turn, then 3, 2 and 1."""
    trainer("-g", "new.npz", "--start", "4,3,2,1")
    by_turn = [4, 3, 2, 1, 1]  # player one has five turns
    assert table(tmp_path / "new.npz").tolist() == [
        [by_turn[taken(state) // 2] if cell == "0" else 0 for cell in state] for state in STATES
    ]


def test_a_weight_below_the_floor_stays_until_it_is_rewarded(trainer, tmp_path):
    given = ["--floor", 5, "--start", "2", "--reward", 7, "--penalty", -1]
    assert trainer("-n", 300, *given).returncode == 0
    for name in ("brain1.npz", "brain2.npz"):
        learned = set(table(tmp_path / name).flat)
        assert {2, 2 + 7, 2 + 7 - 1} <= learned
        assert not learned & {1, 3, 4}


def test_a_brain_that_is_there_keeps_its_weights_whatever_a_new_one_would_begin_with(
    trainer, tmp_path
):
    files.save(tmp_path / "brain1.npz", new_table())
    trainer("-n", 0, "--start", 2)
    assert (table(tmp_path / "brain1.npz") == new_table()).all()
    assert (table(tmp_path / "brain2.npz") == new_table([2])).all()


def test_a_brain_learns_from_a_human_by_the_rule_that_is_given(trainer, tmp_path):
    trainer("-g", "new.npz")
    given = ["-p1", "human", "-t2", "new.npz", "--penalty", -(10**30), "--floor", 3]
    # A human who types every digit in turn moves somewhere each time; a taken cell is refused.
    done = trainer(*given, "--reward", 50, "--tie2", 20, typed="\n".join("123456789" * 9))
    assert done.returncode == 0, done.stderr
    learned = table(tmp_path / "new.npz")
    [amount] = set(learned[learned != new_table()].tolist())
    assert amount in (3, 6 + 20, 6 + 50)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--reward", "-1"], "--reward: '-1' is not an amount, 0 or more and below 2**63"),
        (["--reward", "three"], "--reward: 'three' is not an amount"),
        (["--reward", 2**63], f"--reward: '{2**63}' is not an amount"),
        (["--penalty", "1"], "--penalty: '1' is not an amount, 0 or less"),
        (["--tie1", "0.5"], "--tie1: '0.5' is not an amount below 2**63"),
        (["--tie2", 2**63], f"--tie2: '{2**63}' is not an amount"),
        (["--floor", "0"], "--floor: '0' is not a weight, 1 or more"),
        (["--start", "0"], "--start: '0' is not a list of weights, each from 1 to"),
        (["--start", "6,"], "--start: '6,' is not a list of weights"),
        (["--start", 2**63 // 9 + 1], "is not a list of weights"),
        (["--start", ""], "--start: '' is not a list of weights"),
        (["--start", "6,5,4,3,2,1"], "--start: 6 weights, but a player has at most 5 turns"),
        (["-p1", "a.npz", "-p2", "b.npz", "--floor", "2"], "--floor goes with brains that learn"),
        (["-p1", "a.npz", "--evaluate", "--tie1", "0"], "--tie1 goes with brains that learn"),
        (["-t1", "a.npz", "-p2", "b.npz", "--start", "2"], "--start goes with new brains"),
        (["--evaluate", "--start", "2"], "--start goes with new brains"),
        (["-g", "new.npz", "--reward", "2"], "only --start, -f and -q go with it"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(trainer, given, why):
    line = trainer.refuses(*given, code=2)
    assert why in line
    assert trainer.files() == []


def test_rewards_that_could_outgrow_64_bits_are_refused_before_any_match(trainer, tmp_path):
    trainer("-g", "new.npz")
    line = trainer.refuses("-t1", "new.npz", "-p2", "new.npz", "--reward", sys.maxsize, code=1)
    assert line.startswith("ttst: new.npz: weights, up to 6 now, could overflow 64 bits")
    assert (table(tmp_path / "new.npz") == new_table()).all()
