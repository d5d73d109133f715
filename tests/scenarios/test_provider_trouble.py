"""The provider fails, lies, hesitates or dies: nothing is lost, nothing comes twice, alarms go
first and elsewhere."""

from __future__ import annotations

import json

import pytest

from helpline.base.ports import NotSent, Outcome, Refused
from helpline.providers.smtp.settings import EmailSettings
from helpline.simulator import carrier_faults as faults
from tests.fakes import Network, OutboundText, Town
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY, a_silent_morning, hears_the_three_of_the_morning
from tests.scenarios.wire import WiredTown

MAIL = EmailSettings(host="127.0.0.1", sender="helpline@example.org")


@pytest.mark.scenario("R-G06")
def test_after_a_minute_of_errors_every_text_arrives_once(wired: WiredTown) -> None:
    street = [wired.person(f"+336399800{n}", f"R{n}") for n in range(31, 36)]
    wired.carrier.next_faults([faults.status(500)] * 5)
    for phone in street:
        phone.texts("menu")
    wired.nothing_else_was_sent()
    wired.pass_time(minutes=3)  # in doubt: the carrier's list is read twice, then they leave again
    for phone in street:
        phone.gets("Que voulez-vous?")
    wired.pass_time(hours=1)


@pytest.mark.scenario("R-G06")
def test_a_provider_that_cannot_be_reached_for_a_minute_is_not_hammered(town: Town) -> None:
    tries: list[int] = []

    class Counted(Network):
        def send(self, text: OutboundText) -> Outcome:
            tries.append(town.clock.now())
            return super().send(text)

    town.network.__class__ = Counted
    street = [town.person(f"+336399800{n}", f"R{n}") for n in range(31, 36)]
    town.network.is_down = True
    for phone in street:
        phone.texts("aide")
    town.pass_time(seconds=60)
    assert len(tries) <= 60
    town.network.is_down = False
    town.pass_time(minutes=3)
    for phone in street:
        phone.gets("Quelle aide?")


@pytest.mark.scenario("R-G07")
def test_every_tenth_answer_is_lost_and_each_resident_still_gets_one_copy(town: Town) -> None:
    street = [town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00") for n in range(100, 130)]
    town.network.loses_answers_to = {phone.number for phone in street[::10]}
    town.pass_until(f"{TODAY} 09:05")
    for phone in street:
        phone.gets("bonjour R")
    assert {row["state"] for row in town.rows("SELECT state FROM outbox")} == {"accepted"}
    for phone in street:
        phone.texts("1")
        phone.gets("Merci")


@pytest.mark.scenario("R-G08")
def test_when_the_provider_wants_fewer_at_once_the_alarm_leaves_in_seconds_and_all_arrive_once(
    wired: WiredTown,
) -> None:
    _, amina, claire = a_silent_morning(wired)
    street = [wired.resident(f"+3363998{n:04d}", f"R{n}", at="11:30") for n in range(100, 120)]
    wired.carrier.next_faults([faults.status(429, retry_after=1), faults.fine(), faults.fine()] * 7)
    wired.pass_until(f"{TODAY} 11:30:07")
    amina.gets("René")
    wired.pass_until(f"{TODAY} 11:32")
    for phone in street:
        phone.gets("bonjour R")
        phone.texts("1")
        phone.gets("Merci")
    claire.gets_nothing_more()


@pytest.mark.scenario("R-G08")
def test_a_provider_that_wants_fewer_gets_fewer_hellos_and_every_alarm(
    build_town: BuildTown,
) -> None:
    town = build_town(segments_per_second=10.0)
    claire = town.coordinator("+33639980021", "Claire")
    street = [town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00") for n in range(200, 400)]
    first = street[0]
    town.network.answers[first.number] = NotSent(
        "20429", "fewer at once", retry_after=1, wants_fewer=True
    )
    town.pass_until(f"{TODAY} 09:00:01")
    del town.network.answers[first.number]
    before = len(town.network.sent)
    for _ in range(10):
        town.pass_time(seconds=1)
    assert len(town.network.sent) - before <= 70  # not a hundred: half the pace, with its reserve
    town.phone("+33639980031").texts("au secours je vais mourir")
    claire.gets("+33639980031")
    assert town.phone("+33639980031").inbox()
    for _ in range(60):
        town.pass_time(seconds=1)
    town.pass_until(f"{TODAY} 09:05")
    for phone in street:
        phone.gets("bonjour R")
    town.phone("+33639980031").unread()


@pytest.mark.scenario("R-G10", "P06", "P05")
@pytest.mark.parametrize("told", ["in the answer", "in the news"])
def test_one_who_told_the_provider_stop_is_opted_out_here_too_and_the_next_is_asked_at_once(
    wired: WiredTown, told: str
) -> None:
    rene, amina, claire = a_silent_morning(wired)
    if told == "in the answer":
        wired.carrier.next_faults([faults.refuse(21610)])
    wired.pass_until(f"{TODAY} 11:30:10")
    if told == "in the news":
        amina.gets("René")
        wired.news(amina, "undelivered", "21610")
    claire.gets("ALERTE", "René")
    claire.gets("aucun bénévole de garde")
    (stopped,) = wired.rows("SELECT phone FROM people WHERE stopped_at IS NOT NULL")
    assert stopped["phone"] == amina.number
    number = wired.the_case()["number"]
    claire.texts(f"{number} oui")
    claire.gets("3 rue Piat")
    claire.texts(f"{number} 1")
    claire.gets("va bien")
    wired.pass_until(f"{TODAY} 18:01")
    claire.gets("1 bonjour,")
    wired.pass_until("2026-05-05 11:31")  # the next silence goes past Amina
    hears_the_three_of_the_morning(rene)
    claire.gets("ALERTE", "René")


@pytest.mark.scenario("R-G11", "E-G17")
@pytest.mark.parametrize("code", [21211, 21614, 21612])
def test_a_number_the_provider_refuses_is_not_tried_again_and_the_next_is_asked_at_once(
    wired: WiredTown, code: int
) -> None:
    _, amina, claire = a_silent_morning(wired)
    wired.carrier.next_faults([faults.refuse(code)])
    wired.pass_until(f"{TODAY} 11:30:05")
    claire.gets("ALERTE", "René")
    wired.pass_until(f"{TODAY} 11:44")
    amina.gets_nothing_more()
    if code != 21612:
        claire.gets("aucun bénévole de garde")
    dead = wired.rows("SELECT phone FROM people WHERE unreachable_at IS NOT NULL")
    assert [row["phone"] for row in dead] == ([] if code == 21612 else [amina.number])


@pytest.mark.scenario("R-G11")
@pytest.mark.parametrize("code", ["30003", "30005"])
def test_an_alarm_that_was_not_delivered_goes_to_the_next_at_once(
    wired: WiredTown, code: str
) -> None:
    _, amina, claire = a_silent_morning(wired)
    wired.pass_until(f"{TODAY} 11:31")
    amina.gets("René")
    wired.news(amina, "sent")
    claire.gets_nothing_more()
    wired.news(amina, "undelivered", code)
    claire.gets("ALERTE", "René")


@pytest.mark.scenario("R-G12", "N22")
def test_with_wrong_credentials_the_alarm_goes_by_mail_and_the_queue_leaves_once_they_are_right(
    build_town: BuildTown,
) -> None:
    town = build_town(WiredTown, email=MAIL)
    assert isinstance(town, WiredTown)
    _, amina, claire = a_silent_morning(town)
    right, town.carrier.auth_token = town.carrier.auth_token, "another"
    for n in range(6):
        town.phone(f"+336399800{31 + n}").texts("aide")
    town.pass_until(f"{TODAY} 11:35")
    town.letter("claire@mairie.example", "René", "Merci de téléphoner")
    town.carrier.auth_token = right
    town.pass_until(f"{TODAY} 11:38")
    amina.gets("René")
    for n in range(6):
        town.phone(f"+336399800{31 + n}").gets("Quelle aide?")
    claire.gets_nothing_more()


@pytest.mark.scenario("R-G14")
def test_after_half_an_hour_without_a_provider_alarms_go_first_then_one_hello_each_at_the_pace(
    build_town: BuildTown,
) -> None:
    town = build_town(start=f"{TODAY} 06:00", segments_per_second=1.0)
    rene = town.resident("+33639980001", "René", at="06:30")
    rounds = [
        town.resident(f"+33639981{at[3]}{n:02d}", f"R{n}", at=at)
        for at in ("09:00", "09:10", "09:20")
        for n in range(9)
    ]
    amina = town.volunteer("+33639980011", "Amina")
    town.pass_until(f"{TODAY} 08:59:50")
    hears_the_three_of_the_morning(rene)
    left: list[tuple[float, str]] = []
    town.network.meanwhile = lambda text: left.append((town.clock.now() / 1000, text.receiver))
    town.network.is_down = True
    town.pass_until(f"{TODAY} 09:30")
    town.nothing_else_was_sent()
    town.network.is_down = False
    for _ in range(300):
        town.clock.forward(1000)
        town.gateway.engine.settle()
    assert amina.number in [
        receiver for _, receiver in left[:2]
    ]  # the first one only tried whether it works again
    amina.gets("René")
    for phone in rounds:
        phone.gets("bonjour R")
    for place, (moment, _) in enumerate(left):
        assert (
            sum(moment <= other < moment + 10 for other, _ in left[place:]) <= 16
        )  # ten seconds' worth and the reserve
    town.network.meanwhile = None
    for phone in rounds:
        phone.texts("1")
    for _ in range(60):
        town.clock.forward(1000)
        town.gateway.engine.settle()
    for phone in rounds:
        phone.gets("Merci")


@pytest.mark.scenario("N22")
def test_with_both_providers_dead_coordinators_get_the_alarm_by_mail_and_health_is_red(
    build_town: BuildTown,
) -> None:
    town = build_town(email=MAIL, second=Network(name="africastalking"))
    assert town.second is not None
    _, amina, claire = a_silent_morning(town)
    town.network.is_down = town.second.is_down = True
    town.pass_until(f"{TODAY} 11:33")
    town.letter("claire@mairie.example", "René", "Merci de téléphoner")
    answer = town.client.get("/health")
    assert answer.status_code == 503
    assert "something_due_is_late" in json.loads(answer.text)["problems"]
    town.second.is_down = False
    town.pass_until(f"{TODAY} 11:36")
    amina.gets("René")
    assert [text.receiver for text in town.second.sent] == [amina.number]
    claire.gets_nothing_more()


@pytest.mark.scenario("N22")
def test_in_a_quiet_town_the_first_failure_sends_the_alarm_by_the_second_provider_within_seconds(
    build_town: BuildTown,
) -> None:
    town = build_town(second=Network(name="africastalking"))
    assert town.second is not None
    _, amina, _ = a_silent_morning(town)
    town.network.is_down = True
    town.pass_until(f"{TODAY} 11:30:10")
    amina.gets("René")
    assert [text.receiver for text in town.second.sent] == [amina.number]


@pytest.mark.scenario("E-G17")
def test_a_refusal_that_is_final_is_not_tried_again_for_a_reply_either(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    town.network.answers[fatima.number] = Refused("21612", "no way there")
    fatima.texts("menu")
    del town.network.answers[fatima.number]
    town.pass_time(hours=6)
    assert town.rows("SELECT state, attempts FROM outbox") == [{"state": "refused", "attempts": 1}]
