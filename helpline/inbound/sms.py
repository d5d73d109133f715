"""A text comes in: kept once, understood, acted on, answered through the outbox, all in one transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpline.base.ports import InboundText, Store
from helpline.cases import replies
from helpline.cases.work import Worry, open_case
from helpline.check_ins import silence
from helpline.conversations import keeping
from helpline.conversations.state import Said
from helpline.enrolment import membership
from helpline.inbound import canary
from helpline.language.answers import fold, read_case_reply
from helpline.language.distress import Alarm
from helpline.messaging import limits
from helpline.messaging.outbox import Klass, Letter, note, queue
from helpline.people.callers import E164, Caller, who
from helpline.reports import digest
from helpline.town.town import Town

PASSIVE_LIMIT = 5  # answers in a row to somebody who is not understood; then silence, a person reads (loops of robots)
LOOP_WINDOW = 30 * 60_000  # after half an hour of quiet it is no loop
KEPT = 16_000  # characters of a text: ten times what a provider puts together
A_SENTENCE = 3  # words: shorter ones are greetings
_DIGIT = re.compile(r"[0-9]")
DISTRESS_PHRASES = {
    "self_harm": "distress_safe",
    "medical": "distress_urgent",
    "danger": "distress_urgent",
    "child": "distress_child",
}


@dataclass(slots=True)
class Heard:
    """What came of one incoming text: what is said back, what it was taken for, whether a person should read it."""

    said: tuple[Said, ...] = ()
    meaning: str = ""
    unread: bool = False
    case_number: int | None = None
    understood: bool = True
    over: bool = True  # nothing is being asked


def receive_text(store: Store, town: Town, text: InboundText, now: int) -> None:
    """Take in one text. A provider id seen before ends here: redelivery is harmless."""
    is_canary = canary.comes_back(store, town, text, now)
    caller = who(store, text.sender, now) if not is_canary and _answerable(town, text.sender) else None
    inbox_id = store.add(
        "take_in",
        provider=text.provider,
        provider_id=text.provider_id,
        channel="sms",
        person_id=caller.id if caller else None,
        sender=text.sender,
        receiver=text.receiver,
        body=text.body[:KEPT],
        media=text.media,
        now=now,
    )
    if not inbox_id:
        return
    if caller is None:
        meaning = "canary" if is_canary else "sender_without_answer"
        store.run("note_meaning", id=inbox_id, meaning=meaning, unread=0, case_number=None)
        return
    limits.count_stranger(store, town, caller, now)
    heard = hear(store, town, caller, text, inbox_id, "sms", now)
    if limits.is_left_unanswered(town, caller):
        heard.said, heard.unread = (), True
    conclude(store, caller, heard, inbox_id, now)
    _answer(store, caller, heard, inbox_id, text.provider, now)


def _answer(store: Store, caller: Caller, heard: Heard, inbox_id: int, route: str, now: int) -> None:
    """Queue what is said back, by the route the text came in on."""
    for place, said in enumerate(heard.said):
        queue(
            store,
            Letter(
                idem=f"reply:{inbox_id}:{place}",
                klass=Klass.REPLY,
                person_id=caller.id,
                receiver=caller.phone,
                name=said.name,
                body=said.text,
                route=route,
            ),
            now,
        )


def _answerable(town: Town, sender: str) -> bool:
    """Tell whether one can write back: not to names, short codes, other channels or ourselves."""
    return E164.fullmatch(sender) is not None and sender not in town.own_numbers


def conclude(store: Store, caller: Caller, heard: Heard, inbox_id: int, now: int) -> None:
    """Write down what a text was taken for, and how well we understand this person."""
    row, said = caller.row, "+".join(each.name for each in heard.said)
    # a menu shown for want of better, or a person called for one who was not understood, is no step forward
    lost = not heard.understood or caller.said_freely
    led_nowhere = lost or (not caller.ran and bool(said) and said == row["last_said"])
    lately = row["heard_at"] is not None and now - row["heard_at"] < LOOP_WINDOW
    passive = (row["passive_replies"] + 1 if lately else 1) if led_nowhere else 0
    store.run("person_heard", id=caller.id, now=now, passive_replies=passive, last_said=said)
    if passive > PASSIVE_LIMIT:
        heard.said, heard.unread = (), True
    if heard.meaning or heard.unread or heard.case_number:
        store.run(
            "note_meaning",
            id=inbox_id,
            meaning=heard.meaning,
            unread=int(heard.unread),
            case_number=heard.case_number,
        )


def hear(store: Store, town: Town, caller: Caller, text: InboundText, inbox_id: int, channel: str, now: int) -> Heard:
    """Return what a text brings: STOP and distress before everything, then cases, then the conversation."""
    body = text.body.strip()
    if caller.language is None:
        _learn_language(store, town, caller, body)
    if text.opt_out in ("stop", "start") or not caller.has_stopped:
        found = _stop_or_start(store, town, caller, text, channel, now)
    else:
        found = _while_stopped(store, town, caller, body, channel, now)
    if found is not None:
        return found
    alarm = town.distress.scan(body)
    if alarm is not None and alarm.queue == 1:
        return _distress(store, town, caller, alarm, channel, now)
    if caller.may_speak_of_cases:
        handled = replies.answer(store, town, caller, body, inbox_id, now)
        if handled is not None:
            return Heard(meaning=handled.meaning, case_number=handled.number)
    if caller.is_coordinator and town.lexicon.read(body).intent == "digest":
        words = digest.digest_text(store, town, town.language_of(caller.language), now)
        return Heard((Said("digest", words),), meaning="digest")
    found = _own_request(store, town, caller, body, channel, now)
    return found or _converse(store, town, caller, text, body, channel, now)


def _own_request(store: Store, town: Town, caller: Caller, body: str, channel: str, now: int) -> Heard | None:
    """Answer somebody who sends the number of their own request, alone or with a no: it is not solved."""
    if not _DIGIT.search(fold(body)):
        return None
    verb, number, rest = read_case_reply(town.lexicon, body)
    if number is None or rest or verb not in ("", "no"):
        return None
    row = store.one("case", number=number)
    if row is None or row["person_id"] != caller.id:
        return None
    flow = town.book.flows["follow"]
    step = "reopen" if verb == "no" else "look_up"
    if step not in flow.steps:
        return None
    turn = keeping.start(store, town, caller, "follow", channel, now, step=step, answers={"ref": str(number)})
    return Heard(turn.said, meaning="follow", case_number=number, over=turn.conversation is None)


def _learn_language(store: Store, town: Town, caller: Caller, body: str) -> None:
    """Take the language of a first word that belongs to one language alone; who can be understood is not asked."""
    reading = town.lexicon.read(body)
    if not reading.intent or not reading.exact:
        return
    spoken = [
        each for each in town.settings.service.languages if each in town.languages_of_words.get(reading.folded, ())
    ]
    if len(spoken) == 1 or (spoken and reading.intent == "help"):
        caller.language = spoken[0]
        store.run("set_language", id=caller.id, language=spoken[0])


# --- STOP and START --------------------------------------------------------------------------------------


def _stop_or_start(store: Store, town: Town, caller: Caller, text: InboundText, channel: str, now: int) -> Heard | None:
    if text.opt_out == "stop" or (not text.opt_out and town.lexicon.is_stop(text.body)):
        membership.stop(store, town, caller, now)
        # what the provider itself took as STOP it has answered itself; a second text would be refused
        said = () if text.opt_out else (Said("stop_done", town.phrase("stop_done", caller.language, {})),)
        return Heard(said, meaning="stop")
    if text.opt_out == "start":
        return _come_back(store, town, caller, channel, now, silent=True)
    return None


def _come_back(store: Store, town: Town, caller: Caller, channel: str, now: int, *, silent: bool = False) -> Heard:
    membership.come_back(store, caller, now)
    if silent:
        return Heard(meaning="start")
    turn = keeping.start(store, town, caller, "back_again", channel, now)
    return Heard(turn.said, meaning="start", over=turn.conversation is None)


def _while_stopped(store: Store, town: Town, caller: Caller, body: str, channel: str, now: int) -> Heard:
    """Someone who said STOP writes: nothing is sent to them, but a person reads it, and a cry for help is one."""
    if town.lexicon.is_start(body):
        return _come_back(store, town, caller, channel, now)
    alarm = town.distress.scan(body)
    if alarm is not None or town.lexicon.read(body).intent in ("help", "human"):
        kind = "distress" if alarm is not None else "person"
        worry = Worry(kind, f"{kind}:{caller.id}", caller.id, resident_id=caller.resident_id, urgent=True)
        number, _ = open_case(store, town, worry, now)
        return Heard(meaning=f"{kind}_after_stop", unread=True, case_number=number)
    return Heard(meaning="after_stop", unread=not town.lexicon.is_stop(body))


# --- distress --------------------------------------------------------------------------------------------


def _distress(store: Store, town: Town, caller: Caller, alarm: Alarm, channel: str, now: int) -> Heard:
    """Answer with one fixed safe text and bring a coordinator; nothing is judged, the words go to nobody else."""
    if caller.resident_id is not None:
        silence.heard(store, town, caller.resident_id, "help" if caller.is_expected else "other", now)
    worry = Worry("distress", f"distress:{caller.id}", caller.id, resident_id=caller.resident_id, urgent=True)
    number, _ = open_case(store, town, worry, now)
    store.run("end_conversation", person_id=caller.id)
    note(store, "distress", now, person_id=caller.id, case_number=number, of=alarm.kind, idiom=alarm.idiom)
    if alarm.kind == "violence":  # somebody else may read this phone: nothing repeats what was written
        turn = keeping.start(store, town, caller, "quiet", channel, now)
        return Heard(turn.said, meaning="distress", unread=True, case_number=number, over=turn.conversation is None)
    phrase = DISTRESS_PHRASES.get(alarm.kind, "distress_safe")
    if phrase == "distress_safe" and not town.standing_facts["crisis"]:
        phrase = "distress_safe_no_line"
    words = town.phrase(phrase, caller.language, {"ref": str(number)})
    return Heard((Said(phrase, words),), meaning="distress", unread=True, case_number=number)


# --- conversation ----------------------------------------------------------------------------------------


def _converse(store: Store, town: Town, caller: Caller, text: InboundText, body: str, channel: str, now: int) -> Heard:
    expected = caller.is_expected
    if not body and text.media:
        words = town.phrase("picture_not_read", caller.language, {})
        heard = Heard((Said("picture_not_read", words),), meaning="picture", unread=True, over=False)
    else:
        turn = keeping.speak(store, town, caller, body, channel, now)
        heard = Heard(
            turn.said,
            meaning=turn.opened or ("conversation" if turn.understood else "not_understood"),
            unread=bool(body) and (not turn.understood or (caller.said_freely and len(body.split()) >= A_SENTENCE)),
            case_number=caller.case_number,
            understood=turn.understood,
            over=turn.conversation is None,
        )
    if expected and caller.resident_id is not None and "check_in_answer" not in caller.ran:
        # any word shows that the one who holds the phone is there; what it says, a person reads
        silence.heard(store, town, caller.resident_id, "other", now)
        heard.unread = heard.unread or not town.lexicon.read(body).intent
    elif caller.ran and town.lexicon.read(body).rest:
        heard.unread = True  # “all well but for my leg”: understood, and worth a person's eye
    if text.media and body:
        heard.unread = True
    return heard
