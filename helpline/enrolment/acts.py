"""What flows may do about taking part: sign up, agree or decline, pause, STOP, come back, leave."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.check_ins import hello
from helpline.conversations.acting import DONE, Call, act
from helpline.conversations.acts import Answer
from helpline.conversations.state import ActResult
from helpline.enrolment import membership
from helpline.messaging.outbox import note


@act(
    reads=(
        Answer("hour", "HH:MM; without it the old one, or 09:00", ""),
        Answer("contact", "a number, or empty", ""),
        Answer("first_name", otherwise=""),
        Answer("place", otherwise=""),
    ),
    outcomes={"active": ("hour", "name"), "refused": ()},
)
def sign_up(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Enrols a person who agreed, or changes what they gave before; `refused` for a landline."""
    if call.caller.row["line"] == "landline":
        return ActResult("refused")
    resident = membership.sign_up(call.store, call.town, call.caller, answers, call.now)
    return ActResult("active", {"hour": resident["check_in_at"], "name": call.caller.name})


@act(outcomes={"done": ("hour",)})
def confirm_resident(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a person from the town's register agrees to the daily hello, and asks their contacts."""
    store, town, now = call.store, call.town, call.now
    resident = membership.activate(store, town, call.caller.id, now)
    hello.plan(store, resident, now)
    membership.invite_contacts(store, town, resident["id"], now)
    note(store, "resident_confirmed", now, person_id=call.caller.id)
    return ActResult("done", {"hour": resident["check_in_at"]})


@act(outcomes={"done": ()})
def decline_resident(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a person from the town's register does not want the hello."""
    if call.caller.resident_id is not None:
        call.store.run("set_resident_status", id=call.caller.resident_id, status="declined")
        call.store.run("end_plan", resident_id=call.caller.resident_id)
    note(call.store, "resident_declined", call.now, person_id=call.caller.id)
    return DONE


@act(outcomes={"done": ("resident",)})
def confirm_contact(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a contact agrees to be told; `resident` is who named them."""
    return _as_contact(call, agreed=True)


@act(outcomes={"done": ("resident",)})
def decline_contact(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a contact does not want to be told."""
    return _as_contact(call, agreed=False)


def _as_contact(call: Call, *, agreed: bool) -> ActResult:
    name = membership.answer_as_contact(call.store, call.caller, agreed, call.now)
    return ActResult("done", {"resident": name or call.town.word("someone", call.caller.language)})


@act(outcomes={"done": ()})
def confirm_volunteer(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a volunteer agrees to be asked."""
    call.store.run("set_volunteer_status", person_id=call.caller.id, status="confirmed")
    note(call.store, "volunteer_confirmed", call.now, person_id=call.caller.id)
    return DONE


@act(outcomes={"done": ()})
def decline_volunteer(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a volunteer does not want to be asked."""
    call.store.run("set_volunteer_status", person_id=call.caller.id, status="declined")
    note(call.store, "volunteer_declined", call.now, person_id=call.caller.id)
    return DONE


@act(
    reads=(
        Answer("until", "YYYY-MM-DD, `tomorrow`, `week` or `month`"),
        Answer("reason", "`hospital` tells the coordinators", "holiday"),
    ),
    outcomes={"paused": ("until",), "refused": ()},
)
def pause(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Stops the hello, or a volunteer's duty, for a while; `refused` when there is none, or the date is past."""
    until = membership.pause(call.store, call.town, call.caller, answers, call.now)
    return ActResult("refused") if until is None else ActResult("paused", {"until": until.strftime("%d/%m/%Y")})


@act(outcomes={"resumed": ("hour",), "refused": ()})
def resume(call: Call, _: Mapping[str, str]) -> ActResult:
    """Ends a pause; `hour` is empty for a volunteer."""
    hour = membership.resume(call.store, call.town, call.caller, call.now)
    return ActResult("refused") if hour is None else ActResult("resumed", {"hour": hour})


@act(outcomes={"done": ()})
def stop(call: Call, _: Mapping[str, str]) -> ActResult:
    """Sends no more texts, as STOP does."""
    membership.stop(call.store, call.town, call.caller, call.now)
    return DONE


@act(outcomes={"done": ()})
def start(call: Call, _: Mapping[str, str]) -> ActResult:
    """Sends texts again, as START does."""
    membership.come_back(call.store, call.caller, call.now)
    return DONE


@act(outcomes={"done": ()})
def leave(call: Call, _: Mapping[str, str]) -> ActResult:
    """Ends the daily hello; other texts go on."""
    membership.leave(call.store, call.town, call.caller, call.now)
    return DONE


ACTIONS = (
    sign_up,
    confirm_resident,
    decline_resident,
    confirm_contact,
    decline_contact,
    confirm_volunteer,
    decline_volunteer,
    pause,
    resume,
    stop,
    start,
    leave,
)
