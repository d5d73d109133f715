"""What follows a hello: silence is reminded, then missed; a sign of life is heard whenever it
comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpline.base.spans import MINUTE
from helpline.cases import rules as case_rules
from helpline.cases import work as casework
from helpline.cases.rows import MISSED_CASE_OF
from helpline.check_ins import mass_silence, rules
from helpline.check_ins.ask_again import ask_again
from helpline.check_ins.rows import (
    CHECK_IN,
    CONFIRMED_CONTACT_NAME,
    DUE_CHECK_INS,
    FATE_OF_QUESTION,
    LAST_CHECK_IN_OF,
    OPEN_CHECK_INS_OF,
    CheckInRow,
    Fate,
    IdRow,
    LastCheckIn,
    OpenCheckIn,
)
from helpline.messaging import callback_health
from helpline.messaging.outbox import Message, queue
from helpline.people.rows import RESIDENT
from helpline.town import isolation
from helpline.town import ladder as ladders
from helpline.town.events import note
from helpline.town.tx import Tx

MAY_CHANGE = 30 * MINUTE  # an answer may be corrected for so long at least

# --- silence --------------------------------------------------------------------------------------


def accepted(tx: Tx, check_in_id: int) -> None:
    """The provider took the question: from now on silence counts."""
    row = tx.one(CHECK_IN, id=check_in_id)
    if row is not None and row["status"] == "asking":
        ladder = ladders.from_json(row["ladder_json"])
        tx.run(
            "check_in_accepted", id=check_in_id, now=tx.now, due_at=rules.first_due(ladder, tx.now)
        )


def run_due(tx: Tx, count: int = 200) -> int:
    """Take the next step of check-ins whose time has come, one step each. Return how many."""
    missed: list[tuple[CheckInRow, int]] = []
    due = tx.all(DUE_CHECK_INS, now=tx.now, count=count)

    def step(each: IdRow) -> None:
        row = tx.one(CHECK_IN, id=each["id"])
        assert row is not None
        if row["status"] == "asking":
            could_not_ask(tx, row, "expired")
            return
        ladder = ladders.from_json(row["ladder_json"])
        asked_at, due_at = row["asked_at"], row["due_at"]
        assert asked_at is not None
        assert due_at is not None
        match rules.when_due(ladder, row["rung"], asked_at, due_at, tx.now):
            case rules.Say(phrase, rung, due_at):
                tx.run("check_in_said", id=row["id"], rung=rung, due_at=due_at)
                _remind(tx, row, phrase, due_at + ladder.deadline - ladder.steps()[rung])
            case rules.Missed():
                missed.append((row, ladder.deadline))

    isolation.each(tx, due, step, lambda row, until: _put_off(tx, row, until))
    if missed:
        _miss_all(tx, missed)
    return len(due)


def _miss_all(tx: Tx, missed: Sequence[tuple[CheckInRow, int]]) -> None:
    """The last moment of these check-ins has come; before anybody is alarmed, we doubt
    ourselves."""
    long = [each for each in missed if each[1] >= mass_silence.SHORTEST]
    nearly = max((deadline // 10 for _, deadline in long), default=0)
    alike = max((row["asked_at"] or 0 for row, _ in long), default=0) + nearly
    too_many = mass_silence.about(tx, alike, nearly) if long else None
    deaf = callback_health.deaf_routes(tx)
    deadlines = {row["id"]: deadline for row, deadline in missed}
    found: list[mass_silence.Doubt] = []

    def miss(row: CheckInRow) -> None:
        fate, mine = tx.one(FATE_OF_QUESTION, id=row["id"]), None
        if deadlines[row["id"]] >= mass_silence.SHORTEST:
            mine = too_many or _deaf_to(tx, fate, deaf)
        _miss(tx, row, fate, mine.until if mine else 0)
        found.extend([mine] if mine else [])

    isolation.each(
        tx, [row for row, _ in missed], miss, lambda row, until: _put_off(tx, row, until)
    )
    if found:
        mass_silence.ask_coordinators(tx, found[0])


def _put_off(tx: Tx, row: IdRow, until: int) -> None:
    tx.run("put_off_check_in", id=row["id"], at=until)


def _deaf_to(tx: Tx, fate: Fate | None, deaf: Mapping[str, int]) -> mass_silence.Doubt | None:
    """Return the doubt about an answer to a question that left by a route on which we hear
    nothing."""
    if fate is None or fate["route"] not in deaf:
        return None
    return mass_silence.about_callbacks(tx, deaf[fate["route"]])


def _remind(tx: Tx, row: CheckInRow, phrase: str, deadline: int) -> None:
    resident = tx.one(RESIDENT, id=row["resident_id"])
    assert resident is not None
    if resident["stopped_at"] is not None:
        return
    language = resident["language"]
    facts = {
        "name": tx.town.called(language, resident["name"], resident["other_name"]),
        "time": tx.town.clock_face(deadline, resident["timezone"]),
    }
    contact = tx.one(CONFIRMED_CONTACT_NAME, resident_id=row["resident_id"])
    if contact is not None and contact["name"] and f"{phrase}_contact" in tx.town.book.phrases:
        phrase = f"{phrase}_contact"
        facts["contact"] = tx.town.called(language, contact["name"], contact["other_name"])
    queue(
        tx,
        Message(
            idempotency_key=f"say:{row['id']}:{row['rung']}",
            purpose="reminder",
            person_id=resident["person_id"],
            receiver=resident["phone"],
            name=phrase,
            body=tx.town.phrase(phrase, resident["language"], facts),
            check_in_id=row["id"],
            worth=max(deadline - tx.now, MINUTE),
        ),
    )


def _miss(tx: Tx, row: CheckInRow, fate: Fate | None, held_until: int) -> None:
    _settle(tx, row["id"], "missed")
    tx.run("withdraw_questions", id=row["id"], reason="missed")
    note(tx, "check_in_missed", person_id=row["person_id"], check_in_id=row["id"])
    if fate is not None and fate["status"] in ("undelivered", "failed") and not fate["any_arrived"]:
        _open(tx, row, "unreachable")  # known, and no silence: nothing to doubt
        return
    number = _open(tx, row, "missed", held_until)
    if held_until and number:
        ask_again(tx, row, number, held_until)


def could_not_ask(tx: Tx, row: CheckInRow, reason: str) -> None:
    """The question could not leave: that is not silence, but a person must know."""
    if row["due_at"] is None:
        return
    fate = tx.one(FATE_OF_QUESTION, id=row["id"])
    if fate is not None and fate["state"] in ("queued", "expired") and not fate["attempts"]:
        # it only waited for its turn behind others: no alarm for that, a person reads the list
        _settle(tx, row["id"], "void", reason="too_late")
        tx.run("withdraw_questions", id=row["id"], reason="too_late")
        return
    _settle(tx, row["id"], "void", reason=reason)
    tx.run("withdraw_questions", id=row["id"], reason=reason)
    note(
        tx,
        "check_in_could_not_be_asked",
        person_id=row["person_id"],
        check_in_id=row["id"],
        reason=reason,
    )
    _open(tx, row, "unreachable")


def _open(tx: Tx, row: CheckInRow, kind: str, held_until: int = 0) -> int:
    """Open a case about a resident and return its number; 0 when the same worry is open already."""
    resident = tx.one(RESIDENT, id=row["resident_id"])
    assert resident is not None
    number, is_new = casework.open_case(
        tx,
        casework.NewCase(
            kind=kind,
            key=f"silence:{row['resident_id']}",
            person_id=row["person_id"],
            resident_id=row["resident_id"],
            check_in_id=row["id"],
            place=resident["zone"],
            ladder=resident["ladder"],
            held_until=held_until,
        ),
    )
    return number if is_new else 0


def _settle(tx: Tx, check_in_id: int, status: str, reason: str = "") -> None:
    """End the wait for an answer without one."""
    _end(tx, check_in_id, status, None, reason=reason, changes_until=None)


def _end(  # noqa: PLR0913
    tx: Tx,
    check_in_id: int,
    status: str,
    answer: str | None,
    *,
    changes_until: int | None,
    reason: str = "",
) -> None:
    tx.run(
        "settle_check_in",
        id=check_in_id,
        status=status,
        answer=answer,
        answered_at=tx.now if answer else None,
        reason=reason,
        changes_until=changes_until,
    )


# --- signs of life --------------------------------------------------------------------------------


def sign_of_life(tx: Tx, resident_id: int, answer: str) -> bool:
    """A resident gave a sign of life: what was open ends. `answer` is ok, soso, help, other or
    stop. With nothing open, one that says more of a need replaces the day's answer, in its time.

    Return whether anything was open: a question, or an alarm about the silence.
    """
    something = False
    for row in tx.all(OPEN_CHECK_INS_OF, resident_id=resident_id):
        deadline = (row["asked_at"] or row["asking_at"]) + _deadline(row)
        until = max(deadline, tx.now + MAY_CHANGE)
        _end(tx, row["id"], "answered", answer, changes_until=until)
        tx.run("withdraw_questions", id=row["id"], reason="answered")
        note(tx, "check_in_answered", check_in_id=row["id"], answer=answer)
        something = True
    missed = tx.one(MISSED_CASE_OF, resident_id=resident_id)
    last = tx.one(LAST_CHECK_IN_OF, resident_id=resident_id)
    if missed is None:
        if not something and last is not None:
            _correct(tx, last, answer)
        return something
    if last is not None and last["answer"] is None:
        until = tx.now + MAY_CHANGE
        _end(tx, last["id"], "missed", answer, reason="late", changes_until=until)
    casework.happen(
        tx, missed["number"], case_rules.SignOfLife(answer == "help", stopped=answer == "stop")
    )
    if answer == "help":
        tx.run("set_urgent", number=missed["number"])
    return True


def _deadline(row: OpenCheckIn | CheckInRow) -> int:
    return ladders.from_json(row["ladder_json"]).deadline


def _correct(tx: Tx, last: LastCheckIn, answer: str) -> None:
    """Let an answer that says more of a need take the place of the day's."""
    in_time = last["changes_until"] is not None and tx.now <= last["changes_until"]
    if in_time and rules.says_more(answer, last["answer"] or ""):
        tx.run("correct_answer", id=last["id"], answer=answer, now=tx.now)
        was = last["answer"]
        note(tx, "check_in_corrected", check_in_id=last["id"], was=was, answer=answer)
