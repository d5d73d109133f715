"""Two texts in the same words to one person: neither is taken for the other, whichever of them got
lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpline.app.build import Gateway, build
from helpline.base.clock import SteeredClock
from helpline.messaging.outbox import Message, queue
from helpline.providers.twilio.settings import TwilioSettings
from helpline.providers.twilio.transport import TwilioTransport
from helpline.settings import Settings
from helpline.settings.database import File
from helpline.settings.sections import ServiceSettings
from helpline.simulator import carrier_faults as faults
from helpline.simulator.carrier import Carrier
from helpline.town.tx import Tx
from tests.chaos.campaign import OUR_NUMBER, SID, START, TOKEN
from tests.kit.must import below

RENE = "+33639980001"
URL = "http://127.0.0.1:9"


class Street:
    """A gateway and a network on one clock that stands still until told."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteeredClock(START, frozen=True)
        self.carrier = Carrier(SID, TOKEN, OUR_NUMBER, callbacks=False, clock=self.clock)
        twilio = TwilioSettings(
            account_sid=SID, auth_tokens=(TOKEN,), number=OUR_NUMBER, segments_per_second=100.0
        )
        service = ServiceSettings(name="Ici", public_url=URL, database=File(folder / "town.db"))
        transport = TwilioTransport(replace(twilio, api_base=self.carrier.api_base), URL)
        self.gateway: Gateway = build(
            Settings(service=service).having(twilio),
            clock=self.clock,
            threads=0,
            carriers={"twilio": transport},
        )
        self.person = self.gateway.change(
            lambda tx: tx.add(
                "add_person", phone=RENE, name="René", language="fr", line="mobile", now=tx.now
            )
        )
        self._transport = transport

    def says(self, *names: str) -> None:
        """Queue texts in the same words, one for each name."""

        def work(tx: Tx) -> None:
            for name in names:
                queue(tx, Message(name, "reply", self.person, RENE, "ok", "Merci, c'est noté."))

        self.gateway.change(work)
        self.gateway.engine.settle()

    def later(self, minutes: int) -> None:
        """Let time pass, a quarter of a minute at a time."""
        for _ in range(4 * minutes):
            self.clock.forward(15_000)
            self.gateway.engine.settle()

    def states(self) -> list[tuple[str, str]]:
        """Return name and state of every text."""
        with self.gateway.read() as store:
            rows = (
                below(store)
                .execute("SELECT idempotency_key, state FROM outbox ORDER BY id")
                .fetchall()
            )
        return [(row["idempotency_key"], row["state"]) for row in rows]

    def stop(self) -> None:
        self.gateway.close_reader()
        self.gateway.engine.stop()
        self._transport.close()
        self.carrier.stop()


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    street = Street(tmp_path)
    yield street
    street.stop()


BOTH_ACCEPTED = [("first", "accepted"), ("second", "accepted")]
TAKEN_FOR_ANOTHER = "a text in doubt is found in another's record, and is lost or in doubt for ever"


@pytest.mark.scenario("R-G09")
@pytest.mark.parametrize(
    "meets",
    [
        [faults.reset(after_accepting=False), faults.fine()],
        [faults.fine(), faults.reset(after_accepting=False)],
        [faults.fine(), faults.reset(after_accepting=True)],
        [faults.reset(after_accepting=True), faults.reset(after_accepting=True)],
    ],
    ids=[
        "the first is lost",
        "the second is lost",
        "the second's answer is lost",
        "both answers are lost",
    ],
)
def test_of_two_texts_in_the_same_words_both_arrive_once(
    street: Street, meets: list[faults.Fault]
) -> None:
    street.carrier.next_faults(meets)
    street.says("first", "second")
    street.later(minutes=5)
    assert street.states() == BOTH_ACCEPTED
    assert len(street.carrier.texts_to(RENE)) == 2


@pytest.mark.scenario("R-G09", "N4")
def test_a_text_whose_answer_was_lost_is_found_and_not_sent_again(street: Street) -> None:
    street.carrier.next_faults([faults.reset(after_accepting=True)])
    street.says("first")
    street.later(minutes=5)
    assert street.states() == [("first", "accepted")]
    assert len(street.carrier.texts_to(RENE)) == 1


@pytest.mark.scenario("R-G09", "N4")
def test_a_text_that_never_arrived_is_sent_again_within_two_minutes(street: Street) -> None:
    street.carrier.next_faults([faults.reset(after_accepting=False)])
    street.says("first")
    street.later(minutes=2)
    assert len(street.carrier.texts_to(RENE)) == 1
