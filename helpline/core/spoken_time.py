"""An hour or a date as people type them, in any of the town's languages."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from helpline.core.folding import fold


def _table(rows: str) -> dict[str, int]:
    """Return word -> number for lines of "NUMBER word word"."""
    lines = [fold(row).split() for row in rows.splitlines() if row.strip()]
    return {word: int(line[0]) for line in lines for word in line[1:]}


_NUMBERS = _table("""
1 un une one wa7da wahda الواحدة وحدة واحدة
2 deux two jouj zouj جوج الجوج الثانية
3 trois three tlata تلاتة التلاتة ثلاثة الثالثة
4 quatre four reb3a rb3a ربعة الربعة اربعة الرابعة
5 cinq five khamsa خمسة الخمسة الخامسة
6 six sta setta ستة الستة السادسة
7 sept seven seb3a sb3a سبعة السبعة السابعة
8 huit eight tmenya tmnya تمنية التمنية ثمانية الثامنة
9 neuf nine ts3oud tes3oud تسعود التسعود تسعة التاسعة
10 dix ten 3chra عشرة العشرة العاشرة
11 onze eleven 7dach حداش الحداش
12 douze twelve tnach طناش تناش
13 treize
14 quatorze
15 quinze fifteen
16 seize
20 vingt twenty
""")
_MONTHS = _table("""
1 janvier january janv jan yanayir ynayr يناير
2 fevrier february fevr fev feb fbrayer fbrayr فبراير
3 mars march mar مارس
4 avril april avr apr abril ibril ابريل
5 mai may mayo ماي مايو
6 juin june jun yunyu younyou يونيو
7 juillet july juil jul yulyuz youlyouz يوليوز يوليو
8 aout august aug ghocht غشت اغسطس
9 septembre september sept sep chotanbir شتنبر سبتمبر
10 octobre october oct oktobr اكتوبر
11 novembre november nov nuwanbir nouwanbir نونبر نوفمبر
12 decembre december dec dujanbir doujanbir دجنبر ديسمبر
""")
_WEEKDAYS = _table("""
0 lundi monday mon tnin ltnin letnin التنين الاثنين
1 mardi tuesday tue tlat tleta التلات الثلاثاء
2 mercredi wednesday wed larb3 larb3a الاربعاء لاربع الاربع
3 jeudi thursday thu lkhmis khmis الخميس
4 vendredi friday fri jem3a jm3a ljem3a الجمعة
5 samedi saturday sat sebt sbt السبت
6 dimanche sunday sun l7ed lhed 7ed الحد الاحد
""")
_DAYS_AHEAD = _table("""
0 aujourdhui today lyoum lyouma lyom اليوم ليوما
1 demain tomorrow ghedda ghda gheda ghadda غدا غدوا غداً غدة
2 apresdemain b3dghedda b3dghda منبعدغدا بعدغدا بعدغد
""")
_FILL = set(
    fold(
        "a vers le la les du de des l d f m3a at o clock in the on s sa3a saa jusqu jusque au until till prochain"
        " prochaine next svp merci stp please thanks et u w and past 7tal hta 3la pour c est dial dyal ce this bjr"
        " bonjour of for من ديال د ف في مع على الساعة ساعة حتى و شكرا يوم nhar"
    ).split()
)
_HOUR = {"h", "hr", "heure", "heures", "hrs"}
_MINUTE = {"min", "mn", "minutes", "minute"}
_EXTRA = {
    "demi": 30,
    "demie": 30,
    "half": 30,
    "nos": 30,
    "noss": 30,
    "نص": 30,
    "ونص": 30,
    "quart": 15,
    "rbe3": 15,
    "ربع": 15,
}
_EXTRA |= {"quarter": 15, "tulut": 20, "tolot": 20}
_MORNING = set(
    fold("am matin sbah sba7 dsbah dsba7 lsbah fsbah ssbah morning الصباح صباح صباحا ص فالصباح دالصباح").split()
)
_EVENING = set(
    fold(
        "pm soir apresmidi l3chiya l3chia 3chiya 3chia d3chiya d3chia evening afternoon"
        " العشية عشية مساء م فالعشية دالعشية المساء"
    ).split()
)
_NIGHT = set(fold("nuit lil llil dlil flil night الليل ليلا فالليل بالليل").split())
_NOON = {"midi": 12, "noon": 12, "midday": 12, "minuit": 0, "midnight": 0}

_JOINED = (
    (re.compile(r"\bapres (midi|demain)\b"), r"apres\1"),
    (re.compile(r"\bday after tomorrow\b"), "apresdemain"),
    (re.compile(r"\bafter tomorrow\b"), "apresdemain"),
    (re.compile(r"\bb3d (ghedda|ghda)\b"), r"b3d\1"),
    (re.compile(r"\bبعد (غدا|غد)\b"), r"بعد\1"),
    (re.compile(r"\baujourd hui\b"), "aujourdhui"),
    (re.compile(r"\b([ap]) m\b"), r"\1m"),
    (re.compile(r"\b(\d{1,2})(h|hr|heures?|am|pm|min|mn|er|th|nd|rd|st)(\d{0,2})\b"), r"\1 \2 \3"),
    (re.compile(r"\b(\d{1,2})(st|nd|rd|th|er)\b"), r"\1"),
    (re.compile(r"\b(\d{1,2}) (?:st|nd|rd|th|er)\b"), r"\1"),
)
_UNPARTED = re.compile(r"\b(\d{1,2})(\d\d)\b(?= ?(?:am|pm)?$)")
_RANGE = re.compile(r"\d\s*[-–—/+]\s*\d")
_DAY_WORDS = {"jour", "jours", "day", "days", "يوم", "ايام", "yam", "youm", "yom", "iyam"}
_WEEK_WORDS = set(fold("semaine semaines week weeks simana smana سيمانة سمانة اسبوع اسابيع").split())
_AFTER = {"dans", "in", "mn", "men", "من", "بعد", "apres", "mor"}


def read_hour(text: str) -> str | None:
    """Return the time of day `text` names as "HH:MM", or None; "8" is eight in the morning, a range is no time."""
    folded = fold(text)
    if _RANGE.search(text):
        return None
    words = [word for word in _UNPARTED.sub(r"\1 \2", _joined(folded)).split() if word not in _FILL]
    numbers = [number for word in words if (number := _number(word)) is not None]
    extras = [_EXTRA[word] for word in words if word in _EXTRA]
    noons = [_NOON[word] for word in words if word in _NOON]
    known = len(numbers) + len(extras) + len(noons) + sum(_is_part(word) for word in words)
    if known != len(words) or len(noons) + bool(numbers) != 1 or len(numbers + extras) > 2 - len(noons):
        return None
    if _has_bare_minute(words) or sum(word in _HOUR for word in words) > 1:
        return None
    hour, *minutes = [*noons, *numbers, *extras]
    return _clock(_on_the_day(hour, words), minutes[0] if minutes else 0)


def read_date(text: str, today: date) -> date | None:
    """Return the date `text` names, the next one from `today` on, or None; day before month.

    The name of a weekday is the next such day after today. A year that makes it past gives None.
    """
    words = [word for word in _joined(fold(text)).split() if word not in _FILL]
    ahead = _ahead(words, today)
    if ahead is not None:
        return ahead
    match [_date_part(word) for word in words]:
        case [("number", year), ("number", month), ("number", day)] if year > 31:
            return _on(day, month, year, today)
        case [("number", day), (_, month), ("number", year)]:
            return _on(day, month, year if year > 99 else 2000 + year, today)
        case [("month", month), ("number", day), ("number", year)] if year > 99:
            return _on(day, month, year, today)
        case [("number", day), (_, month)] | [("month", month), ("number", day)]:
            return _next(day, month, today)
        case [("weekday", _), ("number", day), ("month", month)]:
            return _next(day, month, today)
        case [("number", day)] if day > 9 or len(fold(text).split()) > 1:
            return _next_day(day, today)
    return None


def _joined(folded: str) -> str:
    """Return `folded` with words that belong together as one, and "8h30" taken apart."""
    for pattern, becomes in _JOINED:
        folded = pattern.sub(becomes, folded)
    return folded


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) <= 4 else _NUMBERS.get(word)


def _is_part(word: str) -> bool:
    return any(word in names for names in (_HOUR, _MINUTE, _MORNING, _EVENING, _NIGHT))


def _has_bare_minute(words: list[str]) -> bool:
    """Return whether two numbers stand side by side and the second has one digit, as in "8 9"."""
    return any(one.isdecimal() and two.isdecimal() and len(two) != 2 for one, two in pairwise(words))


def _on_the_day(hour: int, words: list[str]) -> int:
    """Return `hour` of 24, by the part of the day named beside it; 99 when the two do not fit."""
    if hour == 12 and not _MORNING.isdisjoint(words):
        return 0
    if not _EVENING.isdisjoint(words):
        return hour + 12 if hour < 12 else hour
    if not _NIGHT.isdisjoint(words):
        return {12: 0}.get(hour, hour + 12 if 6 <= hour < 12 else hour)
    bare_zero = hour == 0 and len(words) == 1 and words[0] not in _NOON
    return 99 if bare_zero else hour


def _clock(hour: int, minute: int) -> str | None:
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _ahead(words: list[str], today: date) -> date | None:
    """Return the day that "demain", "lundi", "3 jours" or "une semaine" come to, or None."""
    count, unit = 1, [word for word in words if word not in _AFTER]
    if len(unit) == 2 and (number := _number(unit[0])) is not None and number <= 366:
        count, unit = number, unit[1:]
    if len(unit) != 1:
        return None
    word = unit[0]
    if word in _DAY_WORDS | _WEEK_WORDS:
        return today + timedelta(days=count * (7 if word in _WEEK_WORDS else 1)) if count else None
    if word in _DAYS_AHEAD and len(words) == 1:
        return today + timedelta(days=_DAYS_AHEAD[word])
    if word in _WEEKDAYS and len(words) == 1:
        return today + timedelta(days=(_WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
    return None


def _date_part(word: str) -> tuple[str, int]:
    """Return what part of a date `word` is: ("number" | "month" | "weekday" | "", its value)."""
    if word.isdecimal() and len(word) <= 4:
        return "number", int(word)
    tables: Mapping[str, Mapping[str, int]] = {"month": _MONTHS, "weekday": _WEEKDAYS, "number": _NUMBERS}
    for part, table in tables.items():
        if word in table:
            return part, table[word]
    return "", 0


def _on(day: int, month: int, year: int, today: date) -> date | None:
    """Return that date, or None when there is none or it is past."""
    try:
        named = date(year, month, day)
    except ValueError:
        return None
    return named if named >= today else None


def _next(day: int, month: int, today: date) -> date | None:
    """Return the next such date from `today` on; 29 February may be years away."""
    years = range(today.year, min(today.year + 9, date.max.year + 1))
    return next((named for year in years if (named := _on(day, month, year, today))), None)


def _next_day(day: int, today: date) -> date | None:
    """Return the next such day of a month from `today` on."""
    months = [(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1) for ahead in range(3)]
    return next((named for year, month in months if (named := _on(day, month, year, today))), None)
