"""Whatever comes in by text: a clear outcome, and nothing is lost."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.behind import engines_store
from tests.fakes import OUR_NUMBER, PUBLIC, SID, TOKEN, Phone, Town
from tests.kit.must import below
from tests.kit.sids import message_sid

FATIMA = "+33639980031"


def form(
    body: str = "aide", sender: str = FATIMA, sid: str = message_sid("1"), **more: str
) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "AccountSid": SID,
        "From": sender,
        "To": OUR_NUMBER,
        "Body": body,
        "NumMedia": "0",
        **more,
    }


@pytest.mark.scenario("R-G16")
def test_a_forged_text_is_refused_and_leaves_no_trace(town: Town) -> None:
    for signature in ("", "forged", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="):
        assert town.post("/twilio/sms", form(), signature=signature) == 403
    assert not town.rows("SELECT id FROM inbox")
    assert not town.network.sent


@pytest.mark.scenario("R-G16")
def test_a_request_without_any_signature_is_refused(town: Town) -> None:
    assert town.client.post("/twilio/sms", data=form()).status_code == 403
    assert town.client.post("/twilio/status", data=form()).status_code == 403


@pytest.mark.scenario("R-G15", "P12")
def test_a_text_delivered_many_times_acts_once(town: Town) -> None:
    for _ in range(5):
        assert town.post("/twilio/sms", form()) == 200
    assert len(town.network.sent) == 1
    assert len(town.rows("SELECT id FROM inbox")) == 1


@pytest.mark.scenario("R-G15")
def test_a_text_delivered_again_after_a_restart_acts_once(town: Town) -> None:
    town.post("/twilio/sms", form())
    town.be_down(minutes=5)
    assert town.post("/twilio/sms", form()) == 200
    assert len(town.network.sent) == 1


def test_answers_that_come_in_another_order_are_each_kept(town: Town) -> None:
    town.post("/twilio/sms", form("2", sid=message_sid("2")))
    town.post("/twilio/sms", form("aide", sid=message_sid("1")))
    assert [row["body"] for row in town.rows("SELECT body FROM inbox ORDER BY id")] == ["2", "aide"]


@pytest.mark.scenario("R-G18")
def test_a_body_of_100_kilobytes_is_refused_as_too_large(town: Town) -> None:
    assert town.post("/twilio/sms", form("x" * 100_000)) == 413
    assert not town.rows("SELECT id FROM inbox")


@pytest.mark.scenario("R-G18")
@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "👍🏽",
        "🦄🦄",
        "x" * 1600,
        "\u202eaide",
        "ⴰⵣⵓⵍ",
        "=cmd|' /C calc'!A1",
        "<script>alert(1)</script>",
        "{{7*7}}",
    ],
    ids=[
        "empty",
        "blanks",
        "thumb",
        "emoji",
        "long",
        "bidi",
        "tifinagh",
        "formula",
        "markup",
        "template",
    ],
)
def test_odd_words_are_kept_and_answered_with_a_question(town: Town, body: str) -> None:
    phone = town.person(FATIMA, "Fatima")
    phone.texts("menu")
    phone.unread()
    assert town.webhook(FATIMA, body) == 200
    assert len(phone.unread()) == 1
    assert town.rows("SELECT body FROM inbox ORDER BY id DESC LIMIT 1") == [{"body": body}]


@pytest.mark.scenario("R-G35")
def test_control_characters_do_not_get_in(town: Town) -> None:
    town.webhook(FATIMA, "ai\x00de\x07\r\nici")
    assert "\x00" not in town.rows("SELECT body FROM inbox")[0]["body"]


def test_bytes_that_are_no_utf_8_are_no_reason_to_fall(town: Town) -> None:
    raw = urlencode(form()).replace("Body=aide", "Body=%FF%FEaide").encode()
    sign = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/sms", form("��aide"))
    headers = {"X-Twilio-Signature": sign, "Content-Type": "application/x-www-form-urlencoded"}
    assert town.client.post("/twilio/sms", data=raw, headers=headers).status_code in (200, 403)


@pytest.mark.scenario("E-G14")
@pytest.mark.parametrize(
    "sender", ["36105", "MAIRIE", OUR_NUMBER, "whatsapp:+33639980031", "+870773111632000000"]
)
def test_one_who_cannot_be_answered_is_kept_and_not_answered(town: Town, sender: str) -> None:
    assert town.webhook(sender, "aide") == 200
    assert not town.network.sent
    assert town.rows("SELECT sender FROM inbox") == [{"sender": sender}]


def test_a_request_without_a_sender_is_refused(town: Town) -> None:
    without = form()
    del without["From"]
    assert town.post("/twilio/sms", without) == 400


@pytest.mark.scenario("R-G24")
def test_two_robots_do_not_write_to_each_other_for_ever(town: Town) -> None:
    robot = town.phone(FATIMA)
    for number in range(40):
        robot.texts(f"Je suis absent, réponse automatique {number}")
    assert len(robot.inbox()) < 8
    robot.texts("aide")
    assert "Quelle aide" in robot.inbox()[-1]  # a person behind it is still served


def test_provider_stop_is_obeyed_without_a_second_answer(town: Town) -> None:
    fatima = town.person(FATIMA, "Fatima")
    town.webhook(FATIMA, "STOP", OptOutType="STOP")
    fatima.gets_nothing_more()
    assert town.rows(
        "SELECT stopped_at IS NOT NULL AS stopped FROM people WHERE phone = ?", FATIMA
    ) == [{"stopped": 1}]


@pytest.mark.scenario("R-G13", "N5")
def test_statuses_in_any_order_end_the_same(town: Town) -> None:
    fatima = town.person(FATIMA, "Fatima")
    fatima.texts("aide")
    for status in ("delivered", "sent", "queued", "delivered", "sending"):
        town.news(fatima, status)
    assert town.rows("SELECT status FROM outbox") == [{"status": "delivered"}]


def test_a_status_about_somebody_elses_text_is_refused(town: Town) -> None:
    fatima = town.person(FATIMA, "Fatima")
    fatima.texts("aide")
    text = town.network.sent[0]
    other = {
        "MessageSid": message_sid("other"),
        "AccountSid": SID,
        "MessageStatus": "failed",
        "To": "+33639980099",
    }
    town.post(f"/twilio/status?mid={text.id}", other)
    assert town.rows("SELECT status FROM outbox") == [{"status": "queued"}]


@pytest.mark.scenario("N31")
def test_a_database_that_cannot_take_it_is_told_and_nothing_is_half_done(
    town: Town, rene: Phone
) -> None:
    town.gateway.engine.settle()
    connection = below(engines_store(town.gateway.engine))
    connection.execute("PRAGMA query_only=ON")
    assert town.post("/twilio/sms", form(sid=message_sid("locked"))) == 503
    connection.execute("PRAGMA query_only=OFF")
    assert not town.rows("SELECT id FROM inbox")
    assert town.post("/twilio/sms", form(sid=message_sid("locked"))) == 200
    assert len(town.rows("SELECT id FROM inbox")) == 1
