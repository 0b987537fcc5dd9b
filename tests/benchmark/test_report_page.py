"""The report in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from comparing import Quick, cannot_run
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

SYSTEMS_OWN = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
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
        browser.close()


@pytest.fixture
def page(browser: Browser, quick: Quick, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report, of which nothing may be wrong when the test is over."""
    page = browser.new_page(offline=True, **getattr(request, "param", {}))
    wrong: list[Any] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(error))
    address = (quick.folder / "report.html").as_uri()
    own = (address, "data:")
    page.on("request", lambda asked: asked.url.startswith(own) or wrong.append(asked.url))
    page.goto(address)
    yield page
    assert wrong == []
    page.close()


def test_the_report_has_its_tables_charts_and_pictures(page: Page, quick: Quick) -> None:
    quick.chart("play")
    for table in ("trainings", "draws"):
        assert page.locator(f"#{table} tbody tr").count() >= 5
    assert page.locator(".flamechart iframe").count() == 3
    pictures = page.locator("iframe, svg, [role=img]").all()
    assert len(pictures) >= 6
    for picture in pictures:
        said = "one => one.title || one.closest('[aria-label]').ariaLabel"
        assert len(picture.evaluate(said)) > 20
    assert page.locator("script").count() == 0  # but for those in the charts


def test_the_table_is_the_printed_one(page: Page, quick: Quick) -> None:
    printed = quick.done.stdout.splitlines()
    for row in page.locator("#trainings tbody tr").all():
        cells = row.locator("th, td").all_inner_texts()
        assert any(all(cell in line for cell in cells) for line in printed), cells


def test_a_chart_zooms_in_on_a_click_and_out_again(page: Page, quick: Quick) -> None:
    quick.chart("numpy")
    page.locator(".flamechart iframe").first.scroll_into_view_if_needed()
    chart = page.frame_locator(".flamechart iframe").first
    box = chart.locator("#frames > g", has_text="make_computer_move").first.locator("rect")
    before = box.bounding_box()["width"]
    assert chart.locator("#unzoom.hide").count() == 1
    box.click()
    whole = chart.locator("#frames").bounding_box()["width"]
    assert before < 0.99 * whole
    assert box.bounding_box()["width"] == pytest.approx(whole, rel=0.02)
    assert chart.locator("#unzoom.hide").count() == 0
    chart.locator("#unzoom").click()
    assert box.bounding_box()["width"] == pytest.approx(before, rel=0.01)


def test_a_search_in_a_chart_colours_what_it_finds(page: Page, quick: Quick) -> None:
    quick.chart("numpy")
    page.on("dialog", lambda dialog: dialog.accept("cogitate"))
    chart = page.frame_locator(".flamechart iframe").first
    chart.locator("#search").click()
    expect(chart.locator("#matched")).to_contain_text(re.compile(r"Matched: \d"))
    found = chart.locator("#frames > g", has_text="cogitate").first.locator("rect")
    assert found.evaluate("box => getComputedStyle(box).fill") == "rgb(230, 0, 230)"


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_a_phone_needs_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_light_and_dark_are_as_the_reader_has_set(page: Page) -> None:
    style = "getComputedStyle(document.documentElement)"
    brightness = f"part => {style}[part].match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        paper, ink = (page.evaluate(brightness, part) for part in ("backgroundColor", "color"))
        assert abs(paper - ink) > 300
        assert (paper > ink) == (scheme == "light")
