"""René signed up for a daily hello. What his silence, and his answer, bring."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town


def test_a_resident_who_answers_is_left_in_peace(
    town: Town, rene: Phone, lucie: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 09:00")
    rene.gets("bonjour René", "1 Oui")
    rene.texts("1")
    rene.gets("Merci René")
    town.pass_time(hours=10)
    rene.gets_nothing_more()
    lucie.gets_nothing_more()
    amina.gets_nothing_more()
    assert not town.cases()


def test_silence_climbs_the_ladder_one_rung_at_a_time(  # noqa: PLR0913
    town: Town, rene: Phone, lucie: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:59")
    rene.gets("bonjour René")
    rene.gets_nothing_more()
    town.pass_until("2026-05-04 10:01")
    rene.gets("René")  # the reminder
    town.pass_until("2026-05-04 11:01")
    rene.gets("Lucie")  # the last word names the contact who agreed
    lucie.gets_nothing_more()
    town.pass_until("2026-05-04 11:31")
    lucie.gets("René")
    amina.gets_nothing_more()
    town.pass_until("2026-05-04 12:01")
    amina.gets("René")
    bruno.gets("René")
    claire.gets_nothing_more()
    town.pass_until("2026-05-04 12:16")
    claire.gets("René")
    claire.gets_nothing_more()
    town.pass_until("2026-05-04 12:31")
    claire.gets("René")  # the last rung repeats until a person closes it


def test_the_first_volunteer_who_says_yes_has_it_and_the_others_are_told(
    town: Town, rene: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    number = town.the_case()["number"]
    amina.gets(f"{number} OUI")
    bruno.gets(f"{number} OUI")
    bruno.texts(f"OUI {number}")
    bruno.gets(str(number), "+33639980001")
    amina.gets("Bruno")
    amina.texts("oui")
    amina.gets("Bruno")
    town.pass_time(minutes=30)
    claire.gets_nothing_more()
    bruno.texts("1")
    assert town.the_case()["status"] == "closed"
    assert town.the_case()["outcome"] == "fine"


def test_a_no_asks_the_next_one_at_once(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    amina.gets("René")
    claire.gets_nothing_more()
    amina.texts("NON")
    amina.gets("on demande à quelqu'un d'autre", "Merci")
    claire.gets("René")


def test_a_late_answer_calls_everyone_off(
    town: Town, rene: Phone, lucie: Phone, amina: Phone, bruno: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    lucie.gets("René")
    town.pass_until("2026-05-04 12:01")
    amina.gets("René")
    amina.texts("non")
    amina.gets("on demande à quelqu'un d'autre")
    bruno.unread()
    bruno.texts("oui")
    bruno.gets("+33639980001")
    lucie.gets("Bruno")
    rene.unread()
    rene.texts("1")
    rene.gets("René")
    for helper in (lucie, amina, bruno):
        helper.gets("René")
        helper.gets_nothing_more()
    assert town.the_case()["outcome"] == "heard"
    town.pass_time(hours=20)
    assert len(town.cases()) == 1


def test_those_who_were_not_asked_are_not_told(
    town: Town, rene: Phone, lucie: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    lucie.gets("René")
    rene.texts("ça va")
    lucie.gets("René")
    amina.gets_nothing_more()


def test_an_answer_that_asks_for_help_opens_a_case_at_once(
    town: Town, rene: Phone, lucie: Phone
) -> None:
    town.pass_until("2026-05-04 09:00")
    rene.unread()
    rene.texts("3")
    case = town.the_case()
    rene.gets(str(case["number"]))
    lucie.gets("René", str(case["number"]))
    assert case["kind"] == "help"


def test_a_late_cry_for_help_keeps_the_alarm_going(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    amina.gets("René")
    rene.texts("3")
    amina.gets("René")
    assert town.the_case()["status"] == "asking"
    assert town.the_case()["kind"] == "help"


def test_free_words_stop_the_clock_and_wait_for_a_person_to_read_them(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 09:10")
    rene.texts("le plombier est venu hier")
    town.pass_time(hours=8)
    amina.gets_nothing_more()
    assert not town.cases()
    assert town.rows("SELECT body FROM inbox WHERE unread = 1") == [
        {"body": "le plombier est venu hier"}
    ]


def test_stop_ends_the_questions_and_tells_a_person_once(
    town: Town, rene: Phone, lucie: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.unread()
    rene.texts("STOP")
    rene.gets("plus de messages")
    claire.gets("René")
    town.pass_time(hours=3)
    rene.gets_nothing_more()
    lucie.gets_nothing_more()
    amina.gets_nothing_more()


def test_next_day_brings_the_next_hello(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 09:00")
    rene.texts("1")
    rene.unread()
    town.pass_until("2026-05-05 09:00")
    rene.gets("bonjour René")
    rene.gets_nothing_more()


@pytest.mark.scenario("P13", "E-G27")
def test_a_volunteer_who_stays_silent_after_yes_is_asked_then_replaced(
    town: Town, rene: Phone, amina: Phone, bruno: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    amina.texts("oui")
    amina.unread()
    bruno.unread()
    town.pass_time(minutes=61)
    amina.gets("René")  # any news?
    town.pass_time(minutes=61)
    amina.gets("nous demandons aussi à d'autres")
    bruno.gets("René")
    assert town.the_case()["round"] == 2


def test_a_dead_number_is_not_taken_for_silence(town: Town, rene: Phone, lucie: Phone) -> None:
    town.pass_until("2026-05-04 09:00")
    town.news(rene, "undelivered", "30005")
    town.pass_until("2026-05-04 11:31")
    assert town.the_case()["kind"] == "unreachable"


def test_a_sign_of_life_ends_the_alarm_about_a_number_that_seemed_dead(
    town: Town, rene: Phone, lucie: Phone
) -> None:
    town.pass_until("2026-05-04 09:00")
    town.news(rene, "undelivered", "30005")
    town.pass_until("2026-05-04 11:31")
    rene.texts("ça va")
    assert (town.the_case()["kind"], town.the_case()["outcome"]) == ("unreachable", "heard")


def test_an_undelivered_alarm_goes_to_the_next_person_at_once(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    amina.gets("René")
    town.news(amina, "undelivered", "30003")
    claire.gets("René")


@pytest.mark.scenario("E-G3")
def test_one_step_only_after_an_outage(
    town: Town, rene: Phone, lucie: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:30")
    rene.unread()
    town.be_down(hours=3)
    rene.gets("René")
    rene.gets_nothing_more()
    lucie.gets_nothing_more()
    assert not town.cases()


def test_a_late_answer_is_kept_with_the_question_it_answers(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    rene.texts("1")
    kept = town.rows("SELECT status, answer, reason FROM check_ins")
    assert kept == [{"status": "missed", "answer": "ok", "reason": "late"}]


def test_a_question_that_only_waited_for_its_turn_alarms_nobody(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.change(
        lambda tx: tx.run("set_pause_of", name="sender", since_at=tx.now, reason="a long queue")
    )
    town.pass_until("2026-05-04 17:00")
    assert town.rows("SELECT status, reason FROM check_ins") == [
        {"status": "void", "reason": "too_late"}
    ]
    assert not town.cases()
