"""The network on loopback behaves as a provider's would, in good and in bad weather."""

import threading
import time
from collections.abc import Iterator

import pytest
import urllib3
from flask import Flask

from helpline.base.ports import (
    Accepted,
    InboundText,
    OutboundText,
    Outcome,
    Transport,
    UssdEnd,
    UssdRequest,
)
from helpline.providers.africastalking.transport import AfricasTalkingTransport
from helpline.providers.africastalking.webhooks import africastalking_webhooks
from helpline.providers.twilio.transport import TwilioTransport
from helpline.providers.twilio.webhooks import twilio_webhooks
from helpline.simulator import carrier_faults as faults
from helpline.simulator.carrier import Carrier, CarrierText
from helpline.simulator.carrier_webhooks import Errands
from tests.kit.carrier_kit import (
    ACCOUNT,
    OURS,
    PUBLIC,
    RENE,
    TOKEN,
    KeepingGateway,
    TwilioDescription,
    at_settings,
    serving,
    twilio_settings,
)
from tests.kit.must import must

AMINA = "+33639980002"
CODE = "*384*71#"
Wired = tuple[Carrier, KeepingGateway, TwilioTransport]


@pytest.fixture
def town() -> Iterator[Wired]:
    """A carrier and a gateway that know each other, and the way from one to the other."""
    gateway, app = KeepingGateway(), Flask(__name__)
    with Carrier(
        ACCOUNT, TOKEN, OURS, public_url=PUBLIC, at_token="s3cret", at_number="22071"
    ) as carrier:
        app.register_blueprint(twilio_webhooks(twilio_settings(), PUBLIC, gateway))
        app.register_blueprint(africastalking_webhooks(Guarded(), gateway))
        transport = TwilioTransport(twilio_settings(carrier.api_base), PUBLIC)
        with serving(app) as address:
            carrier.gateway_url = address
            yield carrier, gateway, transport
        transport.close()


class Guarded:
    token = "s3cret"


def say(transport: Transport, body: str, receiver: str = RENE, mid: int = 7) -> Outcome:
    return transport.send(OutboundText(mid, receiver, body))


def accepted(outcome: Outcome) -> str:
    """Return the carrier's id of a text it took."""
    assert isinstance(outcome, Accepted)
    return outcome.provider_id


def test_a_text_typed_on_a_phone_reaches_the_gateway_signed(town: Wired) -> None:
    carrier, gateway, _ = town
    assert carrier.text(RENE, "AIDE é\n1") == 200
    assert gateway.texts == [
        InboundText("twilio", carrier.texts_to(OURS)[0].sid, RENE, OURS, "AIDE é\n1")
    ]


def test_a_text_delivered_twice_keeps_its_id(town: Wired) -> None:
    carrier, gateway, _ = town
    sid = "SM" + "a" * 32
    assert [carrier.text(RENE, "1", sid=sid), carrier.text(RENE, "1", sid=sid)] == [200, 200]
    assert [text.provider_id for text in gateway.texts] == [sid, sid]
    assert len(carrier.texts_to(OURS)) == 1


def test_a_text_to_a_gateway_that_is_down_is_kept_by_the_network(town: Wired) -> None:
    carrier, gateway, _ = town
    gateway.is_down = True
    assert carrier.text(RENE, "AIDE") == 503
    carrier.gateway_url = "http://127.0.0.1:1"
    assert carrier.text(RENE, "AIDE") == 0
    carrier.gateway_url = None
    assert carrier.text(RENE, "AIDE") == 0
    assert len(carrier.texts_to(OURS)) == 3


def test_dialling_shows_the_gateways_screen(town: Wired) -> None:
    carrier, gateway, _ = town
    assert carrier.dial(RENE, "s1", CODE) == "CON 1. Bonjour"
    gateway.screen = "END Merci"
    assert carrier.dial(RENE, "s1", CODE, "1*2") == "END Merci"
    assert gateway.hops[-1] == UssdRequest("africastalking", "s1", RENE, CODE, "1*2")
    gateway.is_down = True
    assert carrier.dial(RENE, "s2", CODE) == ""


@pytest.mark.parametrize(("status", "complete"), [("Incomplete", False), ("Success", True)])
def test_the_end_of_a_session_is_told(town: Wired, status: str, complete: bool) -> None:
    carrier, gateway, _ = town
    assert carrier.end_session("s1", RENE, CODE, status) == 200
    assert gateway.ends == [UssdEnd("africastalking", "s1", complete)]


def test_africas_talking_delivers_texts_too(town: Wired) -> None:
    carrier, gateway, _ = town
    assert carrier.text(RENE, "AIDE", via="africastalking") == 200
    assert [(text.provider, text.receiver, text.body) for text in gateway.texts] == [
        ("africastalking", "22071", "AIDE")
    ]


def test_news_of_a_text_comes_by_itself(town: Wired) -> None:
    carrier, gateway, transport = town
    sid = accepted(say(transport, "Bonjour"))
    assert [news.status for news in gateway.wait_for_news(2)] == ["sent", "delivered"]
    assert {(news.message_id, news.provider_id) for news in gateway.news} == {(7, sid)}
    assert carrier.wait_for_status(sid, "delivered").body == "Bonjour"


@pytest.mark.parametrize(
    ("fault", "news"),
    [
        (faults.shuffled(), [("delivered", ""), ("sent", "")]),
        (faults.duplicated(), [("sent", ""), ("sent", ""), ("delivered", ""), ("delivered", "")]),
        (faults.undelivered(30005), [("sent", ""), ("undelivered", "30005")]),
    ],
    ids=["shuffled", "duplicated", "undelivered"],
)
def test_news_can_come_in_disorder(
    town: Wired, fault: faults.Fault, news: list[tuple[str, str]]
) -> None:
    carrier, gateway, transport = town
    carrier.next_faults([fault])
    say(transport, "Bonjour")
    assert [(one.status, one.error_code) for one in gateway.wait_for_news(len(news))] == news


def test_africas_talking_tells_its_news_too(town: Wired) -> None:
    carrier, gateway, _ = town
    transport = AfricasTalkingTransport(at_settings(carrier.api_base, username="sandbox"))
    carrier.next_faults([faults.undelivered(7), faults.fine()])
    sids = [accepted(say(transport, body)) for body in ("Un", "Deux")]
    told = [(news.provider_id, news.status) for news in gateway.wait_for_news(4)]
    assert told == list(
        zip([sids[0]] * 2 + [sids[1]] * 2, ["sent", "failed", "sent", "delivered"], strict=True)
    )
    transport.close()


def test_silence_stays_silent_and_the_next_text_speaks(town: Wired) -> None:
    carrier, gateway, transport = town
    carrier.next_faults([faults.silent(), faults.fine()])
    say(transport, "Un", mid=1)
    say(transport, "Deux", mid=2)
    gateway.wait_for_news(2)
    carrier.settle()
    assert {news.message_id for news in gateway.news} == {2}
    assert carrier.texts_to(RENE)[0].status == "queued"


def test_a_test_may_tell_the_news_itself(town: Wired) -> None:
    carrier, gateway, transport = town
    carrier.callbacks = False
    sid = accepted(say(transport, "Bonjour"))
    carrier.report(sid, "undelivered", 30006)
    carrier.report(sid, "delivered")
    assert [(news.status, news.error_code) for news in gateway.news] == [
        ("undelivered", "30006"),
        ("delivered", ""),
    ]
    assert must(carrier.texts.get(sid)).status == "undelivered", "a final state stays"


def test_waiting_for_a_text_ends_with_the_text(town: Wired) -> None:
    carrier, _, transport = town
    later = threading.Thread(target=lambda: [say(transport, f"Bonjour {n}") for n in range(3)])
    later.start()
    assert carrier.wait_for(RENE, "2").body == "Bonjour 2"
    later.join()
    assert carrier.wait_for(RENE, "Bonjour", after=1).body == "Bonjour 1"


def test_waiting_in_vain_says_what_came_instead(town: Wired) -> None:
    carrier, _, transport = town
    say(transport, "Bonjour")
    with pytest.raises(TimeoutError, match="Bonjour"):
        carrier.wait_for(RENE, "Bonsoir", timeout=0.05)


def test_a_listener_hears_each_text_the_gateway_sends(town: Wired) -> None:
    carrier, _, transport = town
    heard: list[CarrierText] = []
    carrier.on_text(heard.append)
    say(transport, "Un")
    say(transport, "Deux", AMINA)
    carrier.text(RENE, "pas celui-ci")
    assert [(text.receiver, text.body) for text in heard] == [(RENE, "Un"), (AMINA, "Deux")]


def test_many_senders_at_once_lose_nothing(town: Wired) -> None:
    carrier, _, transport = town
    threads = [
        threading.Thread(target=lambda n=n: [say(transport, f"{n}-{m}", AMINA) for m in range(10)])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies = [text.body for text in carrier.texts_to(AMINA)]
    assert sorted(bodies) == sorted(f"{n}-{m}" for n in range(8) for m in range(10))


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": OURS, "Body": "x"}, 21604),
        ({"To": "Maman", "From": OURS, "Body": "x"}, 21211),
        ({"To": RENE, "Body": "x"}, 21603),
        ({"To": RENE, "From": "+33639980099", "Body": "x"}, 21606),
        ({"To": RENE, "From": OURS}, 21602),
        ({"To": RENE, "From": OURS, "Body": "x" * 1601}, 21617),
    ],
)
def test_a_form_twilio_would_refuse_is_refused(form: dict[str, str], code: int) -> None:
    with Carrier(ACCOUNT, TOKEN, OURS) as carrier:
        assert posted(carrier, form) == (400, code)
        assert carrier.texts.all() == []


def posted(carrier: Carrier, form: dict[str, str], token: str = TOKEN) -> tuple[int, int | None]:
    headers = urllib3.make_headers(basic_auth=f"{ACCOUNT}:{token}")
    url = f"{carrier.api_base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    with urllib3.PoolManager(retries=False) as pool:
        answer = pool.request("POST", url, fields=form, headers=headers, encode_multipart=False)
    return answer.status, answer.json().get("code")


def test_a_wrong_token_gets_nowhere() -> None:
    with Carrier(ACCOUNT, TOKEN, OURS) as carrier:
        assert posted(carrier, {"To": RENE, "From": OURS, "Body": "x"}, token="guess") == (
            401,
            20003,
        )


def test_a_form_outside_twilios_description_is_complained_of() -> None:
    with Carrier(ACCOUNT, TOKEN, OURS, check=TwilioDescription().complaint) as carrier:
        assert posted(carrier, {"To": RENE, "From": OURS})[0] == 400
        assert posted(carrier, {"To": RENE, "From": OURS, "Body": "x", "Colour": "red"})[0] == 400
        assert len(carrier.complaints) == 2


def test_it_stops_even_while_somebody_is_kept_waiting() -> None:
    carrier = Carrier(ACCOUNT, TOKEN, OURS)
    carrier.next_faults([faults.hang(600, after_accepting=True)])
    transport = TwilioTransport(twilio_settings(carrier.api_base))
    waiting = threading.Thread(target=lambda: say(transport, "Bonjour"))
    waiting.start()
    carrier.wait_for(RENE)
    carrier.stop()
    carrier.stop()
    waiting.join()
    transport.close()


def test_who_waits_for_the_carriers_news_does_not_wait_for_one_that_stopped() -> None:
    errands, free = Errands(), threading.Event()
    errands.add(free.wait)
    waiter = threading.Thread(target=errands.finish, daemon=True)
    waiter.start()
    stopper = threading.Thread(target=errands.stop, daemon=True)
    stopper.start()
    time.sleep(0.1)  # it has dropped what was left, and waits for the one errand under way
    free.set()
    waiter.join(5)
    assert not waiter.is_alive()
