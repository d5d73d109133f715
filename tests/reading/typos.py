"""One slip of a finger in one word of four or more letters, in Latin and in Arabic letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.reading.chance import pick, shuffled
from tests.reading.texts import fold

# Rows of letters as they lie on the keyboards of telephones: neighbours in a row are mixed up.
ROWS = {
    "fr": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    "en": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "ary-Latn": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    "ary": ("ضصثقفغعهخحج", "شسيبلاتنمك", "ذدزرطظوةى"),
}
WORD = re.compile(r"[^\W\d_]{4,}")

Slip = Callable[[str, int, str], str]


def neighbour(word: str, at: int, language: str) -> str:
    """Return the word with the key beside the right one, or unchanged where there is none."""
    for row in ROWS[language]:
        place = row.find(word[at].lower())
        if place >= 0:
            beside = [row[near] for near in (place - 1, place + 1) if 0 <= near < len(row)]
            wrong = pick(beside, word, str(at))
            return word[:at] + (wrong.upper() if word[at].isupper() else wrong) + word[at + 1 :]
    return word


def dropped(word: str, at: int, _: str) -> str:
    """Return the word without one letter."""
    return word[:at] + word[at + 1 :]


def doubled(word: str, at: int, _: str) -> str:
    """Return the word with one letter twice."""
    return word[: at + 1] + word[at:]


def swapped(word: str, at: int, _: str) -> str:
    """Return the word with a letter and the next one the wrong way round."""
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


SLIPS: dict[str, Slip] = {
    "neighbour": neighbour,
    "dropped": dropped,
    "doubled": doubled,
    "swapped": swapped,
}


def slipped(text: str, language: str, name: str, known: frozenset[str]) -> str:
    """Return the text with one slip of this name; unchanged where each slip makes a known word.

    `known` holds words as `fold` writes them. A slip that makes another word somebody means
    (`bien`, `rien`) would change what is right.
    """
    for start, end, wrong in _chances(text, language, name):
        if fold(wrong) not in known and wrong != text[start:end]:
            return text[:start] + wrong + text[end:]
    return text


def _chances(text: str, language: str, name: str) -> Iterator[tuple[int, int, str]]:
    words = [found.span() for found in WORD.finditer(text)]
    places = [(start, end, at) for start, end in words for at in range(end - start)]
    for start, end, at in shuffled(places, text, name):
        yield start, end, SLIPS[name](text[start:end], at, language)
