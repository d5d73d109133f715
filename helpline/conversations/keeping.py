"""Conversations kept between texts: taken up where they stood, walked one reply, and kept again."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.base.calendar import local
from helpline.base.phone import read_number
from helpline.base.spans import MINUTE
from helpline.conversations import questions, turns, unfinished
from helpline.conversations.acting import Call, performing
from helpline.conversations.turns import ActResult, Conversation, Frame, Perform, Speaker, Turn
from helpline.people.callers import Caller
from helpline.town.events import note
from helpline.town.town import Town
from helpline.town.tx import Tx

# a wish to speak, and what must never be less visible than words nobody understands
ASKS_FOR_SOMEBODY = frozenset({"human", "notok", "soso"})
STILL_MEANT = (
    30 * MINUTE
)  # a question interrupted by the daily hello is asked again if it is not older than this


def speak(tx: Tx, caller: Caller, text: str, channel: str) -> Turn:
    """Return what `text` brings, done and kept: actions, consents, and where the conversation now
    stands."""
    speaker = speaker_for(tx, caller, channel)
    act = performing(Call(tx, caller))
    open_one = _open_conversation(tx.town, caller, tx.now) or _changed_answer(
        tx, caller, text, speaker
    )
    if open_one is None:
        turn = _start(tx, caller, text, speaker, act)
    else:
        turn = turns.advance(tx.town.book, open_one, text, speaker, act)
    if turn.conversation is not None:
        caller.answered = turn.conversation.answers
    keep(tx, caller, turn, channel)
    return turn


def takes(tx: Tx, caller: Caller, text: str, channel: str) -> bool:
    """Tell whether a question is open and `text` is an answer to it."""
    open_one = _open_conversation(tx.town, caller, tx.now)
    speaker = speaker_for(tx, caller, channel)
    return open_one is not None and turns.takes(tx.town.book, open_one, text, speaker)


def may_change_answer(tx: Tx, caller: Caller) -> bool:
    """Tell whether nothing is being asked, and the answer to the last hello may still change."""
    until = caller.row["answer_changes_until"]
    return (
        until is not None
        and tx.now <= until
        and _open_conversation(tx.town, caller, tx.now) is None
    )


def _changed_answer(tx: Tx, caller: Caller, text: str, speaker: Speaker) -> Conversation | None:
    """Return the hello's question as it still stands, for a text that chooses an answer to it."""
    if not may_change_answer(tx, caller):
        return None
    hello = tx.town.book.flows["check_in"]
    conversation = Conversation(frames=(Frame("check_in", hello.hash, hello.start),))
    return conversation if turns.takes(tx.town.book, conversation, text, speaker) else None


def no_act(action: str, answers: Mapping[str, str]) -> ActResult:
    """Do nothing: for flows that only ask."""
    return ActResult("")


def start(  # noqa: PLR0913
    tx: Tx,
    caller: Caller,
    flow: str,
    channel: str,
    step: str = "",
    answers: Mapping[str, str] | None = None,
) -> Turn:
    """Open `flow` with a person, whatever they were doing; at `step` instead of its start, with
    answers known."""
    speaker = speaker_for(tx, caller, channel)
    act = performing(Call(tx, caller))
    turn = turns.begin(tx.town.book, flow, speaker, act, step=step, answers=answers)
    keep(tx, caller, turn, channel)
    return turn


def keep(tx: Tx, caller: Caller, turn: Turn, channel: str) -> None:
    """Keep where a conversation stands, the flow version it uses, and what was agreed to."""
    if turn.consent is not None:
        purpose, given, words = turn.consent
        tx.add(
            "add_consent",
            person_id=caller.id,
            purpose=purpose,
            given=int(given),
            basis="consent",
            words=words,
            language=tx.town.language_of(caller.language),
            channel=channel,
            now=tx.now,
        )
    if turn.stopped:
        note(tx, "flow_stopped", person_id=caller.id, why=turn.stopped)
    conversation = turn.conversation
    if conversation is None or not conversation.frames:
        if caller.row["conversation"] is not None:
            tx.run("end_conversation", person_id=caller.id)
        return
    expires = 24 * 3600
    for frame in conversation.frames:
        flow = tx.town.book.flow_by_hash(frame.hash)
        if flow is not None:
            questions.keep_flow(tx, flow.hash, flow.name, flow.source)
            expires = flow.expires
    tx.run(
        "keep_conversation",
        person_id=caller.id,
        state=conversation.to_json(),
        expires_at=tx.now + expires * 1000,
        remind_at=unfinished.remind_at(tx.town.book, conversation, tx.now),
        now=tx.now,
    )


def speaker_for(tx: Tx, caller: Caller, channel: str) -> Speaker:
    """Return a person as far as flows need to know them."""
    zone = caller.row["timezone"] or tx.town.zone_name
    moment = local(tx.now, zone)
    return Speaker(
        language=tx.town.language_of(caller.language),
        channel=channel,
        facts=_facts(tx.town, caller, moment.strftime("%H:%M"), moment.strftime("%d/%m"), tx.now),
        lists={"zones": tx.town.zones(tx.store)},
        today=moment.date(),
        lexicon=tx.town.lexicon,
        read_phone=lambda text: read_number(text, tx.town.settings.service.country),
    )


def _facts(town: Town, caller: Caller, time: str, day: str, now: int) -> Mapping[str, str]:
    row = caller.row
    status = row["resident_status"] or "none"
    paused = row["paused_until"] is not None and row["paused_until"] > now
    return {
        **town.standing_facts,
        "name": town.called(caller.language, caller.name, row["other_name"]),
        "time": time,
        "date": day,
        "resident_status": "paused" if status == "active" and paused else status,
        "volunteer_status": row["volunteer_status"] or "none",
        "hour": row["check_in_at"] or "",
        "has_line": "yes" if town.standing_facts["crisis"] else "no",
        "has_name": "yes" if caller.name else "no",
    }


def _start(tx: Tx, caller: Caller, text: str, speaker: Speaker, act: Perform) -> Turn:
    """Return the first turn with someone who was in no conversation."""
    caller.started = True
    reading = tx.town.lexicon.read(text)
    opener = tx.town.book.openers.get(reading.intent) if reading.intent else None
    if reading.digit == 0 or reading.intent in ASKS_FOR_SOMEBODY:
        opener = "person"
    if (
        opener is None
        and caller.row["volunteer_status"] == "invited"
        and (asked := _yes_or_no(tx.town, text))
    ):
        return _answer_invitation(tx.town, "confirm_volunteer", asked, speaker, act)
    if opener is None and _invited_as_contact(tx, caller) and (asked := _yes_or_no(tx.town, text)):
        return _answer_invitation(tx.town, "confirm_contact", asked, speaker, act)
    if (
        opener is None
        and caller.row["resident_status"] == "invited"
        and (asked := _yes_or_no(tx.town, text))
    ):
        return _answer_invitation(tx.town, "confirm_resident", asked, speaker, act)
    if opener is not None:
        return turns.begin(tx.town.book, opener, speaker, act)
    caller.said_freely = bool(text) and not reading.intent and reading.digit is None
    return turns.begin(tx.town.book, "menu" if caller.language else "welcome", speaker, act)


def _yes_or_no(town: Town, text: str) -> str:
    """Return the text when it is a clear yes or no to a question put a while ago, else nothing."""
    return text if town.lexicon.is_clear_yes(text) or town.lexicon.is_clear_no(text) else ""


def _invited_as_contact(tx: Tx, caller: Caller) -> bool:
    return bool(tx.all("invitations_of_contact", person_id=caller.id))


def _answer_invitation(town: Town, flow: str, text: str, speaker: Speaker, act: Perform) -> Turn:
    """Return the answer to an invitation whose conversation was forgotten: the question still
    stands."""
    invited = town.book.flows[flow]
    conversation = Conversation(frames=(Frame(flow, invited.hash, invited.start),))
    return turns.advance(town.book, conversation, text, speaker, act)


def _open_conversation(town: Town, caller: Caller, now: int) -> Conversation | None:
    """Return the open question; the daily hello, when it was put later, stands on top of what it
    interrupted."""
    kept, asked_at = None, 0
    if (open_one := caller.conversation(now)) is not None:
        kept, asked_at = turns.from_json(open_one[0]), open_one[1]
    hello_at = caller.row["check_in_asking_at"]
    if hello_at is None or (kept is not None and asked_at > hello_at):
        return kept
    hello = town.book.flows["check_in"]
    below: tuple[Frame, ...] = ()
    answers: Mapping[str, str] = {}
    still_meant = kept is not None and now - asked_at < STILL_MEANT
    if kept is not None and (still_meant or caller.row["conversation_remind_at"] is not None):
        below, answers = kept.frames, kept.answers
    return Conversation(
        frames=(*below, Frame("check_in", hello.hash, hello.start)), answers=answers
    )
