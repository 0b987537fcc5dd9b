"""The checker of the pages lets no difference pass but those it is meant to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from markdown_blocks import Block, Shell, blocks_of, commands_of, matches, run_console


def console(text: str, *options: str) -> Block:
    return Block("page.md", 1, "console", options, text)


def test_an_output_is_compared_to_the_letter() -> None:
    assert matches("a 1\nb\n", "a 1\nb\n", figures=False)
    assert not matches("a 1\nb\n", "a 2\nb\n", figures=False)
    assert not matches("a 1\n", "a 1\nb\n", figures=False)
    assert not matches("", "b\n", figures=False)


def test_of_figures_any_number_will_do_but_only_a_number() -> None:
    assert matches("1,000 in 2.5 seconds\n", "7 in  12 seconds\n", figures=True)
    assert matches("in 28.41s\n", "in 1m 07s\n", figures=True)
    assert not matches("1 in 2.5 seconds\n", "1 in some seconds\n", figures=True)
    assert not matches("1 in 2.5 seconds\n", "1 in 2.5 minutes\n", figures=True)


def test_three_dots_stand_for_any_lines_and_for_none() -> None:
    assert matches("a\n...\nb\n", "a\nx\ny\nb\n", figures=False)
    assert matches("a\n...\nb\n", "a\nb\n", figures=False)
    assert not matches("a\n...\nb\n", "a\nx\n", figures=False)


def test_commands_share_folder_and_variables(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    shell = Shell(tmp_path, dict(os.environ))
    text = "$ cd inner\n$ export WORD=here\n$ basename $PWD; echo \\\n> $WORD\ninner\nhere\n"
    run_console(console(text), shell, exempt={})


@pytest.mark.parametrize("typed", ["false", "exit 3", "no-such-command"])
def test_a_command_that_fails_fails_the_block(tmp_path: Path, typed: str) -> None:
    shell = Shell(tmp_path, dict(os.environ))
    with pytest.raises(AssertionError, match="exits with"):
        run_console(console(f"$ {typed}\n...\n"), shell, exempt={})


def test_an_output_before_any_command_is_an_error() -> None:
    with pytest.raises(AssertionError, match="no command"):
        commands_of(console("output\n"))


@pytest.mark.parametrize("text", ["```console\n$ true\n", " ```console\n$ true\n ```\n"])
def test_a_fence_that_is_not_closed_or_indented_is_an_error(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(AssertionError, match="fence"):
        blocks_of(page, tmp_path)
