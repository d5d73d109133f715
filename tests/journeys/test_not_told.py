"""A word that has no next person: tried once by another route, else a coordinator sees who was not
told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.base.ports import Refused
from helpline.reports import day as today
from helpline.reports import digest
from helpline.reports.words import Words
from helpline.town.tx import Tx
from tests.fakes import Network, Phone, Town
from tests.kit.must import must

SETTLED = "des nouvelles de René"


@pytest.fixture
def two_ways(tmp_path: Path) -> Iterator[Town]:
    """A town with two providers."""
    town = Town(tmp_path, second=Network(name="africastalking"))
    yield town
    town.stop()


def an_all_clear(town: Town) -> tuple[Phone, Phone]:
    """René, greeted at nine, answers only after Amina was asked to look after him."""
    rene = town.resident("+33639980001", "René", at="09:00")
    amina = town.volunteer("+33639980011", "Amina")
    town.pass_until("2026-05-04 11:31")
    amina.gets("René")
    rene.texts("1")
    return rene, amina


def facts(town: Town) -> list[str]:
    """What the evening's e-mail says besides the figures."""
    with town.gateway.read() as store:
        day = today.read_day(Tx(store, town.gateway.town, town.clock.now()), "2026-05-04")
    return digest.facts_of(day, Words("fr", "Europe/Paris"))


def test_an_all_clear_that_comes_back_leaves_once_more_by_the_other_provider(
    two_ways: Town,
) -> None:
    _, amina = an_all_clear(two_ways)
    amina.gets(SETTLED)
    two_ways.news(amina, "undelivered", "30003")
    assert [text.receiver for text in must(two_ways.second).sent] == [amina.number]
    amina.gets(SETTLED)
    amina.gets_nothing_more()
    assert not [fact for fact in facts(two_ways) if "n'a pas su" in fact]


def test_when_that_comes_back_too_a_coordinator_sees_who_was_not_told(two_ways: Town) -> None:
    _, amina = an_all_clear(two_ways)
    two_ways.news(amina, "undelivered", "30003")
    (last,) = two_ways.rows("SELECT id FROM outbox ORDER BY id DESC LIMIT 1")
    form = {"id": f"SM{last['id']:032x}", "status": "Failed", "phoneNumber": amina.number}
    two_ways.client.post("/africastalking/delivery", data=form)
    two_ways.gateway.engine.settle()
    assert [fact for fact in facts(two_ways) if "Amina n'a pas su que le cas 201 est réglé" in fact]


def test_with_one_provider_a_coordinator_sees_it_at_once(town: Town, claire: Phone) -> None:
    _, amina = an_all_clear(town)
    town.news(amina, "undelivered", "30003")
    amina.unread()
    town.pass_time(minutes=5)
    amina.gets_nothing_more()
    assert [fact for fact in facts(town) if "Amina n'a pas su que le cas 201 est réglé" in fact]


def test_a_number_that_is_dead_is_not_tried_by_another_provider(two_ways: Town) -> None:
    rene = two_ways.resident("+33639980001", "René", at="09:00")
    amina = two_ways.volunteer("+33639980011", "Amina")
    two_ways.pass_until("2026-05-04 11:31")
    amina.gets("René")
    two_ways.network.answers[amina.number] = Refused("21614", "landline", number_is_dead=True)
    rene.texts("1")
    assert not must(two_ways.second).sent
    assert [fact for fact in facts(two_ways) if "Amina n'a pas su" in fact]


def test_an_alarm_that_comes_back_goes_to_the_next_person_and_not_by_another_route(
    two_ways: Town,
) -> None:
    two_ways.resident("+33639980001", "René", at="09:00")
    amina = two_ways.volunteer("+33639980011", "Amina")
    claire = two_ways.coordinator("+33639980021", "Claire")
    two_ways.pass_until("2026-05-04 11:31")
    two_ways.news(amina, "undelivered", "30003")
    claire.gets("René")
    assert not must(two_ways.second).sent


def test_a_word_to_the_owner_that_is_lost_is_seen_too(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    amina.texts("oui")
    town.pass_until("2026-05-04 12:32")  # she was asked for news
    town.news(amina, "undelivered", "30003")
    assert [
        fact for fact in facts(town) if "Un message à Amina sur le cas 201 n'est pas arrivé" in fact
    ]
