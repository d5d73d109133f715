"""Several alarms for one person leave as one text: the first at once, others within a minute
together.

A bundle exists from the moment a text is claimed until it surely did not leave. One of the alarms
carries the words of all; the others are cancelled as `bundled` and name it in `bundle_id`. What
becomes of the carrier becomes of all: the next person is asked for each case when it is refused or
comes back. When it surely did not leave, each alarm waits by itself again, and the next claim puts
together what is still wanted then. Urgent cases are never put together.
"""

from __future__ import annotations

import json

from helpline.base.spans import HOUR
from helpline.cases.facts import facts_of
from helpline.cases.rows import (
    ALARMS_WAITING_FOR,
    BUNDLED_IN,
    CASE,
    LAST_ALARM_TEXT_TO,
    LAST_ALARM_TO,
)
from helpline.language import segments
from helpline.messaging.rows import AboutCase, NextText, TextRow
from helpline.people.rows import PERSON
from helpline.town.tx import Tx

MOST_NAMED = 8  # cases told by name in one text
IN_FULL = 3  # so many are told with what happened; more of them with name and place alone
MOST_SEGMENTS = 2
LOOK_BACK = 6 * HOUR  # an alarm that waited longer for a provider does not hold up another


def waits(tx: Tx, row: NextText) -> bool:
    """Hold an alarm back for the rest of the minute when its receiver just got another one. Return
    whether it is.

    Never an urgent one, never one that was tried before, never for longer than that minute.
    """
    wait = tx.town.settings.limits.bundle_ms
    if row["urgent"] or row["attempts"] or tx.now - row["created_at"] >= wait:
        return False
    last = tx.one(
        LAST_ALARM_TO,
        person_id=row["person_id"],
        case_number=row["case_number"],
        since=tx.now - LOOK_BACK,
        after=tx.now - wait,
    )
    if last is None or last["at"] is None:
        return False
    until = min(last["at"], tx.now) + wait
    return bool(tx.run("put_off", id=row["id"], not_before_at=until))


def gathers(tx: Tx, row: NextText) -> NextText:
    """Let a claimed alarm say the others that wait for the same person too. Return it as it
    leaves."""
    number, person_id = row["case_number"], row["person_id"]
    if number is None or person_id is None:
        return row
    if row["urgent"] or not tx.town.settings.limits.bundle_ms:
        return row
    others = tx.all(ALARMS_WAITING_FOR, person_id=person_id, id=row["id"])
    for each in others:
        tx.run("bundle_text", id=each["id"], bundle_id=row["id"])
    numbers = sorted({number, *(each["case_number"] for each in others)})
    if len(numbers) < 2:
        return row
    body, named = _words(tx, person_id, numbers)
    extra = json.dumps({"named": named})
    tx.run("say_together", id=row["id"], body=body, extra=extra, segments=segments.segments(body))
    return {**row, "body": body, "segments": segments.segments(body)}


def parts(tx: Tx, text: TextRow, not_before_at: int) -> None:
    """A text surely did not leave: each alarm it said waits by itself again, unless it is not
    wanted any more."""
    if text["alone"] is not None:
        tx.run("say_alone", id=text["id"], segments=segments.segments(text["alone"]))
    tx.run("part_bundle", id=text["id"], not_before_at=not_before_at)


def cases_of(tx: Tx, text: AboutCase) -> list[int]:
    """Return the numbers of the cases that an alarm asks about."""
    others = (row["case_number"] for row in tx.all(BUNDLED_IN, id=text["id"]))
    return [number for number in (text["case_number"], *others) if number is not None]


def named_in_last(tx: Tx, person_id: int) -> list[int]:
    """Return the cases that the last alarm text to a person named: what they mean by “all”."""
    text = tx.one(LAST_ALARM_TEXT_TO, person_id=person_id, since=tx.now - 48 * HOUR)
    if text is None:
        return []
    if text["extra"]:
        return list(json.loads(text["extra"])["named"])
    return [] if text["case_number"] is None else [text["case_number"]]


def _words(tx: Tx, person_id: int, numbers: list[int]) -> tuple[str, list[int]]:
    """Return one text about several cases and which of them it names: as many as two segments
    hold."""
    person = tx.one(PERSON, id=person_id)
    assert person is not None
    language, body = person["language"], ""
    for count in range(min(MOST_NAMED, len(numbers)), 0, -1):
        named, more = numbers[:count], len(numbers) - count
        facts = {
            "ref": str(numbers[0]),
            "count": str(len(numbers)),
            "list": ", ".join(
                _named(tx, number, language, in_full=count <= IN_FULL) for number in named
            ),
            "more": str(more),
        }
        body = segments.fit_gsm(
            tx.town.phrase("ask_several_more" if more else "ask_several", language, facts)
        )
        if segments.segments(body) <= MOST_SEGMENTS:
            return body, named
    return body, numbers[:1]


def _named(tx: Tx, number: int, language: str | None, *, in_full: bool) -> str:
    row = tx.one(CASE, number=number)
    assert row is not None
    facts = facts_of(tx, row, language)
    who = f"{number} {facts['name']} ({facts['zone']})"
    return f"{who}: {tx.town.word('kind_' + row['kind'], language)}" if in_full else who
