"""How people spell otherwise on purpose or for want of keys: whole texts, no slip of a finger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.reading.chance import pick

SHORT_FORMS = Path(__file__).with_name("spellings.tsv")
# Between a letter that joins the next and the next one; a consonant that a letter follows.
JOINT = re.compile(r"(?<=[بتثجحخسشصضطظعغفقكلمنهي])(?=[\u0621-\u064a])")
VOWELLED = re.compile(r"[بتحدرسعفقكلمن](?=[\u0621-\u064a])")
SIGNS = {"ا": "\u064e", "و": "\u064f", "ي": "\u0650"}  # the vowel that the next letter draws out

Spelling = Callable[[str, str], str]  # text, half -> text


def bare(text: str, _: str) -> str:
    """Return the text without accents and without apostrophes."""
    plain = unicodedata.normalize("NFD", re.sub("['’]", "", text).replace("œ", "oe"))
    kept = "".join(mark for mark in plain if not "\u0300" <= mark <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def apart(text: str, _: str) -> str:
    """Return the text with spaces for apostrophes and hyphens inside words: `j ai`."""
    return re.sub(r"(?<=\w)['’-](?=\w)", " ", text)


def upper(text: str, _: str) -> str:
    """Return the text in capitals."""
    return text.upper()


def short_forms(language: str) -> Spelling:
    """Return what writes each word of `spellings.tsv` in its short form, of the text's half."""

    def shorten(text: str, half: str) -> str:
        for pattern, short in _short_forms(language, half):
            text = pattern.sub(short, text)
        return text

    return shorten


@cache
def _short_forms(language: str, half: str) -> list[tuple[re.Pattern[str], str]]:
    lines = SHORT_FORMS.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("# ")]
    ours = [(plain, short) for *whose, plain, short in rows if whose == [language, half]]
    ours.sort(key=lambda pair: -len(pair[0]))
    return [(re.compile(rf"(?<!\w){re.escape(plain)}(?!\w)", re.I), short) for plain, short in ours]


def letters(*ways: tuple[str, str]) -> Spelling:
    """Return what writes letters another way, in words: a digit that stands alone is a choice."""

    def write(text: str, _: str) -> str:
        return re.sub(r"\w*[^\W\d_]\w*", lambda word: _otherwise(word.group(), ways), text)

    return write


def _otherwise(word: str, ways: tuple[tuple[str, str], ...]) -> str:
    table = dict(ways)
    return re.sub("|".join(map(re.escape, table)), lambda found: table[found.group()], word)


def yeh(text: str, _: str) -> str:
    """Return the text with the last letter of words dotted where it was not, and the reverse."""
    return re.sub(r"[يى](?!\w)", lambda found: "ى" if found.group() == "ي" else "ي", text)


def tatweel(text: str, _: str) -> str:
    """Return the text with one word drawn out, after a letter that joins the next."""
    places = [found.start() for found in JOINT.finditer(text)]
    if not places:
        return text
    at = pick(places, text)
    return text[:at] + "ـ" * 3 + text[at:]


def harakat(text: str, _: str) -> str:
    """Return the text with vowel signs after the consonants, as in carefully written Arabic."""
    return VOWELLED.sub(lambda it: it.group() + SIGNS.get(text[it.end()], "\u0652"), text)


def digits(first: str) -> Spelling:
    """Return what writes 0 to 9 with the ten digits that begin at `first`."""
    table = {ord("0") + number: ord(first) + number for number in range(10)}
    return lambda text, _: text.translate(table)


LATIN: dict[str, Spelling] = {"bare": bare, "apart": apart, "upper": upper}
BY_LANGUAGE: dict[str, dict[str, Spelling]] = {
    "fr": {**LATIN, "short": short_forms("fr")},
    "en": {**LATIN, "short": short_forms("en")},
    "ary-Latn": {
        "upper": upper,
        "short": short_forms("ary-Latn"),
        "7 as h": letters(("7", "h")),
        "9 as q": letters(("9", "q")),
        "9 as k": letters(("9", "k")),
        "3 as a": letters(("3", "a")),
        "ou as w": letters(("ou", "w")),
        "w as ou": letters(("w", "ou")),
        "kh as 5": letters(("kh", "5"), ("5", "kh")),
        "gh as 4": letters(("gh", "4"), ("4", "gh")),
        "ch as sh": letters(("ch", "sh"), ("sh", "ch")),
    },
    "ary": {
        "teh": letters(("ة", "ه")),
        "alef": letters(("أ", "ا"), ("إ", "ا"), ("آ", "ا")),
        "hamza": letters(("ئ", "ء"), ("ؤ", "و")),
        "yeh": yeh,
        "tatweel": tatweel,
        "harakat": harakat,
        "Persian digits": digits("۰"),
        "Arabic digits": digits("٠"),
    },
}
