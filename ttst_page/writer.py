"""Writes the page: its template with style and script, the brains and the learning rule put in.
The browser is told to load nothing else and to run no other script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple

from ttst_brain import files
from ttst_brain.rule import ORIGINAL, Rule
from ttst_brain.table import RESULTS, STATES

if TYPE_CHECKING:
    from ttst_brain.table import Table

SUFFIXES = (".html", ".htm")
_SCRIPTS = ("brain.js", "match.js", "page.js")


class PageError(Exception):
    """A page that cannot be written. Its text is one line: the file and the reason."""


class Player(NamedTuple):
    """A brain on one side, and the file that it comes from."""

    path: str
    table: Table


def write(path: str, player1: Player | None, player2: Player | None, rule: Rule = ORIGINAL) -> None:
    """Write the page for one brain or two to `path`, atomically. The same brains, names and rule
    give the same bytes. Raises `PageError`; the file is then as it was."""
    if Path(path).suffix.lower() not in SUFFIXES:
        raise PageError(f"{files.printable(path)}: the page's file ends in .html")
    try:
        files.replace(path, page(player1, player2, rule).encode(), "a page")
    except files.BrainfileError as error:
        raise PageError(str(error)) from None


def page(player1: Player | None, player2: Player | None, rule: Rule) -> str:
    """The page as text. Tables have to be as `check_table` wants them."""
    data = {
        "brains": {1: _brain(player1, 1), 2: _brain(player2, 2)},
        # Numbers as text: JavaScript's own are exact only up to 2 ** 53.
        "rule": {
            "amounts": {result: [*map(str, both)] for result, both in rule.amounts.items()},
            "floor": str(rule.floor),
            "start": [*map(str, rule.start)],
        },
    }
    style = _text("style.css")
    script = "\n".join(map(_text, _SCRIPTS))
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return Template(_text("page.html")).substitute(
        policy=policy, style=style, script=script, data=_for_script_element(data)
    )


def pack(table: Table, player: int) -> bytes:
    """The weights of the free cells in all states in which the player moves in a match, in the
    order of counting, each as LEB128. After 100,000 matches it is 9 kB."""
    packed = bytearray()
    for row, cell in _weights(player):
        weight = int(table[row, cell])
        while weight > 127:
            packed.append(weight & 127 | 128)
            weight >>= 7
        packed.append(weight)
    return bytes(packed)


def _weights(player: int) -> Iterator[tuple[int, int]]:
    """Row and column of each of them."""
    for row, state in enumerate(STATES):
        if RESULTS[state] is None and state.count("1") - state.count("2") == player - 1:
            yield from ((row, cell) for cell, mark in enumerate(state) if mark == "0")


def _brain(player: Player | None, number: int) -> dict[str, str] | None:
    if player is None:
        return None
    weights = base64.b64encode(pack(player.table, number)).decode()
    # No folders: the page may be shown to others.
    return {"name": files.printable(Path(player.path).name), "weights": weights}


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """What a Content-Security-Policy calls an inline script or style of this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _for_script_element(data: Any) -> str:
    """As JSON in ASCII that ends no element, whatever a file is called."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
