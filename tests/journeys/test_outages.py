"""After an outage or a jump of the clock: one step each, nobody is judged for what we could not
hear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.base.clock import SteeredClock
from helpline.base.ports import DeliveryNews, InboundText, NotSent, OutboundText, Refused, Unknown
from helpline.providers.smtp.settings import EmailSettings
from tests.fakes import OUR_NUMBER, SID, Network, Phone, Town
from tests.kit.must import below, must
from tests.kit.sids import message_sid


class JumpyClock(SteeredClock):
    """A clock whose wall time can jump while the time that never jumps goes on."""

    offset = 0

    def now(self) -> int:
        return super().now() + self.offset

    def monotonic(self) -> float:
        return super().now() / 1000

    def put_to(self, moment_ms: int) -> None:
        super().put_to(moment_ms - self.offset)


@pytest.fixture
def jumpy(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path, clock_type=JumpyClock)
    yield town
    town.stop()


@pytest.fixture
def two_providers(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path, second=Network(name="africastalking"))
    yield town
    town.stop()


def missed(sender: str, body: str) -> InboundText:
    return InboundText("twilio", message_sid("missed"), sender, OUR_NUMBER, body)


@pytest.mark.scenario("N19")
def test_an_answer_given_during_an_outage_is_fetched_before_anybody_is_judged(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:20")
    town.network.missed.append(missed(rene.number, "1"))
    town.be_down(minutes=30)
    amina.gets_nothing_more()
    assert not town.cases()


def test_a_text_fetched_after_an_outage_is_taken_once(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    town.network.missed.append(missed(rene.number, "aide"))
    for _ in range(3):
        town.be_down(minutes=5)
    assert len(town.rows("SELECT id FROM inbox")) == 1


def test_those_who_were_being_asked_get_the_time_back(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:25")
    town.be_down(minutes=20)
    amina.gets_nothing_more()
    town.pass_until("2026-05-04 11:49")
    amina.gets_nothing_more()
    town.pass_until("2026-05-04 11:51")
    amina.gets("René")


def test_coordinators_are_told_once_after_an_outage(town: Town, rene: Phone, claire: Phone) -> None:
    town.gateway.engine.settle()
    town.be_down(hours=7)
    claire.gets("420 min", "1")
    claire.gets_nothing_more()
    rene.gets_nothing_more()  # nine o'clock is long past: no hello in the afternoon
    assert town.rows("SELECT status, reason FROM check_ins") == [
        {"status": "void", "reason": "too_late"}
    ]
    town.pass_until("2026-05-05 09:00")
    rene.gets("bonjour René")


def test_a_hello_a_little_late_is_still_said(town: Town, rene: Phone) -> None:
    town.gateway.engine.settle()
    town.be_down(minutes=100)
    rene.gets("bonjour René")


def test_an_open_case_takes_one_step_after_a_long_outage(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:31")
    claire.unread()
    town.be_down(hours=5)
    assert len([text for text in claire.unread() if "René" in text]) == 1


@pytest.mark.scenario("N26")
def test_a_clock_put_back_an_hour_asks_nobody_twice(jumpy: Town) -> None:
    rene = jumpy.resident("+33639980001", "René", at="09:00")
    jumpy.pass_until("2026-05-04 09:01")
    rene.gets("bonjour René")
    jumpy.clock.offset = -3_600_000
    jumpy.pass_time(minutes=75)
    assert not [text for text in rene.unread() if "Tout va bien?" in text]


@pytest.mark.scenario("N26")
def test_a_clock_put_forward_a_day_condemns_nobody(jumpy: Town) -> None:
    rene = jumpy.resident("+33639980001", "René", at="09:00")
    amina = jumpy.volunteer("+33639980011", "Amina")
    jumpy.pass_until("2026-05-04 09:30")
    rene.unread()
    jumpy.clock.offset = 24 * 3_600_000
    jumpy.pass_time(minutes=20)
    rene.gets_nothing_more()
    amina.gets_nothing_more()
    assert not jumpy.cases()


def test_a_clock_ahead_for_a_while_costs_no_hello(jumpy: Town) -> None:
    rene = jumpy.resident("+33639980001", "René", at="09:00")
    jumpy.pass_until("2026-05-04 08:30")
    jumpy.clock.offset = 36 * 3_600_000
    jumpy.pass_time(minutes=5)
    jumpy.clock.offset = 0
    jumpy.pass_time(minutes=40)
    rene.gets("bonjour René")


@pytest.mark.scenario("R-G13")
def test_an_alarm_that_nobody_confirms_is_not_relied_on(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.resident("+33639980003", "Odile", at="12:30")
    town.pass_until("2026-05-04 09:00")
    town.news(rene, "delivered")  # this route does report deliveries
    town.pass_until("2026-05-04 11:31")
    amina.gets("René")
    claire.gets_nothing_more()
    town.pass_time(minutes=2)
    claire.gets("René")  # beside Amina, who may still say yes
    amina.texts("oui")
    amina.gets("+33639980001")


@pytest.mark.scenario("R-G13")
def test_an_alarm_confirmed_when_asked_for_is_relied_on(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 09:00")
    town.news(rene, "delivered")
    town.pass_until("2026-05-04 11:30:30")
    amina.gets("René")
    sid = f"SM{town.network.sent[-1].id:032x}"
    town.network.news[sid] = DeliveryNews(0, sid, "delivered", amina.number)
    town.pass_time(minutes=5)
    claire.gets_nothing_more()


def test_where_no_delivery_is_ever_reported_none_is_missed(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until("2026-05-04 11:35")
    amina.gets("René")
    claire.gets_nothing_more()


def test_a_provider_that_fails_is_left_alone_and_nothing_is_lost(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until("2026-05-04 11:25")
    town.network.answers[amina.number] = NotSent("down", "nobody answers")
    town.pass_until("2026-05-04 11:45")
    amina.gets_nothing_more()
    del town.network.answers[amina.number]
    town.pass_time(minutes=5)
    amina.gets("René")
    amina.gets_nothing_more()


@pytest.mark.scenario("N22")
def test_an_alarm_takes_the_second_provider_while_the_first_fails(two_providers: Town) -> None:
    town = two_providers
    town.resident("+33639980001", "René", at="09:00")
    amina = town.volunteer("+33639980011", "Amina")
    town.pass_until("2026-05-04 11:29")
    town.network.answers[amina.number] = NotSent("down", "nobody answers")
    for n in range(6):
        town.network.answers[f"+3363998005{n}"] = NotSent("down", "nobody answers")
        town.phone(f"+3363998005{n}").texts("aide")
    town.pass_until("2026-05-04 11:32")
    assert [text.receiver for text in must(town.second).sent].count(amina.number) == 1


def test_wrong_credentials_lose_no_text(town: Town, rene: Phone) -> None:
    town.network.answers[rene.number] = Refused("20003", "unknown account", settings_are_wrong=True)
    town.pass_until("2026-05-04 09:03")
    rene.gets_nothing_more()
    del town.network.answers[rene.number]
    town.pass_until("2026-05-04 09:06")
    rene.gets("bonjour René")


def test_a_number_that_cannot_be_texted_is_a_persons_business_at_once(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.network.answers[rene.number] = Refused("21614", "landline", number_is_dead=True)
    town.pass_until("2026-05-04 09:01")
    claire.gets("René")
    assert town.the_case()["kind"] == "unreachable"


def test_a_text_in_doubt_is_looked_for_before_it_is_sent_again(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    town.network.answers[fatima.number] = Unknown("no answer")
    fatima.texts("aide")
    (text,) = town.rows("SELECT id, state FROM outbox")
    assert text["state"] == "unknown"
    town.network.known.append(OutboundText(text["id"], fatima.number, ""))
    town.pass_time(minutes=1)
    assert town.rows("SELECT state FROM outbox") == [{"state": "accepted"}]
    fatima.gets_nothing_more()


def test_a_text_that_never_left_is_sent_again(town: Town) -> None:
    fatima = town.person("+33639980031", "Fatima")
    town.network.answers[fatima.number] = Unknown("no answer")
    fatima.texts("aide")
    del town.network.answers[fatima.number]
    town.pass_time(seconds=80)
    fatima.gets_nothing_more()
    town.pass_time(minutes=1)
    fatima.gets("Quelle aide?")
    fatima.gets_nothing_more()


@pytest.mark.scenario("N22")
def test_when_no_provider_takes_an_alarm_coordinators_get_it_by_mail(tmp_path: Path) -> None:
    town = Town(tmp_path, email=EmailSettings(host="127.0.0.1", sender="helpline@example.org"))
    town.resident("+33639980001", "René", at="09:00")
    claire = town.coordinator("+33639980021", "Claire", "claire@mairie.example")
    town.pass_until("2026-05-04 11:29")
    town.network.answers[claire.number] = NotSent("down", "nobody answers")
    town.pass_until("2026-05-04 11:36")
    (mail,) = [each for each in town.mailbox.sent if "René" in each.subject]
    assert mail.receiver == "claire@mairie.example"
    assert "Merci de téléphoner" in mail.body
    town.stop()


def test_a_stuck_alarm_is_mailed_once_in_each_round_of_its_case(tmp_path: Path) -> None:
    town = Town(tmp_path, email=EmailSettings(host="mail.example", sender="aide@ville.example"))
    town.resident("+33639980001", "René", at="09:00")
    claire = town.coordinator("+33639980021", "Claire", email="claire@mairie.example")
    town.network.answers[claire.number] = NotSent("down", "nobody answers")
    mailed = []
    for moment in ("11:40", "11:55", "12:10"):
        town.pass_until(f"2026-05-04 {moment}")
        mailed.append(
            (town.the_case()["round"], sum("René" in each.subject for each in town.mailbox.sent))
        )
    assert mailed == [(1, 1), (2, 2), (3, 3)]
    town.stop()


def test_an_alarm_in_doubt_does_not_wait_for_ever_for_a_list_that_cannot_be_read(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.network.list_is_down = True
    town.network.answers[claire.number] = Unknown("time-out")
    town.pass_until("2026-05-04 11:30")
    town.network.answers.clear()
    town.pass_time(minutes=9)
    claire.gets_nothing_more()
    town.pass_time(minutes=3)
    claire.gets("ALERTE 201")
    claire.gets_nothing_more()


@pytest.mark.parametrize(
    ("moment", "copies"), [("09:09", 1), ("09:14", 2), ("09:24", 3), ("09:34", 4), ("09:55", 4)]
)
def test_copies_of_a_text_in_doubt_come_ten_minutes_apart_and_end(
    town: Town, rene: Phone, moment: str, copies: int
) -> None:
    town.network.list_is_down = True
    town.network.loses_answers_to.add(rene.number)
    town.pass_until(f"2026-05-04 {moment}")
    assert len(rene.inbox()) == copies
    assert len(set(rene.unread())) == 1


def test_a_courtesy_in_doubt_waits_for_the_list(town: Town, claire: Phone) -> None:
    town.network.list_is_down = True
    town.network.loses_answers_to.add(claire.number)
    town.pass_until("2026-05-04 18:00")
    town.pass_time(hours=1)
    claire.gets("04/05")
    claire.gets_nothing_more()


TWIN = """
    INSERT INTO outbox (id, idempotency_key, purpose, channel, priority, person_id, receiver,
    name, body, segments,
                        state, not_before_at,
                        expires_at, accepted_at, provider_id, created_at)
    SELECT id + 1000, idempotency_key || 'twin', purpose, channel, priority, person_id, receiver,
    name, body, segments,
           'accepted',
           not_before_at, expires_at, created_at, '{sid}', created_at FROM outbox"""


def test_news_of_a_text_given_up_whose_record_a_twin_has_are_taken(
    town: Town, claire: Phone
) -> None:
    town.network.loses_answers_to.add(claire.number)
    town.network.forgets = True
    town.pass_until("2026-05-04 18:00")
    town.pass_time(minutes=5)
    claire.gets("04/05")
    with town.gateway.read() as store:
        (given_up,) = store.all("report_messages", since=0, phone=claire.number)
    assert given_up["state"] == "refused"
    town.change(lambda tx: below(tx.store).execute(TWIN.format(sid=message_sid("twin"))))
    form = {
        "MessageSid": message_sid("twin"),
        "AccountSid": SID,
        "MessageStatus": "delivered",
        "To": claire.number,
    }
    assert town.post(f"/twilio/status?mid={given_up['row_id']}", form) == 204
    with town.gateway.read() as store:
        row = store.one("text", id=given_up["row_id"])
    assert row is not None
    assert (row["status"], row["provider_id"]) == ("delivered", None)
