"""Fatima texts for help, from a plain phone, by SMS or USSD."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town


def ask(fatima: Phone, *answers: str) -> str:
    """Text AIDE and the answers; return the last thing she reads."""
    for words in ("AIDE", *answers):
        fatima.texts(words)
    return fatima.unread()[-1]


def test_a_request_reaches_a_volunteer_who_closes_it(
    town: Town, amina: Phone, claire: Phone
) -> None:
    fatima = town.phone("+33639980031", "Fatima")
    receipt = ask(fatima, "2", "2", "1", "1")
    number = town.the_case()["number"]
    assert str(number) in receipt
    amina.gets(str(number), "Belleville", "santé")
    amina.texts(f"{number} oui")
    amina.gets("+33639980031")
    fatima.gets("Amina")
    amina.texts("1")
    amina.gets(str(number))
    fatima.gets(str(number))
    assert (town.the_case()["status"], town.the_case()["outcome"]) == ("closed", "fine")
    claire.gets_nothing_more()


def test_danger_now_asks_the_coordinator_beside_the_volunteers(
    town: Town, amina: Phone, claire: Phone
) -> None:
    ask(town.phone("+33639980031"), "1", "1", "1", "1")
    amina.gets("OUI")
    claire.gets("OUI")


def test_words_first_texted_choose_the_language(town: Town) -> None:
    english, french = town.phone("+447700900123"), town.phone("+33639980031")
    english.texts("help")
    english.gets("What help?")
    french.texts("aide")
    french.gets("Quelle aide?")


def test_an_unclear_first_text_gets_the_languages(town: Town) -> None:
    stranger = town.phone("+33639980031")
    stranger.texts("???")
    stranger.gets("Français", "الدارجة", "English")
    stranger.texts("4")
    stranger.gets("What would you like?")


def test_two_misunderstandings_bring_a_person(town: Town, claire: Phone) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts("aide")
    fatima.texts("zzz")
    fatima.texts("qqq")
    claire.gets("Fatima")
    assert town.the_case()["kind"] == "person"


def test_zero_brings_a_person_everywhere(town: Town, claire: Phone) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts("aide")
    fatima.texts("1")
    fatima.texts("0")
    claire.gets("Fatima")


def test_a_request_is_followed_by_its_number(town: Town, amina: Phone) -> None:
    fatima = town.person("+33639980031", "Fatima")
    ask(fatima, "2", "2", "1", "1")
    number = str(town.the_case()["number"])
    fatima.texts(number)
    fatima.gets(number)
    amina.texts("oui")
    town.pass_time(minutes=2)
    fatima.unread()
    fatima.texts(number)
    fatima.gets("Amina")


def test_a_request_not_solved_opens_again(town: Town, amina: Phone, bruno: Phone) -> None:
    fatima = town.person("+33639980031", "Fatima")
    ask(fatima, "2", "2", "1", "1")
    number = town.the_case()["number"]
    amina.texts("oui")
    amina.texts("1")
    bruno.unread()
    fatima.unread()
    fatima.texts(f"{number} NON")
    assert [case["status"] for case in town.cases()] == ["closed", "asking"]
    fatima.gets(str(town.cases()[1]["number"]))
    town.pass_time(
        minutes=1
    )  # Bruno got an alarm a moment ago: another one within the minute waits for its end
    bruno.gets("OUI")


@pytest.mark.scenario("R-G26")
def test_nobody_learns_of_a_request_by_guessing_its_number(town: Town, amina: Phone) -> None:
    fatima, stranger = town.person("+33639980031", "Fatima"), town.person("+33639980032", "Zoé")
    ask(fatima, "2", "2", "1", "1")
    number = str(town.the_case()["number"])
    stranger.texts(number)
    assert "Belleville" not in stranger.gets("Que voulez-vous?")
    assert town.the_case()["owner_id"] is None


def test_distress_brings_one_safe_text_and_a_coordinator_not_a_volunteer(
    town: Town, amina: Phone, claire: Phone
) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts("aide")
    fatima.unread()
    fatima.texts("je veux mourir")
    fatima.gets("3114", "15")
    fatima.gets_nothing_more()
    amina.gets_nothing_more()
    assert "mourir" not in claire.gets("Fatima")
    town.pass_time(minutes=16)
    claire.gets("Fatima")  # repeated until somebody has it


def test_words_of_violence_get_a_discreet_answer(town: Town, claire: Phone) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts("il me frappe")
    answer = fatima.gets("1", "2")
    assert "frapp" not in answer
    claire.gets("Fatima")
    fatima.texts("2")
    fatima.gets("noté")


@pytest.mark.scenario("E-G14")
def test_stop_is_obeyed_and_a_later_cry_still_reaches_a_person(town: Town, claire: Phone) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts("STOP")
    fatima.gets("plus de messages")
    fatima.texts("aide")
    fatima.gets_nothing_more()
    claire.gets("Fatima")
    fatima.texts("REPRENDRE")
    fatima.gets("Bienvenue de nouveau Fatima")


@pytest.mark.scenario("N14")
def test_two_requests_open_at_once_need_the_number(town: Town, amina: Phone) -> None:
    ask(town.person("+33639980031", "Fatima"), "2", "2", "1", "1")
    ask(town.person("+33639980032", "Zoé"), "1", "2", "1", "1")
    first, second = (case["number"] for case in town.cases())
    amina.unread()
    amina.texts("oui")
    amina.gets(str(first), str(second))
    assert [case["owner_id"] for case in town.cases()] == [None, None]
    amina.texts(f"oui {second}")
    amina.gets("+33639980032")


def test_on_ussd_the_same_request_ends_with_a_receipt_by_sms(town: Town, amina: Phone) -> None:
    fatima = town.person("+33639980031", "Fatima")
    assert fatima.dials("s1").startswith("CON Que voulez-vous?")
    assert fatima.dials("s1", "1").startswith("CON Quelle aide?")
    fatima.dials("s1", "1*2")
    fatima.dials("s1", "1*2*2")
    fatima.dials("s1", "1*2*2*1")
    last = fatima.dials("s1", "1*2*2*1*1")
    assert last.startswith("END ")
    number = str(town.the_case()["number"])
    assert number in last
    fatima.gets(number)  # by SMS: USSD leaves no trace
    amina.gets(number)


def test_a_repeated_ussd_request_does_nothing_twice(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.dials("s1")
    first = fatima.dials("s1", "0")
    assert fatima.dials("s1", "0") == first
    assert len(town.cases()) == 1


def test_a_dropped_ussd_session_is_taken_up_again(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.dials("s1")
    fatima.dials("s1", "1")
    fatima.dials("s1", "1*2")
    town.pass_time(minutes=3)
    assert "Continuer" in fatima.dials("s2")
    assert fatima.dials("s2", "1").startswith("CON C'est pour quand?")


def test_a_dropped_ussd_session_may_start_again(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.dials("s1")
    fatima.dials("s1", "1")
    fatima.dials("s1", "1*2")
    fatima.dials("s2")
    assert fatima.dials("s2", "2").startswith("CON Que voulez-vous?")


def test_every_ussd_screen_fits(town: Town) -> None:
    darija = town.person("+212612345678", "Hassan", "ary")
    screen = darija.dials("s1")
    assert len(screen.removeprefix("CON ")) <= 80


def test_a_free_answer_may_hold_a_star(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.dials("s1")
    fatima.dials("s1", "1")
    fatima.dials("s1", "1*2")
    fatima.dials("s1", "1*2*2")
    assert "1 Oui" in fatima.dials("s1", "1*2*2*rue Piat * café")


@pytest.mark.scenario("R-G18")
def test_a_picture_is_answered_and_kept_for_a_person(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts(
        "", NumMedia="1", MediaUrl0="https://example.org/x.jpg", MediaContentType0="image/jpeg"
    )
    fatima.gets("pas voir les photos")
    assert town.rows("SELECT unread, media FROM inbox") == [{"unread": 1, "media": 1}]


def test_words_that_no_question_asked_for_wait_for_a_person_to_read_them(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts("bonjour")
    town.pass_time(days=2)
    fatima.texts("le plombier est venu ce matin")
    assert town.rows("SELECT body FROM inbox WHERE unread = 1") == [
        {"body": "le plombier est venu ce matin"}
    ]


def test_a_request_that_the_hello_interrupts_is_taken_up_again(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 08:55")
    rene.texts("AIDE")
    question = rene.gets("Quelle aide?")
    town.pass_until("2026-05-04 09:01")
    rene.gets("bonjour René")
    rene.texts("1")
    assert question.splitlines()[-1] in "\n".join(rene.unread())
