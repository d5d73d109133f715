"""What flows may do about the daily hello: take its answer."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.cases.acts import opened
from helpline.cases.rows import MISSED_CASE_OF
from helpline.cases.work import NewCase
from helpline.check_ins import silence as check_ins
from helpline.check_ins.rows import LAST_CHECK_IN_OF, OPEN_WORRY_OF
from helpline.conversations.acting import Call, act
from helpline.conversations.acts import Answer
from helpline.conversations.state import ActResult


@act(
    reads=(Answer("answer", "`ok`, `soso` or `help`"),),
    outcomes={"ok": (), "soso": ("ref",), "help": ("ref",), "stays": ("ref",)},
)
def check_in_answer(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Takes the answer to the daily hello; `stays`: all well, but help was called before.

    `help` opens a case at once, `soso` has a person call back. All well after a call for help calls
    nobody off: only a person knows which of the two was true.
    """
    answer = answers["answer"] if answers["answer"] in ("ok", "help") else "soso"
    silence = _silence_ended(call, answer)
    if answer == "ok":
        return _all_well(call)
    if answer == "help" and silence is not None:
        call.caller.case_number = silence
        return ActResult("help", {"ref": str(silence)})
    return ActResult(answer, opened(call, _worry(call, answer), "opened").facts)


def _all_well(call: Call) -> ActResult:
    """End as `stays` when the day's answer calls for somebody and that case is still open."""
    resident_id = call.caller.resident_id
    last = call.tx.one(LAST_CHECK_IN_OF, resident_id=resident_id)
    worry = call.tx.one(OPEN_WORRY_OF, resident_id=resident_id)
    if last is None or last["answer"] not in ("soso", "help") or worry is None:
        return ActResult("ok")
    call.caller.takes_back, call.caller.case_number = True, worry["number"]
    return ActResult("stays", {"ref": str(worry["number"])})


def _silence_ended(call: Call, answer: str) -> int | None:
    """Hear a resident's sign of life. Return the case about their silence, if one was open."""
    resident_id = call.caller.resident_id
    if resident_id is None:
        return None
    silence = call.tx.one(MISSED_CASE_OF, resident_id=resident_id)
    check_ins.sign_of_life(call.tx, resident_id, answer)
    return None if silence is None else int(silence["number"])


def _worry(call: Call, answer: str) -> NewCase:
    caller = call.caller
    kind = "help" if answer == "help" else "callback"
    return NewCase(
        kind=kind,
        key=f"{kind}:{caller.id}:check_in",
        person_id=caller.id,
        resident_id=caller.resident_id,
        urgent=answer == "help",
        place=caller.row["zone"] or "",
        ladder=caller.row["ladder"] or "",
        from_check_in=True,
    )


ACTIONS = (check_in_answer,)
