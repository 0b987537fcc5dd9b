"""`python tests/ttst_page/picture.py` takes the pictures of the page that README shows, in light
and in dark: a match, and the draw of its fourth move, with brains of 100,000 matches."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browsing import chromium  # noqa: E402 - found where the line above says
from random_words import random_words  # noqa: E402

import ttst  # noqa: E402
from ttst_brain.rule import ORIGINAL  # noqa: E402
from ttst_brain.table import new_table  # noqa: E402
from ttst_page import writer  # noqa: E402

# O takes the cells 2 and 7; the points of X's draws fall on 5 and on 4.
WORDS = [30_000, 0, 1_800, 0]


def main() -> None:
    tables = new_table(), new_table()
    ttst.start_engine("choose", 2020).prepare(*tables, True, True, ORIGINAL)(100_000)
    players = (writer.Player(f"brain{n}.npz", table) for n, table in enumerate(tables, start=1))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder, "play.html")
        writer.write(str(path), *players)
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": 1060, "height": 1200},
                color_scheme=scheme,
                device_scale_factor=1.5,
                reduced_motion="reduce",
            )
            page.add_init_script(random_words(WORDS))
            page.clock.install(time=0)
            page.clock.pause_at(1)
            page.goto(path.as_uri())
            page.click("[data-cell='1']")
            page.clock.run_for(2_000)
            page.click("[data-cell='6']")
            page.clock.run_for(1_000)
            page.mouse.move(0, 0)
            below = page.locator("#options").bounding_box()["y"]
            clip = {"x": 0, "y": 0, "width": 1060, "height": below}
            page.screenshot(path=ROOT / "docs" / f"page-{scheme}.png", clip=clip)


if __name__ == "__main__":
    main()
