"""Finding texts again at Twilio, and catching up on missed ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

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
def description() -> TwilioDescription:
    return TwilioDescription()


@pytest.fixture
def carrier(description: TwilioDescription) -> Iterator[Carrier]:
    with Carrier(ACCOUNT, TOKEN, OURS, check=description.complaint, callbacks=False) as carrier:
        yield carrier
        assert carrier.complaints == []


@pytest.fixture
def transport(carrier: Carrier) -> Iterator[TwilioTransport]:
    transport = TwilioTransport(twilio_settings(carrier.api_base), PUBLIC)
    yield transport
    transport.close()


def now() -> float:
    return SystemClock().now() / 1000


def test_a_text_of_unknown_fate_is_found_by_its_words(
    carrier: Carrier, transport: TwilioTransport
) -> None:
    since = now()
    carrier.next_faults([faults.reset(after_accepting=True)])
    assert isinstance(transport.send(HELLO), Unknown)
    found = transport.look_up(HELLO, since)
    assert found == [Accepted(carrier.texts_to(RENE)[0].sid, "queued", 1)]


def test_a_text_that_never_arrived_is_not_found(
    carrier: Carrier, transport: TwilioTransport
) -> None:
    since = now()
    transport.send(dataclasses.replace(HELLO, body="Autre chose"))
    transport.send(dataclasses.replace(HELLO, receiver=AMINA))
    carrier.text(RENE, HELLO.body)
    assert not transport.look_up(HELLO, since)


def test_an_older_text_with_the_same_words_is_not_mistaken_for_it(
    description: TwilioDescription,
) -> None:
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


def test_a_trial_accounts_preface_does_not_hide_a_text(
    carrier: Carrier, transport: TwilioTransport
) -> None:
    transport.send(
        dataclasses.replace(HELLO, body="Sent from your Twilio trial account - " + HELLO.body)
    )
    assert transport.look_up(HELLO, now())


def test_a_text_is_found_on_a_later_page(carrier: Carrier, transport: TwilioTransport) -> None:
    since = now()
    wanted = transport.send(HELLO)
    for number in range(120):
        carrier.accept(via="twilio", sender=OURS, receiver=RENE, body=f"texte {number}")
    assert transport.look_up(HELLO, since) == [wanted]


def test_when_twilio_cannot_be_asked_nobody_pretends(carrier: Carrier) -> None:
    transport = TwilioTransport(twilio_settings(carrier.api_base, auth_token="wrong"))
    with pytest.raises(LookupError, match="does not know our account"):
        transport.look_up(HELLO, now())
    with pytest.raises(LookupError):
        list(transport.messages_to(OURS, 0))
    transport.close()


def test_what_people_wrote_while_we_were_down_is_read_oldest_first(
    carrier: Carrier, transport: TwilioTransport
) -> None:
    for number in range(60):
        assert carrier.text(RENE, f"texte {number}\x07") == 0, "nobody answers"
    transport.send(HELLO)
    texts = list(transport.messages_to(OURS, now() - 60))
    assert [text.body for text in texts] == [f"texte {number}" for number in range(60)]
    first = carrier.texts_to(OURS)[0]
    assert texts[0] == InboundText("twilio", first.sid, RENE, OURS, "texte 0")
    assert list(transport.messages_to(OURS, now() + 60)) == []


def test_a_long_outage_leaves_none_of_many_texts_out(
    carrier: Carrier, transport: TwilioTransport
) -> None:
    for number in range(1_050):
        carrier.text(RENE, f"texte {number}")
    texts = transport.received_since(now() - 60)
    assert [text.body for text in texts] == [f"texte {number}" for number in range(1_050)]
    assert all(abs(text.sent_at / 1000 - now()) < 120 for text in texts)
