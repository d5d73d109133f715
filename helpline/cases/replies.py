"""Answers of volunteers, contacts and coordinators about cases: OUI 42, 42 oui, NON, 1 to 5, 42
MOI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpline.cases import bundles, rules, work
from helpline.cases.rows import CASE, OPEN_QUESTIONS_ABOUT_CASES, CaseRow, Listed, OpenQuestion
from helpline.language.answers import means_all, read_case_reply
from helpline.messaging.outbox import Message, queue
from helpline.people.callers import Caller
from helpline.town.town import Town
from helpline.town.tx import Tx


@dataclass(frozen=True, slots=True)
class Handled:
    """A text was about a case: `meaning` for the inbox, `number` of the case if one was named or
    found."""

    meaning: str
    number: int | None


def answer(tx: Tx, caller: Caller, text: str, inbox_id: int) -> Handled | None:
    """Act on a text that answers a question about a case; None when it is not one."""
    verb, number, rest = read_case_reply(tx.town.lexicon, text)
    verb = _reported(tx, caller, text, number) or verb
    if number is not None:
        return _numbered(tx, caller, verb, number, inbox_id)
    if not verb:
        return None
    if verb in ("yes", "take") and means_all(tx.town.lexicon, rest):
        return _take_all(tx, caller, inbox_id)
    if _talks_of_something_newer(caller):
        return None
    return _bare(tx, caller, verb, inbox_id)


def _reported(tx: Tx, caller: Caller, text: str, number: int | None) -> str:
    """Return the digit of what an owner reports in words of a case of theirs, while they are asked
    about no other; "" when it is no report."""
    rows = tx.all(OPEN_QUESTIONS_ABOUT_CASES, person_id=caller.id)
    owned = {row["number"] for row in rows if row["owner_id"] == caller.id}
    if not owned or (number is not None and number not in owned):
        return ""
    if number is None and any(row["open_ask"] for row in rows):
        return ""
    outcome = tx.town.lexicon.outcome(text, caller.language or "")
    return f"digit{outcome}" if outcome else ""


def is_report(tx: Tx, caller: Caller, text: str) -> bool:
    """Tell whether a text says, by its number, what became of a case that its sender may speak of.

    Without the number it is none: worrying words may then be the sender's own trouble.
    """
    if not caller.may_speak_of_cases:
        return False
    verb, number, _ = read_case_reply(tx.town.lexicon, text)
    row = tx.one(CASE, number=number) if verb and number is not None else None
    return row is not None and _may_speak_of(tx, caller, row)


def _may_speak_of(tx: Tx, caller: Caller, row: CaseRow) -> bool:
    number, mine = row["number"], row["owner_id"] == caller.id
    was_asked = tx.one("was_asked", number=number, person_id=caller.id) is not None
    return row["person_id"] != caller.id and (caller.is_coordinator or mine or was_asked)


def _talks_of_something_newer(caller: Caller) -> bool:
    """Tell whether the last thing this person was asked is not about a case."""
    row = caller.row
    about_case = max(row["last_ask_at"] or 0, row["last_taken_at"] or 0)
    other = max(
        row["conversation_asked_at"] or 0 if row["conversation"] else 0,
        row["check_in_asking_at"] or 0,
    )
    return other > about_case


def _numbered(tx: Tx, caller: Caller, verb: str, number: int, inbox_id: int) -> Handled | None:
    row = tx.one(CASE, number=number)
    if row is not None and row["person_id"] == caller.id:
        return None  # about their own request: the conversation knows what to do
    known = row is not None and (
        caller.is_coordinator
        or row["owner_id"] == caller.id
        or tx.one("was_asked", number=number, person_id=caller.id) is not None
    )
    if not verb and not known:
        return None
    if row is None or not known:
        _say(tx, caller, "case_unknown", {"ref": str(number)}, inbox_id)
        return Handled("case_unknown", None)
    event = _event(caller, verb, owns=row["owner_id"] == caller.id)
    if event is None and row["status"] == "closed":
        _say(tx, caller, "case_already_closed", {"ref": str(number)}, inbox_id)
        return Handled("case_closed", number)
    if event is None:
        _ask_which(tx, caller, [row], inbox_id)
        return Handled("case_which", number)
    return _do(tx, number, event, inbox_id)


def _bare(tx: Tx, caller: Caller, verb: str, inbox_id: int) -> Handled | None:
    """Act on a reply without a number: only where it can mean one thing."""
    rows = tx.all(OPEN_QUESTIONS_ABOUT_CASES, person_id=caller.id)
    asked = [row for row in rows if row["open_ask"]]
    owned = [row for row in rows if row["owner_id"] == caller.id]
    meant = _meant(verb, asked, owned)
    if not meant:
        released = [row for row in rows if row not in owned]
        if verb in ("yes", "take", "digit1") and len(released) == 1:
            meant = released
        elif not rows:
            return None
        else:
            return _ask_which(tx, caller, rows, inbox_id) if len(rows) > 1 else None
    if len(meant) > 1:
        return _ask_which(tx, caller, meant, inbox_id)
    event = _event(caller, verb, owns=meant[0]["owner_id"] == caller.id)
    if event is None:
        return None
    return _do(tx, meant[0]["number"], event, inbox_id)


def _take_all(tx: Tx, caller: Caller, inbox_id: int) -> Handled | None:
    """Take all cases that the last alarm named to this person and that still wait; never one it did
    not name."""
    named = bundles.named_in_last(tx, caller.id)
    rows = tx.all(OPEN_QUESTIONS_ABOUT_CASES, person_id=caller.id)
    meant = [row["number"] for row in rows if row["open_ask"] and row["number"] in named]
    if not meant:
        return _bare(tx, caller, "yes", inbox_id)
    for number in meant:
        _do(tx, number, rules.Accepted(caller.id), inbox_id)
    return Handled("accepted", meant[0] if len(meant) == 1 else None)


def _meant(verb: str, asked: list[OpenQuestion], owned: list[OpenQuestion]) -> list[OpenQuestion]:
    """Return the cases a bare reply may mean: yes and no are for questions, digits for what was
    found."""
    match verb:
        case "yes" | "take":
            return asked
        case "no":
            return asked or owned
        case "digit1" | "digit2":
            return asked + owned
        case _:
            return owned


def _event(caller: Caller, verb: str, *, owns: bool) -> rules.Event | None:
    match verb:
        case "yes" | "take":
            return rules.Accepted(caller.id)
        case "no":
            return rules.Declined(caller.id)
        case "digit1" if not owns:
            return rules.Accepted(caller.id)
        case "digit2" if not owns:
            return rules.Declined(caller.id)
        case "digit1" | "digit2" | "digit3" | "digit4" | "digit5" if owns:
            return rules.Found(
                caller.id, rules.OUTCOMES[int(verb[-1])], is_final=caller.is_coordinator
            )
        case _:
            return None


def _do(tx: Tx, number: int, event: rules.Event, inbox_id: int) -> Handled:
    work.happen(tx, number, event, cause=f"text {inbox_id}")
    return Handled(type(event).__name__.lower(), number)


def _ask_which(tx: Tx, caller: Caller, rows: Sequence[Listed], inbox_id: int) -> Handled:
    facts = {"list": _listed(tx.town, caller, rows), "ref": str(rows[0]["number"])}
    _say(tx, caller, "case_which", facts, inbox_id)
    return Handled("case_which", None)


def _listed(town: Town, caller: Caller, rows: Sequence[Listed]) -> str:
    return ", ".join(
        f"{row['number']} {town.word('kind_' + row['kind'], caller.language)}" for row in rows[:4]
    )


def _say(tx: Tx, caller: Caller, phrase: str, facts: dict[str, str], inbox_id: int) -> None:
    queue(
        tx,
        Message(
            idempotency_key=f"reply:{inbox_id}:case",
            purpose="reply",
            person_id=caller.id,
            receiver=caller.phone,
            name=phrase,
            body=tx.town.phrase(phrase, caller.language, facts),
        ),
    )
