"""The trainer's command lines, run as processes: what they do, and what they refuse. A human's
matches, signals and the odds have files of their own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from trainer_process import COMMAND

import ttst
from ttst_brain import files
from ttst_brain.table import new_table
from ttst_terminal import brains
from ttst_terminal.options import Side, read_command_line

FULL = Path("/dev/full")
PYTHON = shlex.quote(sys.executable)  # as the trainer says it, for a shell
SAVED_BESIDE = re.compile(
    r"ttst: not saved: two\.npz: (.*); what was learned is in (two-\w+\.npz) \(saved: one\.npz\)"
)
LAST_LINES = re.compile(
    r"(Trained|Played) (\d+) matches in \d+\.\d\d seconds:\n"
    r"player 1 won ([\d,]+), player 2 won ([\d,]+), tied ([\d,]+)"
)


def last_lines(done):
    """What the last lines say: the word, and matches, wins of either, ties as numbers."""
    assert done.returncode == 0, done.stderr
    said = LAST_LINES.fullmatch("\n".join(done.stdout.splitlines()[-2:]))
    assert said, done.stdout
    assert all(f"{int(part.replace(',', '')):,}" == part for part in said.groups()[2:])
    matches, wins1, wins2, ties = (int(part.replace(",", "")) for part in said.groups()[1:])
    assert wins1 + wins2 + ties == matches
    return said[1], matches, wins1, wins2, ties


def table(path):
    return files.load(path)[0]


@pytest.fixture
def pair(tmp_path):
    """Two brainfiles that know nothing."""
    paths = tmp_path / "one.npz", tmp_path / "two.npz"
    for path in paths:
        files.save(path, new_table())
    return paths


# ---- training -----------------------------------------------------------------------------------


def test_alone_it_makes_two_brains_and_trains_them_for_100_000_matches(trainer, tmp_path):
    done = trainer("--seed", 1)
    said, matches, wins1, wins2, ties = last_lines(done)
    assert (said, matches) == ("Trained", 100_000)
    assert done.stderr == "", "a progress bar is for terminals"
    made = ["Made brain1.npz, a new brain.", "Made brain2.npz, a new brain."]
    assert done.stdout.splitlines()[:-2] == made
    assert trainer.files() == ["brain1.npz", "brain2.npz"]
    # A first move gains 3 by a win and else loses 1 at most, where it is above 1.
    gained = int(table(tmp_path / "brain1.npz")[0].sum()) - 9 * 6
    assert 3 * wins1 - (wins2 + ties) <= gained <= 3 * wins1
    assert wins2 + ties > 65_000


def test_a_training_with_a_seed_can_be_repeated(trainer, pair):
    learned = []
    for _ in range(2):
        files.save(pair[0], new_table())
        given = ("-t1", pair[0], "-p2", pair[1], "-n", 100, "--seed", -(10**30))
        assert last_lines(trainer(*given))[:2] == ("Trained", 100)
        learned.append(table(pair[0]))
    assert (learned[0] == learned[1]).all()


def test_given_brains_are_trained_for_5000_matches(trainer, pair):
    assert last_lines(trainer("-t1", pair[0], "-t2", pair[1]))[:2] == ("Trained", 5_000)
    for path in pair:
        assert np.count_nonzero(table(path) - new_table()) > 100


@pytest.mark.parametrize("learner", [1, 2])
def test_only_the_brain_that_is_trained_changes(trainer, pair, learner):
    given = ["-p1", pair[0], "-p2", pair[1]]
    given[2 * learner - 2] = f"-t{learner}"
    before = [path.read_bytes() for path in pair]
    assert last_lines(trainer(*given, "-n", 50))[:2] == ("Trained", 50)
    changed = [path.read_bytes() != old for path, old in zip(pair, before)]
    assert changed == [learner == 1, learner == 2]


def test_two_brains_that_do_not_learn_play_and_stay_as_they_are(trainer, pair):
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in pair]
    assert last_lines(trainer("-p1", pair[0], "-p2", pair[1]))[:2] == ("Played", 5_000)
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in pair] == before


def test_one_brainfile_can_learn_on_both_sides(trainer, pair, tmp_path):
    # With files of their own, each side learns the same on its own rows.
    trainer("-t1", pair[0], "-t2", pair[1], "-n", 500, "--seed", 4)
    both = table(pair[0]) + table(pair[1]) - new_table()
    path = tmp_path / "both.npz"
    (tmp_path / "link.npz").symlink_to(path)
    for other_name in ("both.npz", "./both.npz", "link.npz", "hard.npz"):
        files.save(path, new_table())
        (tmp_path / "hard.npz").unlink(missing_ok=True)
        os.link(path, tmp_path / "hard.npz")
        last_lines(trainer("-t1", path, "-t2", other_name, "-n", 500, "--seed", 4))
        assert (table(path) == both).all()
        assert (table(tmp_path / other_name) == both).all()
    names = ["both.npz", "hard.npz", "link.npz", *(path.name for path in pair)]
    assert trainer.files() == names, "nothing was saved under another name"


def test_long_options_are_those_of_the_original(trainer, pair):
    given = ("--train1", pair[0], "--player2", pair[1], "--iterations", 20, "--quiet")
    assert last_lines(trainer(*given))[:2] == ("Trained", 20)
    assert trainer("--generate", pair[0], "--force").returncode == 0
    assert (table(pair[0]) == new_table()).all()


# ---- new brains ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "format"), [("a", "NPZ"), ("a.pickle", "PICKLE")])
def test_g_makes_a_new_brain_in_the_format_its_name_asks_for(trainer, tmp_path, name, format):
    done = trainer("-g", name)
    assert (done.returncode, done.stdout) == (0, f"Made {name}, a new brain.\n")
    made, its_format = files.load(tmp_path / name)
    assert (made == new_table()).all()
    assert its_format is files.Format[format]


def trained_file(path):
    used = new_table()
    used[0, 0] = 1000
    files.save(path, used, files.Format.PICKLE)
    return path.read_bytes()


@pytest.mark.parametrize("typed", ["", "\n"])
def test_g_leaves_an_existing_file_alone_unless_told_yes(trainer, tmp_path, typed):
    before = trained_file(tmp_path / "a.npz")
    line = trainer.refuses("-g", "a.npz", typed=typed, code=1)
    assert "a.npz" in line
    assert "-f" in line
    assert (tmp_path / "a.npz").read_bytes() == before


@pytest.mark.parametrize(("typed", "force"), [(" Yes \n", []), ("", ["-f"])])
def test_g_overwrites_with_leave_and_keeps_the_format(trainer, tmp_path, typed, force):
    trained_file(tmp_path / "a.npz")
    assert trainer("-g", "a.npz", *force, typed=typed).returncode == 0
    made, format = files.load(tmp_path / "a.npz")
    assert (made == new_table()).all()
    assert format is files.Format.PICKLE


# ---- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["-p1", "a", "-t1", "a"], ["-p1/--player1", "-t1/--train1"]),
        (["-p2", "a", "-t2", "b"], ["-p2/--player2", "-t2/--train2"]),
        (["-t1", "human"], ["human", "./human"]),
        (["-n", "-1"], ["-n", "'-1'"]),
        (["-n", "1e6"], ["-n", "'1e6'"]),
        (["-n"], ["-n"]),
        (["--seed", "x"], ["--seed", "'x'"]),
        (["--engine", "numba"], ["'numba'", "choose"]),
        (["brain1.npz"], ["brain1.npz"]),
        (["--fast"], ["--fast"]),
        (["-f"], ["-f", "-g"]),
        (["-g", "a", "-p1", "b"], ["-g"]),
        (["-g", "a", "-n", "0"], ["-g"]),
        (["-n", "5", "--evaluate"], ["leave out -n"]),
        (["-t1", ""], ["-t1/--train1", "empty"]),
        (["-g", ""], ["-g/--generate", "empty"]),
        (["--curve", ""], ["--curve", "empty"]),
        (["-g", "a", "--seed", "0"], ["-g"]),
        (["-g", "a", "--evaluate"], ["-g"]),
        (["--json"], ["--json", "--evaluate"]),
        (["-p1", "human", "-p2", "human", "--evaluate"], ["--evaluate", "-p1"]),
        (["-t1", "a", "--evaluate"], ["--evaluate"]),
        (["--evaluate", "-n", "5"], ["--evaluate", "-n"]),
        (["-p1", "a", "-p2", "b", "--evaluate", "-n", "5"], ["--evaluate", "-n"]),
        (["-t1", "a", "--curve", "a.png"], ["--curve"]),
        (["-p1", "a", "-p2", "b", "--curve", "a.png"], ["--curve"]),
        (["--curve", "a.png", "-n", "0"], ["--curve"]),
        (["-n", "two\nlines"], ["two"]),
    ],
)
def test_a_command_line_without_sense_is_refused_in_one_line_with_code_2(given, words, capsys):
    with pytest.raises(SystemExit) as exit:
        read_command_line(given, ttst.ENGINES)
    assert exit.value.code == 2
    out, err = capsys.readouterr()
    [line] = err.splitlines()
    assert out == ""
    assert line.startswith("ttst: ")
    for word in words:
        assert word in line


@pytest.mark.parametrize("given", [[], ["-p1", "brain1.npz"], ["-t1", "brain1.npz"]])
def test_a_malformed_brainfile_is_named_in_one_line_and_left_alone(trainer, tmp_path, given):
    path = tmp_path / "brain1.npz"
    damaged = new_table()
    damaged[0, 4] = -3
    np.savez(path, weights=damaged)
    for content in (b"\x80\x04cos\nsystem\n(S'true'\ntR.", path.read_bytes()):
        path.write_bytes(content)
        assert "brain1.npz: " in trainer.refuses(*given, code=1)
        assert path.read_bytes() == content


def test_a_missing_brainfile_is_named_in_one_line(trainer):
    reason = "No such file or directory; -g makes a new brain, and `ttst.py` alone trains two"
    for option in ("-p1", "-t2"):
        assert trainer.refuses(option, "none.npz", code=1) == f"ttst: none.npz: {reason}"
    assert trainer.refuses("--evaluate", code=1) == f"ttst: brain1.npz: {reason}"
    assert trainer.files() == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["-g", "none/new.npz"], "there is no such folder"),
        (["--page", "none/play.html", "-p1", "new.npz"], "there is no such folder"),
        (["-g", f"{'a' * 300}.npz"], "File name too long"),
        (["--curve", f"{'a' * 300}.png"], "File name too long"),
    ],
)
def test_a_file_that_cannot_be_made_is_named_in_one_line(trainer, given, reason):
    trainer("-g", "new.npz")
    assert trainer.refuses(*given, code=1) == f"ttst: {given[1]}: {reason}"
    assert trainer.files() == ["new.npz"]


def test_a_name_with_nul_is_named_in_one_line():
    for option in ("-p1", "-g"):
        with pytest.raises(SystemExit, match=r"^ttst: 'a\\x00b': .*embedded null"):
            ttst.main([option, "a\0b"])


def test_a_name_that_is_no_text_is_still_one_line(trainer, tmp_path):
    name = os.fsdecode(b"brain\xff.npz")
    assert "brain" in trainer.refuses("-p1", name, code=1)
    assert trainer("-g", name).returncode == 0
    assert trainer("-g", name, typed="y\n").returncode == 0


@pytest.mark.parametrize("engine", ["numpy", "play"])
def test_weights_that_could_outgrow_64_bits_are_refused_before_the_first_match(
    trainer, pair, engine
):
    huge = new_table()
    huge[0, 0] = 2**60
    files.save(pair[0], huge)
    given = ("-t1", pair[0], "-p2", pair[1], "--engine", engine, "-n")
    assert f"{2**60:,}" in trainer.refuses(*given, 10, code=1)
    files.save(pair[0], new_table())
    assert "64 bits" in trainer.refuses(*given, 10**19, code=1)
    assert (table(pair[0]) == new_table()).all()


def test_a_brainfile_that_could_not_be_saved_is_refused_before_the_training(pair, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may do anything
    sides = [Side(str(pair[0]), learns=False), Side(str(pair[1]), learns=True)]
    with pytest.raises(files.BrainfileError, match=r"two\.npz: is read-only"):
        brains.load_sides(sides, 0)


def test_if_one_of_two_brains_cannot_be_saved_the_other_is_and_the_line_says_so(trainer, pair):
    # When the training is over, there is a folder in the second's place.
    given = ("-t1", "one.npz", "-t2", "two.npz", "-n", 10)
    line = trainer.refuses(*given, program=["at_the_end", "folder"], code=1)
    said = SAVED_BESIDE.fullmatch(line)
    assert said, line
    assert said[1] == "a folder, not a brainfile"
    for path in (pair[0], trainer.folder / said[2]):
        assert (table(path) != new_table()).any()


def test_what_another_trainer_saved_meanwhile_stays(trainer, pair):
    given = ("-t1", "one.npz", "-t2", "two.npz", "-n", 10)
    line = trainer.refuses(*given, program=["at_the_end", "another"], code=1)
    said = SAVED_BESIDE.fullmatch(line)
    assert said, line
    assert said[1] == "another program has changed it meanwhile"
    assert (table(pair[1]) == new_table() * 2).all()
    for path in (pair[0], trainer.folder / said[2]):
        assert (table(path) != new_table()).any()


def test_where_all_folders_are_full_no_brain_is_said_to_be_saved(trainer, pair):
    given = ("-t1", "one.npz", "-t2", "two.npz", "-n", 10)
    line = trainer.refuses(*given, program=["at_the_end", "full"], code=1)
    assert line == (
        "ttst: not saved: one.npz: No space left on device; two.npz: No space left on device"
    )
    assert trainer.files() == ["one.npz", "two.npz"]


def test_where_the_current_folder_is_gone_the_brains_are_in_the_temporary_one(trainer, tmp_path):
    folder, kept = tmp_path / "folder", tmp_path / "kept"
    folder.mkdir()
    kept.mkdir()
    trainer.folder = folder
    given = ("--quiet", "-n", 10)
    line = trainer.refuses(
        *given, program=["at_the_end", "gone"], environment={"TMPDIR": str(kept)}, code=1
    )
    assert line.startswith("ttst: not saved: brain1.npz: No such file or directory; ")
    files_kept = sorted(kept.iterdir())
    assert len(files_kept) == 2
    for path in files_kept:
        assert f"what was learned is in {path}" in line
        assert (table(path) != new_table()).any()


# ---- what it says of itself ---------------------------------------------------------------------


def test_every_example_of_the_help_does_what_it_says(trainer):
    examples = re.findall(r"^  ttst\.py(.*?)(?:  .*)?$", trainer("--help").stdout, re.MULTILINE)
    assert len(examples) >= 6
    for example in examples:
        done = trainer(*shlex.split(example))
        assert (done.returncode, done.stderr) == (0, ""), example
    assert trainer.files() == ["brain1.npz", "brain2.npz", "new.npz", "play.html"]


def test_the_version_is_that_of_the_project(trainer):
    manifest = (Path(ttst.__file__).parent / "Cargo.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.*)"', manifest, re.MULTILINE)[1]
    assert trainer("--version").stdout == f"ttst {version}\n"


# ---- what is missing ----------------------------------------------------------------------------


@pytest.mark.skipif(sys.version_info < (3, 11), reason="older Pythons do not know the variable")
def test_where_python_does_not_look_beside_a_script_one_line_says_so(trainer):
    line = trainer.refuses(environment={"PYTHONSAFEPATH": "1", "PYTHONPATH": ""}, code=1)
    assert "PYTHONSAFEPATH" in line


def test_variables_of_tqdms_that_make_no_sense_are_one_line(trainer):
    written, code = trainer.in_terminal("-n", 10, environment={"TQDM_MININTERVAL": "often"})
    assert code == 1
    line = written.splitlines()[-1]
    assert re.fullmatch(r"ttst: tqdm, by a variable TQDM_\.\.\.: .*'often'; -q does without", line)
    assert "Traceback" not in written


def test_help_needs_nothing_that_has_to_be_installed_or_built(trainer):
    done = trainer("--help", program=["without", "numpy,chooser,tqdm,matplotlib"])
    assert done.returncode == 0
    for option in ("-p1", "-p2", "-t1", "-t2", "-n", "-q", "-g", "-f", "--engine", "--seed"):
        assert option in done.stdout


def test_without_numpy_one_line_says_what_to_type(trainer):
    line = trainer.refuses(program=["without", "numpy"], code=1)
    assert f"`{PYTHON} -m pip install numpy`" in line


@pytest.mark.parametrize(("checkout", "engine"), [("chooser/src", "choose"), ("elsewhere", "play")])
def test_unbuilt_one_line_says_what_to_type(trainer, tmp_path, checkout, engine):
    """Also where the folder of Rust is beside the trainer, which Python imports as a namespace."""
    (tmp_path / checkout).mkdir(parents=True)
    line = trainer.refuses("--engine", engine, program=["chooser_from", tmp_path], code=1)
    assert "not built" in line
    assert "`make build`" in line
    assert f"PYTHON_SYS_EXECUTABLE={PYTHON} cargo build --release" in line
    assert "chooser.so" in line
    assert not (tmp_path / "brain1.npz").exists()


def test_unbuilt_the_numpy_engine_works(trainer, tmp_path):
    (tmp_path / "chooser").mkdir()
    program = ["chooser_from", tmp_path]
    done = trainer("--engine", "numpy", "-n", 10, program=program)
    assert last_lines(done)[:2] == ("Trained", 10)
    done = trainer("-p1", "brain1.npz", "--evaluate", program=program)
    assert done.returncode == 0


def test_a_chooser_that_refuses_this_python_is_quoted_in_one_line(trainer, tmp_path):
    (tmp_path / "chooser.py").write_text('raise ImportError("built for\\nPython 2.7")')
    line = trainer.refuses(program=["chooser_from", tmp_path], code=1)
    assert line == "ttst: built for Python 2.7"


# ---- output -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [["-n", 10], ["--evaluate"], ["--evaluate", "--json"], ["--help"], ["--version"]]
)
def test_an_output_that_cannot_be_written_is_one_line(trainer, pair, given):
    if not FULL.exists():
        pytest.skip("there is no /dev/full here")
    with FULL.open("w") as full:
        line = trainer.refuses("-p1", pair[0], "-p2", pair[1], *given, stdout=full, code=1)
    assert line == "ttst: the output: No space left on device"


def test_an_output_that_nobody_reads_is_one_line_and_the_brains_are_saved(trainer, pair):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        given = ("-t1", pair[0], "-p2", pair[1], "-n", 100)
        line = trainer.refuses(*given, stdout=writer, code=1)
    finally:
        os.close(writer)
    assert line == "ttst: the output: Broken pipe"
    assert (table(pair[0]) != new_table()).any()


def test_without_an_error_output_json_is_printed_alone(trainer, pair):
    given = ("-t1", pair[0], "-p2", pair[1], "-n", "1", "--evaluate", "--json")
    closed = ["sh", "-c", 'exec "$@" 2>&-', "sh", *COMMAND, *map(str, given)]
    done = subprocess.run(closed, stdout=subprocess.PIPE, timeout=120, check=True)
    assert json.loads(done.stdout).keys() == {"player1", "player2", "each_other"}


def test_in_a_terminal_a_progress_bar_shows_matches_rate_and_time_left(trainer):
    written, code = trainer.in_terminal("-n", 3_000)
    assert code == 0
    bar = re.compile(r"100%.* 3,000/3,000 \[\d\d:\d\d<\d\d:\d\d, [\d.]+k? ?matches/s\]")
    assert bar.search(written), written
    assert LAST_LINES.fullmatch("\n".join(written.splitlines()[-2:]))


def test_quiet_shows_no_progress_bar(trainer):
    written, code = trainer.in_terminal("-n", 3_000, "-q")
    assert code == 0
    lines = [line for line in written.splitlines() if not line.startswith("Made")]
    assert LAST_LINES.fullmatch("\n".join(lines))


def test_without_tqdm_one_line_in_a_terminal_says_what_to_type(trainer):
    (trainer.folder / "tqdm.py").write_text("raise ModuleNotFoundError(name='tqdm')")
    searched = {"PYTHONPATH": str(trainer.folder)}
    written, code = trainer.in_terminal("-n", 10, environment=searched)
    assert code == 1
    line = written.splitlines()[-1]
    assert line == f"ttst: tqdm is not installed; type `{PYTHON} -m pip install tqdm`"
    assert "Traceback" not in written
