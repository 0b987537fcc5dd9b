"""The pages tell no less and no more than there is, where that can be looked up."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from statistics import median

import recorded
from checkout import ROOT, tracked
from pages import PAGES

from benchmark.report import pictures
from ttst import ENGINES

README = (ROOT / "README.md").read_text(encoding="utf-8")
TRAINER = (ROOT / "docs" / "trainer.md").read_text(encoding="utf-8")


# What README.md and CONTRIBUTING.md set as code within their text.
CODE = {
    code
    for page in PAGES[:2]
    for code in re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
}


def test_readme_shows_the_lines_of_cogitate_that_change() -> None:
    [diff] = re.findall(r"^```diff\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    sides = ("".join(re.findall(rf"^[ {sign}](.*\n)", diff, re.MULTILINE)) for sign in "-+")
    for name, side in zip(("numpy", "choose"), sides):
        cogitate = textwrap.dedent(inspect.getsource(ENGINES[name]().cogitate))
        assert side == re.sub(r"\(state: .*\) -> \w+:", "(state, brain_map):", cogitate)


def test_the_page_of_the_trainer_names_its_options_of_the_trainer_and_no_other() -> None:
    command = [sys.executable, "ttst.py", "--help"]
    help_text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    options = help_text.split("\noptions:\n")[1].split("\n\nA player")[0]
    in_help = set(re.findall(r"^  (?:(-\w+).*, )?(--[\w-]+)", options, re.MULTILINE))
    names = re.findall(r"^\| (?:`(-\w+)`, )?((?:`--[\w-]+`(?:, )?)+)", TRAINER, re.MULTILINE)
    on_page = {(short, name) for short, long in names for name in re.findall(r"--[\w-]+", long)}
    assert on_page == in_help


def test_the_page_of_the_trainer_names_its_engines_and_no_other() -> None:
    engines = TRAINER.split("\n## Engines\n")[1]
    assert re.findall(r"^\| `(\w+)`", engines, re.MULTILINE) == list(ENGINES)


def test_the_pages_name_only_goals_that_make_has() -> None:
    goals = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = {name.split()[1] for name in CODE if re.match(r"make \w+", name)}
    assert named
    assert named <= set(goals)


def test_the_pages_name_only_files_that_exist() -> None:
    made = ("target/", "benchmark/out/", "chooser.so", "chooser.pyd")
    a_file = re.compile(r"[\w.-]*/[\w./-]*|\w+\.(?:py|rs|md|toml)")
    named = {name for name in CODE if a_file.fullmatch(name) and not name.startswith(made)}
    assert named
    there = [f"/{path}" for path in tracked()]
    assert [name for name in named if not any(f"/{name}" in path for path in there)] == []


def test_readme_names_the_supported_pythons_and_the_oldest_rust() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    minors = [int(minor) for minor in re.findall(r'Python :: 3\.(\d+)"', project)]
    assert f"CPython 3.{min(minors)} to 3.{max(minors)}" in README
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    [rust] = re.findall(r'rust-version = "(.+)"', manifest)
    assert f"Rust toolchain ({rust} or later)" in README


def test_the_charts_of_the_pages_are_drawn_as_the_reports_are() -> None:
    charts = sorted((ROOT / "docs").glob("*-*.svg"))
    assert len(charts) >= 4
    for chart in charts:
        drawn = chart.read_text(encoding="utf-8")
        assert pictures.style() in drawn
        assert drawn.count('class="draw" width=') >= 1


def test_a_page_that_cannot_be_recorded_is_one_line(tmp_path: Path) -> None:
    missing = tmp_path / "missing.md"
    for given, line in (
        ([], "usage: record.py FILE"),
        ([missing], f"record: {missing}: No such file or directory"),
        ([tmp_path], f"record: {tmp_path}: Is a directory"),
    ):
        command = [sys.executable, "tests/docs/record.py", *map(str, given)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{line}\n")


def test_readme_says_how_much_faster_programs_became() -> None:
    programs = json.loads((recorded.RECORDED / "programs.json").read_text(encoding="utf-8"))[
        "programs"
    ]
    gains = [
        median(before / after for before, after in zip(one["before"], one["after"]))
        for one in programs
    ]
    assert len(gains) == 9
    assert (
        f"what nine\n  programs from PyPI gained: {min(gains):.2g} to {max(gains):.2g} times"
        in README
    )


def test_charts_and_tables_are_the_recorded_ones() -> None:
    shown = [page.read_text(encoding="utf-8") for page in PAGES]
    assert [recorded.with_recorded(text) for text in shown] == shown
    assert sum("<!-- recorded" in text for text in shown) == 3
