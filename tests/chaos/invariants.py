"""What must hold after any number of deaths, judged by what the network saw and what the database
says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from tests.chaos import campaign as c
from tests.chaos.evidence import Evidence, Text

MUST_LEAVE = (0, 1, 2)  # alarms, replies, check-ins
CAUSE_GONE = ("case closed", "case taken", "released", "answered", "missed", "stopped")
Words = tuple[str, str]  # receiver and body
QUIET_AFTER = 1.0  # seconds after a resident's answer was taken


@dataclass
class Verdict:
    """What a campaign showed."""

    expected: int = 0
    again: int = 0  # texts sent a second time because the provider's list did not show them
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.broken)


def judge(evidence: Evidence, asked_residents: int, late: float = 0.0) -> Verdict:
    """Return the verdict on a campaign in which the first `asked_residents` were asked.

    What was claimed may leave up to `late` seconds afterwards, where processes stand still.
    """
    verdict = Verdict(again=evidence.again)
    _count_texts(evidence, verdict)
    for residents in (_without_question, _without_alarm):
        verdict.lost += residents(evidence, asked_residents)
    checks: tuple[Callable[[Evidence], Iterator[str]], ...] = (
        _asks_without_text,
        partial(_alarms_after_an_answer, quiet_after=QUIET_AFTER + late),
        _inbound_kept_once,
        _cases_left_alone,
        _texts_left_alone,
        _wrong_stand_downs,
    )
    for check in checks:
        verdict.broken += check(evidence)
    verdict.broken += evidence.complaints
    return verdict


def _count_texts(evidence: Evidence, verdict: Verdict) -> None:
    """Compare what we call accepted with what the network had: by person and words, as the network
    knows them.

    The same words said twice to one person on purpose (a coordinator asked again) are two texts,
    and alike to it.
    """
    ours, theirs, ids = Counter[Words](), Counter[Words](), defaultdict(list)
    for text in evidence.texts.values():
        words = (text["receiver"], text["body"])
        ids[words].append(f"{text['id']} {text['idempotency_key']}")
        if text["state"] == "accepted":
            ours[words] += 1
            verdict.expected += text["priority"] in MUST_LEAVE
    for each in evidence.accepted:
        theirs[each["to"], each["body"]] += 1
    extra = _extra_copies(evidence, verdict)
    for words in ours | theirs:
        missing = ours[words] - theirs[words]
        if not ids[words]:
            verdict.broken.append(f"the network had a text to {words[0]} which nobody wrote")
        elif missing > 0:
            verdict.lost.append(
                f"text {', '.join(ids[words])}: called accepted, {missing} never reached the "
                "network"
            )
        elif missing + extra[words] < 0:
            verdict.doubled.append(
                f"text {', '.join(ids[words])}: {-missing - extra[words]} more than were meant"
            )
    questions = Counter(
        (e["to"], e["body"]) for e in evidence.accepted if ": bonjour " in e["body"]
    )
    verdict.doubled += [
        f"{words[0]}: {n} questions" for words, n in questions.items() if n > 1 + extra[words]
    ]


def _extra_copies(evidence: Evidence, verdict: Verdict) -> Counter[Words]:
    """Tell copies under one id apart: one more of a text that must leave, while the list was
    silent, is allowed."""
    extra = Counter[Words]()
    for mid, copies in evidence.by_text().items():
        if len(copies) < 2:
            continue
        first, last = (pick(each["real"] for each in copies) for pick in (min, max))
        silent = any(first <= at <= last for at in evidence.list_failed)
        text = evidence.texts.get(mid)
        if silent and len(copies) == 2 and text is not None and text["priority"] in MUST_LEAVE:
            extra[text["receiver"], text["body"]] += 1
            verdict.extra.append(
                f"text {mid} {text['idempotency_key']}: a second copy while the list was silent"
            )
        else:
            verdict.doubled.append(f"text {mid}: {len(copies)} copies under one id")
    return extra


def _without_question(evidence: Evidence, asked: int) -> Iterator[str]:
    reached = {each["to"] for each in evidence.accepted if ": bonjour " in each["body"]}
    void = {row["phone"] for row in evidence.check_ins if row["status"] == "void"}
    for n in range(1, asked + 1):
        if c.resident(n) not in reached | void:
            yield f"resident {n} was never asked"


def _without_alarm(evidence: Evidence, asked: int) -> Iterator[str]:
    heard = {each["sender"] for each in evidence.taken.values()}
    alarmed = " ".join(
        each["body"] for each in evidence.accepted if c.role_of(each["to"])[0] != "resident"
    )
    for n in range(1, asked + 1):
        if c.resident(n) not in heard and c.name_of(n) not in alarmed:
            yield f"resident {n} is silent and nobody was told"


def _asks_without_text(evidence: Evidence) -> Iterator[str]:
    by_idem = {text["idempotency_key"]: text for text in evidence.texts.values()}
    for ask in evidence.asks:
        idempotency_key = (
            f"case:{ask['case_number']}:{ask['round']}:{ask['rung']}:{ask['person_id']}"
        )
        text = by_idem.get(idempotency_key)
        if text is None:
            yield f"{idempotency_key}: asked, but no text was written"
        elif text["error"] == "bundled":
            yield from _wrong_bundle(evidence, text)
        elif text["state"] == "cancelled" and text["error"] not in CAUSE_GONE:
            yield f"{idempotency_key}: cancelled without a reason ({text['error']})"
        elif text["state"] in ("refused", "expired"):
            yield f"{idempotency_key}: {text['state']} ({text['error']})"


def _wrong_bundle(evidence: Evidence, text: Text) -> Iterator[str]:
    """An alarm that another text says too: that one left for the same person, and says how many it
    speaks of."""
    carrier = evidence.texts.get(text["bundle_id"])
    if carrier is None or carrier["receiver"] != text["receiver"] or carrier["state"] != "accepted":
        yield (
            f"{text['idempotency_key']}: bundled into text {text['bundle_id']}, which never left "
            "for the same person"
        )
    elif (
        f": {len({each['case_number'] for each in evidence.alarms_of(carrier['id'])})} alertes."
        not in carrier["body"]
    ):
        yield (
            f"{text['idempotency_key']}: bundled into text {carrier['id']}, which speaks of "
            "another number of alarms"
        )


def _alarms_after_an_answer(evidence: Evidence, quiet_after: float) -> Iterator[str]:
    answered: dict[str, float] = {}
    for each in evidence.taken.values():
        if each["body"] == "1":
            answered.setdefault(each["sender"], each["real"])
    about = {row["id"]: row["phone"] for row in evidence.check_ins}
    for each in evidence.accepted:
        for text in evidence.alarms_of(each["mid"]):
            phone = about.get(evidence.cases[text["case_number"]]["check_in_id"], "")
            late = each["real"] - answered.get(phone, float("inf"))
            if late > quiet_after:
                yield (
                    f"{text['idempotency_key']}: an alarm left {late:.1f} s after the resident "
                    "had answered"
                )


def _inbound_kept_once(evidence: Evidence) -> Iterator[str]:
    kept = Counter(evidence.inbox)
    for sid in evidence.taken:
        if kept[sid] != 1:
            yield f"text {sid} was taken with 2xx and stands {kept[sid]} times in the inbox"
    for sid in evidence.never_taken:
        yield f"text {sid} was never taken however often it was tried"


def _cases_left_alone(evidence: Evidence) -> Iterator[str]:
    for case in evidence.cases.values():
        if (case["status"] == "closed") != (case["next_action_at"] is None):
            yield (
                f"case {case['number']} is {case['status']} and its next action is "
                f"{case['next_action_at']}"
            )
        if case["status"] != "closed":
            yield f"case {case['number']} is still {case['status']} after everybody answered"


def _texts_left_alone(evidence: Evidence) -> Iterator[str]:
    for text in evidence.texts.values():
        if text["state"] in ("queued", "sending", "unknown"):
            yield (
                f"text {text['id']} {text['idempotency_key']} is still {text['state']} "
                f"({text['error']})"
            )


def _wrong_stand_downs(evidence: Evidence) -> Iterator[str]:  # noqa: C901
    """The all-clear goes to those who got the alarm, and to nobody else."""
    accepted = evidence.by_text()
    alarmed: dict[int, set[int]] = defaultdict(set)
    calmed: dict[int, set[int]] = defaultdict(set)
    for mid in accepted:
        text = evidence.texts.get(mid)
        if text is None or text["case_number"] is None:
            continue
        if text["name"] == "case_stood_down":
            calmed[text["case_number"]].add(text["person_id"])
        elif text["status"] not in ("undelivered", "failed"):
            for alarm in evidence.alarms_of(mid):
                alarmed[alarm["case_number"]].add(text["person_id"])
    for number, case in evidence.cases.items():
        if case["outcome"] != "heard":
            continue
        for person in alarmed[number] - calmed[number]:
            yield f"case {number}: person {person} got the alarm and not the all-clear"
        if case["owner_id"] is not None and case["owner_id"] not in calmed[number]:
            yield (
                f"case {number}: its owner, person {case['owner_id']}, was not told that the "
                "resident answered"
            )
