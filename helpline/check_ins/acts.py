"""What flows may do about the daily hello: take its answer."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.cases.acts import opened
from helpline.cases.work import NewCase
from helpline.check_ins import silence as check_ins
from helpline.conversations.acting import Call, act
from helpline.conversations.acts import Answer
from helpline.conversations.state import ActResult


@act(
    reads=(Answer("answer", "`ok`, `soso` or `help`"),),
    outcomes={"ok": (), "soso": ("ref",), "help": ("ref",)},
)
def check_in_answer(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Takes the answer to the daily hello: `help` opens a case at once, `soso` has a person call
    back."""
    answer = answers["answer"] if answers["answer"] in ("ok", "help") else "soso"
    silence = _silence_ended(call, answer)
    if answer == "ok":
        return ActResult("ok")
    if answer == "help" and silence is not None:
        call.caller.case_number = silence
        return ActResult("help", {"ref": str(silence)})
    return ActResult(answer, opened(call, _worry(call, answer), "opened").facts)


def _silence_ended(call: Call, answer: str) -> int | None:
    """Hear a resident's sign of life. Return the case about their silence, if one was open."""
    resident_id = call.caller.resident_id
    if resident_id is None:
        return None
    silence = call.tx.one("missed_case_of", resident_id=resident_id)
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
