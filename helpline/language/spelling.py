"""How a word sounds: keys that spellings of one word share, in French and in Darija.

Two words with one key may be the same word; whether they are is for the one who compares to say. A
key of under
three letters tells nothing.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_FRENCH = (
    (re.compile(r"([a-z])\1+"), r"\1"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|q|ck"), "k"),
    (re.compile(r"ch"), "C"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"gn"), "N"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"ge(?=[ao])|g(?=[eiy])"), "j"),
    (re.compile(r"h"), ""),
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"ou"), "u"),
    (re.compile(r"oi"), "wa"),
    (re.compile(r"oeu|oe|eu"), "e"),
    (re.compile(r"([ae])m(?=[bp])"), "A"),
    (re.compile(r"om(?=[bp])|on(?![aeiouyn])"), "O"),
    (re.compile(r"(?:ai|ei|i|y)[nm](?![aeiouyn])"), "I"),
    (re.compile(r"(?:an|en(?!t$))(?![aeiouyn])"), "A"),
    (re.compile(r"ai|ei|ay|ey"), "e"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(?<=[aeiouOAI])s(?=[aeiouOAI])"), "z"),
    (re.compile(r"(?:ent|ements?|er|ez|es|et|e|s|t|x|z|d|p)+$"), ""),
    (re.compile(r"e+"), "e"),
)
_DARIJA_SOUNDS = (
    (re.compile(r"kh|5"), "x"),
    (re.compile(r"gh"), "G"),
    (re.compile(r"ch|sh"), "c"),
    (re.compile(r"dj"), "j"),
    (re.compile(r"th"), "t"),
    (re.compile(r"dh"), "d"),
)
_DARIJA_LATIN = str.maketrans(
    {"7": "h", "9": "k", "q": "k", "g": "k", "6": "t", "8": "h", "p": "b", "v": "f"}
    | dict.fromkeys("aeiouy2", "")
)
_ARABIC = str.maketrans(
    dict(zip("بتثجحخدذرزسشصضطظعغفقكلمنه", "bttjhxddrzscsdtd3Gfkklmnh", strict=True))
    | dict.fromkeys("اويء", "")
)
_TENSES = ("kan", "kn", "kt", "Gn", "Gt", "Gd", "k", "t", "G", "n")
_DOUBLED = re.compile(r"(.)\1+")
_PROCLITICS = ("و", "ف", "ب", "ل", "ك", "د")
_ARTICLE = "ال"
_LATIN_ARTICLES = ("el", "al", "l", "f", "b", "d", "w")
_ELIDED = ("qu", "j", "l", "d", "n", "m", "t", "s", "c")


def is_arabic(word: str) -> bool:
    """Return whether a folded word is written in Arabic letters."""
    return "\u0600" <= word[0] <= "\u06ff"


@lru_cache(maxsize=8192)
def french_key(word: str) -> str:
    """Return how a folded word sounds in French, its ending left out; "" when that is too little to
    tell."""
    if not (word.isascii() and word.isalpha()):
        return ""
    for pattern, sound in _FRENCH:
        word = pattern.sub(sound, word)
    return word if len(word) >= 3 else ""


@lru_cache(maxsize=8192)
def darija_key(word: str) -> str:
    """Return the consonants of a folded Darija word, in either script; "" when that is too little
    to tell."""
    key = _arabic_consonants(word) if is_arabic(word) else _latin_consonants(word)
    key = _DOUBLED.sub(r"\1", key)
    key = key.removesuffix("h") if len(key) > 3 else key
    return key if len(key) >= 3 else ""


def darija_keys(word: str) -> Iterator[str]:
    """Yield the keys of a word as written, and without what marks its tense or person."""
    key = darija_key(word)
    if not key:
        return
    yield key
    for tense in _TENSES:
        if key.startswith(tense) and len(key) - len(tense) >= 3:
            yield key[len(tense) :]


def bare_forms(word: str) -> Iterator[str]:
    """Yield `word` without the small words people write onto its front: "l'", "j'", "wa", "f", the
    article."""
    if is_arabic(word):
        yield from _bare_arabic(word)
        return
    for front in (*_ELIDED, *_LATIN_ARTICLES):
        if word.startswith(front) and len(word) - len(front) >= 3:
            yield word[len(front) :]


def shortened(word: str) -> Iterator[str]:
    """Yield `word` with each one of its letters left out."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def one_typo_apart(one: str, other: str) -> bool:
    """Return whether one letter more, less, changed, or two neighbours swapped turns `one` into
    `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return len(one) != len(other)
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped


def _arabic_consonants(word: str) -> str:
    first = "w" if word[0] == "و" else ""
    return first + word.translate(_ARABIC)


def _latin_consonants(word: str) -> str:
    if not word.isascii() or not word.isalnum():
        return ""
    first = "w" if word[0] == "w" or (word.startswith("ou") and len(word) > 3) else ""
    word = word[:-1] + "c" if word.endswith("x") else word
    for pattern, sound in _DARIJA_SOUNDS:
        word = pattern.sub(sound, word)
    return first + word.translate(_DARIJA_LATIN).replace("w", "").replace("C", "c")


def _bare_arabic(word: str) -> Iterator[str]:
    forms = [word]
    if word.startswith(_PROCLITICS) and len(word) > 3:
        forms.append(word[1:])
        yield word[1:]
    if word.startswith("لل") and len(word) > 4:
        yield word[2:]
    for form in forms:
        if form.startswith(_ARTICLE) and len(form) > 4:
            yield form[len(_ARTICLE) :]
