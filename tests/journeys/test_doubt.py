"""Too many are silent at once: the silence may be ours, so nobody is accused before a person was asked."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town

HOW_MANY = 24


@pytest.fixture
def street(town: Town) -> list[Phone]:
    """Residents of one street, all greeted at nine."""
    return [town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00") for n in range(200, 200 + HOW_MANY)]


def test_a_street_silent_at_once_is_held_and_the_coordinator_asked_once(
    town: Town, street: list[Phone], amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:32")
    amina.gets_nothing_more()
    claire.gets(str(HOW_MANY), "1 Alerter")
    claire.gets_nothing_more()
    assert {case["status"] for case in town.cases()} == {"held"}


def test_the_coordinator_lets_the_alarms_leave(town: Town, street: list[Phone], amina: Phone, claire: Phone) -> None:
    town.pass_until("2026-05-04 11:32")
    claire.unread()
    claire.texts("1")
    claire.gets("partent")
    town.pass_time(minutes=1)
    assert len(amina.unread()) == HOW_MANY


def test_without_a_decision_they_leave_after_an_hour(town: Town, street: list[Phone], amina: Phone) -> None:
    town.pass_until("2026-05-04 12:29")
    amina.gets_nothing_more()
    town.pass_until("2026-05-04 12:31")
    assert len(amina.unread()) == HOW_MANY


def test_answers_that_come_after_all_end_the_worry(town: Town, street: list[Phone], amina: Phone) -> None:
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
