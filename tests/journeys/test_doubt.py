"""Too many are silent at once: the silence may be ours, so nobody is accused before a person was
asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.base.ports import NotSent
from tests.fakes import Network, Phone, Town
from tests.kit.must import must

HOW_MANY = 24
AGAIN = "a pu se perdre"


@pytest.fixture
def street(town: Town) -> list[Phone]:
    """Residents of one street, all greeted at nine."""
    return [
        town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00") for n in range(200, 200 + HOW_MANY)
    ]


@pytest.fixture
def two_ways(tmp_path: Path) -> Iterator[Town]:
    """A town with two providers, and the same street."""
    town = Town(tmp_path, second=Network(name="africastalking"))
    for n in range(200, 200 + HOW_MANY):
        town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00")
    yield town
    town.stop()


def asked_again(network: Network) -> list[str]:
    """Who was asked once more by a network, sorted."""
    return sorted(text.receiver for text in network.sent if AGAIN in text.body)


def test_a_street_silent_at_once_is_held_and_the_coordinator_asked_once(
    town: Town, street: list[Phone], amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:32")
    amina.gets_nothing_more()
    claire.gets(str(HOW_MANY), "1 Alerter")
    claire.gets_nothing_more()
    assert {case["status"] for case in town.cases()} == {"held"}


def test_the_coordinator_lets_the_alarms_leave(
    town: Town, street: list[Phone], amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:32")
    claire.unread()
    claire.texts("1")
    claire.gets("partent")
    town.pass_time(minutes=1)
    amina.gets(f"{HOW_MANY} alertes", "201 R200", "TOUS OUI")
    amina.gets_nothing_more()


def test_without_a_decision_they_leave_after_an_hour(
    town: Town, street: list[Phone], amina: Phone
) -> None:
    town.pass_until("2026-05-04 12:29")
    amina.gets_nothing_more()
    town.pass_until("2026-05-04 12:31")
    amina.gets(f"{HOW_MANY} alertes", "201 R200", "TOUS OUI")
    amina.gets_nothing_more()


def test_answers_that_come_after_all_end_the_worry(
    town: Town, street: list[Phone], amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:40")
    for phone in street:
        phone.texts("1")
    town.pass_until("2026-05-04 14:00")
    amina.gets_nothing_more()
    assert {case["outcome"] for case in town.cases()} == {"heard"}


def test_one_silent_among_many_is_no_doubt(town: Town, street: list[Phone], amina: Phone) -> None:
    town.pass_until("2026-05-04 09:10")
    for phone in street[1:]:
        phone.texts("1")
    town.pass_until("2026-05-04 11:31")
    amina.gets("R200")


def test_a_street_greeted_one_by_one_is_held_from_the_first_silence_on(
    town: Town, amina: Phone, claire: Phone
) -> None:
    for n in range(
        200, 200 + HOW_MANY
    ):  # a sender of few texts a second takes minutes to greet a street
        town.resident(f"+3363998{n:04d}", f"R{n}", at=f"09:{n % 8:02d}")
    town.pass_until("2026-05-04 11:59")
    amina.gets_nothing_more()
    claire.gets(str(HOW_MANY), "1 Alerter")
    claire.gets_nothing_more()
    assert {case["status"] for case in town.cases()} == {"held"}


# --- those whom no text reached -------------------------------------------------------------------


def test_texts_that_come_back_are_not_silence(
    town: Town, street: list[Phone], claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:10")
    for phone in street[:12]:
        town.news(phone, "undelivered", "30003")
    for moment in ("10:01", "11:01"):
        town.pass_until(f"2026-05-04 {moment}")
        town.news(street[20], "sent")  # reports do come
    town.pass_until("2026-05-04 11:31")
    kinds = [(case["kind"], case["status"]) for case in town.cases()]
    assert sorted(set(kinds)) == [("missed", "asking"), ("unreachable", "asking")]
    assert not [text for text in claire.unread() if "1 Alerter" in text]


def test_who_cannot_be_reached_is_not_held_among_the_silent(
    town: Town, street: list[Phone], claire: Phone
) -> None:
    odile = town.resident("+33639980003", "Odile", at="09:00")
    town.pass_until("2026-05-04 09:10")
    town.news(odile, "undelivered", "30003")
    town.pass_until("2026-05-04 11:31")
    assert {case["kind"] for case in town.cases() if case["status"] == "held"} == {"missed"}
    assert [case["status"] for case in town.cases() if case["kind"] == "unreachable"] == ["asking"]


def test_a_reminder_that_arrived_makes_a_silence_of_it(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:10")
    town.news(rene, "undelivered", "30003")
    town.pass_until("2026-05-04 10:10")
    town.news(rene, "delivered")
    town.pass_until("2026-05-04 11:31")
    assert town.the_case()["kind"] == "missed"


# --- a second way ---------------------------------------------------------------------------------


def test_each_of_the_silent_is_asked_once_more_halfway(town: Town, street: list[Phone]) -> None:
    town.pass_until("2026-05-04 11:59")
    assert asked_again(town.network) == []
    town.pass_until("2026-05-04 14:00")
    assert asked_again(town.network) == sorted(phone.number for phone in street)


def test_a_second_provider_asks_at_once_and_the_first_keeps_quiet(two_ways: Town) -> None:
    two_ways.pass_until("2026-05-04 11:31")
    assert len(asked_again(must(two_ways.second))) == HOW_MANY
    two_ways.pass_until("2026-05-04 14:00")
    assert len(asked_again(must(two_ways.second))) == HOW_MANY
    assert asked_again(two_ways.network) == []


def test_a_second_provider_that_does_not_work_is_not_waited_for(two_ways: Town) -> None:
    assert two_ways.gateway.engine.sender is not None
    for _ in range(5):
        two_ways.gateway.engine.sender.routes.learned(
            "africastalking", NotSent("down", "nobody answers")
        )
    two_ways.pass_until("2026-05-04 12:01")
    assert len(asked_again(two_ways.network)) == HOW_MANY
    assert not must(two_ways.second).sent


def test_the_answer_to_it_ends_the_worry(town: Town, street: list[Phone], amina: Phone) -> None:
    town.pass_until("2026-05-04 12:05")
    for phone in street:
        phone.texts("1")
    town.pass_until("2026-05-04 14:00")
    amina.gets_nothing_more()
    assert {case["outcome"] for case in town.cases()} == {"heard"}


def test_who_answered_or_said_stop_meanwhile_is_not_asked_again(
    town: Town, street: list[Phone]
) -> None:
    town.pass_until("2026-05-04 11:40")
    street[0].texts("1")
    street[1].texts("STOP")
    town.pass_until("2026-05-04 12:05")
    assert asked_again(town.network) == sorted(phone.number for phone in street[2:])


# --- what is never held ---------------------------------------------------------------------------


def test_one_of_the_silent_who_asks_for_help_gets_it_at_once(
    town: Town, street: list[Phone], amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:40")
    street[0].texts("3")
    street[0].gets("bonjour")
    town.pass_time(minutes=1)
    amina.gets("R200", "demande d'aide")
    amina.gets_nothing_more()


def test_after_the_coordinator_said_danger_the_next_silences_are_not_held(
    town: Town, street: list[Phone], amina: Phone, claire: Phone
) -> None:
    for n in range(300, 300 + HOW_MANY):
        town.resident(f"+3363998{n:04d}", f"R{n}", at="09:30")
    town.pass_until("2026-05-04 11:40")
    claire.unread()
    claire.texts("1")
    claire.gets("partent")
    town.pass_until("2026-05-04 12:02")
    assert "held" not in {case["status"] for case in town.cases()}


def test_while_the_coordinator_waits_the_next_silences_wait_too(
    town: Town, street: list[Phone], amina: Phone, claire: Phone
) -> None:
    for n in range(300, 300 + HOW_MANY):
        town.resident(f"+3363998{n:04d}", f"R{n}", at="09:30")
    town.pass_until("2026-05-04 11:40")
    claire.unread()
    claire.texts("2")
    claire.gets("une heure")
    town.pass_until("2026-05-04 12:39")
    amina.gets_nothing_more()
    claire.gets_nothing_more()
