"""The same words twice have one effect; a helper's report is a report first; machines change
nothing."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town


@pytest.fixture
def fatima(town: Town) -> Phone:
    """Somebody known by name, who gets no hello."""
    return town.person("+33639980031", "Fatima")


# --- repeats --------------------------------------------------------------------------------------


def test_one_pressed_twice_to_a_hello_opens_no_menu(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.unread()
    rene.texts("1")
    town.pass_time(seconds=20)
    rene.texts("1")
    rene.gets("Merci René")
    rene.gets_nothing_more()


def test_help_three_times_gives_one_menu_and_one_request(town: Town, fatima: Phone) -> None:
    for _ in range(3):
        fatima.texts("AIDE")
    fatima.gets("Quelle aide?")
    fatima.gets_nothing_more()


def test_odd_words_twice_are_read_once(town: Town, fatima: Phone) -> None:
    fatima.texts("zgueg du matin")
    fatima.texts("zgueg du matin")
    assert len(town.rows("SELECT id FROM inbox WHERE unread = 1")) == 1
    assert len(fatima.unread()) == 1
    kept = [row["meaning"] for row in town.rows("SELECT meaning FROM inbox ORDER BY id")]
    assert kept[1] == "repeat"


def test_the_same_digit_twice_in_a_row_of_menus_is_two_answers(town: Town, fatima: Phone) -> None:
    for words in ("AIDE", "1", "1", "1", "1"):
        fatima.texts(words)
    assert town.the_case()["wanted"] == "now"


def test_the_same_words_a_minute_later_are_said_again(town: Town, fatima: Phone) -> None:
    fatima.texts("AIDE")
    town.pass_time(seconds=61)
    fatima.texts("AIDE")
    assert len(fatima.unread()) == 2


def test_a_second_yes_to_a_newer_question_is_an_answer(
    town: Town, fatima: Phone, rene: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    amina.texts("oui")
    first = town.the_case()
    assert first["owner_id"] == town.id_of(amina.number)
    town.pass_time(seconds=10)
    for words in ("AIDE", "6", "2", "1", "1"):
        fatima.texts(words)
    town.pass_time(seconds=10)
    amina.texts("oui")
    assert town.cases()[1]["owner_id"] == town.id_of(amina.number)


def test_a_yes_delivered_twice_takes_a_case_once_and_is_answered_once(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    amina.gets("OUI")
    amina.texts("oui")
    amina.texts("oui")
    amina.gets("+33639980001")
    amina.gets_nothing_more()


# --- a helper's report ----------------------------------------------------------------------------


def miss(town: Town, amina: Phone) -> int:
    """René is silent, and Amina has his case."""
    town.pass_until("2026-05-04 11:31")
    amina.texts("oui")
    amina.unread()
    return int(town.the_case()["number"])


def test_a_report_with_words_of_distress_is_a_report_first_and_then_read(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    number = miss(town, amina)
    claire.unread()
    amina.texts(f"{number} 3 incendie chez lui, pompiers appelés")
    assert town.the_case()["outcome"] == "emergency"
    said = amina.gets(str(number), "secours appelés")
    assert "Nous ne sommes pas" not in said
    amina.gets_nothing_more()
    texts = " ".join(claire.unread())
    assert "René" in texts
    assert "LIRE" in texts
    assert len(town.cases()) == 1


def test_words_beside_a_report_wait_for_a_person(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    number = miss(town, amina)
    amina.texts(f"{number} 1 porte cassée")
    assert town.the_case()["status"] == "closed"
    assert town.rows("SELECT reason FROM inbox WHERE unread = 1") == [{"reason": "words"}]


def test_a_plain_report_waits_for_nobody(town: Town, rene: Phone, amina: Phone) -> None:
    number = miss(town, amina)
    amina.texts(f"{number} 1 merci")
    assert not town.rows("SELECT id FROM inbox WHERE unread = 1")


def test_a_volunteer_in_distress_is_answered_as_anybody(
    town: Town, rene: Phone, amina: Phone
) -> None:
    miss(town, amina)
    amina.texts("je veux mourir")
    amina.gets("3114")
    assert [case["kind"] for case in town.cases()] == ["missed", "distress"]


# --- senders --------------------------------------------------------------------------------------


def test_an_anonymous_sender_becomes_no_person_and_gets_no_answer(
    town: Town, claire: Phone
) -> None:
    assert town.webhook("+266696687", "aidez moi") == 200
    assert not town.rows("SELECT id FROM people WHERE phone = '+266696687'")
    assert not [text for text in town.air if text.receiver == "+266696687"]
    claire.gets("LIRE")  # a person reads the cry all the same


def test_a_short_code_is_read_at_the_summary_and_an_echo_of_ours_never(
    town: Town, claire: Phone
) -> None:
    town.webhook("36105", "Votre facture est disponible")
    town.webhook(town.settings.number, "Bonjour")
    town.pass_time(hours=3)
    claire.gets_nothing_more()
    assert [row["sender"] for row in town.rows("SELECT sender FROM inbox WHERE unread = 1")] == [
        "36105"
    ]


def test_a_resident_who_writes_by_rcs_is_read_as_ever(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    town.webhook(f"rcs:{rene.number}", "1")
    assert town.rows("SELECT answer FROM check_ins") == [{"answer": "ok"}]


def test_a_resident_who_writes_to_another_number_of_ours_is_read(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    town.webhook(rene.number, "1", To="+447700900199")
    assert town.rows("SELECT answer FROM check_ins") == [{"answer": "ok"}]


def test_contact_says_who_we_are(town: Town, fatima: Phone) -> None:
    fatima.texts("CONTACT")
    fatima.gets("Bonjour Belleville", "Mairie du 20e")
