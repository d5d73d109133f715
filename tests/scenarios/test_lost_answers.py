"""The provider took a text and we did not hear of it, or heard too late, or in the wrong order."""

from __future__ import annotations

import pytest

from helpline.app.build import build
from helpline.simulator import carrier_faults as faults
from tests.fakes import OutboundText, Town
from tests.scenarios.telling import TODAY, a_silent_morning
from tests.scenarios.wire import WiredTown


@pytest.mark.scenario("N2")
def test_an_answer_slower_than_the_lease_with_a_second_engine_is_still_one_text(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    other = build(town.settings, clock=town.clock, threads=0, carriers={"twilio": town.network})
    other.engine.settle()
    assert not other.engine.active

    def slowly(_text: OutboundText) -> None:
        town.network.meanwhile = None
        for _ in range(
            12
        ):  # two minutes until the first engine hears of it; the second one has taken over
            town.clock.forward(10_000)
            other.engine.settle()
        assert other.engine.active

    town.network.meanwhile = slowly
    fatima.texts("aide")
    for _ in range(30):
        town.clock.forward(10_000)
        town.gateway.engine.settle()
        other.engine.settle()
    fatima.gets("Quelle aide?")
    assert town.rows("SELECT state FROM outbox") == [{"state": "accepted"}]
    other.close_reader()
    other.engine.stop()


@pytest.mark.scenario("N4")
def test_a_question_whose_answer_was_lost_is_found_in_the_list_and_not_put_twice(
    wired: WiredTown,
) -> None:
    rene = wired.resident("+33639980001", "René", at="09:00")
    wired.carrier.next_faults([faults.hang(1.5, after_accepting=True)])
    wired.pass_until(f"{TODAY} 09:03")
    rene.gets("bonjour René")
    (text,) = wired.rows("SELECT state, provider_id FROM outbox")
    assert (text["state"], text["provider_id"]) == (
        "accepted",
        wired.carrier.texts_to(rene.number)[0].sid,
    )


@pytest.mark.scenario("N4")
def test_a_question_that_never_arrived_is_put_again_within_two_minutes(wired: WiredTown) -> None:
    rene = wired.resident("+33639980001", "René", at="09:00")
    wired.carrier.next_faults([faults.hang(1.5, after_accepting=False)])
    wired.pass_until(f"{TODAY} 09:00:50")
    rene.gets_nothing_more()
    wired.pass_until(f"{TODAY} 09:02:01")
    rene.gets("bonjour René")


@pytest.mark.scenario("N5", "R-G13")
def test_news_that_come_before_the_answer_and_out_of_order_end_as_delivered(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    town.network.meanwhile = lambda _: town.news(fatima, "delivered")
    fatima.texts("aide")
    for status in ("sent", "queued", "queued"):
        town.news(fatima, status)
    fatima.gets("Quelle aide?")
    assert town.rows("SELECT state, status FROM outbox") == [
        {"state": "accepted", "status": "delivered"}
    ]
    town.pass_time(minutes=5)


@pytest.mark.scenario("R-G11", "R-G13")
def test_an_alarm_whose_answer_was_lost_and_that_was_not_delivered_goes_to_the_next_at_once(
    town: Town,
) -> None:
    _, amina, claire = a_silent_morning(town)
    town.network.loses_answers_to = {amina.number}
    town.pass_until(f"{TODAY} 11:30:05")
    amina.gets("René")
    town.news(amina, "undelivered", "30003")  # while we still wonder whether it left
    claire.gets("ALERTE", "René")


@pytest.mark.scenario("R-G11")
def test_an_alarm_that_the_list_shows_as_not_delivered_goes_to_the_next_at_once(
    wired: WiredTown,
) -> None:
    _, amina, claire = a_silent_morning(wired)
    wired.carrier.next_faults([faults.reset(after_accepting=True)])
    wired.pass_until(f"{TODAY} 11:30:10")
    amina.gets("René")
    wired.carrier.texts.now_is(wired.carrier.texts_to(amina.number)[0].sid, "undelivered", 30003)
    wired.pass_until(f"{TODAY} 11:30:35")  # the carrier's list is read
    claire.gets("ALERTE", "René")
