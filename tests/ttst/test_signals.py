"""Ctrl-C, SIGTERM and SIGHUP: heard between matches, and what was learned is saved."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from itertools import cycle

import numpy as np
import pytest

import ttst
from ttst_brain import files
from ttst_brain.table import new_table

STOPPED = re.compile(
    r"Trained (\d+) matches in \S+ seconds:\n"
    r"player 1 won ([\d,]+), player 2 won ([\d,]+),\s+tied ([\d,]+)\n"
    r"\(of 1,000,000,000, stopped by (SIGINT|SIGTERM|SIGHUP);\nbrain1.npz and brain2.npz saved\)"
)
UNDER_WAY = b"00/1,000,000,000 ["  # of the progress bar, after the first matches
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def last_lines(written):
    """What `STOPPED` finds in them; the line that begins them may follow a progress bar."""
    lines = "\n".join(written.splitlines())
    said = STOPPED.fullmatch(lines, lines.rindex("Trained"))
    assert said, written
    return said


def sends(*signals):
    """What sends these signals to a process, each after a pause."""

    def send(process_id):
        for pause, number in signals:
            time.sleep(pause)
            os.kill(process_id, number)

    return send


@pytest.mark.parametrize(("engine", "number"), list(zip(ttst.ENGINES, cycle(SIGNALS))))
def test_a_signal_ends_the_training_and_saves_what_was_learned(trainer, tmp_path, engine, number):
    given = ("-n", 10**9, "--engine", engine)
    written, code = trainer.in_terminal(*given, until=UNDER_WAY, then=sends((0, number)))
    assert code == 128 + number
    said = last_lines(written)
    assert said[5] == number.name
    matches, *parts = (int(part.replace(",", "")) for part in said.groups()[:4])
    assert 0 < matches == sum(parts)

    # No match counts by halves: what the brains learned from their first moves is that of
    # `matches` matches, all won or lost.
    wins1, wins2, ties = parts
    first_moves = int((files.load(tmp_path / "brain1.npz")[0] - new_table())[0].sum())
    assert 3 * wins1 - (wins2 + ties) <= first_moves <= 3 * wins1
    answers = files.load(tmp_path / "brain2.npz")[0] - new_table()
    one_stone = [3**cell for cell in range(9)]
    learned = int(answers[one_stone].sum())
    assert 3 * (wins2 + ties) - wins1 <= learned <= 3 * (wins2 + ties)


@pytest.mark.parametrize("pause", [0.003, 0.04])
def test_a_second_signal_changes_nothing(trainer, tmp_path, pause):
    # In this order, for of two that have come before it looks Python takes the lower number first.
    send = sends((0, signal.SIGINT), (pause, signal.SIGTERM), (0.005, signal.SIGTERM))
    written, code = trainer.in_terminal("-n", 10**9, until=UNDER_WAY, then=send)
    assert code == 128 + signal.SIGINT
    assert last_lines(written)[5] == "SIGINT"
    for name in ("brain1.npz", "brain2.npz"):
        assert np.count_nonzero(files.load(tmp_path / name)[0] - new_table()) > 100
    assert trainer.files() == ["brain1.npz", "brain2.npz"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_was_ignored_at_the_start_stays_so(trainer, number):
    send = sends((0, number), (0.3, signal.SIGTERM))
    written, code = trainer.in_terminal(
        *("-n", 10**9), until=UNDER_WAY, then=send, ignored=[number]
    )
    assert code == 128 + signal.SIGTERM
    assert last_lines(written)[5] == "SIGTERM"


def handlers():
    return [signal.getsignal(number) for number in SIGNALS]


@pytest.mark.parametrize("given", [["-n", "10"], ["-p1", "none.npz"], ["--fast"]])
def test_called_from_python_it_puts_the_handlers_back(tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    before = handlers()
    with contextlib.suppress(SystemExit):
        ttst.main(given)
    assert handlers() == before


def test_called_from_another_thread_it_does_without_handlers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    codes = []
    thread = threading.Thread(target=lambda: codes.append(ttst.main(["-n", "10"])))
    thread.start()
    thread.join()
    assert codes == [0]


def test_a_signal_after_the_last_line_leaves_the_exit_code(trainer):
    """Python drops its handlers as it exits, which takes a while."""
    for _ in range(3):
        process = trainer.start("-n", 100)
        assert any(line.startswith("player 1 won") for line in process.stdout)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0


def test_a_brainfile_deleted_meanwhile_is_written_in_the_format_it_had(trainer, tmp_path):
    path = tmp_path / "brain1.npz"
    files.save(path, new_table(), files.Format.PICKLE)

    def delete(process_id):
        path.unlink()
        os.kill(process_id, signal.SIGTERM)

    trainer.in_terminal("-n", 10**9, until=UNDER_WAY, then=delete)
    assert files.load(path)[1] is files.Format.PICKLE


def test_ctrl_c_while_a_human_thinks_ends_the_program_at_once(trainer, tmp_path):
    files.save(tmp_path / "a.npz", new_table())
    before = (tmp_path / "a.npz").read_bytes()
    send = sends((0.2, signal.SIGINT))  # between a prompt and the reading, C's fgets hears none
    written, code = trainer.in_terminal("-t2", "a.npz", until=b"your move", then=send)
    assert code == 130
    assert written.splitlines()[-1] == "ttst: interrupted"
    assert "Traceback" not in written
    assert (tmp_path / "a.npz").read_bytes() == before


def test_a_terminal_that_vanishes_ends_no_training(trainer, tmp_path):
    """As where it was closed on a training that had been disowned."""
    written, _ = trainer.in_terminal(
        "-n", 50_000, until=b"%| ", vanish=True, ignored=[signal.SIGHUP]
    )
    assert "Trained" not in written
    for name in ("brain1.npz", "brain2.npz"):
        assert np.count_nonzero(files.load(tmp_path / name)[0] - new_table()) > 100
