"""Writes the page: fills the template with style, script, brains and learning rule. Its policy
forbids the browser to load anything else or run any other script."""

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
    """A page that cannot be written. The message is one line: the file and the reason."""


class Player(NamedTuple):
    """A brain on one side, and its file."""

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
    """The page as text. Tables must pass `check_table`."""
    data = {
        "brains": {1: _brain(player1, 1), 2: _brain(player2, 2)},
        # Numbers as text: JavaScript's are exact only up to 2 ** 53.
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
    """The weights of the free cells in all states in which the player can move, in counting order,
    as LEB128. After 100,000 matches they take 9 kB."""
    packed = bytearray()
    for row, cell in _weights(player):
        weight = int(table[row, cell])
        while weight > 127:
            packed.append(weight & 127 | 128)
            weight >>= 7
        packed.append(weight)
    return bytes(packed)


def _weights(player: int) -> Iterator[tuple[int, int]]:
    """Row and column of each of those weights."""
    for row, state in enumerate(STATES):
        if RESULTS[state] is None and state.count("1") - state.count("2") == player - 1:
            yield from ((row, cell) for cell, mark in enumerate(state) if mark == "0")


def _brain(player: Player | None, number: int) -> dict[str, str] | None:
    if player is None:
        return None
    weights = base64.b64encode(pack(player.table, number)).decode()
    # Without folders: the page may be published.
    return {"name": files.printable(Path(player.path).name), "weights": weights}


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """The Content-Security-Policy source of an inline script or style with this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _for_script_element(data: Any) -> str:
    """JSON in ASCII that cannot end the script element, whatever a file is called."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
