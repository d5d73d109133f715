"""Reads settings that are words, or says in a ValueError what to write."""

from __future__ import annotations

import re

from helpline.settings.places import countries, timezones
from helpline.settings.schema import Context

LANGUAGES = ("fr", "ary", "ary-Latn", "en")


def text(raw: object) -> str:
    """Return a line of text without spaces around it."""
    if not isinstance(raw, str):
        raise ValueError(f"is {_named(raw)}, and text is needed. Put it in quotes")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in raw.strip()):
        raise ValueError("holds a line break or another control character. Write it on one line")
    return raw.strip()


def _named(raw: object) -> str:
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(raw), "a date or time")


def words(raw: object, _: Context) -> str:
    """Return a few words that texts carry."""
    typed = text(raw)
    if len(typed) > 60:
        raise ValueError("is longer than 60 letters. Shorten it: texts carry it")
    return typed


def word(raw: object, _: Context) -> str:
    """Return one word."""
    typed = text(raw)
    if re.search(r"\s", typed):
        raise ValueError(f"“{typed}” holds a space. Take it out")
    return typed


def secret(raw: object, _: Context) -> str:
    """Return a secret, which no message repeats."""
    typed = text(raw)
    if re.search(r"\s", typed):
        raise ValueError("holds a space. Copy it again")
    return typed


def tokens(raw: object, _: Context) -> tuple[str, ...]:
    """Return one or more secrets, written with commas between them."""
    found = [part.strip() for part in text(raw).split(",") if part.strip()]
    if any(re.search(r"\s", token) for token in found):
        raise ValueError("holds a space. Copy it again, and put a comma between two tokens")
    return tuple(found)


def url_token(raw: object, context: Context) -> str:
    """Return a secret that may be part of a web address."""
    typed = secret(raw, context)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", typed):
        raise ValueError("may hold letters, digits, - and _ only. `helpline init` makes one")
    return typed


def names(raw: object, _: Context) -> tuple[str, ...]:
    """Return several names, each once."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        example = 'Write ["Centre", "Gare"], in the environment Centre,Gare'
        raise ValueError(f"is not a list of names. {example}")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def languages(raw: object, context: Context) -> tuple[str, ...]:
    """Return languages we have words in."""
    known = {language.lower(): language for language in LANGUAGES}
    choice = "Choose among " + ", ".join(LANGUAGES)
    typed = names(raw, context)
    if strange := [name for name in typed if name.lower() not in known]:
        raise ValueError(f"holds the unknown language “{strange[0]}”. {choice}")
    if not typed:
        raise ValueError(f"names no language. {choice}")
    return tuple(dict.fromkeys(known[name.lower()] for name in typed))


def country(raw: object, _: Context) -> str:
    """Return the two letters of a country."""
    typed = text(raw).upper()
    if typed not in countries():
        raise ValueError(f"“{typed}” is not a country. Write its two letters, as FR or MA")
    return typed


def timezone(raw: object, _: Context) -> str:
    """Return the name of a time zone."""
    typed = text(raw)
    if typed not in timezones():
        near = nearest(typed, timezones())
        hint = f"Did you mean {near}?" if near else "Write Europe/Paris"
        raise ValueError(f"“{typed}” is not a time zone. {hint}")
    return typed


def switch(raw: object, _: Context) -> bool:
    """Return true or false."""
    if isinstance(raw, bool):
        return raw
    typed = raw.strip().lower() if isinstance(raw, str) else ""
    if typed in ("true", "yes", "on", "1"):
        return True
    if typed in ("false", "no", "off", "0"):
        return False
    raise ValueError(f"“{raw}” is neither true nor false. Write one of the two")


def time_of_day(raw: object, _: Context) -> str:
    """Return HH:MM."""
    typed = text(raw)
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", typed):
        raise ValueError(f"“{typed}” is not a time of day. Write hours and minutes, as 18:00")
    return typed


def nearest(typed: str, known: list[str] | tuple[str, ...] | frozenset[str]) -> str:
    """Return the known name most like `typed`, "" when none is near."""
    import difflib

    lowered = {name.lower(): name for name in known}
    found = difflib.get_close_matches(typed.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""
