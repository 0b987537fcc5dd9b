"""The board's colours: where they are shown, and that they are all that is more than ASCII text."""

from __future__ import annotations

import re

import pytest

VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM")
TYPED = "5\n1\nq\n"
BOARD = """
 [2m7[0m | [2m8[0m | [2m9[0m
---+---+---
 [2m4[0m | [1;38;5;32mO[0m | [2m6[0m
---+---+---
 [1;38;5;166mX[0m | [2m2[0m | [2m3[0m
"""


def environment(**given):
    return dict.fromkeys(VARIABLES, "") | {"TERM": "xterm"} | given


def coloured(text):
    """Whether the text is coloured, as the whole board is where one cell is."""
    escapes = re.findall("\x1b\\[[\\d;]*m", text)
    shown = "\n".join(line.rstrip() for line in text.replace("\x1b", "").splitlines())
    assert (BOARD in shown) == bool(escapes)
    assert re.sub("\x1b\\[[\\d;]*m", "", text).replace("\r", "").replace("\n", "").isprintable()
    assert text.isascii()
    return bool(escapes)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_a_terminal_shows_colours_unless_a_variable_says_otherwise(trainer, given, expected):
    two_humans = ("-p1", "human", "-p2", "human")
    written, code = trainer.in_terminal(
        *two_humans, typed=TYPED.encode(), environment=environment(**given)
    )
    assert code == 0
    assert coloured(written) is expected


@pytest.mark.parametrize(("given", "expected"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_a_pipe_gets_none_unless_a_variable_asks_for_them(trainer, given, expected):
    given = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", **environment(**given)}
    done = trainer("-p1", "human", "-p2", "human", typed=TYPED, environment=given)
    assert done.returncode == 0
    assert coloured(done.stdout) is expected
