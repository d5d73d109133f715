"""STOP and START, and what is done with the words of somebody who said STOP."""

from __future__ import annotations

from helpline.base.ports import InboundText
from helpline.base.spans import DAY, SECOND
from helpline.cases.work import NewCase, open_case
from helpline.conversations import keeping
from helpline.conversations.state import Said
from helpline.enrolment import membership
from helpline.inbound.attention import Attention
from helpline.inbound.interpretation import Interpretation
from helpline.people.callers import Caller
from helpline.people.rows import WHO_IS_TOLD
from helpline.town.tx import Tx

STOP_WARNINGS = ("notice_stop_of_coordinator", "notice_stop_of_last_coordinator")
WARNING_HOLDS = DAY
READ_IN = 10 * SECOND


def stop_or_start(tx: Tx, caller: Caller, text: InboundText, channel: str) -> Interpretation | None:
    if text.opt_out == "stop" or (not text.opt_out and tx.town.lexicon.is_stop(text.body)):
        if caller.is_coordinator and not text.opt_out and not _was_warned(tx, caller):
            return _what_stop_means(tx, caller)
        membership.stop(tx, caller)
        # what the provider itself took as STOP it has answered itself; a second text would be
        # refused
        said = (
            ()
            if text.opt_out
            else (Said("stop_done", tx.town.phrase("stop_done", caller.language, {})),)
        )
        return Interpretation(said, meaning="stop")
    if text.opt_out == "start":
        return _come_back(tx, caller, channel, silent=True)
    return None


def _was_warned(tx: Tx, caller: Caller) -> bool:
    """Tell whether a coordinator was just told what STOP means: the last thing we said to them."""
    said, heard_at = caller.row["last_said"], caller.row["heard_at"]
    return said in STOP_WARNINGS and heard_at is not None and tx.now - heard_at < WARNING_HOLDS


def confirms_stop(tx: Tx, caller: Caller, text: InboundText) -> bool:
    """Tell whether a second STOP says yes to the first: one that comes before anybody can have read
    what we said is the same STOP delivered twice."""
    heard_at = caller.row["heard_at"]
    has_read = heard_at is not None and tx.now - heard_at >= READ_IN
    return has_read and _was_warned(tx, caller) and tx.town.lexicon.is_stop(text.body)


def _what_stop_means(tx: Tx, caller: Caller) -> Interpretation:
    """A coordinator's STOP ends the alarms to them: said first, with who is left; a second STOP
    does it."""
    told = tx.one(WHO_IS_TOLD)
    assert told is not None
    others = told["reached"] - (caller.row["unreachable_at"] is None)
    phrase = STOP_WARNINGS[0] if others > 0 else STOP_WARNINGS[1]
    words = tx.town.phrase(phrase, caller.language, {"count": str(others)})
    return Interpretation((Said(phrase, words),), meaning="stop_warned")


def _come_back(tx: Tx, caller: Caller, channel: str, *, silent: bool = False) -> Interpretation:
    membership.come_back(tx, caller)
    if silent:
        return Interpretation(meaning="start")
    turn = keeping.start(tx, caller, "back_again", channel)
    return Interpretation(turn.said, meaning="start", over=turn.conversation is None)


def while_stopped(tx: Tx, caller: Caller, body: str, channel: str) -> Interpretation:
    """Someone who said STOP writes: nothing is sent to them, but a person reads it, and a cry for
    help is one."""
    if tx.town.lexicon.is_start(body):
        return _come_back(tx, caller, channel)
    alarm = tx.town.distress.scan(body)
    if alarm is not None or tx.town.lexicon.read(body).intent in ("help", "human"):
        kind = "distress" if alarm is not None else "person"
        new_case = NewCase(
            kind, f"{kind}:{caller.id}", caller.id, resident_id=caller.resident_id, urgent=True
        )
        number, _ = open_case(tx, new_case)
        return Interpretation(
            meaning=f"{kind}_after_stop",
            reason="after_stop",
            attention=Attention.LATER,
            case_number=number,
        )
    reason = "" if tx.town.lexicon.is_stop(body) else "after_stop"
    return Interpretation(meaning="after_stop", reason=reason)
