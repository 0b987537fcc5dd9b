"""Colours on a terminal, where they are wanted."""

from __future__ import annotations

import os
import sys

# SGR codes. The two colours, of the 256, have a contrast of 3.5 on white, on black, and on common
# backgrounds in between.
BOLD_BLUE = "1;38;5;32"
BOLD_ORANGE = "1;38;5;166"
DIM = "2"


def paint(text: str, code: str) -> str:
    """The text for standard output, in this colour if colours are wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if _wanted() else text


def _wanted() -> bool:
    """On a terminal, unless a variable says otherwise. NO_COLOR (no-color.org) outranks FORCE_COLOR
    (force-color.org), which outranks TERM=dumb, as in CPython's own programs."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    # Older Windows terminals print the codes.
    if os.environ.get("TERM") == "dumb" or sys.platform == "win32":
        return False
    return sys.stdout is not None and sys.stdout.isatty()
