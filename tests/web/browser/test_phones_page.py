"""/phones in a real browser: a visitor plays a part of the story with mouse and keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from helpline.simulator.demo import CAST, DemoTown
from helpline.simulator.narration import Teller
from helpline.simulator.story import Story

pytestmark = pytest.mark.browser

PATIENCE = 15_000


@pytest.fixture
def town(tmp_path: Path) -> Iterator[DemoTown]:
    """A demo town nobody has played in yet."""
    with DemoTown(tmp_path, 0, "fr") as town:
        yield town


@pytest.fixture
def page(chromium: Browser, town: DemoTown) -> Iterator[Page]:
    """/phones, in French; whatever the browser complains about fails the test."""
    context = chromium.new_context(locale="fr", viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type != "log" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{town.address}/phones")
    yield page
    context.close()
    assert not complaints


def phone(page: Page, name: str) -> Locator:
    """Somebody's phone."""
    number = next(person.number for person in CAST if person.name == name)
    return page.locator(f'[data-number="{number}"]')


def writes(page: Page, name: str, text: str) -> None:
    """Type a text on somebody's phone and send it by the keyboard."""
    box = phone(page, name).get_by_role("textbox")
    box.fill(text)
    box.press("Enter")


def gets(page: Page, name: str, words: str) -> None:
    """Wait until the newest text on somebody's phone holds these words."""
    expect(phone(page, name).locator(".bubble:not(.mine)").last).to_contain_text(
        words, timeout=PATIENCE
    )


def test_fatima_asks_and_amina_is_asked(page: Page) -> None:
    writes(page, "Fatima", "AIDE")
    gets(page, "Fatima", "2 Santé, médicaments")
    for digit in "2111":
        before = phone(page, "Fatima").locator(".bubble").count()
        phone(page, "Fatima").get_by_role("button", name=digit, exact=True).click()
        phone(page, "Fatima").get_by_role("button", name="Envoyer").click()
        expect(phone(page, "Fatima").locator(".bubble")).to_have_count(before + 2, timeout=PATIENCE)
    gets(page, "Amina", "Fatima")


def test_a_code_is_dialled_answered_by_digits_and_hung_up(page: Page) -> None:
    fatima = phone(page, "Fatima")
    fatima.get_by_role("button", name="Composer le *384*20#").click()
    screen = fatima.locator(".ussd p")
    expect(screen).to_contain_text("1 Demander de l'aide", timeout=PATIENCE)
    writes(page, "Fatima", "1")
    expect(screen).to_contain_text("2 Santé", timeout=PATIENCE)
    fatima.get_by_role("button", name="Raccrocher").click()
    expect(screen).to_be_hidden()
    expect(fatima.locator(".bubble")).to_have_count(0)


def test_a_text_after_a_finished_call_is_a_text_again(page: Page) -> None:
    fatima = phone(page, "Fatima")
    fatima.get_by_role("button", name="Composer le *384*20#").click()
    for digit in "12111":
        expect(fatima.locator(".ussd p")).not_to_have_text("…", timeout=PATIENCE)
        writes(page, "Fatima", digit)
    gets(page, "Fatima", "est bien arrivée")  # the receipt; it may come before the last screen
    expect(fatima.locator(".ussd p")).to_contain_text("est bien arrivée", timeout=PATIENCE)
    writes(page, "Fatima", "MENU")
    gets(page, "Fatima", "1 Demander de l'aide")
    expect(fatima.locator(".ussd")).to_be_hidden()


def test_a_code_typed_by_hand_dials_as_well(page: Page) -> None:
    writes(page, "Khadija", "*384*20#")
    expect(phone(page, "Khadija").locator(".ussd p")).to_contain_text("1 مساعدة", timeout=PATIENCE)


def test_the_next_day_brings_rene_his_hello(page: Page, town: DemoTown) -> None:
    assert Story(town, Teller("fr", fast=True, echo=lambda _: None)).play() is None
    gets(page, "René", "c'est noté")
    day = page.locator("#day").inner_text()
    page.get_by_role("button", name="+1 jour").click()
    expect(page.locator("#day")).not_to_have_text(day, timeout=PATIENCE)
    hellos = phone(page, "René").locator(".bubble", has_text="bonjour René. Tout va bien?")
    expect(hellos).to_have_count(2, timeout=PATIENCE)


def test_a_stranger_sits_down_and_is_asked_which_language(page: Page) -> None:
    page.get_by_label("Numéro d'un autre téléphone").fill("06 39 98 00 91")
    page.get_by_role("button", name="Le poser ici").click()
    stranger = page.locator('[data-number="+33639980091"]')
    expect(stranger.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("bonjour")
    page.keyboard.press("Enter")
    expect(stranger.locator(".bubble").last).to_contain_text("4 English", timeout=PATIENCE)
    page.get_by_label("Numéro d'un autre téléphone").fill("abc")
    page.get_by_role("button", name="Le poser ici").click()
    expect(page.get_by_role("status").first).to_have_text(re.compile("pas un numéro"))


def test_arabic_runs_from_right_to_left(page: Page) -> None:
    writes(page, "Khadija", "مساعدة")
    answer = phone(page, "Khadija").locator(".bubble:not(.mine) p").last
    expect(answer).to_contain_text("1", timeout=PATIENCE)
    assert answer.evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_every_control_has_a_name_and_nothing_overflows(page: Page) -> None:
    expect(phone(page, "Claire")).to_be_visible()
    for control in page.locator("button, input").all():
        named = control.evaluate(
            "e => e.ariaLabel || e.labels?.[0]?.textContent || e.textContent.trim()"
        )
        assert named, control.evaluate("e => e.outerHTML")
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
