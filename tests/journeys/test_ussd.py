"""On a screen that forgets: the way back is shown and reaches the menu; sending nothing costs
nothing."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town

FATIMA = "+33639980031"


@pytest.fixture
def fatima(town: Town) -> Phone:
    return town.person(FATIMA, "Fatima")


def test_00_goes_one_question_back_and_from_the_first_one_to_the_menu(fatima: Phone) -> None:
    menu = fatima.dials("s1")
    need = fatima.dials("s1", "1")
    assert "Quelle aide" in need
    assert "C'est pour quand" in fatima.dials("s1", "1*2")
    assert fatima.dials("s1", "1*2*00") == need
    assert fatima.dials("s1", "1*2*00*00") == menu
    assert fatima.dials("s1", "1*2*00*00*00") == menu


def test_00_is_shown_wherever_it_leads_elsewhere(fatima: Phone) -> None:
    assert "00" not in fatima.dials("s1")
    assert fatima.dials("s1", "1").endswith("\n00 Retour")
    assert fatima.dials("s1", "1*2").endswith("\n00 Retour")


def test_00_is_left_out_where_it_would_cost_a_second_screen_and_still_works(fatima: Phone) -> None:
    place = "au bout de la rue Piat, devant la petite porte bleue du parc"
    typed = ""
    for answer in ("1", "2", "3", place):
        fatima.dials("s1", typed)
        typed = f"{typed}*{answer}" if typed else answer
    screen = fatima.dials("s1", typed)
    assert screen.endswith("9 Annuler")
    assert place in screen
    assert "Quel quartier" in fatima.dials("s1", f"{typed}*00")


def test_by_sms_going_back_from_the_first_question_asks_it_again(fatima: Phone) -> None:
    fatima.texts("AIDE")
    asked = fatima.gets("Quelle aide")
    fatima.texts("retour")
    assert fatima.gets("Quelle aide") == asked


def test_an_empty_hop_shows_the_same_screen_and_is_no_misunderstanding(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    fatima.dials("s1")
    need = fatima.dials("s1", "1")
    assert fatima.dials("s1", "1*") == need
    assert fatima.dials("s1", "1**") == need
    assert fatima.dials("s1", "1** ") == need
    assert "C'est pour quand" in fatima.dials("s1", "1** *2")
    claire.gets_nothing_more()
    assert not town.cases()


def test_a_name_with_dear_letters_leaves_all_three_answers_on_the_first_screen(town: Town) -> None:
    phone = town.resident(FATIMA, "Françoise")
    town.pass_until("2026-05-04 09:01")
    phone.gets("bonjour Francoise")
    screen = phone.dials("s1")
    assert "Francoise" in screen
    assert "3 Besoin d'aide" in screen
