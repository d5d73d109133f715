"""The words of hours, dates and counts, ready to be found in a text; they are data, in
`flows/spoken.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from helpline.language.folding import fold

Rows = Mapping[str, Mapping[str, Sequence[str]]]  # "hour", or "months:3" -> language -> words

TABLES = ("numbers", "months", "weekdays", "days_ahead", "named_hours", "parts_of_an_hour")
SETS = (
    *("morning", "evening", "night", "hour", "minute", "day", "week", "ahead"),
    *("glued", "ordinal", "together", "beside", "counted", "before_a_time", "all_of_them"),
)
NEVER = "(?!)"  # matches nothing


class SpokenWords:
    """Each list of spoken.yaml, in the spelling that words are compared in; languages together:
    people mix them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        table, words = self._table, self._set
        self.numbers, self.months, self.weekdays = (
            table("numbers"),
            table("months"),
            table("weekdays"),
        )
        self.days_ahead, self.named_hours = table("days_ahead"), table("named_hours")
        self.parts_of_an_hour = table("parts_of_an_hour")
        self.morning, self.evening, self.night = words("morning"), words("evening"), words("night")
        self.hour, self.minute = words("hour"), words("minute")
        self.day, self.week, self.ahead = words("day"), words("week"), words("ahead")
        self.beside, self.counted = words("beside"), words("counted")
        self.before_a_time, self.all_of_them = words("before_a_time"), words("all_of_them")
        self.of_an_hour = self.hour | self.minute | self.morning | self.evening | self.night

    def joined(self, folded: str) -> str:
        """Return `folded` with words that belong together as one, and "8h30" taken apart."""
        folded = self._together.sub(lambda found: found[0].replace(" ", ""), folded)
        folded = self._glued.sub(r"\1 \2 \3", folded)
        return self._ordinal.sub(r"\1", folded)

    @cached_property
    def _together(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{self._any_of('together')})\b")

    @cached_property
    def _glued(self) -> re.Pattern[str]:
        return re.compile(rf"\b(\d{{1,2}})({self._any_of('glued', 'ordinal')})(\d{{0,2}})\b")

    @cached_property
    def _ordinal(self) -> re.Pattern[str]:
        return re.compile(rf"\b(\d{{1,2}}) ?(?:{self._any_of('ordinal')})\b")

    def _any_of(self, *lists: str) -> str:
        """Return a pattern of the phrases of these lists, the longest first."""
        phrases = {phrase for name in lists for phrase in self._phrases(name)}
        return (
            "|".join(map(re.escape, sorted(phrases, key=lambda each: (-len(each), each)))) or NEVER
        )

    def _set(self, name: str) -> frozenset[str]:
        return frozenset(self._phrases(name))

    def _table(self, name: str) -> dict[str, int]:
        """Return word -> number."""
        values = (key.partition(":") for key in self._rows)
        return {
            word: int(value)
            for table, _, value in values
            if table == name
            for word in self._phrases(f"{table}:{value}")
        }

    def _phrases(self, key: str) -> Iterator[str]:
        for words in self._rows.get(key, {}).values():
            yield from map(fold, words)
