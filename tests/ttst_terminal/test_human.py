"""A match with a human, typed into the process as a human would."""

from __future__ import annotations

import numpy as np
import pytest

import ttst
from ttst_brain import files
from ttst_brain.table import STATES, new_table

EMPTY_BOARD = """\
 7 | 8 | 9
---+---+---
 4 | 5 | 6
---+---+---
 1 | 2 | 3"""


def predictable(path, moves):
    """A brain that makes the first of these moves that is still open, in any state where one is."""
    table = new_table()
    for row, state in enumerate(STATES):
        first = next((move for move in moves if state[move] == "0"), None)
        if first is not None:
            table[row] = 0
            table[row, first] = 10
    files.save(path, table)
    return table


def lines_of(text):
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_a_human_plays_first_against_the_brain_of_player_2(trainer, tmp_path):
    predictable(tmp_path / "brain.npz", [6, 7, 8])
    before = (tmp_path / "brain.npz").read_bytes()
    done = trainer("-p2", "brain.npz", typed="5\n1\n2\n")
    assert done.returncode == 0
    shown = lines_of(done.stdout)
    assert EMPTY_BOARD in shown
    assert shown.endswith(
        """
 X | X | X
---+---+---
 4 | O | 6
---+---+---
 O | O | 3

Player 2 (X) wins."""
    )
    assert shown.count("Player 1 (O), your move:") == 3
    assert (tmp_path / "brain.npz").read_bytes() == before


def test_a_human_plays_second_against_the_brain_of_player_1(trainer, tmp_path):
    predictable(tmp_path / "brain.npz", [0, 1, 5])
    done = trainer("-p1", "brain.npz", "-p2", "human", typed="7\n8\n9\n")
    shown = lines_of(done.stdout)
    assert done.returncode == 0
    assert EMPTY_BOARD not in shown
    assert shown.count("Player 2 (X), your move:") == 3
    assert shown.endswith("\n\nPlayer 2 (X) wins.")


@pytest.mark.parametrize(
    ("moves", "change"), [([0, 1, 2], 3), ([0, 1, 3], -1)], ids=["it wins", "it loses"]
)
def test_a_brain_learns_from_a_humans_match(trainer, tmp_path, moves, change):
    before = predictable(tmp_path / "brain.npz", moves)
    done = trainer("-t1", "brain.npz", typed="7\n8\n9\n")
    assert done.stdout.endswith("wins.\nbrain.npz has learned from it.\n")
    learned = files.load(tmp_path / "brain.npz")[0] - before
    states = ["000000000", "100000200", "110000220"]
    changes = {(int(state, 3), move): change for state, move in zip(states, moves)}
    assert {tuple(key): learned[tuple(key)] for key in np.argwhere(learned).tolist()} == changes


def test_two_humans_play_one_match_whatever_n_says_and_may_tie(trainer):
    typed = "5\n1\n3\n7\n4\n6\n2\n8\n9\n" * 2
    done = trainer("-p1", "human", "-p2", "human", "-n", 2, typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    shown = lines_of(done.stdout)
    assert shown.endswith(
        """
 X | X | O
---+---+---
 O | O | X
---+---+---
 X | O | O

A tie."""
    )
    assert trainer.files() == []


def test_wrong_input_is_asked_for_again(trainer):
    no_text = b"\xff\xfe".decode(errors="surrogateescape")  # the process gets these bytes
    wrong = ["0", "10", "x", "", "5 5", "-1", "1.0", "\u0661", "5", "\0", no_text]
    typed = "\n".join(["5", *wrong, " 1 "])
    done = trainer("-p1", "human", "-p2", "human", typed=typed)
    assert done.returncode == 0
    again = "Type the number of a free cell (1, 2, 3, 4, 6, 7, 8, 9): "
    assert done.stdout.count(again) == len(wrong)
    assert " X | 2 | 3 " in done.stdout


@pytest.mark.parametrize("typed", ["", "5\n", "5\n1\nx"])
def test_the_end_of_the_input_ends_the_program_and_teaches_nothing(trainer, tmp_path, typed):
    predictable(tmp_path / "brain.npz", [0, 1, 2])
    before = (tmp_path / "brain.npz").read_bytes()
    done = trainer("-t2", "brain.npz", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\nThe match ends here, unfinished.\n")
    assert (tmp_path / "brain.npz").read_bytes() == before


def test_in_a_terminal_a_human_plays_a_match(trainer, tmp_path):
    predictable(tmp_path / "brain.npz", [6, 7, 8])
    written, code = trainer.in_terminal("-p2", "brain.npz", typed=b"5\n1\n9\n")
    assert code == 0
    assert "Player 1 (O) wins." in written


@pytest.mark.parametrize("engine", ttst.ENGINES)
def test_every_engine_plays_against_a_human(trainer, tmp_path, engine):
    """And with a seed it makes the same moves again."""
    files.save(tmp_path / "new.npz", new_table())
    given = ("-p2", "new.npz", "--engine", engine, "--seed", 12)
    typed = "1\n2\n3\n4\n5\n6\n7\n8\n9\n" * 9
    first, second = trainer(*given, typed=typed), trainer(*given, typed=typed)
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert first.stdout.splitlines()[-1] in ("Player 1 (O) wins.", "Player 2 (X) wins.", "A tie.")
