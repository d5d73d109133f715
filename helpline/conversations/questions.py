"""A question put to somebody who did not write first: the hello, an invitation, a doubt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from helpline.conversations import turns
from helpline.conversations.turns import Conversation, Frame, Said, Speaker
from helpline.conversations.types import Ask
from helpline.people.rows import Addressed
from helpline.town.town import Town
from helpline.town.tx import Tx


def keep_flow(tx: Tx, flow_hash: str, name: str, source: str) -> None:
    """Keep a version of a flow for as long as a conversation may use it; written once for each
    connection."""
    if flow_hash not in tx.store.kept_flows:
        tx.run("keep_flow", hash=flow_hash, name=name, source=source, now=tx.now)
        tx.store.kept_flows.add(flow_hash)


def said_at_start(
    town: Town, flow_name: str, language: str | None, facts: Mapping[str, str]
) -> Said:
    """Return the first question of a flow as it is put to somebody who did not write first."""
    speaker = Speaker(
        language=town.language_of(language),
        channel="sms",
        facts={**town.standing_facts, **facts},
        lists={},
        today=date(2000, 1, 1),
        lexicon=town.lexicon,
    )
    flow = town.book.flows[flow_name]
    assert isinstance(flow.steps[flow.start], Ask)
    turn = turns.repeat(
        town.book, Conversation(frames=(Frame(flow_name, flow.hash, flow.start),)), speaker
    )
    return turn.said[0]


def put(tx: Tx, person: Addressed, flow_name: str, facts: Mapping[str, str]) -> Said:
    """Put the first question of a flow to somebody who did not write first, and wait there for the
    answer."""
    flow = tx.town.book.flows[flow_name]
    keep_flow(tx, flow.hash, flow.name, flow.source)
    conversation = Conversation(
        frames=(Frame(flow_name, flow.hash, flow.start),), facts=dict(facts)
    )
    tx.run(
        "keep_conversation",
        person_id=person["id"],
        state=conversation.to_json(),
        expires_at=tx.now + flow.expires * 1000,
        remind_at=None,
        now=tx.now,
    )
    return said_at_start(tx.town, flow_name, person["language"], facts)
