"""USSD: the same conversations on a screen that forgets: cut to pages, never re-run, taken up when the line drops."""

from __future__ import annotations

import json

from helpline.base.ports import InboundText, Row, Store, UssdEnd, UssdRequest
from helpline.conversations import keeping, turns
from helpline.conversations.state import Conversation, Frame, Said
from helpline.enrolment import membership
from helpline.inbound.sms import Heard, conclude, hear
from helpline.language.screens import pages
from helpline.messaging.outbox import HOUR, Klass, Letter, note, queue
from helpline.people.callers import E164, Caller, who
from helpline.town.town import Town

MORE, BACK = "98", "00"
GO_BACK = "retour"  # a word of intent `back`, understood in every language
TAKE_UP_AGAIN = 24 * HOUR


def receive_hop(store: Store, town: Town, request: UssdRequest, now: int) -> str:
    """Take in one hop and return the screen: `CON ...` while something is asked, else `END ...`."""
    if not E164.fullmatch(request.sender):
        return "END Helpline"
    session = store.one("ussd_session", provider=request.provider, session=request.session)
    if session is not None and session["typed"] == request.typed:
        return str(session["answer"])  # the same request once more: the same screen, nothing done twice
    caller = who(store, request.sender, now)
    typed = _newly_typed(session, request.typed)
    if session is not None and typed in (MORE, BACK) and (turned := _turn_page(store, session, request, typed, now)):
        return turned
    inbox_id = store.add(
        "take_in",
        provider=request.provider,
        provider_id=f"{request.session}:{request.typed}"[:400],
        channel="ussd",
        person_id=caller.id,
        sender=request.sender,
        receiver=request.code,
        body=typed[:1000],
        media=0,
        now=now,
    )
    if session is None:
        heard = _dialled(store, town, caller, now)
    else:
        body = GO_BACK if typed == BACK else typed
        text = InboundText(request.provider, str(inbox_id), request.sender, request.code, body)
        heard = hear(store, town, caller, text, inbox_id, "ussd", now)
        heard = _carry_on(store, town, caller, heard, now)
    conclude(store, caller, heard, inbox_id, now)
    return _show(store, town, caller, request, heard, inbox_id, now)


def _newly_typed(session: Row | None, typed: str) -> str:
    """Return what was typed since the last hop: the input is everything since dialling, joined by `*`."""
    before = "" if session is None else str(session["typed"])
    if before and typed.startswith(before + "*"):
        return typed[len(before) + 1 :]
    return typed if not before else typed.rsplit("*", 1)[-1]


def _turn_page(store: Store, session: Row, request: UssdRequest, typed: str, now: int) -> str | None:
    screens = json.loads(session["screens"])
    page = session["page"] + (1 if typed == MORE else -1)
    if not 0 <= page < len(screens):
        return None
    answer = f"CON {screens[page]}"
    _keep(store, request, session["person_id"], screens, page, False, answer, now)
    return answer


def _dialled(store: Store, town: Town, caller: Caller, now: int) -> Heard:
    """Return the first screen: the question of a request left unfinished lately, the daily hello, or the menu."""
    row = caller.row
    if caller.has_stopped:
        membership.come_back(store, caller, now)  # dialling is asking to be served
    if row["conversation"] is not None and row["conversation_expires_at"] > now:
        kept = turns.from_json(row["conversation"])
        fresh = now - row["conversation_asked_at"] < TAKE_UP_AGAIN
        if fresh and kept.answers and not _is_private(town, kept):
            return _offer_to_go_on(store, town, caller, kept, now)
    if row["check_in_asking_at"] is not None:
        hello = town.book.flows["check_in"]
        return _ask_again(store, town, caller, Conversation((Frame("check_in", hello.hash, hello.start),)), now)
    turn = keeping.start(store, town, caller, "menu" if caller.language else "welcome", "ussd", now)
    return Heard(turn.said, meaning="dialled", over=turn.conversation is None)


def _is_private(town: Town, kept: Conversation) -> bool:
    flow = town.book.flow_by_hash(kept.frames[-1].hash) if kept.frames else None
    return flow is None or flow.private


def _offer_to_go_on(store: Store, town: Town, caller: Caller, kept: Conversation, now: int) -> Heard:
    speaker = keeping.speaker_for(store, town, caller, "ussd", now)
    turn = turns.begin(town.book, "resume_ussd", speaker, keeping.no_act, stack=kept)
    keeping.keep(store, town, caller, turn, "ussd", now)
    return Heard(turn.said, meaning="dialled_again", over=False)


def _ask_again(store: Store, town: Town, caller: Caller, conversation: Conversation, now: int) -> Heard:
    turn = turns.repeat(town.book, conversation, keeping.speaker_for(store, town, caller, "ussd", now))
    keeping.keep(store, town, caller, turn, "ussd", now)
    return Heard(turn.said, meaning="dialled", over=False)


def _carry_on(store: Store, town: Town, caller: Caller, heard: Heard, now: int) -> Heard:
    """After “start again” or “leave it” the request left unfinished is forgotten."""
    if not _was_offered_to_go_on(caller):
        return heard
    choice = caller.answered.get("choice", "")
    if choice == "restart":
        store.run("end_conversation", person_id=caller.id)
        turn = keeping.start(store, town, caller, "menu", "ussd", now)
        return Heard(turn.said, meaning="restarted", over=turn.conversation is None)
    if choice == "leave":
        store.run("end_conversation", person_id=caller.id)
        return Heard((Said("ussd_closed", town.phrase("ussd_closed", caller.language, {})),), meaning="left")
    return heard


def _was_offered_to_go_on(caller: Caller) -> bool:
    kept = caller.row["conversation"]
    return kept is not None and turns.from_json(kept).frames[-1].flow == "resume_ussd"


def _show(store: Store, town: Town, caller: Caller, request: UssdRequest, heard: Heard, inbox_id: int, now: int) -> str:
    holds = town.settings.screen_of(request.provider)
    text = "\n".join(said.text for said in heard.said) or town.phrase("ussd_by_sms", caller.language, {})
    more = f"{MORE} {town.word('ussd_more', caller.language)}"
    back = f"{BACK} {town.word('ussd_back', caller.language)}"
    screens = list(pages(text, holds.gsm, holds.ucs, more=more, back=back))
    ended = heard.over and len(screens) == 1
    answer = f"{'END' if ended else 'CON'} {screens[0]}"
    _keep(store, request, caller.id, screens, 0, ended, answer, now)
    name = "+".join(said.name for said in heard.said) or "ussd_by_sms"
    store.add(
        "keep_screen",
        idem=f"screen:{inbox_id}",
        person_id=caller.id,
        receiver=caller.phone,
        name=name,
        body=screens[0],
        route=request.provider,
        now=now,
    )
    _send_receipts(store, caller, heard, inbox_id, now)
    return answer


def _send_receipts(store: Store, caller: Caller, heard: Heard, inbox_id: int, now: int) -> None:
    """USSD leaves no trace on the phone: what should be kept is texted as well."""
    for place, said in enumerate(heard.said):
        if said.receipt:
            letter = Letter(
                idem=f"receipt:{inbox_id}:{place}",
                klass=Klass.REPLY,
                person_id=caller.id,
                receiver=caller.phone,
                name=said.name,
                body=said.text,
            )
            queue(store, letter, now)


def _keep(
    store: Store,
    request: UssdRequest,
    person_id: int,
    screens: list[str],
    page: int,
    ended: bool,
    answer: str,
    now: int,
) -> None:
    store.run(
        "keep_ussd_session",
        provider=request.provider,
        session=request.session,
        person_id=person_id,
        typed=request.typed,
        screens=json.dumps(screens, ensure_ascii=False),
        page=page,
        ended=int(ended),
        answer=answer,
        now=now,
    )


def end_session(store: Store, town: Town, end: UssdEnd, now: int) -> None:
    """Note that a session is over. One that was cut in the middle of a request is offered again when they dial."""
    session = store.one("ussd_session", provider=end.provider, session=end.session)
    if session is None or session["ended"]:
        return
    store.run("end_ussd_session", provider=end.provider, session=end.session, now=now)
    if not end.complete:
        note(store, "ussd_dropped", now, person_id=session["person_id"])
