"""What flows may do about taking part: sign up, agree or decline, pause, STOP, come back, leave."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.check_ins import hello
from helpline.conversations.acting import DONE, Call, act
from helpline.conversations.acts import Answer
from helpline.conversations.state import ActResult
from helpline.enrolment import losses, membership
from helpline.town.events import note


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
    resident = membership.sign_up(call.tx, call.caller, answers)
    name = call.tx.town.called(call.caller.language, resident["name"], resident["other_name"])
    return ActResult("active", {"hour": resident["check_in_at"], "name": name})


@act(outcomes={"done": ("hour",)})
def confirm_resident(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a person from the town's register agrees to the daily hello, and asks their
    contacts."""
    resident = membership.activate(call.tx, call.caller.id)
    hello.plan(call.tx, resident)
    membership.invite_contacts(call.tx, resident["id"])
    note(call.tx, "resident_confirmed", person_id=call.caller.id)
    return ActResult("done", {"hour": resident["check_in_at"]})


@act(outcomes={"done": ()})
def decline_resident(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a person from the town's register does not want the hello."""
    if call.caller.resident_id is not None:
        call.tx.run("set_resident_status", id=call.caller.resident_id, status="declined")
        call.tx.run("end_plan", resident_id=call.caller.resident_id)
    note(call.tx, "resident_declined", person_id=call.caller.id)
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
    name = membership.answer_as_contact(call.tx, call.caller, agreed)
    return ActResult(
        "done", {"resident": name or call.tx.town.word("someone", call.caller.language)}
    )


@act(outcomes={"done": ()})
def confirm_volunteer(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a volunteer agrees to be asked."""
    call.tx.run("set_volunteer_status", person_id=call.caller.id, status="confirmed")
    note(call.tx, "volunteer_confirmed", person_id=call.caller.id)
    return DONE


@act(outcomes={"done": ()})
def decline_volunteer(call: Call, _: Mapping[str, str]) -> ActResult:
    """Notes that a volunteer does not want to be asked."""
    call.tx.run("set_volunteer_status", person_id=call.caller.id, status="declined")
    note(call.tx, "volunteer_declined", person_id=call.caller.id)
    losses.off_duty(call.tx, call.caller.row)
    return DONE


@act(
    reads=(
        Answer("until", "YYYY-MM-DD, `tomorrow`, `week` or `month`"),
        Answer("reason", "`hospital` tells the coordinators", "holiday"),
    ),
    outcomes={"paused": ("until",), "refused": ()},
)
def pause(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Stops the hello, or a volunteer's duty, for a while; `refused` when there is none, or the
    date is past."""
    until = membership.pause(call.tx, call.caller, answers)
    return (
        ActResult("refused")
        if until is None
        else ActResult("paused", {"until": until.strftime("%d/%m/%Y")})
    )


@act(outcomes={"resumed": ("hour",), "refused": ()})
def resume(call: Call, _: Mapping[str, str]) -> ActResult:
    """Ends a pause; `hour` is empty for a volunteer."""
    hour = membership.resume(call.tx, call.caller)
    return ActResult("refused") if hour is None else ActResult("resumed", {"hour": hour})


@act(outcomes={"done": ()})
def stop(call: Call, _: Mapping[str, str]) -> ActResult:
    """Sends no more texts, as STOP does."""
    membership.stop(call.tx, call.caller)
    return DONE


@act(outcomes={"done": ()})
def start(call: Call, _: Mapping[str, str]) -> ActResult:
    """Sends texts again, as START does."""
    membership.come_back(call.tx, call.caller)
    return DONE


@act(outcomes={"done": ()})
def leave(call: Call, _: Mapping[str, str]) -> ActResult:
    """Ends the daily hello; other texts go on."""
    membership.leave(call.tx, call.caller)
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
