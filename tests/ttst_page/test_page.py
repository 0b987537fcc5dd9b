"""The page in a browser: what it shows and says, and how it is used."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest
from browsing import barriers
from playwright.sync_api import Page, expect

from ttst_brain import odds
from ttst_brain.rule import Rule
from ttst_brain.table import new_table
from ttst_page.writer import Player

Opened = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}}
A_MOVE = 2_000  # milliseconds, within which a brain has moved
HUMANS = "O, first", "X, second", "Watch"


def cell(page: Page, number: int) -> Any:
    return page.locator(f"#board [data-cell='{number - 1}']")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.dataset.cell ?? document.activeElement.id")


@pytest.fixture
def certain() -> tuple[np.ndarray, np.ndarray]:
    """Brains that have but one move: O takes 1, 2, 3 and so on, X takes 9, 8, 7."""
    one, two = new_table(), new_table()
    for table, favoured in ((one, np.arange(9)), (two, np.arange(9)[::-1])):
        free = table > 0
        first = np.where(free, favoured, 9).argmin(axis=1)
        table[:] = free & (np.arange(9) == first[:, None])
    return one, two


# ---- what is shown ------------------------------------------------------------------------------


def test_cells_show_what_the_brain_would_do_as_number_and_heat(opened: Opened, pair: Any) -> None:
    page = opened(*pair)
    weights = pair[0][0]
    for number, weight in enumerate(weights.tolist(), start=1):
        share = weight / weights.sum()
        shown = f"{share:.1%}" if share < 0.0995 else f"{share:.0%}"
        assert cell(page, number).inner_text().split() == [str(number), shown]
        assert shown in cell(page, number).get_attribute("aria-label")
    colours = [
        cell(page, number).evaluate("cell => getComputedStyle(cell).backgroundColor")
        for number in (int(weights.argmin()) + 1, int(weights.argmax()) + 1)
    ]
    assert len(set(colours)) == 2


def test_cells_show_how_the_match_ends_after_each_move(opened: Opened, certain: Any) -> None:
    page = opened(*certain)
    page.check("[value=chances]")
    cell(page, 1).click()  # X takes 9, then 8, then 7
    page.clock.run_for(A_MOVE)
    cell(page, 2).click()
    page.clock.run_for(A_MOVE)
    assert cell(page, 3).inner_text().split() == [
        "3",
        "win",
        "100%",
        "tie",
        "0%",
        "lose",
        "0%",
        "best",
    ]
    assert cell(page, 4).inner_text().split() == ["4", "win", "0%", "tie", "0%", "lose", "100%"]
    said = "3, bottom right: free, win 100%, tie 0%, lose 0%, best"
    assert cell(page, 3).get_attribute("aria-label") == said


def test_percentages_never_round_to_all_or_nothing(opened: Opened, pair: Any) -> None:
    page = opened(*pair)
    shown = {
        (0, 1): "0%",
        (4e-4, 1 - 4e-4): "<0.1%",
        (1e-300, 1): "<0.1%",
        (0.001, 0.999): "0.1%",
        (0.099, 0.901): "9.9%",
        (0.0996, 0.9004): "10%",
        (0.5, 0.5): "50%",
        (0.994, 0.006): "99.4%",
        (0.999, 0.001): "99.9%",
        (0.9995, 5e-4): ">99.9%",
        (1, 1e-300): ">99.9%",
        (1, 0): "100%",
    }
    for (part, rest), text in shown.items():
        assert page.evaluate("([part, rest]) => percent(part, rest)", [part, rest]) == text
    assert page.evaluate("percent(2n ** 60n - 1n, 1n)") == ">99.9%"


def test_the_odds_shown_are_those_computed(opened: Opened, pair: Any) -> None:
    page = opened(*pair)
    chances = odds.evaluate(*pair)
    best, other = chances["player2"]["best"], chances["player2"]["random"]
    rows = [best["loss"], other["loss"], chances["each_other"]["win"]]
    wins = page.locator("#odds tbody tr:not([aria-hidden]) td:nth-of-type(1)").all_inner_texts()
    assert [text.rstrip("%") for text in wins] == [
        f"{100 * win:.{1 if win < 0.0995 else 0}f}" for win in rows
    ]
    page.check("#seats [value='']")
    assert page.locator("#odds tbody tr:not([aria-hidden])").count() == 5


def test_the_draw_is_shown_as_weights_end_to_end_and_the_point(opened: Opened, pair: Any) -> None:
    table = pair[1].copy()
    state = 3**4  # O in the centre
    table[state] = [10, 20, 0, 30, 0, 0, 40, 0, 0]
    page = opened(pair[0], table, words=[59, 0])  # in the fourth cell: from 30 up to 60
    cell(page, 5).click()
    page.clock.run_for(1_400)
    expect(page.locator("#drawn code")).to_have_text("choose([10, 20, 0, 30, 0, 0, 40, 0, 0]) → 3")
    lots = page.locator(".weights span").all()
    assert [lot.inner_text() for lot in lots] == ["1", "2", "4", "7"]
    boxes = [lot.bounding_box() for lot in lots]
    whole = page.locator(".weights").bounding_box()
    for box, weight in zip(boxes, (10, 20, 30, 40)):
        assert box["width"] == pytest.approx(whole["width"] * weight / 100, abs=0.5)
    assert page.locator(".hit").inner_text() == "4"
    assert page.locator(".aimed").get_attribute("aria-label") == "4, left: free, 30%"
    assert page.locator(".at").inner_text() == "59"
    lots = page.locator(".lots").element_handle()
    assert lots.evaluate("lots => lots.style.getPropertyValue('--at')") == "59.5%"
    page.clock.run_for(A_MOVE)
    assert lots.evaluate("lots => lots.isConnected"), "its point does not fall once more"
    assert cell(page, 4).get_attribute("aria-label") == "4, left: X"
    assert page.locator("#said").inner_text() == "X takes 4, left (30%). Your move, O."


def test_a_state_that_was_never_visited_says_so(opened: Opened, pair: Any) -> None:
    one, two = new_table(), pair[1].copy()
    one[0, 0] = 7
    page = opened(one, two)
    assert "never been here" not in page.locator("#caption").inner_text()
    two[3**4] = [1, 1, 1, 1, 0, 1, 1, 1, 1]
    page = opened(one, two, rule=Rule(start=(7, 6, 5)))
    cell(page, 5).click()
    expect(page.locator("#caption")).to_contain_text("no preference here: every free cell weighs 1")
    page.clock.run_for(A_MOVE)
    expect(page.locator("#caption")).to_contain_text("never been here: every free cell weighs 6")
    page = opened(one, two, rule=Rule(start=(7, 5)))
    cell(page, 5).click()
    page.clock.run_for(A_MOVE)
    expect(page.locator("#caption")).to_contain_text("no preference here: every free cell weighs 6")


def test_the_rule_given_is_the_one_said(opened: Opened, pair: Any) -> None:
    page = opened(*pair, rule=Rule(reward=10, penalty=-100, tie1=0, floor=3))
    rule = page.locator("#rule")
    expect(rule).to_contain_text("brain2.npz: win +10, tie +10, loss −100.")  # noqa: RUF001
    expect(rule).to_contain_text("No penalty takes a weight below 3.")
    page.check("#seats [value='2']")
    expect(rule).to_contain_text("brain1.npz: win +10, tie 0, loss −100.")  # noqa: RUF001


def test_names_are_text_whatever_they_are(opened: Opened, pair: Any) -> None:
    names = ["<script>alert(1)<!--<script>.npz", "<img src=x onerror=alert(1)>&amp;\"'.npz"]
    page = opened(*(Player(f"</script>/{name}", table) for name, table in zip(names, pair)))
    assert page.locator("#about").inner_text() == f"O is {names[0]}, X is {names[1]}."
    for names in (("two\nlines.npz", "\udcff.npz"), ("\u202egpj.npz", "$style ${data} $$.npz")):
        page = opened(*(Player(name, table) for name, table in zip(names, pair)))
        kept = [name if name.isprintable() else ascii(name) for name in names]
        assert page.locator("#about").inner_text() == f"O is {kept[0]}, X is {kept[1]}."


def test_nothing_but_the_page_itself_is_loaded_or_run(
    opened: Opened, pair: Any, wrong: list[Any]
) -> None:
    page = opened(*pair)
    page.evaluate("""
        window.refused = [];
        document.addEventListener("securitypolicyviolation", (event) =>
            refused.push(event.effectiveDirective));
    """)
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})")
    page.evaluate("new Image().src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), "
                  "{text: 'window.ran = true'}))")  # fmt: skip
    page.wait_for_function("refused.length === 3")
    assert sorted(page.evaluate("refused")) == ["connect-src", "img-src", "script-src-elem"]
    assert page.evaluate("window.ran") is None
    assert all("Content Security Policy" in str(complaint) for complaint in wrong)
    wrong.clear()


# ---- how it is used -----------------------------------------------------------------------------


def test_a_match_can_be_played_won_and_taken_back(opened: Opened, certain: Any) -> None:
    page = opened(*certain)
    for number in (1, 2, 3):
        cell(page, number).click()
        page.clock.run_for(A_MOVE)
    assert page.locator("#said").inner_text() == "O wins. You win!"
    assert page.locator(".won").count() == 3
    moves = page.locator("#moves li").all_inner_texts()
    assert [" ".join(move.split()) for move in moves] == [
        "O 1, bottom left yours",
        "X 9, top right drawn at 100%",
        "O 2, bottom yours",
        "X 8, top drawn at 100%",
        "O 3, bottom right yours",
    ]
    cell(page, 5).click(force=True)
    assert page.evaluate("moves.length") == 5
    page.click("#back")
    assert page.locator("#said").inner_text() == "X takes 8, top (100%). Your move, O."
    cell(page, 5).click()
    page.clock.run_for(A_MOVE)
    assert page.locator("#said").inner_text() == "X takes 7, top left (100%). X wins. You lose."
    page.click("#new")
    assert page.evaluate("now()") == "000000000"


def test_x_is_played_after_the_brain_has_begun(opened: Opened, certain: Any) -> None:
    page = opened(*certain)
    page.check("#seats [value='2']")
    cell(page, 5).click(force=True)  # too early, as the next
    page.click("#back", force=True)
    page.clock.run_for(A_MOVE)
    assert page.evaluate("now()") == "100000000"
    cell(page, 5).click()
    page.clock.run_for(A_MOVE)
    assert page.evaluate("now()") == "110020000"


def test_brains_can_be_watched_stopped_and_taken_back(opened: Opened, certain: Any) -> None:
    page = opened(*certain)
    page.check("#seats [value='']")
    page.clock.run_for(1_600)
    page.click("#pause")
    page.clock.run_for(10 * A_MOVE)
    assert page.evaluate("now()") == "100000000"
    assert page.locator("#said").inner_text().endswith("Paused: X moves next.")
    page.click("#back")
    assert page.evaluate("now()") == "000000000"
    page.click("#pause")
    page.clock.run_for(5 * 1_500)
    assert page.locator("#said").inner_text() == "O takes 3, bottom right (100%). O wins."
    assert page.locator("#pause").is_hidden()


@pytest.mark.parametrize("player", [1, 2])
def test_one_brain_alone_is_played_against(opened: Opened, certain: Any, player: int) -> None:
    given = [None, None]
    given[player - 1] = certain[player - 1]
    page = opened(*given)
    assert page.locator("#seats label").all_inner_texts() == [HUMANS[2 - player]]
    page.check("#learns")
    page.clock.run_for(A_MOVE)
    for number in (4, 5, 6):
        cell(page, number).click(force=True)  # the last comes too late for a match that is over
        page.clock.run_for(A_MOVE)
    assert page.locator("#said").inner_text().endswith(f" brain{player}.npz learned from it.")
    taught = "drawn at 100%, weight 1 → 4" if player == 1 else "drawn at 100%, weight 1 → 1"
    assert taught in page.locator("#moves").inner_text()
    assert page.locator("#odds tbody tr:not([aria-hidden])").count() == 2
    page.check("[value=brain]")
    page.click("#new")
    page.clock.run_for(A_MOVE)
    assert page.locator("#caption").inner_text().startswith("This page has no brain for")


def test_the_keyboard_alone_is_enough(opened: Opened, certain: Any) -> None:
    page = opened(*certain)
    keyboard = page.keyboard
    keyboard.press("5")  # not on the board yet
    assert page.locator("#moves").is_hidden()
    keyboard.press("Tab")
    keyboard.press("5")
    assert page.evaluate("moves.length") == 0
    assert page.evaluate("document.activeElement.value") == "1"
    keyboard.press("Tab")
    assert focused(page) == "4"
    for key, where in (
        *(("ArrowUp", "7"), ("ArrowUp", "7"), ("ArrowRight", "8"), ("ArrowRight", "8")),
        *(("ArrowDown", "5"), ("ArrowDown", "2"), ("ArrowDown", "2"), ("ArrowLeft", "1")),
    ):
        keyboard.press(key)
        assert focused(page) == where
    down = "new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true, cancelable: true})"
    assert not page.evaluate(f"document.activeElement.dispatchEvent({down})")  # it does not scroll
    keyboard.press("Control+1")
    assert page.evaluate("moves.length") == 0
    keyboard.press("Enter")
    assert page.evaluate("now()") == "010000000"
    page.clock.run_for(A_MOVE)
    keyboard.press("1")
    page.clock.run_for(A_MOVE)
    keyboard.press("3")
    assert page.locator("#said").inner_text() == "O wins. You win!"
    assert focused(page) == "2"
    keyboard.press("Tab")
    keyboard.press("Tab")
    assert focused(page) == "back"
    keyboard.press("Space")
    assert page.evaluate("moves.length") == 4
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    assert page.evaluate("view") == "chances"
    keyboard.press("Tab")
    keyboard.press("Space")
    assert page.locator("#learns").is_checked()
    for _ in range(3):
        keyboard.press("Shift+Tab")
    assert focused(page) == "new"
    keyboard.press("Enter")  # and on the board at once
    assert (page.evaluate("moves.length"), focused(page)) == (0, "2")


# ---- for everybody ------------------------------------------------------------------------------


def test_a_phone_needs_no_sideways_scroll(opened: Opened) -> None:
    large = 10**15 * (new_table() > 0)
    page = opened(*(Player(f"{'long' * 20}{n}.npz", large) for n in (1, 2)), **PHONE)
    width = "document.documentElement.scrollWidth"
    for view in ("brain", "chances", "nothing"):
        page.check(f"[value={view}]")
        assert page.evaluate(width) <= 360
    page.check("#seats [value='']")
    page.clock.run_for(3 * A_MOVE)
    assert page.evaluate(width) <= 360


def test_a_phone_shows_the_board_and_the_draw_at_once(opened: Opened, pair: Any) -> None:
    page = opened(*pair, **PHONE)
    cell(page, 5).click()
    page.clock.run_for(A_MOVE)
    page.evaluate("scrollTo(0, 0)")
    board, strip = (page.locator(place).bounding_box() for place in ("#board", ".lots.fallen"))
    assert board["y"] > 0
    assert strip["y"] + strip["height"] <= PHONE["viewport"]["height"]


def test_axe_finds_no_barriers(opened: Opened, pair: Any, certain: Any) -> None:
    page = opened(*pair)
    page.check("#learns")
    page.check("[value=chances]")
    page.clock.resume()  # axe waits
    assert barriers(page) == []
    page = opened(*certain)  # whose cells are as hot as can be, and as cold
    page.check("#learns")
    for number in (1, 2):
        cell(page, number).click()
        page.clock.run_for(A_MOVE)
    cell(page, 3).click()
    page.clock.resume()
    assert barriers(page) == []
    page = opened(*certain)
    cell(page, 1).click()
    page.clock.run_for(600)
    page.evaluate("clearTimeout(timer)")  # the point has fallen, the move is still to come
    page.clock.resume()
    assert page.locator(".aimed").count() == 1
    assert barriers(page) == []


def test_forced_colours_leave_signs_enough(opened: Opened, certain: Any) -> None:
    page = opened(*certain)
    page.emulate_media(forced_colors="active")
    cell(page, 1).click()
    page.clock.run_for(1_400)
    border = "element => getComputedStyle(element).borderTopWidth"
    outline = "element => getComputedStyle(element).outlineStyle"
    assert page.locator(".hit").evaluate(outline) == "solid"
    page.clock.run_for(A_MOVE)
    assert page.locator(".last").evaluate(border) == "2px"
    assert cell(page, 4).evaluate(border) == "1px"


def test_who_wants_less_motion_gets_none(opened: Opened, pair: Any) -> None:
    page = opened(*pair, reduced_motion="reduce")
    cell(page, 5).click()
    page.clock.run_for(1_400)
    moving = "point => getComputedStyle(point).transitionProperty"
    assert page.locator(".point").evaluate(moving) == "none"


def test_light_and_dark_are_as_the_reader_has_set(opened: Opened, pair: Any) -> None:
    page = opened(*pair)
    style = "getComputedStyle(document.documentElement)"
    brightness = f"part => {style}[part].match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        paper, ink = (page.evaluate(brightness, part) for part in ("backgroundColor", "color"))
        assert (paper > ink) == (scheme == "light")
        assert abs(paper - ink) > 300
