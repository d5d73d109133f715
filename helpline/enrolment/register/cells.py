"""One line of a register becomes an entry: every cell read as what it means, all that is wrong
named together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from helpline.base.calendar import local
from helpline.base.errors import InvalidNumber
from helpline.base.phone import Number, number
from helpline.enrolment.register.days import read_days
from helpline.enrolment.register.files import Line
from helpline.enrolment.register.words import say
from helpline.language.answers import read_hour
from helpline.language.folding import fold
from helpline.town.town import Town


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS = {
    "resident": _words(
        "phone name other_name language zone address check_in_at days timezone ladder contact_name "
        "contact_phone consent"
    ),
    "volunteer": ("phone", "name", "other_name", "language", "zones", "confirmed"),
    "coordinator": ("phone", "name", "other_name", "language", "email"),
}
_SHARED = frozenset(("language", "check_in_at", "days", "timezone", "ladder", "consent"))
MOST_LETTERS = {
    "name": 60,
    "other_name": 60,
    "contact_name": 60,
    "zone": 60,
    "address": 160,
    "zones": 400,
}
OLDEST = date(2000, 1, 1)  # a spreadsheet shows an empty date as 1900

_SPREADSHEET_NUMBER = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_YES = _words("oui yes y o 1 x ok vrai true d'accord daccord نعم اه")
_NOT_YET = _words("non no n 0 faux false")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)


class Wrong(Exception):
    """A cell that cannot be taken; `args[0]` is the sentence that says so."""


@dataclass(frozen=True)
class Ground:
    """What cells are read against: the town, this moment, and the language of the report."""

    town: Town
    now: int
    words: str
    read_before: dict[tuple[str, str], str] = field(default_factory=dict, compare=False)

    def say(self, key: str, **facts: object) -> str:
        """Return a sentence of the report."""
        return say(key, self.words, **facts)

    def today(self, zone: str) -> date:
        """Return the date in `zone`, or in the town."""
        return local(self.now, zone or self.town.zone_name).date()

    @cached_property
    def timezones(self) -> Mapping[str, str]:
        """Time zones by their name in small letters."""
        from helpline.settings.places import timezones

        return {name.lower(): name for name in timezones()}

    @cached_property
    def languages(self) -> Mapping[str, str]:
        """Languages of the town by their folded names; Darija in the letters the town writes, when
        it has only one."""
        spoken = self.town.settings.service.languages
        other = {"ary": "ary-Latn", "ary-Latn": "ary"}
        found: dict[str, str] = {
            "ar": "ary",
            "francais": "fr",
            "anglais": "en",
            "arabe": "ary",
            "darija": "ary-Latn",
        }
        for language, names in self.town.book.words.get("language_names", {}).items():
            found.update({fold(name): language for name in names})
        found = {
            name: code if code in spoken else other.get(code, code) for name, code in found.items()
        }
        found.update({fold(code): code for code in spoken})
        return {name: code for name, code in found.items() if code in spoken}


@dataclass(slots=True)
class Entry:
    """A line as understood. `cells` holds the values by column, "" where nothing was said."""

    line: int
    phone: Number | None = None
    contact: Number | None = None
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_entry(line: Line, ground: Ground) -> Entry:
    """Return the line understood; `problems` names everything that is wrong with it."""
    entry = Entry(line.number, problems=list(line.problems), warnings=list(line.warnings))
    if entry.problems:
        return entry
    for column, text in line.cells.items():
        if text and column in READERS:
            try:
                entry.cells[column] = _read(column, text, ground)
            except Wrong as wrong:
                entry.problems.append(wrong.args[0])
    entry.phone = _phone(line.cells.get("phone", ""), entry, ground, "{problem}")
    if not line.cells.get("phone"):
        entry.problems.append(ground.say("no_phone"))
    of_contact = ground.say("of_contact", problem="{problem}")
    entry.contact = _phone(line.cells.get("contact_phone", ""), entry, ground, of_contact)
    _check_together(entry, line, ground)
    return entry


def _read(column: str, text: str, ground: Ground) -> str:
    """Return what a cell means; cells that many lines share are read once. Raises Wrong."""
    if column not in _SHARED:
        return READERS[column](column, text, ground)
    found = ground.read_before.get((column, text))
    if found is None:
        found = ground.read_before[column, text] = READERS[column](column, text, ground)
    return found


def _check_together(entry: Entry, line: Line, ground: Ground) -> None:
    """Check what only several cells together tell."""
    if entry.contact and entry.phone and entry.contact.e164 == entry.phone.e164:
        entry.problems.append(ground.say("contact_is_self"))
    if entry["contact_name"] and not line.cells.get("contact_phone"):
        entry.warnings.append(ground.say("contact_without_phone"))
    for column in ("consent", "confirmed"):
        value = entry[column]
        if value[:1].isdigit() and date.fromisoformat(value) > ground.today(entry["timezone"]):
            entry.problems.append(ground.say("date_future", text=value))


# --- numbers --------------------------------------------------------------------------------------


def _phone(text: str, entry: Entry, ground: Ground, frame: str) -> Number | None:
    """Return the number a text can be sent to; what is wrong or doubtful goes into `entry`, put
    into `frame`."""
    text = text.translate(_INVISIBLE).strip()
    if not text:
        return None
    try:
        found = _usable(text, ground)
    except Wrong as wrong:
        entry.problems.append(frame.replace("{problem}", wrong.args[0]))
        return None
    if found.doubtful:
        entry.warnings.append(
            frame.replace("{problem}", ground.say("phone_doubtful", phone=found.e164))
        )
    return found


def _usable(text: str, ground: Ground) -> Number:
    if _SPREADSHEET_NUMBER.fullmatch(text):
        raise Wrong(ground.say("phone_spreadsheet", text=text))
    try:
        found = number(text, ground.town.settings.service.country)
    except InvalidNumber as error:
        kinds = {"too short": "phone_length", "special-rate": "phone_special"}
        key = next((key for part, key in kinds.items() if part in error.problem), "phone_not")
        raise Wrong(ground.say(key, text=text[:40])) from None
    if found.line == "landline":
        raise Wrong(ground.say("phone_landline", phone=found.e164))
    if found.e164 in ground.town.own_numbers:
        raise Wrong(ground.say("phone_ours", phone=found.e164))
    return found


# --- other cells ----------------------------------------------------------------------------------


def _text(column: str, text: str, ground: Ground) -> str:
    most = MOST_LETTERS[column]
    if len(text) > most:
        raise Wrong(ground.say("too_long", column=column, most=most))
    return text


def _language(_: str, text: str, ground: Ground) -> str:
    code = ground.languages.get(fold(text))
    if code is None:
        known = ", ".join(ground.town.settings.service.languages)
        raise Wrong(ground.say("language_unknown", text=text[:40], known=known))
    return code


def _hour(_: str, text: str, ground: Ground) -> str:
    plain = re.sub(r"^(\d{1,2}:\d{2}):\d{2}$", r"\1", text)
    exact = re.fullmatch(r"(\d{1,2})[:hH.](\d{2})", plain)
    hour = (
        f"{int(exact[1]):02}:{exact[2]}" if exact else read_hour(ground.town.lexicon.spoken, plain)
    )
    if hour is None or hour[:2] > "23" or hour[3:] > "59":
        raise Wrong(ground.say("hour_unknown", text=text[:40]))
    return hour


def _days(_: str, text: str, ground: Ground) -> str:
    days = read_days(text)
    if days is None:
        raise Wrong(ground.say("days_unknown", text=text[:40]))
    return days


def _timezone(_: str, text: str, ground: Ground) -> str:
    found = ground.timezones.get(text.lower().replace(" ", "_"))
    if found is None:
        raise Wrong(ground.say("timezone_unknown", text=text[:40]))
    return found


def _ladder(_: str, text: str, ground: Ground) -> str:
    ladders = ground.town.book.ladders
    found = text if text in ladders else text.lower()
    if found not in ladders:
        raise Wrong(ground.say("ladder_unknown", text=text[:40], known=", ".join(ladders)))
    return found


def _date(_: str, text: str, ground: Ground) -> str:
    """Return a past date as YYYY-MM-DD; a time of day behind it, as spreadsheets write it, is left
    out."""
    plain = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?$", "", text)
    parts = re.split(r"[-/.\s]", plain)
    try:
        year, month, day = (int(part) for part in (parts if len(parts[0]) == 4 else parts[::-1]))
        found = date(year, month, day)
    except ValueError:
        raise Wrong(ground.say("date_unknown", text=text[:40])) from None
    if found < OLDEST:
        raise Wrong(ground.say("date_old" if year > 99 else "date_unknown", text=text[:40]))
    return found.isoformat()


def _confirmed(column: str, text: str, ground: Ground) -> str:
    if text.lower() in _YES:
        return "yes"
    if text.lower() in _NOT_YET:
        return ""
    if not any(letter.isdigit() for letter in text):
        raise Wrong(ground.say("confirmed_unknown", text=text[:40], column=column))
    return _date(column, text, ground)


def _zones(column: str, text: str, ground: Ground) -> str:
    parts = (" ".join(part.split()) for part in re.split(r"[|,;]| / ", _text(column, text, ground)))
    return "|".join(dict.fromkeys(part for part in parts if part))


def _email(_: str, text: str, ground: Ground) -> str:
    if not _EMAIL.fullmatch(text) or len(text) > 254:
        raise Wrong(ground.say("email_unknown", text=text[:60]))
    return text


READERS: Mapping[str, Callable[[str, str, Ground], str]] = {
    **dict.fromkeys(("name", "other_name", "contact_name", "zone", "address"), _text),
    "language": _language,
    "check_in_at": _hour,
    "days": _days,
    "timezone": _timezone,
    "ladder": _ladder,
    "consent": _date,
    "confirmed": _confirmed,
    "zones": _zones,
    "email": _email,
}
