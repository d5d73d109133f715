"""A request that stops half-way leaves a trace: asked after once, then seen by a person."""

from __future__ import annotations

import pytest

from helpline.reports.day import read_day
from helpline.reports.summary import HalfWay
from tests.fakes import Phone, Town


@pytest.fixture
def fatima(town: Town) -> Phone:
    """Somebody known by name, who gets no hello."""
    return town.person("+33639980031", "Fatima")


def asks(fatima: Phone, *answers: str) -> None:
    """Text AIDE and the answers, and read what comes back."""
    for words in ("AIDE", *answers):
        fatima.texts(words)
    fatima.unread()


def half_way(town: Town) -> tuple[HalfWay, ...]:
    """The requests that stand half-way on the page of the day."""
    return tuple(town.change(lambda tx: read_day(tx, "2026-05-04").half_way))


def test_one_who_stops_is_asked_once_with_what_was_understood_and_one_digit_sends_it(
    town: Town, fatima: Phone, amina: Phone
) -> None:
    asks(fatima, "2", "1", "1")
    town.pass_time(minutes=4)
    fatima.gets_nothing_more()
    town.pass_time(minutes=2)
    fatima.gets("santé", "maintenant", "Belleville", "1 pour l'envoyer")
    fatima.texts("1")
    fatima.gets(str(town.the_case()["number"]))
    case = town.the_case()
    assert (case["need"], case["wanted"], case["place"]) == ("health", "now", "Belleville")
    amina.gets("Belleville")
    town.pass_time(hours=3)
    fatima.gets_nothing_more()
    assert len(town.cases()) == 1


def test_where_now_was_chosen_silence_opens_a_case_that_a_person_reads(
    town: Town, fatima: Phone, amina: Phone, claire: Phone
) -> None:
    asks(fatima, "6", "1", "1")
    town.pass_time(minutes=11)
    claire.gets("Fatima", "+33639980031")
    amina.gets_nothing_more()  # she has not agreed yet that a volunteer sees her number
    case = town.the_case()
    assert (case["kind"], case["need"], case["wanted"]) == ("person", "errands", "now")


def test_a_need_alone_is_a_sign_of_need(town: Town, fatima: Phone, claire: Phone) -> None:
    asks(fatima, "1")
    town.pass_time(minutes=11)
    claire.gets("Fatima")
    assert town.the_case()["need"] == "food"


def test_other_requests_stand_on_the_page_of_the_day(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    asks(fatima, "4", "3")
    town.pass_time(minutes=11)
    fatima.gets("papiers", "cette semaine")
    town.pass_time(minutes=30)
    fatima.gets_nothing_more()
    claire.gets_nothing_more()
    (found,) = half_way(town)
    assert (found.name, found.need, found.wanted) == ("Fatima", "papers", "week")
    fatima.texts("1")  # and still it may be sent
    assert town.the_case()["need"] == "papers"


def test_a_call_for_help_without_another_word_leaves_a_trace_too(town: Town, fatima: Phone) -> None:
    asks(fatima)
    town.pass_time(minutes=30)
    fatima.gets("demande d'aide")
    assert [each.name for each in half_way(town)] == ["Fatima"]


def test_a_dropped_ussd_session_leaves_the_same_trace(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    for typed in ("", "1", "1*2", "1*2*1"):
        fatima.dials("s1", typed)
    town.pass_time(minutes=6)
    fatima.gets("santé", "maintenant")
    town.pass_time(minutes=6)
    claire.gets("Fatima")


def test_a_request_that_was_sent_or_dropped_leaves_none(town: Town, fatima: Phone) -> None:
    asks(fatima, "2", "2", "1", "1")
    asks(fatima, "4", "3", "1", "9")
    town.pass_time(hours=2)
    assert half_way(town) == ()
    assert not [text for text in fatima.unread() if "pas encore partie" in text]


def test_who_said_stop_is_not_asked_after(town: Town, fatima: Phone) -> None:
    asks(fatima, "2", "1")
    fatima.texts("STOP")
    fatima.unread()
    town.pass_time(hours=1)
    fatima.gets_nothing_more()


def test_one_more_answer_gives_more_time(town: Town, fatima: Phone) -> None:
    asks(fatima, "2", "1")
    town.pass_time(minutes=4)
    fatima.texts("1")
    fatima.unread()
    town.pass_time(minutes=4)
    fatima.gets_nothing_more()


def test_a_request_survives_a_restart(town: Town, fatima: Phone, claire: Phone) -> None:
    asks(fatima, "2", "1", "1")
    town.be_down(minutes=1)
    town.pass_time(minutes=5)
    fatima.gets("santé")
    town.be_down(minutes=1)
    town.pass_time(minutes=6)
    claire.gets("Fatima")


def test_a_hello_that_displaces_an_old_request_does_not_lose_it(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 08:56")
    asks(rene, "2", "1", "1")
    town.pass_until("2026-05-04 09:00")
    rene.texts("1")
    rene.unread()
    town.pass_until("2026-05-04 09:20")
    rene.gets("santé")
    claire.gets("René")
