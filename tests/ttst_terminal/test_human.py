"""Matches with a human, typed into the process as a human would. Colours are tested elsewhere."""

from __future__ import annotations

import io
import os
import signal
import sys
import time

import numpy as np
import pytest

import ttst
from ttst_brain import files
from ttst_brain.table import STATES, new_table
from ttst_terminal import human

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
    assert shown.count("Player 1 (O), your move (q or Ctrl-D quits):") == 3
    assert (tmp_path / "brain.npz").read_bytes() == before


def test_a_human_plays_second_against_the_brain_of_player_1(trainer, tmp_path):
    predictable(tmp_path / "brain.npz", [0, 1, 5])
    done = trainer("-p1", "brain.npz", "-p2", "human", typed="7\n8\n9\n")
    shown = lines_of(done.stdout)
    assert done.returncode == 0
    assert EMPTY_BOARD not in shown
    assert shown.count("Player 2 (X), your move (q or Ctrl-D quits):") == 3
    assert shown.endswith("\n\nPlayer 2 (X) wins.")


@pytest.mark.parametrize(
    ("moves", "change"), [([0, 1, 2], 3), ([0, 1, 3], -1)], ids=["it wins", "it loses"]
)
def test_a_brain_learns_from_a_humans_match(trainer, tmp_path, moves, change):
    before = predictable(tmp_path / "brain.npz", moves)
    done = trainer("-t1", "brain.npz", typed="7\n8\n9\n")
    assert done.stdout.endswith("wins.\nbrain.npz has learned from this match.\n")
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
    again = "Type one of 1, 2, 3, 4, 6, 7, 8, 9, ?, u, q: "
    assert done.stdout.count(again) == len(wrong)
    assert " X | 2 | 3 " in done.stdout


@pytest.mark.parametrize("typed", ["", "5\n", "5\n1\nx", "q\n", "5\n1\nx\nQ\n"])
def test_the_end_of_the_input_and_q_leave_the_match_and_teach_nothing(trainer, tmp_path, typed):
    predictable(tmp_path / "brain.npz", [0, 1, 2])
    before = (tmp_path / "brain.npz").read_bytes()
    done = trainer("-t2", "brain.npz", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Match abandoned.\n")
    assert (tmp_path / "brain.npz").read_bytes() == before


@pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
def test_where_nobody_can_be_asked_it_is_as_at_the_end_of_the_input(monkeypatch, closed):
    monkeypatch.setattr(sys, closed, None)
    with pytest.raises(EOFError):
        human.ask("Again?")
    assert not human.wants_another()


@pytest.mark.parametrize("engine", ttst.ENGINES)
def test_every_engine_plays_against_a_human(trainer, tmp_path, engine):
    """And with a seed it makes the same moves again."""
    files.save(tmp_path / "new.npz", new_table())
    given = ("-p2", "new.npz", "--engine", engine, "--seed", 12)
    typed = "1\n?\n2\n3\n4\n5\n6\n7\n8\n9\n" * 9
    first, second = trainer(*given, typed=typed), trainer(*given, typed=typed)
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert first.stdout.splitlines()[-1] in ("Player 1 (O) wins.", "Player 2 (X) wins.", "A tie.")


# ---- what the brain shows -----------------------------------------------------------------------


def brain_with(path, rows):
    """A new brain but for the weights of these states."""
    table = new_table()
    for state, weights in rows.items():
        table[int(state, 3)] = weights
    files.save(path, table)


@pytest.mark.parametrize(
    ("weights", "shown"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 39, 61], {"8 (39%)", "9 (61%)"}),
        ([0, 0, 0, 0, 0, 0, 0, 1, 999], {"8 (<1%)", "9 (>99%)"}),
    ],
)
def test_the_brain_says_what_it_takes_and_how_likely_that_was(trainer, tmp_path, weights, shown):
    brain_with(tmp_path / "brain.npz", {"100000000": weights})
    done = trainer("-p2", "brain.npz", typed="1\n")
    assert done.stdout.count("The brain takes ") == 1
    assert done.stdout.split("The brain takes ")[1].split(".\n")[0] in shown


def test_asked_the_brain_shows_its_chances_where_it_moved_last(trainer, tmp_path):
    brain_with(tmp_path / "brain.npz", {"100000000": [0, 1, 300, 0, 0, 0, 0, 99, 600]})
    done = trainer("-p2", "brain.npz", "--seed", 1, typed="1\n?\n")
    move = done.stdout.split("The brain takes ")[1][0]
    said = f"""
The brain's chances when it took {move}:

  0% | 10% | 60%
-----+-----+-----
  0% |  0% |  0%
-----+-----+-----
  O  | <1% | 30%
"""
    assert said in lines_of(done.stdout)
    assert "your place" not in done.stdout, "it has never learned to move there"


def test_asked_the_brain_shows_what_it_would_do_in_the_humans_place(trainer, tmp_path):
    brain_with(tmp_path / "brain.npz", {"0" * 9: [0, 0, 0, 1, 1, 2, 0, 0, 0]})
    done = trainer("-p2", "brain.npz", typed="?\n")
    said = """
The brain's chances in your place:

  0% |  0% |  0%
-----+-----+-----
 25% | 25% | 50%
-----+-----+-----
  0% |  0% |  0%
"""
    assert said in lines_of(done.stdout)
    brain_with(tmp_path / "brain.npz", {})
    done = trainer("-p2", "brain.npz", typed="?\n")
    assert "In your place the brain would take each cell with the same chance:" in done.stdout
    assert done.stdout.count("11%") == 9


def test_two_humans_have_no_brain_to_ask(trainer):
    done = trainer("-p1", "human", "-p2", "human", typed="?\n5\n")
    assert "No brain plays here" in done.stdout
    assert done.stdout.startswith("u takes your last move back.\n")


# ---- moves taken back ---------------------------------------------------------------------------


def test_what_is_taken_back_was_never_played(trainer, tmp_path):
    before = predictable(tmp_path / "brain.npz", [0, 1, 2])
    done = trainer("-t1", "brain.npz", typed="7\nu\nu\n9\n?\nu\n7\n8\n")
    assert done.stdout.count("There is no move to take back.") == 1
    assert done.stdout.endswith("Player 1 (O) wins.\nbrain.npz has learned from this match.\n")
    learned = files.load(tmp_path / "brain.npz")[0] - before
    states = ["000000000", "100000200", "110000220"]
    changes = {(int(state, 3), move): 3 for move, state in enumerate(states)}
    assert {tuple(key): learned[tuple(key)] for key in np.argwhere(learned).tolist()} == changes


def test_of_two_humans_each_takes_one_move_back(trainer):
    done = trainer("-p1", "human", "-p2", "human", typed="u\n5\n1\nu\nu\n9\n")
    boards = lines_of(done.stdout).split(" your move ")
    assert "There is no move to take back." in boards[1]
    assert "Player 2 (X)," in boards[4], "whose move was taken back"
    assert EMPTY_BOARD in boards[5]
    assert " 7 | 8 | O\n" in boards[6]


# ---- at a terminal ------------------------------------------------------------------------------


def test_in_a_terminal_a_human_plays_as_many_matches_as_wanted(trainer, tmp_path):
    before = predictable(tmp_path / "brain.npz", [6, 7, 8])
    match = b"5\n1\n9\n"
    written, code = trainer.in_terminal("-t2", "brain.npz", typed=match + b"\n" + match + b"n\n")
    assert code == 0
    assert written.count("Player 1 (O) wins.\r\nbrain.npz has learned from this match.") == 2
    assert written.count("Again? [Y/n] ") == 2
    lost = files.load(tmp_path / "brain.npz")[0] - before
    assert sorted(lost[lost != 0].tolist()) == [-2, -2], "its two moves, by each of two matches"


def test_in_a_terminal_another_match_is_asked_for_until_the_answer_is_one(trainer, tmp_path):
    predictable(tmp_path / "brain.npz", [6, 7, 8])
    match = b"5\n1\n9\n"
    typed = match + b"6\nperhaps\nY\n" + match + b"n\n"
    written, code = trainer.in_terminal("-p2", "brain.npz", typed=typed)
    assert code == 0
    assert written.count("Type y or n: ") == 2
    assert written.count("Player 1 (O) wins.") == 2


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        (b"\x04", "Match abandoned."),
        (b"5\n1\n9\n\x04", "Again? [Y/n] "),
        (b"5\n1\n9\nq\n", "Again? [Y/n] "),
    ],
)
def test_in_a_terminal_ctrl_d_and_q_leave_wherever_one_is_asked(trainer, tmp_path, typed, end):
    predictable(tmp_path / "brain.npz", [6, 7, 8])
    written, code = trainer.in_terminal("-p2", "brain.npz", typed=typed)
    assert code == 0
    assert written.splitlines()[-1] == end


def test_ctrl_c_between_matches_ends_the_program_and_what_was_learned_stays(trainer, tmp_path):
    before = predictable(tmp_path / "brain.npz", [6, 7, 8])

    def interrupt(process_id):
        time.sleep(0.2)  # between a prompt and the reading, C's fgets hears none
        os.kill(process_id, signal.SIGINT)

    written, code = trainer.in_terminal(
        "-t2", "brain.npz", typed=b"5\n1\n9\n", until=b"Again?", then=interrupt
    )
    assert code == 130
    assert written.splitlines()[-1] == "ttst: interrupted"
    assert (files.load(tmp_path / "brain.npz")[0] != before).any()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("during", [(ttst, "update_brain"), (files, "save")], ids=lambda of: of[1])
def test_a_signal_while_a_brain_learns_and_is_saved_is_ignored(
    tmp_path, monkeypatch, during, number
):
    path = tmp_path / "brain.npz"
    before = predictable(path, [6, 7, 8])
    real, heard = getattr(*during), []

    def interrupted(*arguments):
        signal.raise_signal(number)
        return real(*arguments)

    def hear(*_):
        heard.append(number)

    monkeypatch.setattr(*during, interrupted)
    monkeypatch.setattr(sys, "stdin", io.StringIO("5\n1\n9\n"))
    handler = signal.signal(number, hear)
    try:
        assert ttst.main(["-t2", str(path)]) == 0
        assert signal.getsignal(number) is hear
    finally:
        signal.signal(number, handler)
    assert heard == []
    assert (files.load(path)[0] != before).any()


def test_weights_that_could_outgrow_64_bits_end_it_before_the_next_match(trainer, tmp_path):
    table = predictable(tmp_path / "brain.npz", [6, 7, 8])
    table[int("000010000", 3), 6] = (2**63 - 1) // 9 - 4
    files.save(tmp_path / "brain.npz", table)
    typed = b"5\n1\n2\ny\n"
    written, code = trainer.in_terminal("-t2", "brain.npz", typed=typed)
    assert code == 1
    assert "Player 2 (X) wins.\r\nbrain.npz has learned from this match." in written
    line = written.splitlines()[-1]
    assert "ttst: brain.npz: weights, up to " in line
    assert line.endswith(" now, could overflow 64 bits in so many matches")
    learned = files.load(tmp_path / "brain.npz")[0] - table
    assert learned[learned != 0].tolist() == [3, 3, 3]
