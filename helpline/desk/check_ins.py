"""The daily hello: asked when due, reminded, missed; heard at whatever moment a sign of life comes."""

from __future__ import annotations

from dataclasses import dataclass

from helpline.core import case as cases
from helpline.core import check_in as core
from helpline.core import ladder as ladders
from helpline.core.schedule import local_date, next_ask
from helpline.desk import cases as desk_cases
from helpline.desk import conversations
from helpline.desk.outgoing import Klass, Letter, note, queue, queue_many
from helpline.desk.town import Town
from helpline.ports import Row, Store

HOUR = 3_600_000
TOO_LATE = 2 * HOUR  # a hello that could not be said for so long is not said any more: a person reads the list


# --- asking ----------------------------------------------------------------------------------------------


def ask_due(store: Store, town: Town, now: int, count: int = 500) -> int:
    """Ask every resident whose hello is due. Return how many plans were dealt with."""
    letters: list[Letter] = []
    rows = store.all("due_plans", now=now, count=count)
    plans = [_plan_next(row, now) for row in rows]
    for row in rows:
        if _may_be_asked(row, now):
            letter = _question(store, town, row, row["local_date"], "plan", now)
            if letter is not None:
                letters.append(letter)
        else:
            _skip(store, town, row, now)
    store.many("set_plan", plans)
    queue_many(store, letters, now)
    return len(rows)


def _may_be_asked(row: Row, now: int) -> bool:
    return not _is_off(row) and now - row["ask_at"] <= TOO_LATE


def _is_off(row: Row) -> bool:
    paused = row["paused_until"] is not None and row["paused_until"] > row["ask_at"]
    return row["status"] != "active" or row["stopped_at"] is not None or paused


def pass_over(store: Store, town: Town, now: int) -> int:
    """Leave out every hello due by now, and plan the next: the clock jumped over them, a person sees the list."""
    count = 0
    while rows := store.all("due_plans", now=now, count=500):
        for row in rows:
            _skip(store, town, row, now)
        store.many("set_plan", [_plan_next(row, now) for row in rows])
        count += len(rows)
    return count


def _skip(store: Store, town: Town, row: Row, now: int) -> None:
    """A hello that is not said leaves its trace: one too late is void, which is not silence, and a person sees it."""
    note(store, "check_in_skipped", now, person_id=row["person_id"], date=row["local_date"])
    if _is_off(row):
        return
    policy = _kept(store, town.ladder(row["ladder"]))
    values = {"resident_id": row["resident_id"], "local_date": row["local_date"], "slot": "late", "policy": policy}
    check_in_id = store.add("add_check_in", **values, due_at=now, now=now)
    if check_in_id:
        _settle(store, check_in_id, "void", None, now, reason="too_late")


def _plan_next(row: Row, now: int) -> dict[str, object]:
    ask_at, day = next_ask(row["check_in_at"], row["days"], row["timezone"], max(now, row["ask_at"]), row["local_date"])
    return {"resident_id": row["resident_id"], "ask_at": ask_at, "local_date": day}


def plan(store: Store, resident: Row, now: int) -> None:
    """Plan the next hello of an active resident, never twice on one date."""
    last = store.one("last_planned_date", resident_id=resident["id"])
    not_on = (last["local_date"] if last is not None else None) or ""
    ask_at, day = next_ask(resident["check_in_at"], resident["days"], resident["timezone"], now, not_on)
    store.run("set_plan", resident_id=resident["id"], ask_at=ask_at, local_date=day)


def _question(store: Store, town: Town, row: Row, day: str, slot: str, now: int) -> Letter | None:
    """Open a check-in and return its question; None when it was asked before."""
    ladder = town.ladder(row["ladder"])
    policy = _kept(store, ladder)
    worth = max(ladder.deadline, core.GIVE_UP_ASKING)
    check_in_id = store.add(
        "add_check_in",
        resident_id=row["resident_id"],
        local_date=day,
        slot=slot,
        policy=policy,
        due_at=now + worth,
        now=now,
    )
    if not check_in_id:
        return None
    return Letter(
        idem=f"ask:{check_in_id}",
        klass=Klass.CHECK_IN,
        person_id=row["person_id"],
        receiver=row["phone"],
        name="check_in",
        body=conversations.said_at_start(town, "check_in", row["language"], {"name": row["name"]}).text,
        check_in_id=check_in_id,
        worth=worth,
    )


def _kept(store: Store, ladder: ladders.Ladder) -> str:
    name = ladder.hash()
    store.run("keep_policy", hash=name, name=ladder.name, body=ladder.to_json())
    return name


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking one resident by hand: asked, waiting (already asked), stopped, paused, not_active."""

    result: str
    phone: str


def ask_now(store: Store, town: Town, resident: Row, now: int) -> Asked:
    """Say hello now, whatever the hour. A question that is open is not put twice."""
    phone = resident["phone"]
    if resident["status"] != "active":
        return Asked("not_active", phone)
    if resident["stopped_at"] is not None:
        return Asked("stopped", phone)
    if resident["paused_until"] is not None and resident["paused_until"] > now:
        return Asked("paused", phone)
    if store.all("open_check_ins_of", resident_id=resident["id"]):
        return Asked("waiting", phone)
    day = local_date(now, resident["timezone"])
    counted = store.one("slots_of_day", resident_id=resident["id"], local_date=day)
    assert counted is not None
    row = {**dict(resident), "resident_id": resident["id"]}
    letter = _question(store, town, row, day, f"now-{counted['count'] + 1}", now)
    if letter is None:
        return Asked("waiting", phone)
    queue(store, letter, now)
    return Asked("asked", phone)


# --- silence ---------------------------------------------------------------------------------------------


def accepted(store: Store, check_in_id: int, now: int) -> None:
    """The provider took the question: from now on silence counts."""
    row = store.one("check_in", id=check_in_id)
    if row is not None and row["status"] == "asking":
        ladder = ladders.from_json(row["ladder_json"])
        store.run("check_in_accepted", id=check_in_id, now=now, due_at=core.first_due(ladder, now))


def run_due(store: Store, town: Town, now: int, count: int = 200) -> int:
    """Take the next step of check-ins whose time has come, one step each. Return how many."""
    due = store.all("due_check_ins", now=now, count=count)
    for each in due:
        row = store.one("check_in", id=each["id"])
        assert row is not None
        if row["status"] == "asking":
            could_not_ask(store, town, row, "expired", now)
        else:
            _move_on(store, town, row, now)
    return len(due)


def _move_on(store: Store, town: Town, row: Row, now: int) -> None:
    ladder = ladders.from_json(row["ladder_json"])
    match core.when_due(ladder, row["rung"], row["asked_at"], row["due_at"], now):
        case core.Say(phrase, rung, due_at):
            store.run("check_in_said", id=row["id"], rung=rung, due_at=due_at)
            _remind(store, town, row, phrase, due_at + ladder.deadline - ladder.steps()[rung], now)
        case core.Missed():
            _miss(store, town, row, now)


def _remind(store: Store, town: Town, row: Row, phrase: str, deadline: int, now: int) -> None:
    resident = store.one("resident", id=row["resident_id"])
    assert resident is not None
    if resident["stopped_at"] is not None:
        return
    contact = store.one("confirmed_contact_name", resident_id=row["resident_id"])
    facts = {"name": resident["name"], "time": town.clock_face(deadline, resident["timezone"])}
    if contact is not None and contact["name"] and f"{phrase}_contact" in town.book.phrases:
        phrase, facts["contact"] = f"{phrase}_contact", contact["name"]
    queue(
        store,
        Letter(
            idem=f"say:{row['id']}:{row['rung']}",
            klass=Klass.CHECK_IN,
            person_id=resident["person_id"],
            receiver=resident["phone"],
            name=phrase,
            body=town.phrase(phrase, resident["language"], facts),
            check_in_id=row["id"],
            worth=max(deadline - now, 60_000),
        ),
        now,
    )


def _miss(store: Store, town: Town, row: Row, now: int) -> None:
    _settle(store, row["id"], "missed", None, now)
    store.run("withdraw_questions", id=row["id"], reason="missed")
    fate = store.one("fate_of_question", id=row["id"])
    undelivered = fate is not None and fate["status"] in ("undelivered", "failed")
    note(store, "check_in_missed", now, person_id=row["person_id"], check_in_id=row["id"])
    _open(store, town, row, "unreachable" if undelivered else "missed", now)


def could_not_ask(store: Store, town: Town, row: Row, reason: str, now: int) -> None:
    """The question could not leave: that is not silence, but a person must know."""
    if row["due_at"] is None:
        return
    _settle(store, row["id"], "void", None, now, reason=reason)
    store.run("withdraw_questions", id=row["id"], reason=reason)
    note(store, "check_in_could_not_be_asked", now, person_id=row["person_id"], check_in_id=row["id"], reason=reason)
    _open(store, town, row, "unreachable", now)


def _open(store: Store, town: Town, row: Row, kind: str, now: int) -> None:
    resident = store.one("resident", id=row["resident_id"])
    assert resident is not None
    desk_cases.open_case(
        store,
        town,
        desk_cases.Worry(
            kind=kind,
            key=f"silence:{row['resident_id']}",
            person_id=row["person_id"],
            resident_id=row["resident_id"],
            check_in_id=row["id"],
            place=resident["zone"],
            ladder=resident["ladder"],
        ),
        now,
    )


def _settle(store: Store, check_in_id: int, status: str, answer: str | None, now: int, reason: str = "") -> None:
    store.run(
        "settle_check_in",
        id=check_in_id,
        status=status,
        answer=answer,
        answered_at=now if answer else None,
        reason=reason,
    )


# --- signs of life ---------------------------------------------------------------------------------------


def heard(store: Store, town: Town, resident_id: int, answer: str, now: int) -> bool:
    """A resident gave a sign of life: what was open ends. `answer` is ok, soso, help, other or stop.

    Return whether anything was open: a question, or an alarm about the silence.
    """
    something = False
    for row in store.all("open_check_ins_of", resident_id=resident_id):
        _settle(store, row["id"], "answered", answer, now)
        store.run("withdraw_questions", id=row["id"], reason="answered")
        note(store, "check_in_answered", now, check_in_id=row["id"], answer=answer)
        something = True
    missed = store.one("missed_case_of", resident_id=resident_id)
    if missed is None:
        return something
    last = store.one("last_check_in_of", resident_id=resident_id)
    if last is not None and last["answer"] is None:
        store.run("settle_check_in", id=last["id"], status="missed", answer=answer, answered_at=now, reason="late")
    desk_cases.happen(store, town, missed["number"], cases.Heard(needs_help=answer == "help"), now)
    if answer == "help":
        store.run("set_urgent", number=missed["number"])
    return True
