"""What a coordinator reads of a day: the facts, what is overdue, and how they fit one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from helpline.base.spans import DAY, HOUR, MINUTE
from helpline.language import segments as sms
from helpline.language.rendering import fill, placeholders, uncounted

UNTAKEN = 30 * MINUTE  # nobody said yes for longer: overdue
# what stands in the text only when there is any
SAID_WHEN_ANY = ("other", "waiting")
LEAVE_OUT = (
    "on_duty",
    "opened",
    "soso",
    "unread",
    "ok",
)  # what a text that is too long does without, in this order

_CLAUSE_END = re.compile(r"(?<=[.,،])\s+")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A worry that has no ending yet. Times in UTC milliseconds, `age` in milliseconds; `owner` ""
    when untaken."""

    number: int
    kind: str
    name: str
    zone: str
    status: str
    opened_at: int
    age: int
    owner: str
    next_action_at: int
    overdue: bool
    nudged: bool = False
    need: str = ""
    other_name: str = ""  # `name` in other letters, "" where none is known


@dataclass(frozen=True, slots=True)
class Hole:
    """A zone where people live who may need somebody, and no confirmed volunteer is on duty."""

    zone: str
    residents: int


@dataclass(frozen=True, slots=True)
class NotTold:
    """A text about a case that reached its receiver by no route; `kind` is case_not_told for an
    all-clear."""

    kind: str
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class HalfWay:
    """A request that somebody began and did not send: ids of what was chosen, "" for nothing."""

    at: int
    name: str
    phone: str
    zone: str
    need: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the town, by the calendar of the service; what is open, unread and on duty is as
    of the reading.

    `spent` and `budget` are of the month so far, in the town's money; `budget` 0: none is set.
    """

    date: str
    asked: int = 0
    ok_first: int = 0
    ok_reminded: int = 0
    soso: int = 0
    help: int = 0
    other: int = 0
    silent: int = 0
    waiting: int = 0
    could_not_be_asked: int = 0
    opened: int = 0
    closed: int = 0
    open_cases: tuple[OpenCase, ...] = ()
    unread: int = 0
    on_duty: int = 0
    volunteers: int = 0
    holes: tuple[Hole, ...] = ()
    stops: int = 0
    undelivered: int = 0
    not_told: tuple[NotTold, ...] = ()
    half_way: tuple[HalfWay, ...] = ()
    back_tomorrow: int = 0
    residents: int = 0
    invited: int = 0
    segments: int = 0
    spent: float = 0.0
    budget: float = 0.0
    currency: str = ""

    @property
    def ok(self) -> int:
        """How many said that all is well, sooner or later."""
        return self.ok_first + self.ok_reminded

    @property
    def overdue(self) -> tuple[OpenCase, ...]:
        """The cases in which a promise was broken."""
        return tuple(each for each in self.open_cases if each.overdue)

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing happened and nothing waits."""
        return not (
            self.asked
            or self.waiting
            or self.open_cases
            or self.opened
            or self.closed
            or self.unread
        )


def is_overdue(  # noqa: PLR0913
    status: str, opened_at: int, next_action_at: int, *, nudged: bool, promise: int, now: int
) -> bool:
    """Tell whether a promise was broken: nobody took the case in half an hour (or in the ladder's
    own, shorter promise), or the one who took it let the promised time pass.
    """
    if status == "asking":
        return now - opened_at > min(UNTAKEN, promise)
    return nudged or next_action_at <= now


def order(cases: Iterable[OpenCase]) -> tuple[OpenCase, ...]:
    """Return the cases as a coordinator should read them: overdue ones first, then the longest
    open."""
    return tuple(sorted(cases, key=lambda each: (not each.overdue, each.opened_at, each.number)))


def age_words(age: int, day_letter: str = "j") -> str:
    """Return an age short enough for a text: 45min, 3h, 2j."""
    if age < HOUR:
        return f"{max(age, 0) // MINUTE}min"
    return f"{age // HOUR}h" if age < 48 * HOUR else f"{age // DAY}{day_letter}"


def sms_facts(day: Day, *, day_letter: str = "j", with_name: bool = True) -> Mapping[str, str]:
    """Return what the sentences of the day's text may say."""
    cases = order(day.open_cases)
    oldest = ""
    if cases:
        first_name = cases[0].name.split(" ")[0][:20] if with_name else ""
        oldest = " ".join(
            filter(None, (str(cases[0].number), first_name, age_words(cases[0].age, day_letter)))
        )
    answers = ("asked", "ok", "soso", "help", "other", "waiting", "silent")
    counts = (*answers, "opened", "closed", "unread", "on_duty")
    return {
        **{name: str(getattr(day, name)) for name in counts},
        "date": f"{day.date[8:]}/{day.date[5:7]}",
        "open": str(len(cases)),
        "count": str(len(day.overdue)),
        "oldest": oldest,
    }


@dataclass(frozen=True, slots=True)
class Sentences:
    """The three sentences of the day's text in one language, with their `{places}` still empty."""

    overdue: str
    usual: str
    quiet: str
    day_letter: str = "j"
    count: Callable[[str, str], str] = uncounted


def sms_text(day: Day, sentences: Sentences, standing: Mapping[str, str]) -> str:
    """Return the day as one text of one GSM-7 segment, what is overdue first.

    What does not fit is left out, the least important first. A name that plain letters cannot write
    is left out too.
    """
    facts = {**standing, **sms_facts(day, day_letter=sentences.day_letter)}
    text = _longest_that_fits(day, sentences, facts)
    if not _fits(text):
        bare = sms_facts(day, day_letter=sentences.day_letter, with_name=False)
        text = _longest_that_fits(day, sentences, {**facts, **bare})
    return text if _fits(text) else _cut(text)


def _longest_that_fits(day: Day, sentences: Sentences, facts: Mapping[str, str]) -> str:
    if day.is_quiet:
        return _filled(sentences, sentences.quiet, facts)
    head = sentences.overdue if day.overdue else ""
    usual = (
        sentences.usual
        if day.open_cases and not head
        else sentences.usual.replace(" ({oldest})", "")
    )
    for name in SAID_WHEN_ANY:
        usual = usual if facts[name] != "0" else without(usual, name)
    text = _filled(sentences, f"{head} {usual}".strip(), facts)
    for name in LEAVE_OUT:
        if _fits(text):
            break
        usual = without(usual, name)
        text = _filled(sentences, f"{head} {usual}".strip(), facts)
    return text


def without(sentence: str, name: str) -> str:
    """Return `sentence` without the clause that says `{name}`; the clause before it takes over its
    full stop."""
    kept: list[str] = []
    for clause in _CLAUSE_END.split(sentence):
        if name not in placeholders(clause):
            kept.append(clause)
        elif kept and clause.endswith("."):
            kept[-1] = kept[-1].rstrip(".,،") + "."
    return " ".join(kept)


def _filled(sentences: Sentences, sentence: str, facts: Mapping[str, str]) -> str:
    filled = fill(sentence, lambda place: facts.get(place, ""), sentences.count)
    return sms.in_plain_letters(filled)


def _fits(text: str) -> bool:
    encoding, units = sms.units(text)
    return encoding == "GSM-7" and units <= sms.GSM_SINGLE


def _cut(text: str) -> str:
    """Return as much of `text` as one segment takes, with `?` for letters no plain twin exists
    for."""
    plain = "".join(char if sms.units(char)[0] == "GSM-7" else "?" for char in text)
    while not _fits(plain):
        plain = plain[:-1]
    return plain


def with_cases(day: Day, cases: Iterable[OpenCase]) -> Day:
    """Return the day with these open cases, in the order they should be read."""
    return replace(day, open_cases=order(cases))
