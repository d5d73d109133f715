"""Nothing comes in although it should: we are deaf, and silence is not held against anyone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.base.ports import DeliveryNews
from helpline.ops import audit
from helpline.town.tx import Tx
from tests.fakes import Network, Phone, Town
from tests.kit.must import must

STREET = 24


@pytest.fixture
def deafened(town: Town, amina: Phone, claire: Phone) -> Town:
    """Nobody's answer and no report has come since a street was greeted at nine; René was greeted
    before, at 8:05."""
    return prepared(town, claire)


@pytest.fixture
def two_ways(tmp_path: Path) -> Iterator[Town]:
    """A town with two providers."""
    town = Town(tmp_path, second=Network(name="africastalking"))
    yield town
    town.stop()


def prepared(town: Town, claire: Phone, street: int = STREET) -> Town:
    town.resident("+33639980001", "René", at="08:05")
    for n in range(200, 200 + street):
        town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00")
    claire.texts("BILAN")
    town.news(claire, "delivered")  # this provider does report
    claire.unread()
    return town


def hears_on(town: Town, *moments: str) -> None:
    """Let a report come in at each moment."""
    for moment in moments:
        town.pass_until(f"2026-05-04 {moment}")
        town.news(town.phone("+33639980205"), "delivered")


def is_deaf(town: Town) -> bool:
    with town.gateway.read() as store:
        return "deaf" in [
            each.code for each in audit.look(Tx(store, town.gateway.town, town.clock.now()))
        ]


def test_a_quarter_of_an_hour_without_a_report_is_told(deafened: Town) -> None:
    deafened.pass_until("2026-05-04 09:14")
    assert not is_deaf(deafened)
    deafened.pass_until("2026-05-04 09:16")
    assert is_deaf(deafened)


def test_a_silence_that_ends_meanwhile_is_held_and_the_coordinator_asked_once(
    deafened: Town, amina: Phone, claire: Phone
) -> None:
    deafened.pass_until("2026-05-04 11:00")
    amina.gets_nothing_more()
    assert deafened.the_case()["status"] == "held"
    claire.gets("depuis 09:00", "1 personne sans nouvelles", "1 Alerter")
    deafened.pass_until("2026-05-04 11:32")  # the whole street is silent now, for the same reason
    claire.gets_nothing_more()


def test_the_coordinator_lets_that_alarm_leave(deafened: Town, amina: Phone, claire: Phone) -> None:
    deafened.pass_until("2026-05-04 10:36")
    claire.unread()
    claire.texts("1")
    claire.gets("partent")
    deafened.pass_time(minutes=1)
    amina.gets("René")


def test_without_a_decision_it_leaves_after_an_hour(deafened: Town, amina: Phone) -> None:
    deafened.pass_until("2026-05-04 11:34")
    amina.gets_nothing_more()
    deafened.pass_until("2026-05-04 11:36")
    amina.gets("René")


def test_one_text_that_comes_in_ends_it_and_the_deaf_time_is_given_back(
    deafened: Town, amina: Phone
) -> None:
    deafened.pass_until("2026-05-04 09:50")
    deafened.phone("+33639980200").texts("1")
    deafened.pass_time(minutes=1)
    assert not is_deaf(deafened)
    hears_on(deafened, "10:01", "11:01")
    deafened.pass_until("2026-05-04 11:24")  # 10:35 and the fifty minutes since nine
    amina.gets_nothing_more()
    deafened.pass_until("2026-05-04 11:27")
    amina.gets("René")


def test_a_delivery_report_ends_it_too(deafened: Town) -> None:
    deafened.pass_until("2026-05-04 09:20")
    deafened.news(deafened.phone("+33639980200"), "delivered")
    deafened.pass_time(minutes=1)
    assert not is_deaf(deafened)


def test_who_was_held_while_we_were_deaf_still_has_a_while_to_answer(
    deafened: Town, amina: Phone
) -> None:
    deafened.pass_until("2026-05-04 11:20")
    deafened.phone("+33639980200").texts("1")
    deafened.pass_time(minutes=1)
    deafened.pass_until("2026-05-04 11:49")
    amina.gets_nothing_more()
    deafened.pass_until("2026-05-04 11:52")
    amina.gets("René")


def test_a_call_for_help_by_another_way_is_never_held(two_ways: Town) -> None:
    amina, claire = (
        two_ways.volunteer("+33639980011", "Amina"),
        two_ways.coordinator("+33639980021", "Claire"),
    )
    prepared(two_ways, claire)
    odile = two_ways.person("+33639980031", "Odile")
    two_ways.pass_until("2026-05-04 09:30")
    assert is_deaf(two_ways)
    for typed in ("", "1", "1*2", "1*2*2", "1*2*2*1", "1*2*2*1*1"):
        odile.dials("s1", typed)
    two_ways.pass_time(minutes=1)
    assert two_ways.the_case()["status"] == "asking"
    amina.gets("Odile")
    assert is_deaf(two_ways)  # the other provider's ears are not this one's


def test_a_second_provider_asks_those_the_first_cannot_hear(two_ways: Town) -> None:
    claire = two_ways.coordinator("+33639980021", "Claire")
    prepared(two_ways, claire)
    two_ways.pass_until("2026-05-04 10:36")
    assert [text.receiver for text in must(two_ways.second).sent] == ["+33639980001"]


def test_fewer_than_twenty_texts_tell_nothing(town: Town, claire: Phone) -> None:
    prepared(town, claire, street=18)
    town.pass_until("2026-05-04 09:59")
    assert not is_deaf(town)


def test_a_provider_that_never_reports_is_not_missed(town: Town, claire: Phone) -> None:
    for n in range(200, 200 + STREET):
        town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00")
    town.pass_until("2026-05-04 10:30")
    assert not is_deaf(town)


def test_news_we_ask_for_are_news(deafened: Town) -> None:
    deafened.pass_until("2026-05-04 09:00:30")
    for text in deafened.network.sent:
        sid = f"SM{text.id:032x}"
        deafened.network.news[sid] = DeliveryNews(0, sid, "delivered", text.receiver)
    deafened.pass_until("2026-05-04 09:20")
    assert not is_deaf(deafened)


def test_what_was_lost_while_we_were_down_is_no_deafness(deafened: Town) -> None:
    deafened.pass_until("2026-05-04 09:01")
    deafened.be_down(minutes=30)
    deafened.pass_time(minutes=3)
    assert not is_deaf(deafened)
