"""README.md and the pages in docs/ do what they say: every block is run, or named as exempt."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from checkout import QUICK_BUILD, ROOT
from pages import (
    EXEMPT,
    PAGES,
    Block,
    blocks_of,
    checkout,
    commands_of,
    environment,
    run,
    typed_commands,
)

# What some blocks need: how it is found out whether it works, and what to type where it does not.
NEEDS = {
    "py-spy": (
        "py-spy record -f raw -o /dev/null -- python -c 'sum(range(10**7))'",
        "install py-spy; on macOS be root, in a container have `--cap-add=SYS_PTRACE`",
    ),
    "python3.14": ("python3.14 -c pass", "put a CPython 3.14 on PATH"),
}
NEEDED_BY_CI = {"py-spy"}

ALL_BLOCKS = [block for page in PAGES for block in blocks_of(page)]
EXCERPTS = [block for block in ALL_BLOCKS if block.excerpt_of]
# Builds are kept for the next run.
KEPT = ROOT / "target" / "docs-{}.{}".format(*sys.version_info)


def reader() -> dict[str, str]:
    return {**environment(), **QUICK_BUILD}


@pytest.fixture(scope="session")
def missing() -> set[str]:
    """Those needs of blocks that are not here, or do not work."""
    needs = {block.needs for block in ALL_BLOCKS if block.needs}
    return {need for need in needs if not works(NEEDS[need][0])}


def works(probe: str) -> bool:
    return subprocess.run(probe, shell=True, env=environment(), capture_output=True).returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_prints_what_is_shown(page: Path, missing: set[str]) -> None:
    commands = [each for each in typed_commands(page) if each.block.needs not in missing]
    for command, printed in zip(commands, run(commands, checkout(page, KEPT), reader())):
        command.lines_of(printed)


@pytest.mark.parametrize("need", NEEDS)
def test_what_some_blocks_need_is_here(need: str, missing: set[str]) -> None:
    if need in missing:
        needed_by = ", ".join(block.place for block in ALL_BLOCKS if block.needs == need)
        reason = f"not run without {need}: {needed_by}; to run them, {NEEDS[need][1]}"
        if os.environ.get("CI") == "true" and need in NEEDED_BY_CI:
            pytest.fail(reason)
        pytest.skip(reason)


def test_exemptions_are_of_commands_that_the_pages_have() -> None:
    assert set(EXEMPT) <= {command.typed for block in ALL_BLOCKS for command in commands_of(block)}


@pytest.mark.parametrize("block", EXCERPTS, ids=lambda block: block.place)
def test_an_excerpt_stands_in_its_file(block: Block) -> None:
    assert block.excerpt_of
    assert f"\n{block.text}" in "\n" + block.excerpt_of.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted({block.excerpt_of for block in EXCERPTS}), ids=str)
def test_excerpts_leave_out_no_line_of_the_rust_they_explain(file: Path) -> None:
    shown = [
        line for block in EXCERPTS if block.excerpt_of == file for line in block.text.splitlines()
    ]
    if file.suffix != ".py":
        lines = file.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line and line not in shown] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_of_a_page_lead_to_files(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)", text) + re.findall(r"src=\"([^\"]+)\"", text)
    files = [link for link in links if not link.startswith("https:")]
    assert [file for file in files if not (page.parent / file).exists()] == []


@pytest.mark.parametrize(
    ("shown", "typed", "passes", "options"),
    [
        ("a 1\nb\n", "echo a 1; echo b", True, ()),
        ("a 1\nb\n", "echo a 2; echo b", False, ()),
        ("a 1\n", "echo a 1; echo b", False, ()),
        ("", "echo b", False, ()),
        ("a\n", "echo a; false", False, ()),
        ("a\n...\nb\n", "echo a; echo x; echo b", True, ()),
        ("a\n...\nb\n", "echo a; echo b", True, ()),
        ("a\n...\nb\n", "echo a; echo x", False, ()),
        ("1,000 in 2.5 seconds\n", "echo '7 in   12 seconds'", True, ("figures",)),
        ("in 28.41s\n", "echo in 1m 07s", True, ("figures",)),
        ("1 in 2.5 seconds\n", "echo 1 in some seconds", False, ("figures",)),
        ("1 in 2.5 seconds\n", "echo 1 in 2.5 minutes", False, ("figures",)),
    ],
)
def test_an_output_is_compared_to_the_letter_but_for_dots_and_figures(
    shown: str, typed: str, passes: bool, options: tuple[str, ...], tmp_path: Path
) -> None:
    block = Block("page", "console", options, f"$ {typed}\n{shown}")
    with nullcontext() if passes else pytest.raises(AssertionError):
        [printed] = run(commands_of(block), tmp_path, environment())
        commands_of(block)[0].lines_of(printed)


@pytest.mark.parametrize(
    "text", ["```console\n$ true\n", " ```console\n$ true\n ```\n", "```console\nx\n```\n"]
)
def test_an_open_or_indented_fence_and_an_output_of_nothing_are_errors(
    text: str, tmp_path: Path
) -> None:
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(AssertionError, match=r"fence|no command"):
        [commands_of(block) for block in blocks_of(tmp_path / "page.md")]
