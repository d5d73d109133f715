"""Courtesies wait when the month's budget is spent, alarms never; nobody is flooded, and no flood
is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.base.ports import Accepted
from helpline.messaging import money
from helpline.messaging.outbox import Message, queue
from helpline.reports import day as today
from helpline.reports import digest
from helpline.settings.sections import BudgetSettings, LimitSettings
from helpline.town.tx import Tx
from tests.fakes import Phone, Town

BUDGET = BudgetSettings(monthly=1.0, price=0.1, prices=(("+212", 0.2), ("+2126", 0.4)))


@pytest.fixture
def poor(tmp_path: Path) -> Iterator[Town]:
    """A town that may spend one euro a month: ten segments."""
    town = Town(tmp_path, budget=BUDGET)
    yield town
    town.stop()


def courtesy(town: Town, phone: Phone, name: str) -> None:
    """Queue a text that can wait."""
    message = Message(
        name, "notice", town.id_of(phone.number), phone.number, name, f"Courtesy {name}"
    )
    town.change(lambda tx: queue(tx, message))
    town.gateway.engine.settle()


def spent(town: Town) -> money.Month:
    """What this month cost."""
    with town.gateway.read() as store:
        return money.read_month(Tx(store, town.gateway.town, town.clock.now()))


def spend(town: Town, segments: int) -> None:
    """Let many texts have been sent this month."""
    month = money.month_of(town.gateway.town, town.clock.now())
    row = {"month": month, "priority": 2, "segments": segments, "cost": segments * 100_000}
    town.change(lambda tx: tx.run("spend", **row))


def test_every_text_a_provider_takes_is_counted_with_its_price(poor: Town) -> None:
    french, moroccan, mobile = (
        poor.phone("+33639980031"),
        poor.phone("+212520000001"),
        poor.phone("+212620000001"),
    )
    for phone in (french, moroccan, mobile):
        phone.texts("AIDE")
        assert len(phone.unread()) == 1
    found = spent(poor)
    assert (found.texts, found.segments) == (3, 3)
    assert found.spent == pytest.approx(0.7)


def test_the_providers_own_count_of_segments_is_what_is_paid_for(poor: Town) -> None:
    fatima = poor.phone("+33639980031")
    poor.network.answers[fatima.number] = Accepted("SM" + "1" * 32, segments=3)
    fatima.texts("AIDE")
    assert (spent(poor).texts, spent(poor).segments) == (1, 3)


@pytest.mark.scenario("N23")
def test_coordinators_are_told_once_at_80_and_once_at_100_per_cent(poor: Town) -> None:
    claire = poor.coordinator("+33639980021", "Claire")
    somebody = poor.person("+33639980031", "Fatima")
    spend(poor, 6)
    courtesy(poor, somebody, "one")
    claire.gets_nothing_more()
    courtesy(poor, somebody, "two")
    claire.gets("80%", "1 EUR")
    courtesy(poor, somebody, "three")
    claire.gets("épuisé", "alertes, bonjours et réponses continuent")
    claire.gets_nothing_more()


@pytest.mark.scenario("N23")
def test_when_it_is_spent_courtesies_wait_and_all_else_leaves(poor: Town) -> None:
    amina, claire = (
        poor.volunteer("+33639980011", "Amina"),
        poor.coordinator("+33639980021", "Claire"),
    )
    rene = poor.resident("+33639980001", "René", at="09:00")
    spend(poor, 10)
    courtesy(poor, claire, "news")
    claire.gets_nothing_more()
    poor.pass_until("2026-05-04 11:31")
    rene.gets("bonjour")
    amina.gets("René")
    amina.texts("oui")
    amina.gets("René")
    claire.gets_nothing_more()


def test_a_courtesy_that_waited_in_vain_expires(poor: Town) -> None:
    fatima = poor.person("+33639980031", "Fatima")
    spend(poor, 10)
    courtesy(poor, fatima, "news")
    poor.pass_time(hours=13)
    fatima.gets_nothing_more()
    with poor.gateway.read() as store:
        assert [
            row["state"] for row in store.all("report_messages", since=0, phone=fatima.number)
        ] == ["expired"]


def test_the_first_of_the_month_begins_anew(tmp_path: Path) -> None:
    town = Town(tmp_path, budget=BUDGET, start="2026-05-31 23:30")
    fatima = town.person("+33639980031", "Fatima")
    spend(town, 10)
    courtesy(town, fatima, "news")
    fatima.gets_nothing_more()
    town.pass_until("2026-06-01 01:00")
    fatima.gets("Courtesy news")
    assert spent(town).month == "2026-06"
    assert spent(town).segments == 1
    town.stop()


def test_without_a_budget_nothing_waits(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    spend(town, 1_000_000)
    courtesy(town, fatima, "news")
    fatima.gets("Courtesy news")


@pytest.mark.scenario("E-G29")
def test_nobody_gets_more_than_three_courtesies_in_twenty_minutes(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    for n in range(5):
        courtesy(town, fatima, f"news {n}")
    assert len(fatima.unread()) == 3
    town.pass_time(minutes=25)
    assert len(fatima.unread()) == 2


@pytest.mark.scenario("E-G29", "E-G11")
def test_a_volunteer_with_too_many_alarms_is_asked_after_the_others(tmp_path: Path) -> None:
    town = Town(tmp_path, limits=LimitSettings(bundle_ms=0, alarms_an_hour=2))
    near = [town.volunteer(f"+3363998001{n}", f"Near{n}") for n in range(3)]
    far = [town.volunteer(f"+3363998002{n}", f"Far{n}", zones="Charonne") for n in range(3)]
    for n in range(3):
        town.resident(f"+3363998004{n}", f"R{n}", at=f"09:0{n}")
    town.pass_until("2026-05-04 11:31")
    assert [len(phone.unread()) for phone in near + far] == [2, 2, 2, 0, 0, 0]
    town.pass_until("2026-05-04 11:32")
    assert [len(phone.unread()) for phone in near] == [0, 0, 0]
    for phone in far:
        phone.gets("R2")
    town.stop()


@pytest.mark.scenario("E-G11")
def test_who_has_too_many_is_asked_all_the_same_when_there_is_nobody_else(tmp_path: Path) -> None:
    town = Town(tmp_path, limits=LimitSettings(bundle_ms=0, alarms_an_hour=2))
    amina = town.volunteer("+33639980011", "Amina")
    for n in range(3):
        town.resident(f"+3363998004{n}", f"R{n}", at="09:00")
    town.pass_until("2026-05-04 11:31")
    assert len(amina.unread()) == 3
    town.stop()


def test_strangers_from_other_countries_are_read_by_a_person_where_the_town_says_so(
    tmp_path: Path,
) -> None:
    town = Town(tmp_path, limits=LimitSettings(countries=("+33",)))
    british, known = town.phone("+447700900123"), town.volunteer("+447700900124", "Kate")
    british.texts("HELP")
    british.gets_nothing_more()
    known.texts("HELP")
    assert known.unread()
    with town.gateway.read() as store:
        assert [
            row["unread"] for row in store.all("report_messages", since=0, phone=british.number)
        ] == [1]
    town.stop()


def test_danger_is_heard_from_whatever_country(tmp_path: Path) -> None:
    town = Town(tmp_path, limits=LimitSettings(countries=("+33",)))
    claire = town.coordinator("+33639980021", "Claire")
    town.phone("+447700900123").texts("I want to die")
    claire.gets("+447700900123")
    town.stop()


def test_a_flood_of_strangers_is_told_once_and_answered(tmp_path: Path) -> None:
    town = Town(tmp_path, limits=LimitSettings(strangers_a_day=5))
    claire = town.coordinator("+33639980021", "Claire")
    for n in range(4):
        town.phone(f"+3363998006{n}").texts("AIDE")
    claire.gets_nothing_more()
    fifth, sixth = town.phone("+33639980065"), town.phone("+33639980066")
    fifth.texts("AIDE")
    fifth.texts("1")
    claire.gets("5 numéros inconnus")
    sixth.texts("AIDE")
    assert sixth.unread()
    claire.gets_nothing_more()
    town.stop()


def test_the_day_tells_what_the_month_cost(poor: Town) -> None:
    poor.phone("+33639980031").texts("AIDE")
    with poor.gateway.read() as store:
        day = today.read_day(Tx(store, poor.gateway.town, poor.clock.now()), "2026-05-04")
    mail = digest.mail_of(poor.gateway.town, day, "fr", poor.clock.now())
    assert "0,10 sur 1 EUR dépensés en SMS ce mois (10 %)" in mail["text"]
    page = poor.client.get("/metrics").text
    assert 'helpline_spent_this_month{class="reply"} 0.1' in page
    assert "helpline_budget_this_month 1.0" in page


def test_eight_courtesies_in_two_hours_are_enough_however_they_are_spread(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    for n in range(9):
        courtesy(town, fatima, str(n))
        town.pass_time(minutes=10)
    assert len(fatima.unread()) == 8
    town.pass_time(minutes=45)
    fatima.gets("Courtesy 8")
