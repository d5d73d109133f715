"""What flows may ask of the gateway: each action of docs/flows.md, done in the transaction of the text that asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpline.core import case as cases
from helpline.core.flow_state import ActResult
from helpline.desk import cases as desk_cases
from helpline.desk import check_ins, doubt, enrolment, hellos
from helpline.desk.callers import Caller
from helpline.desk.cases import Worry
from helpline.desk.outgoing import note
from helpline.desk.town import Town
from helpline.ports import Row, Store

DONE = ActResult("done")


class Actions:
    """The actions for one person in one turn. `ran` and `case_number` tell afterwards what was done."""

    def __init__(self, store: Store, town: Town, caller: Caller, channel: str, now: int) -> None:
        self.store, self.town, self.caller, self.channel, self.now = store, town, caller, channel, now

    def __call__(self, action: str, answers: Mapping[str, str]) -> ActResult:
        """Do `action` with the answers given so far. Raises KeyError for one that is not there."""
        done = ACTIONS[action](self, dict(answers))
        self.caller.ran.append(action)
        return done

    def open_request(self, answers: dict[str, str]) -> ActResult:
        """Open a case for a request from the menu."""
        need = answers.get("need", "other")
        urgent = answers.get("wanted") == "now"
        worry = Worry(
            kind="help",
            key=f"help:{self.caller.id}:{need}",
            person_id=self.caller.id,
            resident_id=self.caller.resident_id,
            urgent=urgent,
            need=need,
            wanted=answers.get("wanted", ""),
            place=answers.get("place", "")[:120],
            ladder=self.caller.row["ladder"] or "",
        )
        return self._open(worry, "opened")

    def call_person(self, _: dict[str, str]) -> ActResult:
        """Have a person of the organisation call or write."""
        worry = Worry("person", f"person:{self.caller.id}", self.caller.id, resident_id=self.caller.resident_id)
        return self._open(worry, "called")

    def _open(self, worry: Worry, fresh: str) -> ActResult:
        number, is_new = desk_cases.open_case(self.store, self.town, worry, self.now)
        self.caller.case_number = number
        return ActResult(fresh if is_new else "known", {"ref": str(number)})

    def check_in_answer(self, answers: dict[str, str]) -> ActResult:
        """Take the answer to the daily hello; one that asks for help opens a case at once."""
        answer = answers.get("answer", "ok")
        resident_id = self.caller.resident_id
        if resident_id is None:
            return ActResult(answer, {"ref": ""})
        silence = self.store.one("missed_case_of", resident_id=resident_id)
        check_ins.heard(self.store, self.town, resident_id, answer, self.now)
        if answer == "ok":
            return ActResult("ok")
        if answer == "help" and silence is not None:
            self.caller.case_number = silence["number"]
            return ActResult("help", {"ref": str(silence["number"])})
        kind = "help" if answer == "help" else "callback"
        worry = Worry(
            kind=kind,
            key=f"{kind}:{self.caller.id}:check_in",
            person_id=self.caller.id,
            resident_id=resident_id,
            urgent=answer == "help",
            place=self.caller.row["zone"] or "",
            ladder=self.caller.row["ladder"] or "",
            from_check_in=True,
        )
        return ActResult(answer, self._open(worry, "opened").facts)

    def sign_up(self, answers: dict[str, str]) -> ActResult:
        """Enrol a person who agreed."""
        if self.caller.row["line"] == "landline":
            return ActResult("refused")
        resident = enrolment.sign_up(self.store, self.town, self.caller, answers, self.now)
        return ActResult("active", {"hour": resident["check_in_at"], "name": self.caller.name})

    def confirm_resident(self, _: dict[str, str]) -> ActResult:
        """A person from the town's register agreed to the daily hello."""
        resident = enrolment.activate(self.store, self.town, self.caller.id, self.now)
        hellos.plan(self.store, resident, self.now)
        enrolment.invite_contacts(self.store, self.town, resident["id"], self.now)
        note(self.store, "resident_confirmed", self.now, person_id=self.caller.id)
        return ActResult("done", {"hour": resident["check_in_at"]})

    def decline_resident(self, _: dict[str, str]) -> ActResult:
        """A person from the town's register does not want the hello."""
        if self.caller.resident_id is not None:
            self.store.run("set_resident_status", id=self.caller.resident_id, status="declined")
            self.store.run("end_plan", resident_id=self.caller.resident_id)
        note(self.store, "resident_declined", self.now, person_id=self.caller.id)
        return DONE

    def confirm_contact(self, _: dict[str, str]) -> ActResult:
        """A contact agrees to be told."""
        name = enrolment.answer_as_contact(self.store, self.caller, True, self.now)
        return ActResult("done", {"resident": name} if name else {})

    def decline_contact(self, _: dict[str, str]) -> ActResult:
        """A contact does not want to be told."""
        name = enrolment.answer_as_contact(self.store, self.caller, False, self.now)
        return ActResult("done", {"resident": name} if name else {})

    def confirm_volunteer(self, _: dict[str, str]) -> ActResult:
        """A volunteer agrees to be asked."""
        self.store.run("set_volunteer_status", person_id=self.caller.id, status="confirmed")
        note(self.store, "volunteer_confirmed", self.now, person_id=self.caller.id)
        return DONE

    def decline_volunteer(self, _: dict[str, str]) -> ActResult:
        """A volunteer does not want to be asked."""
        self.store.run("set_volunteer_status", person_id=self.caller.id, status="declined")
        note(self.store, "volunteer_declined", self.now, person_id=self.caller.id)
        return DONE

    def pause(self, answers: dict[str, str]) -> ActResult:
        """No hello, or no duty, for a while."""
        until = enrolment.pause(self.store, self.town, self.caller, answers, self.now)
        return ActResult("refused") if until is None else ActResult("paused", {"until": until.strftime("%d/%m/%Y")})

    def resume(self, _: dict[str, str]) -> ActResult:
        """End a pause."""
        hour = enrolment.resume(self.store, self.town, self.caller, self.now)
        return ActResult("refused") if hour is None else ActResult("resumed", {"hour": hour})

    def set_language(self, answers: dict[str, str]) -> ActResult:
        """Read this language from now on."""
        language = self.town.language_of(answers.get("language"))
        self.store.run("set_language", id=self.caller.id, language=language)
        self.caller.language = language
        return ActResult("done", {"language": language})

    def list_requests(self, _: dict[str, str]) -> ActResult:
        """Name a person's last requests."""
        found = self.store.all("cases_of_person", person_id=self.caller.id)
        numbers = ", ".join(str(row["number"]) for row in found[:3])
        return ActResult("found", {"requests": numbers}) if found else ActResult("none")

    def look_up_request(self, answers: dict[str, str]) -> ActResult:
        """Say how one of the person's own requests stands."""
        row = self._own_case(answers.get("ref", ""))
        if row is None:
            return ActResult("unknown")
        language = self.caller.language
        owner = row["owner_name"] or self.town.word("someone", language)
        state = self.town.phrase(f"state_{row['status']}", language, {"owner": owner, "ref": str(row["number"])})
        return ActResult("found", {"ref": str(row["number"]), "state": state})

    def reopen_request(self, answers: dict[str, str]) -> ActResult:
        """Not solved: an open request goes on to the next people, a closed one is followed by a new one."""
        row = self._own_case(answers.get("ref", ""))
        if row is None:
            return ActResult("unknown")
        if row["status"] != "closed":
            desk_cases.happen(self.store, self.town, row["number"], cases.Reopened(), self.now)
            return ActResult("done", {"ref": str(row["number"])})
        worry = Worry(
            kind="help" if row["kind"] in ("help", "callback", "missed", "unreachable") else "person",
            key=f"again:{row['number']}",
            person_id=self.caller.id,
            resident_id=row["resident_id"],
            need=row["need"],
            wanted=row["wanted"],
            place=row["place"],
        )
        found = self._open(worry, "done")
        note(self.store, "case_follows", self.now, case_number=int(found.facts["ref"]), after=row["number"])
        return ActResult("done", found.facts)

    def _own_case(self, ref: str) -> Row | None:
        row = self.store.one("case", number=int(ref)) if ref.isdecimal() and len(ref) < 16 else None
        return row if row is not None and row["person_id"] == self.caller.id else None

    def stop(self, _: dict[str, str]) -> ActResult:
        """No more texts."""
        enrolment.stop(self.store, self.town, self.caller, self.now)
        return DONE

    def start(self, _: dict[str, str]) -> ActResult:
        """Texts again."""
        enrolment.come_back(self.store, self.caller, self.now)
        return DONE

    def release_held(self, _: dict[str, str]) -> ActResult:
        """A coordinator lets held alarms leave."""
        count = doubt.release(self.store, self.now) if self.caller.is_coordinator else 0
        return ActResult("done", {"count": str(count)})

    def hold_longer(self, _: dict[str, str]) -> ActResult:
        """A coordinator waits another hour."""
        count = doubt.wait_longer(self.store, self.now) if self.caller.is_coordinator else 0
        return ActResult("done", {"count": str(count)})

    def leave(self, _: dict[str, str]) -> ActResult:
        """No more hellos."""
        enrolment.leave(self.store, self.town, self.caller, self.now)
        return DONE


NAMES = """
    open_request call_person check_in_answer sign_up confirm_resident decline_resident confirm_contact decline_contact
    confirm_volunteer decline_volunteer pause resume set_language list_requests look_up_request reopen_request
    stop start leave release_held hold_longer
"""
ACTIONS: Mapping[str, Callable[[Actions, dict[str, str]], ActResult]] = {
    name: getattr(Actions, name) for name in NAMES.split()
}
