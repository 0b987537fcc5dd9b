"""The report in a real browser: of a quick comparison, and of the recorded one with warnings."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from browsing import barriers
from comparing import RECORDED, Quick, comparison_in
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from benchmark.report import pictures
from benchmark.report.page import write

PHONE = {"viewport": {"width": 360, "height": 740}}
PAPER = {"viewport": {"width": 688, "height": 1000}}  # A4 between the margins
COMPARISON = replace(comparison_in(RECORDED), failed={"numba": "not here", "learning": "late"})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    shutil.copy(RECORDED / "study.json", folder)
    write(COMPARISON, folder)
    return folder / "report.html"


@pytest.fixture
def page(browser: Browser, recorded: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    yield from opened(browser, recorded, getattr(request, "param", {}))


@pytest.fixture
def quick_page(browser: Browser, quick: Quick) -> Iterator[Page]:
    yield from opened(browser, quick.folder / "report.html", {})


def opened(browser: Browser, file: Path, options: dict[str, Any]) -> Iterator[Page]:
    """A page of which nothing may be wrong when the test is over."""
    page = browser.new_page(offline=True, **options)
    wrong: list[Any] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(error))
    page.on("request", lambda asked: asked.url.startswith(file.as_uri()) or wrong.append(asked.url))
    page.goto(file.as_uri())
    yield page
    assert wrong == []
    page.close()


# ---- what there is ------------------------------------------------------------------------------


def test_the_report_has_its_charts_pictures_and_the_printed_tables(
    quick_page: Page, quick: Quick
) -> None:
    page = quick_page
    quick.chart("play")
    assert page.locator("svg.flamechart").count() == 3
    said = "one => one.closest('[aria-label]')?.ariaLabel"
    pictures = page.locator("svg:not(svg svg)").all()
    assert sum(len(picture.evaluate(said)) > 20 for picture in pictures) == len(pictures) >= 10
    assert page.locator("#draws tbody tr").count() == len(quick.comparison.draws.nine)
    ways = {one.name for one in quick.comparison.tables}
    assert page.locator("#tables tbody tr").count() == len(ways) >= 5
    assert page.locator("#kept tr:has(td)").count() == len(quick.comparison.weights.ways) >= 9
    assert page.locator("#many tbody tr:has(td:nth-child(3))").count() >= 8
    rows = page.locator("#trainings tbody tr").all()
    printed = quick.done.stdout.splitlines()[1 : 1 + len(rows)]
    for row, line in zip(rows, printed):
        assert " ".join(row.locator("th, td").all_inner_texts()).split() == line.split()


def test_the_report_says_when_and_on_what_it_was_measured(page: Page) -> None:
    said = page.locator("header").inner_text()
    machine = COMPARISON.machine
    assert re.search(r"version \d+\.\d+.*, commit \w+.*, \d{4}-\d\d-\d\d$", said)
    for told in (machine.processor, machine.python, machine.numpy, machine.rustc, machine.commit):
        assert told in said


def test_warnings_are_folded_and_open_at_a_click(page: Page) -> None:
    folded = page.locator("details.warning")
    expect(folded.get_by_text("numba: not here")).to_be_hidden()
    expect(folded.locator("summary")).to_contain_text("2 warnings")
    folded.locator("summary").click()
    expect(folded.get_by_text("numba: not here")).to_be_visible()


def test_every_heading_is_a_link_to_itself(page: Page) -> None:
    headings = page.locator("h2, h3").all()
    assert len(headings) == 12
    hrefs = [heading.locator("a").get_attribute("href") for heading in headings]
    assert hrefs == [f"#{heading.get_attribute('id')}" for heading in headings]
    assert len(set(hrefs)) == len(hrefs)
    listed = page.locator("nav a")
    assert listed.count() == page.locator("h2").count() == 9
    listed.nth(4).click()
    expect(page.locator("h2").nth(4)).to_be_in_viewport()


def test_a_chart_tells_its_widest_functions_as_a_table(page: Page) -> None:
    table = page.locator(".widest").first
    row = table.locator("tr", has_text="cogitate")
    numpy = COMPARISON.flamecharts["numpy"]
    share = 100 * numpy.samples_in("cogitate") / numpy.samples
    assert row.locator("td").first.inner_text() == f"{share:.1f}%"
    assert page.locator("h3").first.inner_text().endswith(f", {numpy.matches:,} sampled")


# ---- by mouse and by keyboard -------------------------------------------------------------------


def width_of(page: Page, label: str) -> float:
    return box_of(page, label).evaluate(
        "box => box.querySelector('rect').getBoundingClientRect().width"
    )


def box_of(page: Page, label: str) -> Any:
    return page.locator(f'svg.flamechart >> nth=0 >> .box[data-label^="{label} "]')


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.dataset.label || document.activeElement.innerText")


def test_a_chart_zooms_in_on_a_click_and_out_again(page: Page) -> None:
    whole, narrow = width_of(page, "train"), width_of(page, "prod")
    reset = page.locator(".flamechart button").first
    expect(reset).to_be_hidden()
    assert narrow < 0.5 * whole
    box_of(page, "prod").click()
    assert width_of(page, "prod") == pytest.approx(whole, rel=0.001)
    assert width_of(page, "train") == pytest.approx(whole, rel=0.001)
    expect(box_of(page, "update_brain")).to_be_hidden()
    reset.click()
    assert width_of(page, "prod") == pytest.approx(narrow, rel=0.001)
    expect(box_of(page, "update_brain")).to_be_visible()
    expect(reset).to_be_hidden()


def test_a_chart_works_by_keyboard_alone_and_is_one_stop_of_the_tab_key(page: Page) -> None:
    page.locator("h3 a").first.focus()
    page.keyboard.press("Tab")
    assert focused(page).startswith("train ")
    outline = "document.activeElement.querySelector('rect')"
    assert page.evaluate(f"getComputedStyle({outline}).strokeWidth") == "5px"
    whole, narrow = width_of(page, "train"), width_of(page, "make_computer_move")
    for key, reached in (
        ("ArrowDown", "play_matches"),
        ("ArrowDown", "play"),
        ("ArrowRight", "update_brain"),
        ("ArrowRight", "update_brain"),  # the last
        ("ArrowLeft", "play"),
        ("ArrowDown", "make_computer_move"),
        ("ArrowUp", "play"),
        ("ArrowDown", "make_computer_move"),
    ):
        page.keyboard.press(key)
        assert focused(page).startswith(f"{reached} ")
    page.keyboard.press("Enter")
    assert width_of(page, "make_computer_move") == pytest.approx(whole, rel=0.001)
    page.keyboard.press("Escape")
    assert width_of(page, "make_computer_move") == pytest.approx(narrow, rel=0.001)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert focused(page) == "Reset zoom"
    page.keyboard.press("Enter")
    assert width_of(page, "make_computer_move") == pytest.approx(narrow, rel=0.001)
    assert focused(page).startswith("train ")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == page.locator("h3 a").nth(1).inner_text()


# ---- how it looks -------------------------------------------------------------------------------

# Of each element the contrast of a property with the paper, or with another element's fill.
CONTRAST = """([selector, property, against]) => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = getComputedStyle(document.documentElement).backgroundColor;
  return [...document.querySelectorAll(selector)].map(one => {
    const behind = against ? getComputedStyle(one.parentNode.querySelector(against)).fill : paper;
    const two = [getComputedStyle(one)[property], behind].map(light).sort((a, b) => b - a);
    return (two[0] + 0.05) / (two[1] + 0.05);
  });
}"""


# Of the learning curve, whose own tests see to the contrast of what is written on its bands, and of
# the study, which writes black or white on its map.
ON_BANDS = "[aria-labelledby=what-the-brains-learn], [aria-labelledby=what-the-speed-is-for]"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_dots_and_bars_have_a_contrast_of_3_and_words_of_4_5(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for least, many, *asked in (
        (3, 20, ".line > path", "stroke", None),
        (3, 200, ".plot .line use", "fill", None),
        (3, 5, ".bars rect", "fill", None),
        (3, 9, ".bars circle", "fill", None),
        (3, 30, ".box rect", "fill", None),
        (4.5, 30, ".box text", "fill", "rect"),
        (4.5, 60, f"section:not({ON_BANDS}) .plot text", "fill", None),
        (4.5, 7, ".bars text", "fill", None),
        (4.5, 4, ".diff *", "color", None),
        (4.5, 40, "tr.ours td, caption, .quiet, figcaption, .names li", "color", None),
    ):
        found = page.evaluate(CONTRAST, asked)
        assert len(found) >= many, asked
        assert min(found) >= least, asked


def test_axe_finds_nothing_in_the_way_of_anyone(page: Page) -> None:
    page.locator("details summary").click()
    assert barriers(page) == []


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_phone_needs_no_sideways_scroll_and_charts_keep_their_letters(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".box text").first.evaluate("text => text.getScreenCTM().a") == 1
    label = box_of(page, "make_computer_move").locator("text").text_content()
    assert label == box_of(page, "make_computer_move").get_attribute("data-label")
    for plot in page.locator(".plot").all():
        expect(plot.locator(".narrow")).to_be_visible()
        expect(plot.locator(".wide")).to_be_hidden()
    for names, plot in zip(page.locator("ol.names").all(), page.locator(".plot:has(+ ol)").all()):
        numbers = {str(number + 1) for number in range(names.locator("li").count())}
        assert numbers <= set(plot.locator(".narrow text").all_text_contents())


def test_ticks_are_in_units_and_labels_stand_at_the_lines(page: Page) -> None:
    ticks = set(page.locator(".plot .wide text").all_text_contents())
    assert {"10 ns", "100 ns", "1 µs", "10 µs", "1 ms", "1,000", "100,000"} <= ticks
    assert {"random.choices, sums prepared", "choose, list", "numba tree", "Weights"} <= ticks


def test_light_and_dark_are_as_the_reader_has_set(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        paper, ink = brightness(page)
        assert abs(paper - ink) > 300
        assert (paper > ink) == (scheme == "light")


def brightness(page: Page, of: str = "html") -> list[int]:
    """Of the background and of the letters, from 0 to 765."""
    sums = """([of, part]) => getComputedStyle(document.querySelector(of))[part]
        .match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"""
    return [page.evaluate(sums, [of, part]) for part in ("backgroundColor", "color")]


# ---- on paper -----------------------------------------------------------------------------------

CUT = """[...document.querySelectorAll("body *")].filter(one => {
  if (one.closest("svg") !== one && one.closest("svg")) return false;
  const box = one.getBoundingClientRect();
  return box.right > innerWidth + 1 || one.clientWidth && one.scrollWidth > one.clientWidth + 1;
}).map(one => one.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("page", [PAPER], indirect=True)
def test_printed_nothing_is_cut_and_colours_are_kept(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(CUT) == []
    assert (
        page.evaluate("getComputedStyle(document.querySelector('tr')).printColorAdjust") == "exact"
    )
    for part in ("html", "pre"):
        paper, ink = brightness(page, part)
        assert paper == 3 * 255 > ink + 500


def test_on_paper_nothing_is_missing_and_what_was_folded_is_open(page: Page) -> None:
    words = "[...document.querySelectorAll('h2, h3, td, th, .lead')].map(one => one.innerText)"
    shown = page.evaluate(words)
    pages = printed(page, height="297mm")
    assert 6 <= len(pages) <= 14
    assert [text for text in shown if letters(text) not in "".join(pages)] == []
    assert "numba:nothere" in "".join(pages)


@pytest.mark.parametrize("height", ["297mm", "279mm", "240mm"])
def test_on_paper_every_chart_is_on_one_page(page: Page, height: str) -> None:
    pages = printed(page, height=height)
    charts = COMPARISON.flamecharts
    between = [(pictures.title_of(COMPARISON, name), charts[name].speedscope) for name in charts]
    between += [("the article's (ndarray int64)", "len (list)")]
    between += [("one draw, by number of weights", "10,000100,000")]
    between += [("a draw and an update, by number", "10,000,000")]
    for first, last in between:
        on = [text for text in pages if letters(first) in text]
        assert on
        assert all(letters(last) in text for text in on), (first, last)


def printed(page: Page, height: str) -> list[str]:
    """The letters of each page, as wide as A4."""
    pdf = PdfReader(io.BytesIO(page.pdf(width="210mm", height=height)))
    return [letters(one.extract_text()) for one in pdf.pages]


def letters(text: str) -> str:
    """Without blanks, and without ligatures, which paper has."""
    return "".join(normalize("NFKC", text).split())


# ---- README -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [840, 360])
def test_readmes_pictures_keep_their_height_and_letters_at_any_width(
    browser: Browser, width: int, recorded: Path
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    names = [f"{name}.svg" for name in ("versions", *COMPARISON.flamecharts)]
    tags = [f'<img src="{name}" width="840" style="max-width: 100%">' for name in names]
    readme = recorded.with_name("readme.html")
    readme.write_text(f"<body style='margin: 0'>{''.join(tags)}", encoding="utf-8")
    page.goto(readme.as_uri())
    for name, tag in zip(names, page.locator("img").all()):
        drawn = (recorded.parent / name).read_text(encoding="utf-8")
        height = int(re.search(r'height="(\d+)"', drawn).group(1))
        assert tag.bounding_box()["height"] == height
        assert tag.bounding_box()["width"] == width
    page.close()
