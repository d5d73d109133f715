"""A webhook that never came: the provider's list is read now and then, and before anybody is judged
silent."""

from __future__ import annotations

from helpline.base.ports import InboundText
from helpline.ops import audit
from helpline.town.tx import Tx
from tests.fakes import OUR_NUMBER, Phone, Town
from tests.kit.sids import message_sid

DAY = "2026-05-04"


def lose(town: Town, sender: Phone, body: str, moment: str) -> None:
    """A text reaches the provider at a moment, and its webhook never comes."""
    place = len(town.network.missed)
    text = InboundText(
        "twilio",
        message_sid(f"lost{place}"),
        sender.number,
        OUR_NUMBER,
        body,
        sent_at=town.at(f"{DAY} {moment}"),
    )
    town.network.missed.append(text)


def minutes(town: Town, count: int) -> None:
    """Let minutes pass with a look at each, as a running gateway would."""
    for _ in range(count):
        town.pass_time(minutes=1)


def found(town: Town) -> list[str]:
    """What the auditor finds."""
    with town.gateway.read() as store:
        return [each.code for each in audit.look(Tx(store, town.gateway.town, town.clock.now()))]


def test_an_answer_whose_webhook_never_came_is_heard_before_the_deadline(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until(f"{DAY} 11:29")
    lose(town, rene, "1", "11:29:30")
    town.pass_until(f"{DAY} 11:35")
    amina.gets_nothing_more()
    assert not town.cases()


def test_a_call_for_help_whose_webhook_never_came_is_heard_within_minutes(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    minutes(town, 10)
    lose(town, fatima, "aide", "08:10")
    minutes(town, 5)
    fatima.gets("Quelle aide?")
    minutes(town, 20)
    fatima.gets("pas encore partie")  # she is asked after once, as anybody who stops half-way
    fatima.gets_nothing_more()


def test_when_texts_go_missing_again_a_coordinator_sees_that_webhooks_fail(
    town: Town, rene: Phone
) -> None:
    minutes(town, 10)
    lose(town, rene, "bonjour", "08:10")
    minutes(town, 6)
    assert "webhooks_fail" not in found(town)
    lose(town, rene, "bonsoir", "08:16")
    minutes(town, 3)  # looked for each minute now
    assert "webhooks_fail" in found(town)
    assert "helpline_texts_missed_last_hour 2" in town.client.get("/metrics").text


def test_a_text_found_before_its_webhook_came_is_not_missed(town: Town, rene: Phone) -> None:
    minutes(town, 10)
    for moment in ("08:14:58", "08:14:59"):
        lose(town, rene, "bonjour", moment)
    minutes(town, 10)
    assert not town.rows("SELECT 1 FROM events WHERE kind = 'text_missed'")
    assert len(town.rows("SELECT 1 FROM inbox")) == 2


def test_a_text_of_an_outage_is_not_missed_by_its_webhook(town: Town, rene: Phone) -> None:
    minutes(town, 2)
    lose(town, rene, "bonjour", "08:20")
    town.be_down(minutes=30)
    assert len(town.rows("SELECT 1 FROM inbox")) == 1
    assert not town.rows("SELECT 1 FROM events WHERE kind = 'text_missed'")


def test_a_quiet_hour_costs_the_provider_twelve_questions(town: Town) -> None:
    minutes(town, 1)
    before = len(town.network.lists_read)
    minutes(town, 60)
    assert len(town.network.lists_read) - before == 12


def test_each_reading_overlaps_the_one_before(town: Town) -> None:
    minutes(town, 30)
    began = town.network.lists_read[-2]
    assert 0 < town.network.lists_read[-1] - began <= 300
    assert town.network.lists_read[-1] <= town.clock.now() / 1000 - 300


def test_a_list_that_could_not_be_read_is_read_from_the_same_moment_on(town: Town) -> None:
    minutes(town, 20)
    town.network.list_is_down = True
    minutes(town, 30)
    town.network.list_is_down = False
    minutes(town, 5)
    assert len(set(town.network.lists_read[-6:])) == 1


def test_a_list_that_cannot_be_read_holds_nobody_up_for_long(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.network.list_is_down = True
    town.pass_until(f"{DAY} 11:31")
    amina.gets("René")


def test_a_provider_without_a_list_is_asked_once(town: Town, rene: Phone, amina: Phone) -> None:
    town.network.keeps_list = False
    before = len(town.network.lists_read)
    town.pass_until(f"{DAY} 11:31")
    minutes(town, 10)
    assert len(town.network.lists_read) - before == 1
    amina.gets("René")


def test_when_nothing_comes_in_though_a_question_left_the_list_is_read_each_minute(
    town: Town, rene: Phone
) -> None:
    town.pass_until(f"{DAY} 09:01")
    before = len(town.network.lists_read)
    minutes(town, 10)
    assert len(town.network.lists_read) - before == 10


def test_a_text_in_both_the_list_and_a_webhook_is_one(town: Town, rene: Phone) -> None:
    minutes(town, 10)
    lose(town, rene, "aide", "08:10")
    minutes(town, 5)
    text = town.network.missed[0]
    rene.texts("aide", MessageSid=text.provider_id)
    assert len(town.rows("SELECT 1 FROM inbox")) == 1


def test_one_read_for_a_whole_street_whose_time_comes(town: Town) -> None:
    street = [town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00") for n in range(200, 230)]
    town.pass_until(f"{DAY} 11:20")
    for phone in street:
        lose(town, phone, "1", "11:21")
    town.pass_until(f"{DAY} 11:35")
    assert not town.cases()
