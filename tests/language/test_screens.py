"""USSD screens hold what fits and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.language import segments
from helpline.language.screens import pages

MORE, BACK = "98 Suite", "00 Retour"
MENU = "Quelle aide vous faut-il aujourd'hui?\n" + "\n".join(
    f"{key} Choix numéro {key}, assez long" for key in range(1, 9)
)


def fits(page: str) -> bool:
    encoding, units = segments.units(page)
    return units <= (182 if encoding == "GSM-7" else 80)


def test_what_fits_is_one_screen_without_keys() -> None:
    assert pages("Choix?\n1 Oui\n2 Non", more=MORE, back=BACK) == ("Choix?\n1 Oui\n2 Non",)


def test_the_first_screen_goes_on_the_last_goes_back_those_between_do_both() -> None:
    first, *between, last = pages(MENU * 3, more=MORE, back=BACK)
    assert first.endswith("\n98 Suite")
    assert between
    assert all(page.endswith("\n98 Suite\n00 Retour") for page in between)
    assert last.endswith("\n00 Retour")
    assert "98 Suite" not in last


def test_screens_are_cut_at_line_ends() -> None:
    lines = [line for page in pages(MENU, more=MORE, back=BACK) for line in page.split("\n")]
    assert [line for line in lines if line not in (MORE, BACK)] == MENU.split("\n")


def test_a_key_stays_with_its_label() -> None:
    first, second, _ = pages("Question?\n1 Étiquette\n2 " + "m" * 200, more=MORE, back=BACK)
    assert first == f"Question?\n1 Étiquette\n{MORE}"
    assert second.startswith("2 mmm")


def test_a_name_with_a_cedilla_does_not_push_the_last_choice_off_the_screen() -> None:
    hello = "Allo Voisins: bonjour {}. Tout va bien?\n1 Oui\n2 Moyen, rappelez-moi\n3 Besoin d'aide"
    for name, shown in (("Françoise", "Francoise"), ("Zoë", "Zoe"), ("Jérôme", "Jérome")):
        screens = pages(hello.format(name), more=MORE, back=BACK)
        assert screens == (hello.format(shown),)


def test_a_screen_that_fits_as_written_keeps_every_mark() -> None:
    assert pages("Merci Françoise.", more=MORE, back=BACK) == ("Merci Françoise.",)


def test_letters_without_a_twin_leave_the_others_as_written() -> None:
    assert pages("Français, " * 9 + "سلام", more=MORE, back=BACK)[0].startswith("Français")


def test_arabic_screens_hold_eighty_characters() -> None:
    text = "شنو خاصك اليوم؟ " * 12
    screens = pages(text, more="98 زيد", back="00 رجوع")
    assert len(screens) > 2
    assert all(fits(page) for page in screens)


@pytest.mark.parametrize("text", ["a" * 500, "م" * 200, "😀" * 100, "€" * 200])
def test_a_word_longer_than_a_screen_is_cut_and_nothing_is_lost(text: str) -> None:
    screens = pages(text, more=MORE, back=BACK)
    assert all(fits(page) for page in screens)
    kept = "".join(page.replace(f"\n{MORE}", "").replace(f"\n{BACK}", "") for page in screens)
    assert kept == text


@given(st.text(alphabet="aé€م😀 \n1", max_size=600))
def test_every_screen_fits_and_every_letter_is_shown(text: str) -> None:
    screens = pages(text, more=MORE, back=BACK)
    assert all(fits(page) for page in screens)
    kept = "".join(page.replace(f"\n{MORE}", "").replace(f"\n{BACK}", "") for page in screens)
    assert "".join(kept.split()) == "".join(text.split())
