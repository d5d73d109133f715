"""USSD: the same conversations on a screen that forgets: cut to pages, never re-run, taken up when
the line drops."""

from __future__ import annotations

import json
from functools import partial
from hashlib import sha256

from helpline.base.ports import InboundText, UssdEnd, UssdRequest
from helpline.base.spans import DAY
from helpline.conversations import keeping, turns
from helpline.conversations.state import Conversation, Frame, Said
from helpline.enrolment import membership
from helpline.inbound import failures
from helpline.inbound.interpretation import Interpretation
from helpline.inbound.rows import USSD_SESSION, UssdSession
from helpline.inbound.sms import KEPT, conclude, hear
from helpline.language.screens import pages
from helpline.messaging.outbox import Message, queue
from helpline.people.callers import E164, Caller, who
from helpline.town.events import note
from helpline.town.purpose import Priority
from helpline.town.town import Town
from helpline.town.tx import Tx

MORE, BACK = "98", "00"
GO_BACK = "retour"  # a word of intent `back`, understood in every language
TAKE_UP_AGAIN = DAY
NOTHING_TO_SAY = "END Helpline"
LONGEST_ID = 300


def receive_hop(tx: Tx, request: UssdRequest) -> str:
    """Take in one hop and return the screen: `CON ...` while something is asked, else `END ...`."""
    if not E164.fullmatch(request.sender):
        return NOTHING_TO_SAY
    session = tx.one(USSD_SESSION, provider=request.provider, session=request.session)
    if session is not None and session["typed"] == request.typed:
        return str(
            session["answer"]
        )  # the same request once more: the same screen, nothing done twice
    typed = _newly_typed(session, request.typed)
    if (
        session is not None
        and typed in (MORE, BACK)
        and (turned := _turn_page(tx, session, request, typed))
    ):
        return turned
    if session is not None and not typed.strip("* "):
        return _same_screen(tx, session, request)
    inbox_id = tx.add(
        "take_in",
        provider=request.provider,
        provider_id=_id_of(request),
        channel="ussd",
        person_id=None,
        sender=request.sender,
        receiver=request.code,
        body=typed[:KEPT],
        media=0,
        now=tx.now,
    )
    return failures.kept(
        tx,
        inbox_id,
        request.sender,
        lambda: _deal_with(tx, request, session, typed, inbox_id),
        lambda sentence: _stumbled(tx, request, sentence),
    )


def _deal_with(
    tx: Tx, request: UssdRequest, session: UssdSession | None, typed: str, inbox_id: int
) -> str:
    caller = who(tx, request.sender)
    if session is None:
        reading = _dialled(tx, caller)
    else:
        body = GO_BACK if typed == BACK else typed
        text = InboundText(request.provider, str(inbox_id), request.sender, request.code, body)
        reading = hear(tx, caller, text, inbox_id, "ussd")
        reading = _carry_on(tx, caller, reading)
    conclude(tx, caller, reading, inbox_id, typed)
    return _show(tx, caller, request, reading, inbox_id)


def _stumbled(tx: Tx, request: UssdRequest, sentence: str) -> str:
    """End a session in which a hop made us stumble; asked once more, it is the same screen."""
    if not sentence:
        return NOTHING_TO_SAY
    answer = f"END {sentence}"
    caller = who(tx, request.sender)
    _keep(tx, request, caller.id, [sentence], 0, True, answer)
    return answer


def _id_of(request: UssdRequest) -> str:
    """Return what names one hop, however much was typed."""
    if len(request.session) + len(request.typed) < LONGEST_ID:
        return f"{request.session}:{request.typed}"
    whole = f"{request.session}:{request.typed}".encode()
    return f"{request.session[:LONGEST_ID]}:{sha256(whole).hexdigest()}"


def _newly_typed(session: UssdSession | None, typed: str) -> str:
    """Return what was typed since the last hop: the input is everything since dialling, joined by
    `*`."""
    before = "" if session is None else session["typed"]
    if before and typed.startswith(before + "*"):
        return typed[len(before) + 1 :]
    return typed if not before else typed.rsplit("*", 1)[-1]


def _turn_page(tx: Tx, session: UssdSession, request: UssdRequest, typed: str) -> str | None:
    screens = json.loads(session["screens"])
    page = session["page"] + (1 if typed == MORE else -1)
    if not 0 <= page < len(screens):
        return None
    answer = f"CON {screens[page]}"
    _keep(tx, request, session["person_id"], screens, page, False, answer)
    return answer


def _same_screen(tx: Tx, session: UssdSession, request: UssdRequest) -> str:
    """Sending nothing says nothing: the screen is shown once more, and nobody is misunderstood."""
    screens, page = json.loads(session["screens"]), session["page"]
    ended, answer = bool(session["ended"]), str(session["answer"])
    _keep(tx, request, session["person_id"], screens, page, ended, answer)
    return answer


def _dialled(tx: Tx, caller: Caller) -> Interpretation:
    """Return the first screen: the question of a request left unfinished lately, the daily hello,
    or the menu."""
    row = caller.row
    if caller.has_stopped:
        membership.come_back(tx, caller)  # dialling is asking to be served
    if (open_one := caller.conversation(tx.now)) is not None:
        kept, asked_at = turns.from_json(open_one[0]), open_one[1]
        fresh = tx.now - asked_at < TAKE_UP_AGAIN
        if fresh and kept.answers and not _is_private(tx.town, kept):
            return _offer_to_go_on(tx, caller, kept)
    if row["check_in_asking_at"] is not None:
        hello = tx.town.book.flows["check_in"]
        return _ask_again(tx, caller, Conversation((Frame("check_in", hello.hash, hello.start),)))
    turn = keeping.start(tx, caller, "menu" if caller.language else "welcome", "ussd")
    return Interpretation(turn.said, meaning="dialled", over=turn.conversation is None)


def _is_private(town: Town, kept: Conversation) -> bool:
    flow = town.book.flow_by_hash(kept.frames[-1].hash) if kept.frames else None
    return flow is None or flow.private


def _offer_to_go_on(tx: Tx, caller: Caller, kept: Conversation) -> Interpretation:
    speaker = keeping.speaker_for(tx, caller, "ussd")
    turn = turns.begin(tx.town.book, "resume_ussd", speaker, keeping.no_act, stack=kept)
    keeping.keep(tx, caller, turn, "ussd")
    return Interpretation(turn.said, meaning="dialled_again", over=False)


def _ask_again(tx: Tx, caller: Caller, conversation: Conversation) -> Interpretation:
    turn = turns.repeat(tx.town.book, conversation, keeping.speaker_for(tx, caller, "ussd"))
    keeping.keep(tx, caller, turn, "ussd")
    return Interpretation(turn.said, meaning="dialled", over=False)


def _carry_on(tx: Tx, caller: Caller, reading: Interpretation) -> Interpretation:
    """After “start again” or “leave it” the request left unfinished is forgotten."""
    if not _was_offered_to_go_on(caller):
        return reading
    choice = caller.answered.get("choice", "")
    if choice == "restart":
        tx.run("end_conversation", person_id=caller.id)
        turn = keeping.start(tx, caller, "menu", "ussd")
        return Interpretation(turn.said, meaning="restarted", over=turn.conversation is None)
    if choice == "leave":
        tx.run("end_conversation", person_id=caller.id)
        return Interpretation(
            (Said("ussd_closed", tx.town.phrase("ussd_closed", caller.language, {})),),
            meaning="left",
        )
    return reading


def _was_offered_to_go_on(caller: Caller) -> bool:
    kept = caller.row["conversation"]
    return kept is not None and turns.from_json(kept).frames[-1].flow == "resume_ussd"


def _show(
    tx: Tx, caller: Caller, request: UssdRequest, reading: Interpretation, inbox_id: int
) -> str:
    holds = tx.town.settings.screen_of(request.provider)
    text = "\n".join(said.text for said in reading.said) or tx.town.phrase(
        "ussd_by_sms", caller.language, {}
    )
    more = f"{MORE} {tx.town.word('ussd_more', caller.language)}"
    back = f"{BACK} {tx.town.word('ussd_back', caller.language)}"
    shown = partial(pages, limit_gsm=holds.gsm, limit_ucs=holds.ucs, more=more, back=back)
    screens = list(shown(text))
    if len(screens) == 1 and not reading.over and not _is_menu(reading):
        with_way_back = shown(f"{text}\n{back}")
        screens = list(with_way_back) if len(with_way_back) == 1 else screens
    ended = reading.over and len(screens) == 1
    answer = f"{'END' if ended else 'CON'} {screens[0]}"
    _keep(tx, request, caller.id, screens, 0, ended, answer)
    name = "+".join(said.name for said in reading.said) or "ussd_by_sms"
    tx.add(
        "keep_screen",
        priority=int(Priority.REPLY),
        idempotency_key=f"screen:{inbox_id}",
        person_id=caller.id,
        receiver=caller.phone,
        name=name,
        body=screens[0],
        route=request.provider,
        now=tx.now,
    )
    _send_receipts(tx, caller, reading, inbox_id)
    return answer


def _is_menu(reading: Interpretation) -> bool:
    """Tell whether there is nowhere to go back to: the menu, and the first choice of languages."""
    return bool(reading.said) and reading.said[-1].name in ("menu.choose", "welcome.choose")


def _send_receipts(tx: Tx, caller: Caller, reading: Interpretation, inbox_id: int) -> None:
    """USSD leaves no trace on the phone: what should be kept is texted as well."""
    for place, said in enumerate(reading.said):
        if said.receipt:
            message = Message(
                idempotency_key=f"receipt:{inbox_id}:{place}",
                purpose="reply",
                person_id=caller.id,
                receiver=caller.phone,
                name=said.name,
                body=said.text,
            )
            queue(tx, message)


def _keep(  # noqa: PLR0913
    tx: Tx,
    request: UssdRequest,
    person_id: int,
    screens: list[str],
    page: int,
    ended: bool,
    answer: str,
) -> None:
    tx.run(
        "keep_ussd_session",
        provider=request.provider,
        session=request.session,
        person_id=person_id,
        typed=request.typed,
        screens=json.dumps(screens, ensure_ascii=False),
        page=page,
        ended=int(ended),
        answer=answer,
        now=tx.now,
    )


def end_session(tx: Tx, end: UssdEnd) -> None:
    """Note that a session is over. One that was cut in the middle of a request is offered again
    when they dial."""
    session = tx.one(USSD_SESSION, provider=end.provider, session=end.session)
    if session is None or session["ended"]:
        return
    tx.run("end_ussd_session", provider=end.provider, session=end.session, now=tx.now)
    if not end.complete:
        note(tx, "ussd_dropped", person_id=session["person_id"])
