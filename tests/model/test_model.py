"""The protocol in every order of events; and the model decides as the house does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpline.base.ports import Accepted, DeliveryNews, NotSent, Outcome, Unknown
from helpline.messaging import delivery, reconcile
from helpline.messaging.outbox import Message, queue
from helpline.messaging.rows import TEXT
from helpline.town.tx import Tx
from tests.fakes import Town
from tests.model import decisions, sending, town
from tests.model.decisions import Row

OUTCOMES: dict[str, Outcome] = {
    "accepted": Accepted("SM1"),
    "not_sent": NotSent("429", "later"),
    "unknown": Unknown("no answer"),
}
ROWS = (
    Row("queued"),
    Row("sending"),
    Row("unknown"),
    Row("unknown", looked=True),
    Row("accepted"),
    Row("cancelled"),
    Row("refused"),
)


@pytest.mark.scenario("N1", "R-G02", "N2")
@pytest.mark.parametrize(
    "rules", [sending.Rules(2, 3), sending.Rules(3, 3), sending.Rules(2, 3, worth_a_copy=False)]
)
def test_a_text_is_never_lost_and_never_sent_twice_whatever_crashes_and_gets_lost(
    rules: sending.Rules,
) -> None:
    found = sending.explored(rules)
    assert not found.wrong
    assert found.states > 500


@pytest.mark.parametrize(
    "rules",
    [
        sending.Rules(list_is_up_to_date_at_the_second_look=False),
        sending.Rules(late_requests_arrive_before_the_second_look=False),
        sending.Rules(leases_outlive_requests=False),
    ],
)
def test_each_thing_the_protocol_relies_on_is_needed(rules: sending.Rules) -> None:
    assert "sent twice" in sending.explored(rules).wrong


@pytest.mark.scenario("N1", "N11")
@pytest.mark.parametrize("rules", [town.Rules(0, 0, 1), town.Rules(1, 0, 0)])
def test_two_volunteers_are_asked_once_each_and_both_learn_that_all_is_well(
    rules: town.Rules,
) -> None:
    assert not town.explored(rules).wrong


# --- the model decides as the house does ----------------------------------------------------------


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.stop()


def becomes(
    gateway: Town, row: Row, work: Callable[[Tx, int], Any], purpose: str = "case_ask"
) -> Row:
    """Return what real work makes of a text that stands as `row` in a real file."""

    def play(tx: Tx) -> Row:
        words = Message(f"model:{tx.now}", purpose, None, "+33639980001", "model", "x", worth=10**9)
        text_id = queue(tx, words)
        put(gateway, tx, row, text_id)
        work(tx, text_id)
        after = tx.one(TEXT, id=text_id)
        assert after is not None
        raise Found(
            Row(after["state"], after["state"] == "unknown" and after["looked_at"] is not None)
        )

    with pytest.raises(
        Found
    ) as found:  # nothing is kept: every row is played on the same empty outbox
        gateway.change(play)
    return found.value.row


class Found(Exception):
    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.row = row


def put(gateway: Town, tx: Tx, row: Row, text_id: int) -> None:
    """Bring a queued text to where `row` stands, as the house would."""
    if row.state == "cancelled":
        tx.run("drop_text", id=text_id, state="cancelled", reason="released")
    elif row.state != "queued":
        claim(gateway, tx)
    match row.state:
        case "unknown":
            delivery.record(tx, text_id, OUTCOMES["unknown"], "twilio")
            if row.looked:
                tx.run("note_not_found", id=text_id, now=tx.now)
        case "accepted":
            delivery.record(tx, text_id, OUTCOMES["accepted"], "twilio")
        case "refused":
            tx.run("text_refused", id=text_id, error="30003")
        case _:
            pass  # queued, being sent, cancelled: it stands there already


def claim(gateway: Town, tx: Tx) -> None:
    sender = gateway.gateway.engine.sender
    assert sender is not None
    sender.forget(sender.claim(tx))


@pytest.mark.parametrize("row", ROWS)
def test_a_claim_in_the_model_is_a_claim_in_the_house(gateway: Town, row: Row) -> None:
    assert becomes(gateway, row, lambda tx, _: claim(gateway, tx)) == decisions.claim(
        row, cause_gone=False
    )


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_is_recorded_in_the_model_as_in_the_house(
    gateway: Town, row: Row, outcome: str
) -> None:
    real = becomes(
        gateway,
        row,
        lambda tx, id_: delivery.record(tx, id_, OUTCOMES[outcome], "twilio"),
    )
    assert real == decisions.record(row, outcome)


@pytest.mark.parametrize("row", ROWS)
def test_a_sender_that_is_gone_leaves_doubt_in_both(gateway: Town, row: Row) -> None:
    assert (
        becomes(gateway, row, lambda tx, _: reconcile.disown(tx, "b"))
        == becomes(gateway, row, lambda tx, _: reconcile.settle_leases(tx.at(tx.now + 60_001)))
        == decisions.disown(row)
    )


@pytest.mark.parametrize("row", ROWS)
def test_news_settle_doubt_in_both(gateway: Town, row: Row) -> None:
    def news(tx: Tx, text_id: int) -> None:
        delivery.note_delivery(tx, DeliveryNews(text_id, "SM1", "sent"))

    assert becomes(gateway, row, news) == decisions.news(row)


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(("purpose", "worth"), [("case_ask", True), ("notice", False)])
@pytest.mark.parametrize("found", [True, False])
def test_the_providers_list_says_the_same_to_both(
    gateway: Town, row: Row, purpose: str, worth: bool, found: bool
) -> None:
    def look(tx: Tx, text_id: int) -> None:
        text = tx.one(TEXT, id=text_id)
        assert text is not None
        reconcile.looked_up(tx, text, [Accepted("SM1")] if found else [], "twilio")

    assert becomes(gateway, row, look, purpose) == decisions.looked_up(
        row, found=found, worth_a_copy=worth
    )
