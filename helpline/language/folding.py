"""One spelling for whatever a keypad sends: no case, no accents, one kind of digit, single
blanks."""

import re
import unicodedata
from functools import lru_cache

_SAME_LETTER = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىیئ", "ي"),
    **dict.fromkeys("ةھہەۃ", "ه"),
    **dict.fromkeys("ڭگکڪݣ", "ك"),
    "پ": "ب",
    "ڤ": "ف",
    "ؤ": "و",
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ı": "i",
}
_VANISHING = {"Mn", "Me", "Cf"}
_NUMBER_SIGN = re.compile(r"\bn[°º]|№", re.IGNORECASE)
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_KEPT_AT_MOST = 10_000


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Return `text` in the one spelling that words are compared in; folding twice changes nothing
    more.

    Compatibility forms, case, accents, vowel signs, invisible characters, skin tones and tatweel
    go; digits of any script become ASCII; Arabic letters that people mix become one; punctuation
    becomes a blank; a letter three or more times in a row becomes one; a pictograph stands as a
    word of its own. "n°" is left out, lest it read "no".
    """
    if text.isascii():
        plain = text.lower().translate(_LETTERS)
    else:
        marked = unicodedata.normalize("NFKD", _NUMBER_SIGN.sub(" ", text)).casefold()
        plain = unicodedata.normalize("NFKD", marked).translate(_LETTERS)
    return " ".join(_DRAWN_OUT.sub(r"\1", plain).split())


class _Letters(dict[int, str]):
    """What each character becomes, worked out when first met. Keeps a bounded number of them."""

    def __missing__(self, code: int) -> str:
        becomes = _plain(chr(code))
        if len(self) < _KEPT_AT_MOST:
            self[code] = becomes
        return becomes


def _plain(letter: str) -> str:
    """Return what one decomposed, case-folded character becomes: itself, another, a blank or
    nothing."""
    if letter in _SAME_LETTER:
        return _SAME_LETTER[letter]
    category = unicodedata.category(letter)
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    if category in _VANISHING or letter == "ـ" or "\U0001f3fb" <= letter <= "\U0001f3ff":
        return ""
    if category == "So":
        return f" {letter} "
    return letter if category[0] in "LN" or category == "Mc" else " "


_LETTERS = _Letters()
