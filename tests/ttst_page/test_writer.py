"""`--page` on the command line, and the file it writes. What the page does is shown elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT

from ttst_brain import files
from ttst_brain.table import new_table
from ttst_page import writer
from ttst_page.writer import Player, pack

GIVEN = ("-p1", "one.npz", "-p2", "two.npz")


@pytest.fixture
def brainfiles(tmp_path: Path, pair: Any) -> list[Path]:
    paths = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for path, table in zip(paths, pair):
        files.save(path, table)
    return paths


# ---- the command --------------------------------------------------------------------------------


def test_the_page_of_a_pair_is_written_and_the_brains_stay_as_they_are(
    trainer: Any, brainfiles: list[Path], tmp_path: Path
) -> None:
    before = [path.read_bytes() for path in brainfiles]
    done = trainer(*GIVEN, "--page", "play.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Wrote play.html: open it in a browser.\n"
    assert trainer.files() == ["one.npz", "play.html", "two.npz"]
    assert [path.read_bytes() for path in brainfiles] == before
    page = (tmp_path / "play.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert '"name":"one.npz"' in page
    assert '"name":"two.npz"' in page


def test_the_page_of_one_brain_names_that_one_alone(
    trainer: Any, brainfiles: list[Path], tmp_path: Path
) -> None:
    for given in (("-p2", "two.npz"), ("-p1", "human", "-p2", "two.npz")):
        assert trainer(*given, "--page", "one.html").returncode == 0
        page = (tmp_path / "one.html").read_text(encoding="utf-8")
        assert '"brains":{"1":null,"2":{"name":"two.npz"' in page


def test_without_a_brainfile_the_page_is_that_of_the_brains_trained_by_default(
    trainer: Any, brainfiles: list[Path], tmp_path: Path
) -> None:
    missing = trainer.refuses("--page", "play.html", code=1)
    assert missing.startswith("ttst: brain1.npz: No such file or directory; ")
    for number, path in enumerate(brainfiles, start=1):
        path.rename(tmp_path / f"brain{number}.npz")
    assert trainer("--page", "play.html").returncode == 0
    default = (tmp_path / "play.html").read_bytes()
    given = ("-p1", "brain1.npz", "-p2", "brain2.npz", "--page", "play.html")
    assert trainer(*given).returncode == 0
    assert (tmp_path / "play.html").read_bytes() == default


def test_the_learning_rule_of_the_command_line_is_in_the_page(
    trainer: Any, brainfiles: list[Path], tmp_path: Path
) -> None:
    rule = ("--reward", 10, "--penalty", -100, "--tie1", 0, "--floor", 3, "--start", "4,3,2,1")
    assert trainer(*GIVEN, *rule, "--page", "play.html").returncode == 0
    told = (
        '"amounts":{"1":["10","-100"],"2":["-100","10"],"tie":["0","10"]},'
        '"floor":"3","start":["4","3","2","1"]'
    )
    assert told in (tmp_path / "play.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("-p1", "human"), "give -p1 BRAINFILE"),
        (("-t1", "one.npz", "-p2", "two.npz"), "they learn in the page"),
        ((*GIVEN, "-n", 0), "nothing else"),
        ((*GIVEN, "--evaluate"), "nothing else"),
        ((*GIVEN, "--curve", "a.png"), "nothing else"),
        ((*GIVEN, "--seed", 0), "nothing else"),
        (("-g", "new.npz"), "-g makes a new brain"),
        ((*GIVEN, "-f"), "-f goes with -g"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(
    trainer: Any, brainfiles: list[Path], given: Any, words: str
) -> None:
    assert words in trainer.refuses(*given, "--page", "play.html", code=2)
    assert trainer.files() == ["one.npz", "two.npz"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("play.pdf", "play.pdf: the page's file ends in .html"),
        ("one.npz", "one.npz: the page's file ends in .html"),
        ("nowhere/play.html", "nowhere/play.html: there is no such folder"),
        ("folder.html", "folder.html: a folder, not a page"),
    ],
)
def test_a_page_that_cannot_be_written_is_one_line(
    trainer: Any, brainfiles: list[Path], tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "folder.html").mkdir()
    before = [path.read_bytes() for path in brainfiles]
    assert trainer.refuses(*GIVEN, "--page", name, code=1) == f"ttst: {words}"
    assert trainer.files() == ["folder.html", "one.npz", "two.npz"]
    assert [path.read_bytes() for path in brainfiles] == before


def test_a_page_is_replaced_as_a_whole_or_stays(
    brainfiles: list[Path], pair: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "play.html"
    path.write_text("old")

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", no_space)
        with pytest.raises(writer.PageError, match=r"play\.html: No space left on device"):
            writer.write(str(path), Player("one.npz", pair[0]), None)
    assert path.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == sorted([*brainfiles, path])
    writer.write(str(path), Player("one.npz", pair[0]), None)
    assert path.read_text(encoding="utf-8").endswith("</html>\n")


# ---- the file -----------------------------------------------------------------------------------


def test_the_same_brains_give_the_same_bytes_wherever_they_lie(pair: Any, tmp_path: Path) -> None:
    written = []
    for folder in ("here", "there"):
        path = tmp_path / f"{folder}.htm"
        players = (Player(f"{folder}/brain{n}.npz", table.copy()) for n, table in enumerate(pair))
        writer.write(str(path), *players)
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert len(written[0]) < 70_000


def test_weights_are_packed_as_leb128() -> None:
    table = new_table()
    table[0] = [0, 1, 127, 128, 300, 2**14 - 1, 2**14, 2**62, 5]
    large = [0x80] * 8 + [0x40]
    packed = [0, 1, 0x7F, 0x80, 1, 0xAC, 2, 0xFF, 0x7F, 0x80, 0x80, 1, *large, 5]
    assert pack(table, 1).startswith(bytes(packed) + b"\x06")
    assert len(pack(new_table(), 1)) + len(pack(new_table(), 2)) == 16_167


def test_no_text_of_the_page_ends_its_own_element_or_reaches_for_others() -> None:
    for path in (ROOT / "ttst_page").glob("*.*s"):
        text = path.read_text(encoding="utf-8")
        assert not any(end in text.lower() for end in ("</script", "</style", "<!--", "@import"))
        assert "://" not in text.replace("http://www.w3.org/2000/svg", "")
