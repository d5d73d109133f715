"""What a text costs: its alphabet, its length, and how many segments a provider bills."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

GSM_SINGLE, GSM_CHAINED = 160, 153
UCS_SINGLE, UCS_CHAINED = 70, 67

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"
_GSM = frozenset(_BASIC + _EXTENSION)
_ESCAPED = frozenset(_EXTENSION)

# Signs and letters with a plain twin on every phone. Other accented Latin letters lose their mark
# by rule.
_PLAIN = {
    **dict.fromkeys("‘’‚‛′ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‹›", "'"),
    **dict.fromkeys("‐‑‒–—―−•·", "-"),
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\t", " "
    ),
    **dict.fromkeys(
        "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff\0", ""
    ),
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "ç": "c",
    "°": "",
}
_QUOTES = re.compile(r"(?<=«)\s|\s(?=»)")
_NUMBER_SIGN = re.compile(r"(?<=[nN])[°º]")


@dataclass(frozen=True, slots=True)
class Length:
    """What a text measures: `units` are septets (GSM-7) or UTF-16 units (UCS-2); `guilty` forced
    UCS-2."""

    encoding: str
    units: int
    segments: int
    guilty: tuple[str, ...] = ()


def measure(text: str) -> Length:
    """Return the encoding, units and billed segments of `text`, and each character that forces
    UCS-2, once."""
    if _GSM.issuperset(text):
        return Length("GSM-7", _septets(text), segments(text))
    guilty = tuple(dict.fromkeys(char for char in text if char not in _GSM))
    return Length("UCS-2", _utf16(text), segments(text), guilty)


@lru_cache(maxsize=2048)
def segments(text: str) -> int:
    """Return how many segments `text` is billed as; an empty text counts one."""
    if _GSM.issuperset(text):
        units = _septets(text)
        single, chained, wide = GSM_SINGLE, GSM_CHAINED, units != len(text)
    else:
        units = _utf16(text)
        single, chained, wide = UCS_SINGLE, UCS_CHAINED, units != len(text)
    if units <= single:
        return 1
    return _packed(text, chained) if wide else -(-units // chained)


def units(text: str) -> tuple[str, int]:
    """Return the encoding and the number of septets or UTF-16 units."""
    return ("GSM-7", _septets(text)) if _GSM.issuperset(text) else ("UCS-2", _utf16(text))


@lru_cache(maxsize=2048)
def fit_gsm(text: str) -> str:
    """Return `text` with plain twins of typographic signs and letters when that saves a segment,
    else as it is.

    Arabic and emoji have no twin: a text that holds them stays as written, because one such letter
    already decides the alphabet of the whole text.
    """
    if text.isascii() or segments(text) == 1:
        return text
    plain = in_plain_letters(text)
    return plain if segments(plain) < segments(text) else text


def in_plain_letters(text: str) -> str:
    """Return `text` with each character outside GSM-7 replaced by its plain twin, where it has
    one."""
    text = _NUMBER_SIGN.sub("o", _QUOTES.sub("", unicodedata.normalize("NFC", text)))
    return "".join(char if char in _GSM else twin(char) for char in text)


@lru_cache(maxsize=1024)
def twin(char: str) -> str:
    """Return what stands for `char` in GSM-7, or `char` itself when nothing does."""
    if char in _PLAIN:
        return _PLAIN[char]
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return bare if bare and bare.isascii() and bare.isprintable() else char


def _septets(text: str) -> int:
    return len(text) + sum(map(text.count, _EXTENSION))


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _packed(text: str, room: int) -> int:
    """Return the segments needed when a pair (escape and sign, or two surrogates) is never cut in
    two."""
    count, used = 1, 0
    gsm = _GSM.issuperset(text)
    for char in text:
        width = 2 if (char in _ESCAPED if gsm else ord(char) > 0xFFFF) else 1
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count
