"""Whatever was understood or not: somebody reads it, and in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpline.inbound import unread as reading
from helpline.settings.sections import LimitSettings
from tests.fakes import Phone, Town


@pytest.fixture
def fatima(town: Town) -> Phone:
    """Somebody known by name, who gets no hello."""
    return town.person("+33639980031", "Fatima")


def unread(town: Town) -> list[str]:
    """The texts that wait for a person."""
    return [row["body"] for row in town.rows("SELECT body FROM inbox WHERE unread = 1 ORDER BY id")]


# --- what was not understood waits for a person ---------------------------------------------------


@pytest.mark.parametrize("words", ["jveux mourir", "can't breath", "ayoub", "???", "🦄"])
def test_words_nobody_understands_wait_for_a_person_however_few(
    town: Town, fatima: Phone, words: str
) -> None:
    fatima.texts(words)
    assert unread(town) == [words]


@pytest.mark.parametrize("words", ["bonjour", "salam", "merci", "السلام عليكم", "thank you"])
def test_a_greeting_alone_waits_for_nobody(town: Town, fatima: Phone, words: str) -> None:
    fatima.texts(words)
    assert unread(town) == []


def test_words_beside_a_greeting_do(town: Town, fatima: Phone) -> None:
    fatima.texts("bonjour le zgueg")
    assert unread(town) == ["bonjour le zgueg"]


def test_words_beside_a_word_that_opens_something_do(town: Town, fatima: Phone) -> None:
    fatima.texts("menu")
    fatima.texts("aide coincée baignoire")
    assert unread(town) == ["aide coincée baignoire"]


@pytest.mark.parametrize("words", ["je suis malade", "مريضة", "I'm ill", "je suis triste"])
def test_one_who_is_unwell_is_called_back_with_no_question_open(
    town: Town, fatima: Phone, claire: Phone, words: str
) -> None:
    fatima.texts(words)
    claire.gets("Fatima")
    assert town.the_case()["kind"] == "person"


def test_one_who_is_unwell_while_the_menu_is_open_is_called_back(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    fatima.texts("menu")
    fatima.texts("je suis malade")
    claire.gets("Fatima")


# --- an unread text is an alarm by itself ---------------------------------------------------------


def test_an_unread_answer_to_a_hello_texts_a_coordinator_in_minutes_and_until_it_is_read(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts("le zgueg du matin")
    town.pass_until("2026-05-04 09:14")
    claire.gets_nothing_more()
    town.pass_until("2026-05-04 09:16")
    claire.gets("René", "Belleville", "09:05", "LIRE")
    town.pass_until("2026-05-04 09:31")
    claire.gets("René", "09:05")
    town.pass_until("2026-05-04 12:00")
    assert len(claire.unread()) >= 3  # it slows down, and never stops
    claire.texts("LIRE")
    claire.gets("René", "+33639980001", "le zgueg du matin", "Plus rien à lire")
    town.pass_until("2026-05-04 16:00")
    claire.gets_nothing_more()


def test_an_alarm_about_a_text_never_holds_its_words(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts("je veu mourir")
    town.pass_until("2026-05-04 09:16")
    assert "mourir" not in claire.gets("René")


def test_a_sign_of_need_is_told_at_once_and_at_night(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 23:30")
    claire.unread()
    fatima.texts("zgueg rien mangé")
    claire.gets("Fatima", "23:30")


def test_what_came_at_night_without_a_sign_of_need_is_told_in_the_morning(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 23:30")
    claire.unread()
    fatima.texts("le zgueg de la nuit")
    town.pass_until("2026-05-05 07:59")
    claire.gets_nothing_more()
    town.pass_until("2026-05-05 08:01")
    claire.gets("Fatima", "23:30")


def test_a_text_from_somebody_with_an_open_case_is_told_in_minutes(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    fatima.texts("0")
    town.pass_time(minutes=1)
    claire.texts("oui")
    claire.unread()
    fatima.texts("le code a changé 44B")
    town.pass_time(minutes=11)
    claire.gets("Fatima", "LIRE")


def test_words_that_nobody_understands_are_told_in_minutes_whoever_writes(
    town: Town, claire: Phone
) -> None:
    town.phone("+33639980077").texts("zgreg blorp")
    town.pass_time(minutes=11)
    claire.gets("LIRE")


def test_words_beside_something_understood_are_told_within_the_hour(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    fatima.texts("menu zgueg")
    town.pass_time(minutes=59)
    claire.gets_nothing_more()
    town.pass_time(minutes=2)
    claire.gets("Fatima")


def test_fifty_odd_answers_of_a_morning_are_few_texts(town: Town, claire: Phone) -> None:
    residents = [
        town.resident(f"+3363998{place:04}", f"Voisin{place}", at="09:00")
        for place in range(100, 150)
    ]
    town.pass_until("2026-05-04 09:01")
    for resident in residents:
        resident.texts("zgueg du matin")
        town.pass_time(seconds=20)
    town.pass_until("2026-05-04 09:31")
    texts = claire.unread()
    assert 1 <= len(texts) <= 3
    assert "50" in texts[-1]


def test_what_is_read_on_the_page_is_not_told_any_more(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts("le zgueg du matin")
    town.change(
        lambda tx: reading.mark_read(tx, town.rows("SELECT max(id) AS id FROM inbox")[0]["id"])
    )
    town.pass_time(hours=3)
    claire.gets_nothing_more()


def test_several_texts_are_read_one_after_the_other_by_phone(
    town: Town, fatima: Phone, rene: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts("le zgueg du matin")
    fatima.texts("zgueg, rien mangé")
    claire.gets("2", "Fatima")  # who shows a need comes first
    claire.texts("lire")
    claire.gets("rien mangé", "Encore 1")
    claire.texts("Lire.")
    claire.gets("du matin", "Plus rien")
    claire.texts("READ")
    claire.gets("Rien à lire")
    read_by = town.rows("SELECT person_id FROM events WHERE kind = 'text_read'")
    assert read_by == [{"person_id": town.id_of(claire.number)}] * 2


def test_a_long_text_is_read_in_several(town: Town, fatima: Phone, claire: Phone) -> None:
    fatima.texts("zgueg " * 200 + "fin")
    claire.texts("lire")
    texts = claire.unread()
    assert len(texts) in (2, 3)
    assert "fin" in "".join(texts)


def test_an_alarm_about_a_text_survives_a_restart(town: Town, rene: Phone, claire: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts("le zgueg du matin")
    town.be_down(minutes=1)
    town.pass_until("2026-05-04 09:20")
    claire.gets("René")
    town.be_down(minutes=1)
    town.pass_until("2026-05-04 09:25")
    claire.gets_nothing_more()  # told once, told again a quarter of an hour later
    town.pass_until("2026-05-04 09:40")
    claire.gets("René")


def test_a_stranger_of_a_country_nobody_answers_alarms_nobody(tmp_path: Path) -> None:
    town = Town(tmp_path, limits=LimitSettings(countries=("+33",)))
    claire = town.coordinator("+33639980021", "Claire")
    town.phone("+447700900123").texts("buy gold")
    town.pass_time(hours=3)
    claire.gets_nothing_more()
    town.stop()
