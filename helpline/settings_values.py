"""Reads one setting: a value as typed becomes a value as used, or a ValueError that says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from helpline.settings_numbers import amount, prefixes, prices, rate, whole
from helpline.settings_places import countries, timezones

LANGUAGES = ("fr", "ary", "ary-Latn", "en")


@dataclass(frozen=True, slots=True)
class Context:
    """What a value may depend on: the folder that relative paths start from, and the country of numbers."""

    folder: Path
    country: str = "FR"


def read_value(kind: str, raw: object, context: Context) -> object:
    """Return `raw`, from a file or the environment, as a value of `kind`.

    Raises ValueError with two parts: what is wrong, as the end of a sentence, and what to write.
    """
    return READERS[kind](raw, context)


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError(f"is {_named(raw)}, and text is needed. Put it in quotes")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in raw.strip()):
        raise ValueError("holds a line break or another control character. Write it on one line")
    return raw.strip()


def _named(raw: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(raw), "a date or time")


def _words(raw: object, _: Context) -> str:
    text = _text(raw)
    if len(text) > 60:
        raise ValueError("is longer than 60 letters. Shorten it: texts carry it")
    return text


def _word(raw: object, _: Context) -> str:
    text = _text(raw)
    if re.search(r"\s", text):
        raise ValueError(f"“{text}” holds a space. Take it out")
    return text


def _secret(raw: object, _: Context) -> str:
    text = _text(raw)
    if re.search(r"\s", text):
        raise ValueError("holds a space. Copy it again")
    return text


def _token(raw: object, context: Context) -> str:
    tokens = [part.strip() for part in _text(raw).split(",") if part.strip()]
    if any(re.search(r"\s", token) for token in tokens):
        raise ValueError("holds a space. Copy it again, and put a comma between two tokens")
    return ",".join(tokens)


def _url_token(raw: object, context: Context) -> str:
    text = _secret(raw, context)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("may hold letters, digits, - and _ only. `helpline init` makes one")
    return text


def _list(raw: object, _: Context) -> tuple[str, ...]:
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError('is not a list of names. Write ["Centre", "Gare"], in the environment Centre,Gare')
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _languages(raw: object, context: Context) -> tuple[str, ...]:
    known = {language.lower(): language for language in LANGUAGES}
    typed = _list(raw, context)
    if strange := [name for name in typed if name.lower() not in known]:
        raise ValueError(f"holds the unknown language “{strange[0]}”. Choose among {', '.join(LANGUAGES)}")
    if not typed:
        raise ValueError("names no language. Choose among " + ", ".join(LANGUAGES))
    return tuple(dict.fromkeys(known[name.lower()] for name in typed))


def _country(raw: object, _: Context) -> str:
    text = _text(raw).upper()
    if text not in countries():
        raise ValueError(f"“{text}” is not a country. Write its two letters, as FR or MA")
    return text


def _timezone(raw: object, _: Context) -> str:
    text = _text(raw)
    if text not in timezones():
        hint = nearest(text, timezones())
        raise ValueError(f"“{text}” is not a time zone. " + (f"Did you mean {hint}?" if hint else "Write Europe/Paris"))
    return text


def _address(raw: object, _: Context) -> str:
    text = _text(raw).rstrip("/")
    if text and not re.fullmatch(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(/[^\s?#]*)?", text):
        raise ValueError(
            f"“{_without_password(text)}” is not a web address. Write https://aide.example, without ? or #"
        )
    port = re.match(r"https?://[^/]*:(\d+)(/|$)", text)
    if port and not 1 <= int(port[1]) <= 65535:
        raise ValueError(f"“{text}” has no port between 1 and 65535. Correct or drop it")
    return text


def _without_password(text: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", text)


def _database(raw: object, context: Context) -> str:
    text = _text(raw)
    if text.startswith(("postgres://", "postgresql://")):
        if not re.fullmatch(r"postgres(ql)?://[^\s/]*/[^\s/?#]+(\?\S*)?", text):
            raise ValueError(
                f"“{_without_password(text)}” names no database. Write postgresql://USER:PASSWORD@HOST/NAME"
            )
        return text
    path = text.removeprefix("sqlite:///")
    if path == text or not path or path.startswith(":memory:") or path.endswith("/"):
        raise ValueError(f"“{_without_password(text)}” does not name a file. Write sqlite:///helpline.db")
    return "sqlite:///" + str(context.folder / Path(path).expanduser())


def _folder(raw: object, context: Context) -> str:
    text = _text(raw)
    if not text:
        return ""
    path = context.folder / Path(text).expanduser()
    if not path.is_dir():
        raise ValueError(f"“{path}” is not a folder that is there. Make it, or leave the setting out")
    return str(path)


def _ping_urls(raw: object, context: Context) -> str:
    parts = [part.strip() for part in _text(raw).split(",") if part.strip()]
    if any(not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", part) for part in parts):
        raise ValueError("is not a web address. Copy it from your monitor, as https://hc-ping.com/..., without ? or #")
    return ",".join(part.rstrip("/") for part in parts)


def _switch(raw: object, _: Context) -> bool:
    if isinstance(raw, bool):
        return raw
    meant = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if not isinstance(raw, str) or raw.strip().lower() not in meant:
        raise ValueError(f"“{raw}” is neither true nor false. Write one of the two")
    return meant[raw.strip().lower()]


def _time(raw: object, _: Context) -> str:
    text = _text(raw)
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError(f"“{text}” is not a time of day. Write hours and minutes, as 18:00")
    return text


def _mailbox(raw: object, _: Context) -> str:
    text = _text(raw)
    if text and not is_mailbox(text):
        raise ValueError(f"“{text}” is not an e-mail address. Write bilan@ville.example")
    return text


def is_mailbox(text: str) -> bool:
    """True for a@b, and for a name followed by <a@b>."""
    return bool(re.fullmatch(r"(?:[^<>@]* <)?[^\s<>@,;]+@[A-Za-z0-9.-]+>?", text)) and ("<" in text) == (">" in text)


def _sid(letters: str) -> Callable[[object, Context], str]:
    """Twilio's ids begin with two letters each; providers that speak its language have ids of their own kind."""

    def read(raw: object, _: Context) -> str:
        text = _text(raw)
        other = text[:2] in {"AC", "MG", "SK", "PN", "SM"} - {letters}
        if other or not re.fullmatch(r"[0-9a-zA-Z_-]*", text):
            raise ValueError(f"“{text}” is another thing of Twilio's. The one meant here begins with {letters}")
        return text

    return read


def _ussd_code(raw: object, _: Context) -> str:
    text = _text(raw)
    if text and not re.fullmatch(r"\*[0-9]+(\*[0-9]+)*#", text):
        raise ValueError(f"“{text}” is not what people dial. Write it with its stars, as *384*123#")
    return text


def _sender(raw: object, context: Context) -> str:
    """A short code or a sender name as it is; any other number in E.164."""
    text = _text(raw)
    if not text or re.fullmatch(r"[0-9]{3,6}", text):
        return text
    if re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", text):
        return text
    return _number(text, context.country)


def _number(text: str, country: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(
            f"“{text}” is not a phone number of {country}. Write it as +33 6 12 34 56 78, "
            "or a short code, or a sender name of up to 11 letters"
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


READERS: dict[str, Callable[[object, Context], object]] = {
    "words": _words,
    "word": _word,
    "secret": _secret,
    "token": _token,
    "url_token": _url_token,
    "list": _list,
    "languages": _languages,
    "country": _country,
    "timezone": _timezone,
    "address": _address,
    "database": _database,
    "folder": _folder,
    "place": lambda raw, context: str(context.folder / Path(_text(raw)).expanduser()) if _text(raw) else "",
    "ping_urls": _ping_urls,
    "days": lambda raw, _: whole(raw, 1, 3650, "30"),
    "port": lambda raw, _: whole(raw, 1, 65535, "8080"),
    "count": lambda raw, _: whole(raw, 1, 256, "4"),
    "screen": lambda raw, _: whole(raw, 20, 182, "160"),
    "number": lambda raw, _: whole(raw, 0, 1_000_000, "200"),
    "rate": lambda raw, _: rate(raw),
    "amount": lambda raw, _: amount(raw),
    "prices": lambda raw, context: prices(_list(raw, context)),
    "prefixes": lambda raw, context: prefixes(_list(raw, context)),
    "switch": _switch,
    "time": _time,
    "mailbox": _mailbox,
    "account_sid": _sid("AC"),
    "service_sid": _sid("MG"),
    "ussd_code": _ussd_code,
    "sender": _sender,
}


def nearest(typed: str, known: list[str] | tuple[str, ...] | frozenset[str]) -> str:
    """Return the known name most like `typed`, "" when none is near."""
    import difflib

    lowered = {name.lower(): name for name in known}
    found = difflib.get_close_matches(typed.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""
