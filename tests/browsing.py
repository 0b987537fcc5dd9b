"""A browser for the tests, and what axe finds wrong with a page in it. No tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from lacking import cannot_run
from playwright.sync_api import Browser, Error, Page, sync_playwright

SYSTEMS_OWN = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, or else Playwright's own."""
    found = next(filter(None, map(shutil.which, SYSTEMS_OWN)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except Error as error:
            cannot_run(
                "no browser: install Chromium (on Debian and Ubuntu: apt install chromium), or "
                f"type `python -m playwright install chromium` ({str(error).splitlines()[0]})"
            )
        yield browser


def barriers(page: Page) -> list[str]:
    """What axe finds that keeps people from using the page, in light and in dark: empty where it
    finds nothing."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for violation in Axe().run(page).response["violations"]:
            elements = ", ".join(str(node["target"]) for node in violation["nodes"])
            found.append(f"{scheme}: {violation['id']} ({violation['help']}): {elements}")
    page.emulate_media(color_scheme=None, reduced_motion=None)
    return found
