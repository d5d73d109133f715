"""A sign of distress: one fixed safe text, and a coordinator at once."""

from __future__ import annotations

from helpline.cases.work import NewCase, open_case
from helpline.check_ins import silence
from helpline.conversations import keeping
from helpline.conversations.state import Said
from helpline.inbound.attention import Attention
from helpline.inbound.interpretation import Interpretation
from helpline.language.distress import Alarm
from helpline.people.callers import Caller
from helpline.town.events import note
from helpline.town.tx import Tx

DISTRESS_PHRASES = {
    "self_harm": "distress_safe",
    "medical": "distress_urgent",
    "danger": "distress_urgent",
    "lost": "distress_urgent",
    "child": "distress_child",
}


def cry(tx: Tx, caller: Caller, alarm: Alarm, channel: str) -> Interpretation:
    """Answer with one fixed safe text and bring a coordinator; nothing is judged, the words go to
    nobody else."""
    if caller.resident_id is not None:
        silence.sign_of_life(tx, caller.resident_id, "help" if caller.is_expected else "other")
    new_case = NewCase(
        "distress", f"distress:{caller.id}", caller.id, resident_id=caller.resident_id, urgent=True
    )
    number, _ = open_case(tx, new_case)
    tx.run("end_conversation", person_id=caller.id)
    note(tx, "distress", person_id=caller.id, case_number=number, of=alarm.kind, idiom=alarm.idiom)
    if (
        alarm.kind == "violence"
    ):  # somebody else may read this phone: nothing repeats what was written
        turn = keeping.start(tx, caller, "quiet", channel)
        return Interpretation(
            turn.said,
            meaning="distress",
            reason="distress",
            attention=Attention.LATER,  # its case tells coordinators at once
            case_number=number,
            over=turn.conversation is None,
        )
    phrase = DISTRESS_PHRASES.get(alarm.kind, "distress_safe")
    if phrase == "distress_safe" and not tx.town.standing_facts["crisis"]:
        phrase = "distress_safe_no_line"
    words = tx.town.phrase(phrase, caller.language, {"ref": str(number)})
    return Interpretation(
        (Said(phrase, words),),
        meaning="distress",
        reason="distress",
        attention=Attention.LATER,
        case_number=number,
    )
