"""A text comes in: kept once, understood, acted on, answered through the outbox, all in one
transaction."""

from __future__ import annotations

import re

from helpline.base.ports import InboundText
from helpline.base.spans import MINUTE
from helpline.cases import replies
from helpline.cases.rows import CASE
from helpline.check_ins import silence
from helpline.conversations import keeping
from helpline.conversations.state import Said, Turn
from helpline.inbound import canary, failures, needs, repeats, senders, strangers, unread
from helpline.inbound.attention import Attention, alarm_at, is_greeting, owed, shows_need
from helpline.inbound.cries import cry
from helpline.inbound.interpretation import Interpretation
from helpline.inbound.own_words import own_words
from helpline.inbound.stopping import confirms_stop, stop_or_start, while_stopped
from helpline.language.answers import fold, means_all, read_case_reply
from helpline.messaging.outbox import Message, queue
from helpline.people.callers import Caller, who
from helpline.people.rows import PERSON_BY_PHONE
from helpline.reports import digest
from helpline.town.town import Town
from helpline.town.tx import Tx

# Answers in a row to somebody who is not understood; then silence, a person reads (loops of robots)
PASSIVE_LIMIT = 5
LOOP_WINDOW = 30 * MINUTE  # after half an hour of quiet it is no loop
KEPT = 16_000  # characters of a text: ten times what a provider puts together
CONTACT = "contact"
_DIGIT = re.compile(r"[0-9]")


def receive_text(tx: Tx, text: InboundText) -> None:
    """Take in one text. A provider id seen before ends here: redelivery is harmless.

    It is kept before anything is done with it, so that nothing that raises can lose it.
    """
    inbox_id = tx.add(
        "take_in",
        provider=text.provider,
        provider_id=text.provider_id,
        channel="sms",
        person_id=None,
        sender=text.sender,
        receiver=text.receiver,
        body=text.body[:KEPT],
        media=text.media,
        now=tx.now,
    )
    if not inbox_id:
        return
    phone = senders.phone_of(tx, text.sender)

    def stumbled(sentence: str) -> None:
        person = tx.one(PERSON_BY_PHONE, phone=phone)
        if sentence and person is not None:
            said = Said(failures.PHRASE, sentence)
            _say(tx, person["id"], phone, said, f"reply:{inbox_id}:failed")

    failures.kept(tx, inbox_id, phone, lambda: _deal_with(tx, text, phone, inbox_id), stumbled)


def _deal_with(tx: Tx, text: InboundText, phone: str, inbox_id: int) -> None:
    if canary.comes_back(tx, text):
        note_meaning(tx, None, Interpretation(meaning="canary"), inbox_id)
        return
    if not phone:
        _keep_unanswered(tx, text, inbox_id)
        return
    caller = who(tx, phone)
    if repeats.is_repeat(tx, caller, text, inbox_id) and not confirms_stop(tx, caller, text):
        note_meaning(tx, caller, Interpretation(meaning="repeat"), inbox_id)
        return
    strangers.count_stranger(tx, caller)
    reading = hear(tx, caller, text, inbox_id, "sms")
    if strangers.is_left_unanswered(tx.town, caller):
        reading.said, reading.reason = (), reading.reason or "stranger"
        reading.attention = Attention.AT_THE_SUMMARY
    conclude(tx, caller, reading, inbox_id, text.body)
    for place, said in enumerate(reading.said):
        _say(tx, caller.id, phone, said, f"reply:{inbox_id}:{place}", text.provider)


def _say(  # noqa: PLR0913
    tx: Tx, person_id: int, phone: str, said: Said, key: str, route: str = ""
) -> None:
    """Queue what is said back, by the route the text came in on."""
    message = Message(
        idempotency_key=key,
        purpose="stop_answer" if said.name == "stop_done" else "reply",
        person_id=person_id,
        receiver=phone,
        name=said.name,
        body=said.text,
        route=route,
    )
    queue(tx, message)


def _keep_unanswered(tx: Tx, text: InboundText, inbox_id: int) -> None:
    """Keep what comes from a sender nobody can answer; a person reads it, at once where it may be a
    cry. An echo of our own is read by nobody."""
    reading = Interpretation(meaning="sender_without_answer")
    if text.sender not in tx.town.own_numbers:
        reading.reason = "no_answer"
        is_cry = shows_need(tx.town, text.body)
        reading.attention = Attention.NOW if is_cry else Attention.AT_THE_SUMMARY
    note_meaning(tx, None, reading, inbox_id)


def conclude(tx: Tx, caller: Caller, reading: Interpretation, inbox_id: int, body: str) -> None:
    """Write down what a text was taken for, and how well we understand this person."""
    row, said = caller.row, "+".join(each.name for each in reading.said)
    # a menu shown for want of better, or a person called for one who was not understood, is no step
    # forward
    lost = not reading.understood or caller.said_freely
    led_nowhere = lost or (not caller.ran and bool(said) and said == row["last_said"])
    lately = row["heard_at"] is not None and tx.now - row["heard_at"] < LOOP_WINDOW
    passive = (row["passive_replies"] + 1 if lately else 1) if led_nowhere else 0
    tx.run("person_heard", id=caller.id, now=tx.now, passive_replies=passive, last_said=said)
    if passive > PASSIVE_LIMIT:
        reading.said, reading.reason = (), reading.reason or "loop"
    if reading.reason and reading.attention is None:
        reading.attention = owed(tx, caller, body, is_lost=lost)
    note_meaning(tx, caller, reading, inbox_id)


def note_meaning(tx: Tx, caller: Caller | None, reading: Interpretation, inbox_id: int) -> None:
    """Write down whose text it is, what it was taken for, and when coordinators are told of it."""
    attention = reading.attention if reading.reason else None
    tx.run(
        "note_meaning",
        id=inbox_id,
        person_id=caller.id if caller else None,
        meaning=reading.meaning,
        unread=int(bool(reading.reason)),
        reason=reading.reason,
        alarm_at=alarm_at(tx, attention) if attention else None,
        pressing=int(attention is Attention.NOW),
        case_number=reading.case_number,
    )


def hear(tx: Tx, caller: Caller, text: InboundText, inbox_id: int, channel: str) -> Interpretation:
    """Return what a text brings: STOP and distress before everything, then cases, then the
    conversation."""
    own = own_words(tx, caller, text)
    if own.nothing and not text.opt_out:
        return Interpretation(meaning=own.nothing, reason=own.nothing)
    text = own.text
    body = text.body.strip()
    if caller.language is None:
        _learn_language(tx, caller, body)
    if text.opt_out in ("stop", "start") or not caller.has_stopped:
        found = stop_or_start(tx, caller, text, channel)
    else:
        found = while_stopped(tx, caller, body, channel)
    if found is not None:
        return found
    alarm = tx.town.distress.scan(body, caller.language or "")
    in_distress = alarm is not None and alarm.queue == 1
    if alarm is not None and in_distress and not replies.is_report(tx, caller, body):
        return cry(tx, caller, alarm, channel)
    return (
        _about_a_case(tx, caller, body, inbox_id, in_distress=in_distress)
        or _coordinators_word(tx, caller, body)
        or _own_request(tx, caller, body, channel)
        or _contact(tx, caller, body, channel)
        or _in_need(tx, caller, body, channel)
        or _converse(tx, caller, text, body, channel)
    )


def _about_a_case(
    tx: Tx, caller: Caller, body: str, inbox_id: int, *, in_distress: bool
) -> Interpretation | None:
    """Take a helper's word about a case; what it says beside that, a person reads."""
    if not caller.may_speak_of_cases:
        return None
    handled = replies.answer(tx, caller, body, inbox_id)
    if handled is None:
        return None
    reading = Interpretation(meaning=handled.meaning, case_number=handled.number)
    _, _, rest = read_case_reply(tx.town.lexicon, body)
    if in_distress:
        reading.reason, reading.attention = "report", Attention.NOW
    elif rest and not is_greeting(tx.town, rest) and not means_all(tx.town.lexicon, rest):
        reading.reason, reading.attention = "words", Attention.LATER
    return reading


def _in_need(tx: Tx, caller: Caller, body: str, channel: str) -> Interpretation | None:
    """Open the request for help at the need a text speaks of; beside it no ok stands."""
    need = needs.need_in(tx.town, body)
    about_the_hello = caller.is_expected or keeping.may_change_answer(tx, caller)
    if need is None or (not about_the_hello and keeping.takes(tx, caller, body, channel)):
        return None
    if about_the_hello and caller.resident_id is not None:
        silence.sign_of_life(tx, caller.resident_id, "help")
    step, answers = (needs.WANTED, {"need": need}) if need else ("", {})
    turn = keeping.start(tx, caller, needs.HELP, channel, step=step, answers=answers)
    return Interpretation(
        turn.said,
        meaning="need",
        reason="need",
        attention=Attention.NOW,
        over=turn.conversation is None,
    )


def _contact(tx: Tx, caller: Caller, body: str, channel: str) -> Interpretation | None:
    """Say who we are to CONTACT: whoever texts from a short code in France has to."""
    if fold(body) != CONTACT:
        return None
    turn = keeping.start(tx, caller, "about", channel)
    return Interpretation(turn.said, meaning="about", over=turn.conversation is None)


def _coordinators_word(tx: Tx, caller: Caller, body: str) -> Interpretation | None:
    """Answer a coordinator who wants the day so far, or the next text that nobody has read."""
    if not caller.is_coordinator:
        return None
    if tx.town.lexicon.read(body).intent == "digest":
        words = digest.digest_text(tx, tx.town.language_of(caller.language))
        return Interpretation((Said("digest", words),), meaning="digest")
    if unread.asks_to_read(tx.town, body):
        return Interpretation(unread.read_next(tx, caller), meaning="read")
    return None


def _own_request(tx: Tx, caller: Caller, body: str, channel: str) -> Interpretation | None:
    """Answer somebody who sends the number of their own request, alone or with a no: it is not
    solved."""
    if not _DIGIT.search(fold(body)):
        return None
    verb, number, rest = read_case_reply(tx.town.lexicon, body)
    if number is None or rest or verb not in ("", "no"):
        return None
    row = tx.one(CASE, number=number)
    if row is None or row["person_id"] != caller.id:
        return None
    flow = tx.town.book.flows["follow"]
    step = "reopen" if verb == "no" else "look_up"
    if step not in flow.steps:
        return None
    turn = keeping.start(tx, caller, "follow", channel, step=step, answers={"ref": str(number)})
    return Interpretation(
        turn.said, meaning="follow", case_number=number, over=turn.conversation is None
    )


def _learn_language(tx: Tx, caller: Caller, body: str) -> None:
    """Take the language of a first word that belongs to one language alone; who can be understood
    is not asked."""
    reading = tx.town.lexicon.read(body)
    if not reading.intent or not reading.exact:
        return
    spoken = [
        each
        for each in tx.town.settings.service.languages
        if each in tx.town.languages_of_words.get(reading.folded, ())
    ]
    if len(spoken) == 1 or (spoken and reading.intent == "help"):
        caller.language = spoken[0]
        tx.run("set_language", id=caller.id, language=spoken[0])


# --- conversation ---------------------------------------------------------------------------------


def _converse(tx: Tx, caller: Caller, text: InboundText, body: str, channel: str) -> Interpretation:
    if not body and text.media:
        words = tx.town.phrase("picture_not_read", caller.language, {})
        reading = Interpretation(
            (Said("picture_not_read", words),), meaning="picture", reason="picture", over=False
        )
    elif is_greeting(tx.town, body) and (said := _greeted(tx, caller)) is not None:
        reading = Interpretation(said, meaning="greeting")
    else:
        turn = keeping.speak(tx, caller, body, channel)
        reading = Interpretation(
            turn.said,
            meaning=turn.opened or ("conversation" if turn.understood else "not_understood"),
            reason=_why_read(tx.town, caller, turn, body),
            case_number=caller.case_number,
            understood=turn.understood,
            over=turn.conversation is None,
        )
    if (
        caller.is_expected
        and caller.resident_id is not None
        and "check_in_answer" not in caller.ran
    ):
        # any word shows that the one who holds the phone is there; what it says, a person reads
        silence.sign_of_life(tx, caller.resident_id, "other")
    if text.media and body:
        reading.reason = reading.reason or "picture"
    return reading


def _greeted(tx: Tx, caller: Caller) -> tuple[Said, ...] | None:
    """Return what a greeting gets about the hello: the question once more, nothing when it was
    answered; None when it is about something else."""
    row = caller.row
    hello_at = row["check_in_asking_at"]
    if hello_at is not None and (row["conversation_asked_at"] or 0) <= hello_at:
        words = tx.town.phrase("check_in_still_waiting", caller.language, {})
        return (Said("check_in_still_waiting", words, asks=True),)
    return () if hello_at is None and keeping.may_change_answer(tx, caller) else None


def _why_read(town: Town, caller: Caller, turn: Turn, body: str) -> str:
    """Return why a person should read a text of a conversation; "" when all of it was understood.

    “All well but for my leg” was understood, and is worth a person's eye; a greeting alone is not.
    """
    if caller.takes_back:
        return "taken_back"
    if not body or is_greeting(town, body):
        return ""
    if not turn.understood:
        return "not_understood"
    has_started_something = caller.started or turn.opened is not None or caller.ran
    if caller.said_freely or (has_started_something and town.lexicon.read(body).rest):
        return "words"
    unasked = caller.is_expected and "check_in_answer" not in caller.ran
    return "words" if unasked and not town.lexicon.read(body).intent else ""
