"""The desk in a real browser: readable on a telephone, usable by keyboard, and the browser itself
finds no fault."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.desk_town import EMAIL, PASSWORD, busy_town, on_loopback
from tests.fakes import Town

PICTURES = os.environ.get("HELPLINE_PICTURES", "")  # a folder: keep pictures of the pages there

pytestmark = pytest.mark.browser


class Silent(WSGIRequestHandler):
    """Serves without writing a line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with a busy day, reached on this machine."""
    town = on_loopback(busy_town(tmp_path_factory.mktemp("town")))
    yield town
    town.stop()


@pytest.fixture(scope="module")
def address(town: Town) -> Iterator[str]:
    """Where its pages are."""
    server = make_server("127.0.0.1", 0, town.client.application, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def faults() -> list[str]:
    """What the browser complains of: its console, broken rules of the page, failed requests."""
    return []


@pytest.fixture
def page(chromium: Browser, address: str, faults: list[str]) -> Iterator[Page]:
    """A page of the coordinator, who reads French."""
    context = chromium.new_context(
        locale="fr-FR", viewport={"width": 1200, "height": 900}, base_url=address
    )
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    yield page
    context.close()


def log_in(page: Page) -> None:
    """Log in with the keyboard alone."""
    page.goto("/desk/today")
    page.locator("#email:focus").wait_for()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/desk/login" not in url)


def keep(page: Page, name: str) -> None:
    """Keep a picture when a folder was named for it."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def overflow(page: Page) -> int:
    """How many pixels wider than the window the page is."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def test_the_login_is_done_by_keyboard_alone(page: Page, faults: list[str]) -> None:
    log_in(page)
    assert page.locator("h1").inner_text().lower() == "lundi 4 mai 2026"
    assert faults == []


def test_the_first_tab_leads_to_the_content(page: Page) -> None:
    log_in(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_what_is_overdue_stands_above_everything_else(page: Page) -> None:
    log_in(page)
    keep(page, "today_wide")
    tops = [
        page.locator(f"#{name}").bounding_box() for name in ("overdue", "open", "texts", "hellos")
    ]
    heights = [box["y"] for box in tops if box]
    assert len(heights) == 4
    assert heights == sorted(heights)
    assert heights[0] < 300


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_nothing_is_wider_than_the_window(page: Page, faults: list[str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/desk/login")
    assert overflow(page) == 0
    log_in(page)
    assert overflow(page) == 0
    keep(page, f"today_{width}")
    page.locator("a.number").first.click()
    page.wait_for_url("**/desk/cases/*")
    assert overflow(page) == 0
    keep(page, f"case_{width}")
    assert faults == []


def test_every_button_is_big_enough_for_a_thumb(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    log_in(page)
    for button in page.locator("button, a.number").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 34
        assert box["width"] >= 34


def test_arabic_words_stay_in_their_place(page: Page) -> None:
    log_in(page)
    bubble = page.locator(".bubble", has_text="شكرا")
    assert bubble.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator("html").get_attribute("dir") == "ltr"


def test_every_text_stands_out_from_its_ground(page: Page) -> None:
    log_in(page)
    for path in ("/desk/today", "/desk/cases/201"):
        page.goto(path)
        assert page.evaluate(WEAK) == []


def test_the_bar_adds_up_to_its_width(page: Page) -> None:
    log_in(page)
    widths = page.locator(".bar rect").evaluate_all(
        "all => all.map(each => Number(each.getAttribute('width')))"
    )
    assert abs(sum(widths) - 1000) < 1


def test_a_coordinator_reads_a_text_and_ends_a_case(page: Page, faults: list[str]) -> None:
    log_in(page)
    page.locator("#texts + ul button").first.click()
    expect(page.locator("[role=status]")).to_contain_text("marqué comme lu")
    page.goto("/desk/cases/203")
    page.get_by_label("va bien, réglé").check()
    page.get_by_role("button", name="Terminer").click()
    expect(page.locator("[role=status]")).to_contain_text("Le cas est terminé")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/desk/login")
    assert faults == []


# texts whose contrast with the colour behind them is below 4.5, as WCAG counts it
WEAK = """
() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const own = element => [...element.childNodes].some(node => node.nodeType === 3 &&
  node.textContent.trim());
  return [...document.querySelectorAll('body *')].filter(own).filter(element => {
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
  }).map(element => element.textContent.trim());
}
"""
