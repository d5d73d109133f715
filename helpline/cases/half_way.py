"""A request that stops half-way: asked after once, then it leaves a trace that a person sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from helpline.cases.work import NewCase, open_case
from helpline.conversations import unfinished
from helpline.conversations.rows import UNFINISHED_DUE, Unfinished
from helpline.conversations.state import Conversation, from_json
from helpline.messaging.outbox import Message, queue
from helpline.town import isolation
from helpline.town.events import note
from helpline.town.tx import Tx

PHRASE = "request_unfinished"
LONGEST_PLACE_SAID = 40  # one text holds the whole request


def run_due(tx: Tx, count: int = 100) -> int:
    """Take up requests that nobody went on with. Return how many."""
    due = tx.all(UNFINISHED_DUE, now=tx.now, count=count)

    def put_off(row: Unfinished, until: int) -> None:
        tx.run("set_remind_at", person_id=row["person_id"], at=until)

    isolation.each(tx, due, lambda row: _take_up(tx, row), put_off)
    return len(due)


def _take_up(tx: Tx, row: Unfinished) -> None:
    conversation = from_json(row["state"])
    if unfinished.was_asked_after(conversation):
        tx.run("set_remind_at", person_id=row["person_id"], at=None)
        _leave_trace(tx, row, conversation.answers)
    else:
        _ask_after(tx, row, conversation)


def _ask_after(tx: Tx, row: Unfinished, conversation: Conversation) -> None:
    """Say once what was understood, and wait where one digit sends it."""
    asked = unfinished.asked_after(tx.town.book, conversation)
    wait = unfinished.patience(conversation.answers)
    tx.run(
        "keep_conversation",
        person_id=row["person_id"],
        state=asked.to_json(),
        expires_at=max(row["expires_at"], tx.now + 2 * wait),
        remind_at=tx.now + wait,
        now=tx.now,
    )
    facts = {"request": _in_words(tx, row["language"], conversation.answers)}
    message = Message(
        idempotency_key=f"unfinished:{row['person_id']}:{row['asked_at']}",
        purpose="reply",
        person_id=row["person_id"],
        receiver=row["phone"],
        name=PHRASE,
        body=tx.town.phrase(PHRASE, row["language"], facts),
    )
    queue(tx, message)


def _leave_trace(tx: Tx, row: Unfinished, answers: Mapping[str, str]) -> None:
    """A case for coordinators where it presses, else a line on the page of the day."""
    need, wanted = answers.get("need", ""), answers.get("wanted", "")
    number = None
    if unfinished.presses(answers):
        new_case = NewCase(
            "person", f"person:{row['person_id']}", row["person_id"], row["resident_id"]
        )
        place = answers.get("place", "")[:120]
        asked = replace(new_case, need=need, wanted=wanted, place=place, urgent=wanted == "now")
        number, _ = open_case(tx, asked)
    about = {"person_id": row["person_id"], "case_number": number, "need": need, "wanted": wanted}
    note(tx, PHRASE, **about)


def _in_words(tx: Tx, language: str | None, answers: Mapping[str, str]) -> str:
    """Return what was answered so far, as the person reads it."""
    words = [
        tx.town.word(f"{name}_{answers[name]}", language)
        for name in ("need", "wanted")
        if answers.get(name)
    ]
    place = answers.get("place", "")[:LONGEST_PLACE_SAID]
    return ", ".join([*words, *filter(None, [place])]) or tx.town.word("kind_help", language)
