"""What flows may do about requests: open one, have a person call, say how it stands, open it
again."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.cases import rules, work
from helpline.cases.rows import CASE, CASES_OF_PERSON, CaseRow
from helpline.cases.work import NewCase
from helpline.conversations.acting import Call, act
from helpline.conversations.acts import Answer
from helpline.conversations.state import ActResult
from helpline.town.events import note

LONGEST_PLACE = 120
AFTER_A_HELP = (
    "help",
    "callback",
    "missed",
    "unreachable",
)  # kinds of cases that a new request for help may follow


@act(
    reads=(
        Answer("need", otherwise="other"),
        Answer("wanted", "`now` is urgent", ""),
        Answer("place", otherwise=""),
    ),
    outcomes={"opened": ("ref",), "known": ("ref",)},
)
def open_request(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Opens a case for a request; `known` when the same one is open already."""
    caller, need = call.caller, answers["need"]
    new_case = NewCase(
        kind="help",
        key=f"help:{caller.id}:{need}",
        person_id=caller.id,
        resident_id=caller.resident_id,
        urgent=answers["wanted"] == "now",
        need=need,
        wanted=answers["wanted"],
        place=answers["place"][:LONGEST_PLACE],
        ladder=caller.row["ladder"] or "",
    )
    return opened(call, new_case, "opened")


@act(outcomes={"called": ("ref",), "known": ("ref",)})
def call_person(call: Call, _: Mapping[str, str]) -> ActResult:
    """Has a person of the organisation call or write; `known` when one is told already."""
    caller = call.caller
    new_case = NewCase("person", f"person:{caller.id}", caller.id, resident_id=caller.resident_id)
    return opened(call, new_case, "called")


@act(outcomes={"found": ("requests",), "none": ()})
def list_requests(call: Call, _: Mapping[str, str]) -> ActResult:
    """Names the person's last three requests by number."""
    found = call.tx.all(CASES_OF_PERSON, person_id=call.caller.id)
    numbers = ", ".join(str(row["number"]) for row in found[:3])
    return ActResult("found", {"requests": numbers}) if found else ActResult("none")


@act(reads=(Answer("ref", "its number"),), outcomes={"found": ("ref", "state"), "unknown": ()})
def look_up_request(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Says how one of the person's own requests stands."""
    row = _own_case(call, answers["ref"])
    if row is None:
        return ActResult("unknown")
    town, language, number = call.tx.town, call.caller.language, str(row["number"])
    owner = town.called(language, row["owner_name"] or "", row["owner_other_name"] or "")
    owner = owner or town.word("someone", language)
    state = town.phrase(f"state_{row['status']}", language, {"owner": owner, "ref": number})
    return ActResult("found", {"ref": number, "state": state})


@act(reads=(Answer("ref", "its number"),), outcomes={"done": ("ref",), "unknown": ()})
def reopen_request(call: Call, answers: Mapping[str, str]) -> ActResult:
    """Not solved: an open request goes on to the next people, a closed one is followed by a new
    one."""
    row = _own_case(call, answers["ref"])
    if row is None:
        return ActResult("unknown")
    if row["status"] != "closed":
        work.happen(call.tx, row["number"], rules.Reopened())
        return ActResult("done", {"ref": str(row["number"])})
    facts = opened(call, _again(call, row), "done").facts
    note(call.tx, "case_follows", case_number=int(facts["ref"]), after=row["number"])
    return ActResult("done", facts)


def opened(call: Call, new_case: NewCase, fresh: str) -> ActResult:
    """Open a case; end as `fresh`, or as `known` when one about this worry is open already, with
    its number."""
    number, is_new = work.open_case(call.tx, new_case)
    call.caller.case_number = number
    return ActResult(fresh if is_new else "known", {"ref": str(number)})


def _again(call: Call, row: CaseRow) -> NewCase:
    return NewCase(
        kind="help" if row["kind"] in AFTER_A_HELP else "person",
        key=f"again:{row['number']}",
        person_id=call.caller.id,
        resident_id=row["resident_id"],
        need=row["need"],
        wanted=row["wanted"],
        place=row["place"],
    )


def _own_case(call: Call, ref: str) -> CaseRow | None:
    row = call.tx.one(CASE, number=int(ref)) if ref.isdecimal() and len(ref) < 16 else None
    return row if row is not None and row["person_id"] == call.caller.id else None


ACTIONS = (open_request, call_person, look_up_request, list_requests, reopen_request)
