"""A number with its word: 1 bonjour, 2 bonjours; which form it takes is data of each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FORMS = ("zero", "one", "two", "few", "many", "other")
OTHER = "other"
NUMBER = "n"  # `{n}` in a form is the number itself
_RULE = re.compile(r"(?P<ranges>\d+(?:-\d+)?(?:, *\d+(?:-\d+)?)*)(?: of (?P<of>[1-9]\d*))?")

Forms = Mapping[str, str]  # form -> words


@dataclass(frozen=True, slots=True)
class Rule:
    """Numbers that take one form: within one of `ranges`, ends included, after division by `of`."""

    ranges: tuple[tuple[int, int], ...]
    of: int = 0

    def holds(self, number: int) -> bool:
        """Return whether `number` takes this form."""
        rest = number % self.of if self.of else number
        return any(low <= rest <= high for low, high in self.ranges)


def read_rule(text: str) -> Rule | None:
    """Return the rule written as `1`, `0-1`, `3-10 of 100` or `2, 5-7`; None when it is none."""
    match = _RULE.fullmatch(text.strip())
    if match is None:
        return None
    ends = [part.strip().split("-") for part in match["ranges"].split(",")]
    return Rule(tuple((int(each[0]), int(each[-1])) for each in ends), int(match["of"] or 0))


@dataclass(frozen=True, slots=True)
class Counting:
    """How each language counts: `rules` by language and form; `words` by name, language, form."""

    rules: Mapping[str, Mapping[str, Rule]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Forms]] = field(default_factory=dict)

    def form(self, number: int, language: str) -> str:
        """Return the form `number` takes: the first whose rule holds, else `other`."""
        rules = self.rules.get(language, {})
        return next((form for form, rule in rules.items() if rule.holds(number)), OTHER)

    def said(self, word: str, number: str, language: str) -> str:
        """Return `number` with its word. What is no number, or has no word, stays as it is; ""
        stays empty, so that its hole is closed."""
        forms = self.words.get(word, {}).get(language, {})
        if not (number.isascii() and number.isdecimal()) or not forms:
            return number
        found = forms.get(self.form(int(number), language)) or forms.get(OTHER) or f"{{{NUMBER}}}"
        return found.replace(f"{{{NUMBER}}}", number)
