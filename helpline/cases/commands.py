"""What a coordinator does to a case from its page."""

from __future__ import annotations

from helpline.cases import rules, work
from helpline.cases.rows import WHO_MAY_TAKE
from helpline.town.events import note
from helpline.town.tx import Tx


def take(tx: Tx, number: int, person_id: int, login_id: int) -> str:
    """Give a case to somebody who said they go. Return "taken", "taken_before" when another was
    quicker, or "nobody" for a case that does not exist and for a person who is neither coordinator
    nor was asked.
    """
    if person_id not in {row["id"] for row in tx.all(WHO_MAY_TAKE, number=number)}:
        return "nobody"
    change = work.happen(tx, number, rules.Accepted(person_id))
    if change is None:
        return "nobody"
    if "taken" in change.notes:
        note(tx, "case_taken_from_desk", case_number=number, login=login_id)
    return "taken" if change.case.is_open and change.case.owner_id == person_id else "taken_before"


def close(tx: Tx, number: int, outcome: str, reason: str, login_id: int) -> str:
    """End a case with an outcome, and for `other` a reason, both from a fixed list.

    Return "closed", "closed_before", or "nobody" when there is no such case. Who ended it is
    written down as the login's id: a login is not a person with a phone.
    """
    change = work.happen(tx, number, rules.Closed(outcome))
    if change is None:
        return "nobody"
    if "closed" not in change.notes:
        return "closed_before"
    facts = {"login": login_id, "outcome": outcome, **({"reason": reason} if reason else {})}
    note(tx, "case_closed_from_desk", case_number=number, **facts)
    return "closed"
