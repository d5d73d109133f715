"""What follows a hello: silence is reminded, then missed; a sign of life is heard whenever it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpline.base.ports import Row, Store
from helpline.cases import rules as case_rules
from helpline.cases import work as casework
from helpline.check_ins import mass_silence, rules
from helpline.messaging import callback_health, failover
from helpline.messaging.outbox import Klass, Letter, note, queue
from helpline.town import isolation
from helpline.town import ladder as ladders
from helpline.town.town import Town

# --- silence ---------------------------------------------------------------------------------------------


def accepted(store: Store, check_in_id: int, now: int) -> None:
    """The provider took the question: from now on silence counts."""
    row = store.one("check_in", id=check_in_id)
    if row is not None and row["status"] == "asking":
        ladder = ladders.from_json(row["ladder_json"])
        store.run("check_in_accepted", id=check_in_id, now=now, due_at=rules.first_due(ladder, now))


def run_due(store: Store, town: Town, now: int, count: int = 200) -> int:
    """Take the next step of check-ins whose time has come, one step each. Return how many."""
    missed: list[tuple[Row, int]] = []
    due = store.all("due_check_ins", now=now, count=count)

    def step(each: Row) -> None:
        row = store.one("check_in", id=each["id"])
        assert row is not None
        if row["status"] == "asking":
            could_not_ask(store, town, row, "expired", now)
            return
        ladder = ladders.from_json(row["ladder_json"])
        match rules.when_due(ladder, row["rung"], row["asked_at"], row["due_at"], now):
            case rules.Say(phrase, rung, due_at):
                store.run("check_in_said", id=row["id"], rung=rung, due_at=due_at)
                _remind(store, town, row, phrase, due_at + ladder.deadline - ladder.steps()[rung], now)
            case rules.Missed():
                missed.append((row, ladder.deadline))

    isolation.each(store, due, step, lambda row, until: _put_off(store, row, until), now)
    if missed:
        _miss_all(store, town, missed, now)
    return len(due)


def _miss_all(store: Store, town: Town, missed: Sequence[tuple[Row, int]], now: int) -> None:
    """The last moment of these check-ins has come; before anybody is alarmed, we doubt ourselves."""
    long = [each for each in missed if each[1] >= mass_silence.SHORTEST]
    nearly = max((deadline // 10 for _, deadline in long), default=0)
    alike = max((row["asked_at"] for row, _ in long), default=0) + nearly
    too_many = mass_silence.about(store, alike, nearly, now) if long else None
    deaf = callback_health.deaf_routes(store)
    deadlines = {row["id"]: deadline for row, deadline in missed}
    found: list[mass_silence.Doubt] = []

    def miss(row: Row) -> None:
        fate, mine = store.one("fate_of_question", id=row["id"]), None
        if deadlines[row["id"]] >= mass_silence.SHORTEST:
            mine = too_many or _deaf_to(store, fate, deaf, now)
        _miss(store, town, row, fate, mine.until if mine else 0, now)
        found.extend([mine] if mine else [])

    isolation.each(store, [row for row, _ in missed], miss, lambda row, until: _put_off(store, row, until), now)
    if found:
        mass_silence.ask_coordinators(store, town, found[0], now)


def _put_off(store: Store, row: Row, until: int) -> None:
    store.run("put_off_check_in", id=row["id"], at=until)


def _deaf_to(store: Store, fate: Row | None, deaf: Mapping[str, int], now: int) -> mass_silence.Doubt | None:
    """Return the doubt about an answer to a question that left by a route on which we hear nothing."""
    if fate is None or fate["route"] not in deaf:
        return None
    return mass_silence.about_ears(store, deaf[fate["route"]], now)


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


def _miss(store: Store, town: Town, row: Row, fate: Row | None, held_until: int, now: int) -> None:
    _settle(store, row["id"], "missed", None, now)
    store.run("withdraw_questions", id=row["id"], reason="missed")
    note(store, "check_in_missed", now, person_id=row["person_id"], check_in_id=row["id"])
    if fate is not None and fate["status"] in ("undelivered", "failed") and not fate["any_arrived"]:
        _open(store, town, row, "unreachable", now)  # known, and no silence: nothing to doubt
        return
    number = _open(store, town, row, "missed", now, held_until)
    if held_until and number:
        failover.ask_again(store, town, row, number, held_until, now)


def could_not_ask(store: Store, town: Town, row: Row, reason: str, now: int) -> None:
    """The question could not leave: that is not silence, but a person must know."""
    if row["due_at"] is None:
        return
    fate = store.one("fate_of_question", id=row["id"])
    if fate is not None and fate["state"] in ("queued", "expired") and not fate["attempts"]:
        # it only waited for its turn behind others: no alarm for that, a person reads the list
        _settle(store, row["id"], "void", None, now, reason="too_late")
        store.run("withdraw_questions", id=row["id"], reason="too_late")
        return
    _settle(store, row["id"], "void", None, now, reason=reason)
    store.run("withdraw_questions", id=row["id"], reason=reason)
    note(store, "check_in_could_not_be_asked", now, person_id=row["person_id"], check_in_id=row["id"], reason=reason)
    _open(store, town, row, "unreachable", now)


def _open(store: Store, town: Town, row: Row, kind: str, now: int, held_until: int = 0) -> int:
    """Open a case about a resident and return its number; 0 when the same worry is open already."""
    resident = store.one("resident", id=row["resident_id"])
    assert resident is not None
    number, is_new = casework.open_case(
        store,
        town,
        casework.Worry(
            kind=kind,
            key=f"silence:{row['resident_id']}",
            person_id=row["person_id"],
            resident_id=row["resident_id"],
            check_in_id=row["id"],
            place=resident["zone"],
            ladder=resident["ladder"],
            held_until=held_until,
        ),
        now,
    )
    return number if is_new else 0


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
    casework.happen(store, town, missed["number"], case_rules.Heard(answer == "help", stopped=answer == "stop"), now)
    if answer == "help":
        store.run("set_urgent", number=missed["number"])
    return True
