"""Cases: opened, moved on, kept. The decisions are rules.py's; here they are loaded, carried out
and written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from helpline.cases import alarm_mail, rules
from helpline.cases.facts import facts_of
from helpline.cases.responders import RespondersOf
from helpline.cases.rows import (
    ASKS_OF_CASE,
    CASE,
    CASE_BY_KEY,
    DUE_CASES,
    CaseRow,
    NumberRow,
)
from helpline.cases.rules import Ask, Case, Change, Event, Status, Tell
from helpline.messaging.outbox import Message, queue
from helpline.people.rows import PERSON, PersonRow
from helpline.town import isolation
from helpline.town import ladder as ladders
from helpline.town.events import note
from helpline.town.tx import Tx

# what a person is told about a case, by phrase; all others are answers
ALL_CLEARS = frozenset({"case_stood_down", "case_stopped"})
NEWS = frozenset({"case_taken_by_other", "case_nudge", "case_back", "heard_needs_help"})


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is opened about. `key` names the worry: while one case with it is open, no second
    one opens."""

    kind: str
    key: str
    person_id: int
    resident_id: int | None = None
    check_in_id: int | None = None
    urgent: bool = False
    need: str = ""
    wanted: str = ""
    place: str = ""
    ladder: str = ""
    from_check_in: bool = False
    held_until: int = 0


def open_case(tx: Tx, new_case: NewCase) -> tuple[int, bool]:
    """Open a case and ask the first people. Return its number and whether it is new."""
    # an answer to the hello that asks for help goes to the people the resident chose, like a
    # silence
    climbs_as = "missed" if new_case.from_check_in and new_case.kind == "help" else new_case.kind
    policy = ladders.for_kind(tx.town.ladder(new_case.ladder), climbs_as, urgent=new_case.urgent)
    number = tx.add(
        "add_case",
        kind=new_case.kind,
        dedup_key=new_case.key,
        person_id=new_case.person_id,
        resident_id=new_case.resident_id,
        check_in_id=new_case.check_in_id,
        urgent=int(new_case.urgent),
        need=new_case.need,
        wanted=new_case.wanted,
        place=new_case.place,
        policy=policy.to_json(),
        now=tx.now,
    )
    if not number:
        found = tx.one(CASE_BY_KEY, dedup_key=new_case.key)
        assert found is not None
        return int(found["number"]), False
    note(tx, "case_opened", case_number=number, person_id=new_case.person_id, why=new_case.kind)
    happen(tx, number, rules.Held(new_case.held_until) if new_case.held_until else rules.Opened())
    return number, True


def happen(tx: Tx, number: int, event: Event, cause: str = "clock") -> Change | None:
    """Let `event` happen to a case, and carry out what follows. None when there is no such case.

    `cause` names what brought the event, such as a text of the inbox: the same answer to two texts
    is said twice.
    """
    row = tx.one(CASE, number=number)
    if row is None:
        return None
    before = load(tx, row)
    change = rules.step(before, event, RespondersOf(tx, row), tx.now)
    _keep(tx, before, change, event)
    _settle(tx, number, change)
    _ask(tx, {**row, "kind": change.case.kind}, change)
    _withdraw(tx, before, change)
    if change.tells:
        current = tx.one(CASE, number=number) or row
        for tell in change.tells:
            _tell(tx, current, tell, cause)
    if "nobody_available" in change.notes:  # the last rung is empty: never without a cry
        alarm_mail.send(
            tx, {**row, "kind": change.case.kind}, change.case.round, "mail_nobody_left"
        )
    for name in change.notes:
        note(tx, f"case_{name}", case_number=number, person_id=getattr(event, "person_id", None))
    return change


def run_due(tx: Tx, count: int = 200) -> int:
    """Take the next step of cases whose time has come, one step each. Return how many."""
    due = tx.all(DUE_CASES, now=tx.now, count=count)

    def step(row: NumberRow) -> None:
        happen(tx, row["number"], rules.PatienceEnded())

    def put_off(row: NumberRow, until: int) -> None:
        tx.run("put_off_case", number=row["number"], at=until)

    isolation.each(tx, due, step, put_off)
    return len(due)


def load(tx: Tx, row: CaseRow) -> Case:
    """Return a row of the statement `case` as the case that decisions are made on."""
    asks = tuple(
        Ask(each["person_id"], each["role"], each["rung"], each["round"], each["answer"])
        for each in tx.all(ASKS_OF_CASE, number=row["number"])
    )
    return Case(
        number=row["number"],
        kind=row["kind"],
        status=Status(row["status"]),
        person_id=row["person_id"],
        ladder=ladders.from_json(row["policy"]),
        rung=row["rung"],
        round=row["round"],
        next_action_at=row["next_action_at"],
        owner_id=row["owner_id"],
        taken_at=row["taken_at"],
        nudged=bool(row["nudged"]),
        outcome=row["outcome"],
        version=row["version"],
        asks=asks,
    )


def _keep(tx: Tx, before: Case, change: Change, event: Event) -> None:
    after = change.case
    if replace(after, asks=()) == replace(before, asks=()):
        return
    closed = after.status is Status.CLOSED
    kept = tx.run(
        "keep_case",
        number=after.number,
        kind=after.kind,
        status=str(after.status),
        rung=after.rung,
        round=after.round,
        next_action_at=after.next_action_at,
        owner_id=after.owner_id,
        taken_at=after.taken_at,
        nudged=int(after.nudged),
        outcome=after.outcome,
        closed_by=getattr(event, "person_id", None) if closed else None,
        version=before.version,
        now=tx.now,
    )
    if kept != 1:
        raise RuntimeError(f"case {after.number} changed under our hands")


def _settle(tx: Tx, number: int, change: Change) -> None:
    for person_id, answer in change.settled:
        tx.run("settle_ask", number=number, person_id=person_id, answer=answer, now=tx.now)
        if answer == "released":
            tx.run("withdraw_alarm_to", number=number, person_id=person_id, reason="released")


def _ask(tx: Tx, row: CaseRow, change: Change) -> None:
    for ask in change.asked:
        tx.add(
            "add_ask",
            number=row["number"],
            person_id=ask.person_id,
            role=ask.role,
            rung=ask.rung,
            round=ask.round,
            now=tx.now,
        )
        if ask.role == "volunteer":
            tx.run("volunteer_asked", person_id=ask.person_id, now=tx.now)
        person = _person(tx, ask.person_id)
        phrase = ask_phrase(row["kind"], ask.role)
        queue(
            tx,
            Message(
                idempotency_key=f"case:{row['number']}:{ask.round}:{ask.rung}:{ask.person_id}",
                purpose="case_ask",
                person_id=ask.person_id,
                receiver=person["phone"],
                name=phrase,
                body=tx.town.phrase(
                    phrase, person["language"], facts_of(tx, row, person["language"])
                ),
                case_number=row["number"],
            ),
        )


def ask_phrase(kind: str, role: str) -> str:
    """Return the name of the sentence by which somebody in `role` is asked about a case of
    `kind`."""
    if role == "coordinator":
        return f"alarm_{kind}"
    if role == "contact" and kind in ("missed", "help"):
        return f"ask_contact_{kind}"
    return f"ask_{kind}"


def _withdraw(tx: Tx, before: Case, change: Change) -> None:
    """Alarms that have not left must not leave once their cause is gone."""
    if change.case.status is Status.CLOSED and before.status is not Status.CLOSED:
        tx.run("withdraw_alarms", number=before.number, reason="case closed")


def _tell(tx: Tx, row: CaseRow, tell: Tell, cause: str) -> None:
    number = row["number"]
    person = _person(tx, tell.person_id)
    if tell.if_told and not tx.one(
        "alarms_that_may_have_reached", number=number, person_id=tell.person_id
    ):
        return
    if person["stopped_at"] is not None:
        return
    facts = facts_of(tx, row, person["language"])
    queue(
        tx,
        Message(
            idempotency_key=f"tell:{number}:{row['version']}:{tell.phrase}:{tell.person_id}:{cause}:{tx.now}",
            purpose=purpose_of(tell.phrase),
            person_id=tell.person_id,
            receiver=person["phone"],
            name=tell.phrase,
            body=tx.town.phrase(tell.phrase, person["language"], facts),
            case_number=number,
        ),
    )


def purpose_of(phrase: str) -> str:
    """Return what a phrase about a case is for."""
    if phrase in ALL_CLEARS:
        return "all_clear"
    return "case_news" if phrase in NEWS else "case_word"


def _person(tx: Tx, person_id: int) -> PersonRow:
    found = tx.one(PERSON, id=person_id)
    assert found is not None
    return found
