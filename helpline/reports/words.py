"""What the desk's pages and the day's e-mail say, in French or English; the sentences stand in
sentences/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from helpline.base.calendar import local
from helpline.base.spans import MINUTE
from helpline.reports.summary import Day

LANGUAGES = ("fr", "en")

_PLACE = Path(__file__).parent / "sentences"


class Words:
    """The sentences of one language. `zone` is the clock that times are shown on."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self.zone = zone
        self._said = sentences(self.language)

    def __call__(self, key: str, **facts: Any) -> str:
        """Return the sentence `key`, filled in. Raises KeyError when it is not written: a test
        looks for those."""
        text = self._said[key]
        assert isinstance(text, str)
        return text.format(**facts) if facts else text

    def knows(self, key: str) -> bool:
        """Tell whether a sentence is written."""
        return key in self._said

    def either(self, key: str, fallback: str) -> str:
        """Return the sentence `key`, else `fallback`: for names that flow files and providers may
        add to."""
        return self(key) if self.knows(key) else fallback

    def count(self, key: str, number: int, **facts: Any) -> str:
        """Return `key_one` or `key_many` with `{n}`: French takes the singular for 0 as well."""
        one = number == 1 or (number == 0 and self.language == "fr")
        return self(f"{key}_one" if one else f"{key}_many", n=number, **facts)

    def money(self, day: Day) -> str:
        """Return what the month's texts cost so far, of how much."""
        percent = int(100 * day.spent / day.budget) if day.budget else 0
        spent, budget = self._decimal(f"{day.spent:.2f}"), self._decimal(f"{day.budget:g}")
        return self("month_spent", spent=spent, budget=budget, currency=day.currency, n=percent)

    def _decimal(self, number: str) -> str:
        return number if self.language == "en" else number.replace(".", ",")

    def person(self, name: str | None) -> str:
        """Return a person's name for use inside a sentence, or the words for one without a name."""
        return self.isolated(name) if name else self("nameless")

    def people(self, names: Iterable[str]) -> str:
        """Return names for use inside a sentence."""
        return ", ".join(self.person(name) for name in names)

    def isolated(self, text: str) -> str:
        """Return words people wrote so that Arabic letters in them do not turn the sentence
        around."""
        return f"\u2068{text}\u2069"

    def long_date(self, day: str) -> str:
        """Return YYYY-MM-DD as a sentence says it: samedi 21 novembre 2026."""
        when = date.fromisoformat(day)
        return (
            f"{self._said['days'][when.weekday()]} {when.day} "
            f"{self._said['months'][when.month - 1]} {when.year}"
        )

    def clock(self, moment: int | None) -> str:
        """Return HH:MM, "" for no moment."""
        return "" if moment is None else local(moment, self.zone).strftime("%H:%M")

    def when(self, moment: int | None, now: int) -> str:
        """Return HH:MM, with the date before it unless that is today's."""
        if moment is None:
            return ""
        then, today = local(moment, self.zone), local(now, self.zone)
        return then.strftime("%H:%M" if then.date() == today.date() else "%d/%m %H:%M")

    def lasted(self, ms: int) -> str:
        """Return how long something lasts: 25 min, 3 h 20, 2 jours."""
        minutes = max(ms, 0) // MINUTE
        if minutes < 60:
            return f"{minutes} min"
        if minutes < 48 * 60:
            rest = f" {minutes % 60:02}" if minutes % 60 else ""
            return f"{minutes // 60} h{rest}"
        return self.count("days_long", minutes // (24 * 60))


@cache
def sentences(language: str) -> Mapping[str, Any]:
    """Return every sentence of a language by key; tables of the file give `table_key`."""
    flat: dict[str, Any] = {}
    for key, value in tomllib.loads(
        (_PLACE / f"{language}.toml").read_text(encoding="utf-8")
    ).items():
        if isinstance(value, dict):
            flat.update({f"{key}_{inner}": text for inner, text in value.items()})
        else:
            flat[key] = value
    return flat
