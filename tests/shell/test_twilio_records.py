"""Finding texts again at Twilio, catching up on missed ones, and what the doctor says of the
account."""

import dataclasses

import pytest

from helpline.base.clock import SteeredClock, SystemClock
from helpline.base.ports import Accepted, InboundText, OutboundText, Unknown
from helpline.providers.twilio.transport import TwilioTransport
from helpline.simulator import carrier_faults as faults
from helpline.simulator.carrier import Carrier
from tests.kit.carrier_kit import (
    ACCOUNT,
    OURS,
    PUBLIC,
    RENE,
    TOKEN,
    TwilioDescription,
    twilio_settings,
)

AMINA = "+33639980002"
HELLO = OutboundText(7, RENE, "Bonjour René, ça va ?\nOUI / NON")


@pytest.fixture(scope="module")
def description():
    return TwilioDescription()


@pytest.fixture
def carrier(description):
    with Carrier(ACCOUNT, TOKEN, OURS, check=description.complaint, callbacks=False) as carrier:
        yield carrier
        assert carrier.complaints == []


@pytest.fixture
def transport(carrier):
    transport = TwilioTransport(twilio_settings(carrier.api_base), PUBLIC)
    yield transport
    transport.close()


def now():
    return SystemClock().now() / 1000


def test_a_text_of_unknown_fate_is_found_by_its_words(carrier, transport):
    since = now()
    carrier.next_faults([faults.reset(after_accepting=True)])
    assert isinstance(transport.send(HELLO), Unknown)
    found = transport.look_up(HELLO, since)
    assert found == [Accepted(carrier.texts_to(RENE)[0].sid, "queued", 1)]


def test_a_text_that_never_arrived_is_not_found(carrier, transport):
    since = now()
    transport.send(dataclasses.replace(HELLO, body="Autre chose"))
    transport.send(dataclasses.replace(HELLO, receiver=AMINA))
    carrier.text(RENE, HELLO.body)
    assert not transport.look_up(HELLO, since)


def test_an_older_text_with_the_same_words_is_not_mistaken_for_it(description):
    clock = SteeredClock(frozen=True)
    with Carrier(
        ACCOUNT, TOKEN, OURS, check=description.complaint, callbacks=False, clock=clock
    ) as carrier:
        transport = TwilioTransport(twilio_settings(carrier.api_base))
        transport.send(HELLO)
        clock.forward(60_000)
        since = clock.now() / 1000
        assert not transport.look_up(HELLO, since)
        second = transport.send(HELLO)
        clock.forward(60_000)
        third = transport.send(HELLO)
        assert transport.look_up(HELLO, since) == [second, third], (
            "the oldest first: later ones belong to later texts"
        )
        transport.close()


def test_a_trial_accounts_preface_does_not_hide_a_text(carrier, transport):
    transport.send(
        dataclasses.replace(HELLO, body="Sent from your Twilio trial account - " + HELLO.body)
    )
    assert transport.look_up(HELLO, now())


def test_a_text_is_found_on_a_later_page(carrier, transport):
    since = now()
    wanted = transport.send(HELLO)
    for number in range(120):
        carrier.accept(via="twilio", sender=OURS, receiver=RENE, body=f"texte {number}")
    assert transport.look_up(HELLO, since) == [wanted]


def test_when_twilio_cannot_be_asked_nobody_pretends(carrier):
    transport = TwilioTransport(twilio_settings(carrier.api_base, auth_token="wrong"))
    with pytest.raises(LookupError, match="does not know our account"):
        transport.look_up(HELLO, now())
    with pytest.raises(LookupError):
        list(transport.messages_to(OURS, 0))
    transport.close()


def test_what_people_wrote_while_we_were_down_is_read_oldest_first(carrier, transport):
    for number in range(60):
        assert carrier.text(RENE, f"texte {number}\x07") == 0, "nobody answers"
    transport.send(HELLO)
    texts = list(transport.messages_to(OURS, now() - 60))
    assert [text.body for text in texts] == [f"texte {number}" for number in range(60)]
    first = carrier.texts_to(OURS)[0]
    assert texts[0] == InboundText("twilio", first.sid, RENE, OURS, "texte 0")
    assert list(transport.messages_to(OURS, now() + 60)) == []


def test_a_long_outage_leaves_none_of_many_texts_out(carrier, transport):
    for number in range(1_050):
        carrier.text(RENE, f"texte {number}")
    texts = transport.received_since(now() - 60)
    assert [text.body for text in texts] == [f"texte {number}" for number in range(1_050)]
    assert all(abs(text.sent_at / 1000 - now()) < 120 for text in texts)


# --- the doctor -----------------------------------------------------------------------------------


def levels(transport):
    findings = transport.examine()
    assert all(finding.remedy for finding in findings if finding.level != "ok")
    return [(finding.level, finding.text) for finding in findings]


def test_an_account_in_good_order_leaves_only_the_kept_words_to_warn_of(carrier, transport):
    carrier.sms_url, carrier.sms_fallback_url = (
        f"{PUBLIC}/twilio/sms",
        f"{PUBLIC}/twilio/sms-fallback",
    )
    found = levels(transport)
    assert [level for level, _ in found] == ["ok", "ok", "ok", "warning"]
    assert "HELP" in found[-1][1]


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        ({"account_status": "suspended"}, "problem", "suspended"),
        ({"sms_url": "https://elsewhere.example/sms"}, "problem", "elsewhere"),
        ({"sms_url": ""}, "problem", "nobody"),
        ({"sms_url": f"{PUBLIC}/twilio/sms#rc=2&rp=all"}, "ok", "reach"),
        ({"sms_url": f"{PUBLIC}/twilio/sms", "sms_method": "GET"}, "problem", "GET"),
        ({"sms_url": f"{PUBLIC}/twilio/sms"}, "warning", "second address"),
        ({"account_type": "Trial"}, "warning", "trial"),
        ({"balance": "a lot"}, "problem", "could not be asked"),
        ({"balance": "1.20"}, "warning", "1.20"),
        ({"number": "+33639980009"}, "problem", "does not belong"),
        ({"auth_token": "another"}, "problem", "turns us away"),
    ],
)
def test_the_doctor_names_what_is_wrong(carrier, transport, change, level, words):
    for name, value in change.items():
        setattr(carrier, name, value)
    assert any(found == level and words in text for found, text in levels(transport))


def test_the_doctor_says_when_nobody_answers():
    transport = TwilioTransport(twilio_settings("http://127.0.0.1:1"), PUBLIC)
    assert ("problem", "could not be asked") in [
        (level, text[7:25]) for level, text in levels(transport)
    ]
    transport.close()


def test_the_doctor_points_at_what_a_messaging_service_hides(carrier):
    service = twilio_settings(
        carrier.api_base, number="", messaging_service_sid="MG0123456789abcdef0123456789abcdef"
    )
    transport = TwilioTransport(service, PUBLIC)
    assert any("messaging service" in text for _, text in levels(transport))
    transport.close()


def test_the_doctor_says_that_nobody_can_write_to_us_without_a_public_address(carrier):
    transport = TwilioTransport(twilio_settings(carrier.api_base), "")
    assert any(level == "problem" and "cannot come in" in text for level, text in levels(transport))
    transport.close()
