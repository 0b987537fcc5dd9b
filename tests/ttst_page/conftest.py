"""Pages in a browser whose clock the tests turn, with brains that have learned a little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import browsing
import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from random_words import random_words
from trainer_process import trainer  # noqa: F401 - a fixture

import ttst
from ttst_brain.rule import ORIGINAL, Rule
from ttst_brain.table import new_table
from ttst_page import writer
from ttst_page.writer import Player

browser = browsing.browser


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    """Two tables, trained for so short a time that there are states they have never seen."""
    tables = new_table(), new_table()
    ttst.start_engine("play", 19).prepare(*tables, True, True, ORIGINAL)(20_000)
    return tables


@pytest.fixture
def wrong() -> Iterator[list[Any]]:
    """What pages complain of, or ask for beside themselves: nothing, when the test is over."""
    wrong: list[Any] = []
    yield wrong
    assert wrong == []


@pytest.fixture
def opened(browser: Browser, tmp_path: Path, wrong: list[Any]) -> Iterator[Callable[..., Page]]:
    """Opens the page of two brains, given as tables or as `Player`s."""
    pages = []

    def opened(
        one: Any, two: Any, words: Any = None, rule: Rule = ORIGINAL, **options: Any
    ) -> Page:
        path = tmp_path / f"page{len(pages)}.html"
        players = [
            Player(f"brain{number}.npz", given) if isinstance(given, np.ndarray) else given
            for number, given in ((1, one), (2, two))
        ]
        writer.write(str(path), *players, rule)
        page = browser.new_page(offline=True, **options)
        page.set_default_timeout(10_000)
        pages.append(page)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(error))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        own = path.as_uri()
        page.on("request", lambda asked: asked.url == own or wrong.append(asked.url))
        page.clock.install(time=0)
        page.clock.pause_at(1)
        if words is not None:
            page.add_init_script(random_words(words))
        page.goto(own)
        return page

    yield opened
    for page in pages:
        page.close()
