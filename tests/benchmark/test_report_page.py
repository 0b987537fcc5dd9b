"""The report in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from comparing import Quick
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def page(browser: Browser, quick: Quick, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report, of which nothing may be wrong when the test is over."""
    page = browser.new_page(offline=True, **getattr(request, "param", {}))
    wrong: list[Any] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(error))
    own = ((quick.folder / "report.html").as_uri(), "data:")
    page.on("request", lambda asked: asked.url.startswith(own) or wrong.append(asked.url))
    page.goto(own[0])
    yield page
    assert wrong == []
    page.close()


def test_the_report_has_its_charts_pictures_and_the_printed_tables(
    page: Page, quick: Quick
) -> None:
    quick.chart("play")
    assert page.locator(".flamechart iframe").count() == 3
    pictures = page.locator("iframe, svg, [role=img]").all()
    said = "one => one.title || one.closest('[aria-label]').ariaLabel"
    assert sum(len(picture.evaluate(said)) > 20 for picture in pictures) == len(pictures) >= 7
    assert page.locator("script").count() == 0  # but for those in the charts
    assert page.locator("#draws tbody tr").count() == len(quick.comparison.draws.nine)
    ways = {one.name for one in quick.comparison.tables}
    assert page.locator("#tables tbody tr").count() == len(ways) >= 5
    assert page.locator("#kept tr:has(td)").count() == len(quick.comparison.weights.ways) >= 9
    rows = page.locator("#trainings tbody tr").all()
    printed = quick.done.stdout.splitlines()[1 : 1 + len(rows)]
    for row, line in zip(rows, printed):
        assert " ".join(row.locator("th, td").all_inner_texts()).split() == line.split()


def test_a_chart_zooms_in_on_a_click_and_out_again(page: Page, quick: Quick) -> None:
    quick.chart("numpy")
    page.locator(".flamechart iframe").first.scroll_into_view_if_needed()
    chart = page.frame_locator(".flamechart iframe").first
    box = chart.locator("#frames > g", has_text="make_computer_move").first.locator("rect")
    narrow, whole = (one.bounding_box()["width"] for one in (box, chart.locator("#frames")))
    assert narrow < 0.99 * whole
    box.click()
    assert box.bounding_box()["width"] == pytest.approx(whole, rel=0.02)
    chart.locator("#unzoom:not(.hide)").click()
    assert box.bounding_box()["width"] == pytest.approx(narrow, rel=0.01)


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
