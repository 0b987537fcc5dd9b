"""README.md tells no less and no more than there is, where that can be looked up."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import recorded

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = set(re.findall(r"`([^`\n]+)`", README))


def section(title: str) -> str:
    return re.split(r"^## ", README.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]


def test_readme_names_the_options_of_the_trainer_and_no_other() -> None:
    command = [sys.executable, "ttst.py", "--help"]
    help_text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    options = help_text.split("\noptions:\n")[1].split("\n\n")[0]
    in_help = set(re.findall(r"^  (?:(-\w+).*, )?(--[\w-]+)", options, re.MULTILINE))
    rows = section("The trainer")
    in_readme = set(re.findall(r"^\| (?:`(-\w+)`, )?`(--[\w-]+)`", rows, re.MULTILINE))
    assert in_readme == in_help


def test_readme_names_the_engines_of_the_trainer_and_no_other() -> None:
    from ttst import ENGINES

    assert re.findall(r"^\| `(\w+)`", section("Engines"), re.MULTILINE) == list(ENGINES)


def test_readme_names_only_goals_that_make_has() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    goals = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    named = {code.split()[1] for code in CODE if re.fullmatch(r"make \w+", code)}
    assert named
    assert named <= goals


def test_readme_names_only_files_that_exist() -> None:
    """Those of the project; a name without a folder may be anywhere in it."""
    made = ("target/", "benchmark/out/", "chooser.so", "chooser.pyd")
    names = {
        code
        for code in CODE
        if re.fullmatch(r"[\w.-]*/[\w./-]*|\w+\.(?:py|rs|md|toml)", code)
        and not code.startswith(made)
    }
    assert names
    missing = [name for name in names if not (ROOT / name).exists() and not anywhere(name)]
    assert missing == []


def anywhere(name: str) -> bool:
    return "/" not in name and any((ROOT / "chooser").glob(f"src/**/{name}"))


def test_readme_names_the_supported_pythons() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    minors = [int(minor) for minor in re.findall(r'Python :: 3\.(\d+)"', project)]
    assert f"CPython 3.{min(minors)} to 3.{max(minors)}" in README


def test_readme_names_the_oldest_rust() -> None:
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    [version] = re.findall(r'rust-version = "(.+)"', manifest)
    assert f"Rust toolchain ({version} or later)" in README


def test_charts_and_table_are_the_recorded_ones() -> None:
    assert recorded.shown(README) == recorded.rendered()
