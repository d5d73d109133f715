"""USSD screens: a text cut into pages that fit, each with the keys that turn them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from helpline.language import segments

LIMIT_GSM, LIMIT_UCS = 182, 80
_PIECES = re.compile(
    r"(?:^\s*\d{1,2}[.):]?\s+)?\S+\s*"
)  # a key stays with the first word of its label

Fits = Callable[[str], bool]


@lru_cache(maxsize=1024)
def pages(
    text: str, limit_gsm: int = LIMIT_GSM, limit_ucs: int = LIMIT_UCS, *, more: str, back: str
) -> tuple[str, ...]:
    """Return the screens of `text`: one when it fits, else each with its navigation lines at the
    end.

    `more` and `back` are whole lines such as "98 Suite" and "00 Retour". Cuts fall at line ends,
    then between words, never between a key and its label; a word longer than a screen is cut where
    the screen ends.
    """

    def fits(page: str) -> bool:
        encoding, units = segments.units(page)
        return units <= (limit_gsm if encoding == "GSM-7" else limit_ucs)

    if fits(text):
        return (text,)
    text = _cheap(text)
    if fits(text):
        return (text,)
    done: list[str] = []
    rest = text
    while rest and not (done and fits(f"{rest}\n{back}")):
        navigation = f"\n{more}\n{back}" if done else f"\n{more}"
        head, rest = _cut(rest, navigation, fits)
        done.append(head + navigation)
    return (*done, f"{rest}\n{back}") if rest else tuple(done)


def _cheap(text: str) -> str:
    """Return `text` in plain letters where no other is left then: a screen holds twice as many."""
    plain = segments.in_plain_letters(text)
    return plain if segments.units(plain)[0] == "GSM-7" else text


def _cut(text: str, navigation: str, fits: Fits) -> tuple[str, str]:
    """Return the part of `text` that fits above `navigation`, and what is left; the part is never
    empty."""

    def fits_here(part: str) -> bool:
        return fits(part.rstrip() + navigation)

    lines = text.splitlines(keepends=True)
    whole = _longest(lines, fits_here)
    if whole and fits_here(lines[whole]):
        return _halves(lines, whole)
    pieces = [*lines[:whole], *_PIECES.findall(lines[whole]), *lines[whole + 1 :]]
    taken = _longest(pieces, fits_here)
    if taken:
        return _halves(pieces, taken)
    letters = list(text)
    return _halves(letters, max(1, _longest(letters, fits_here)))


def _longest(parts: list[str], fits: Fits) -> int:
    """Return how many of `parts` fit together, at most all but one."""
    for count in range(1, len(parts)):
        if not fits("".join(parts[:count])):
            return count - 1
    return len(parts) - 1


def _halves(parts: list[str], at: int) -> tuple[str, str]:
    return "".join(parts[:at]).rstrip(), "".join(parts[at:]).lstrip("\n ")
