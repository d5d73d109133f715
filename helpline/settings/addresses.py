"""Reads settings that are addresses: web, e-mail, phone numbers, files and databases."""

from __future__ import annotations

import re
from pathlib import Path

from helpline.settings.database import Database, database_at, without_password
from helpline.settings.schema import Context
from helpline.settings.values import text

HOST = r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])"


def web_address(raw: object, _: Context) -> str:
    """Return a web address without a slash at its end; "" for none."""
    typed = text(raw).rstrip("/")
    if typed and not re.fullmatch(rf"https?://{HOST}(:\d{{1,5}})?(/[^\s?#]*)?", typed):
        shown = without_password(typed)
        raise ValueError(
            f"“{shown}” is not a web address. Write https://aide.example, without ? or #"
        )
    port = re.match(r"https?://[^/]*:(\d+)(/|$)", typed)
    if port and not 1 <= int(port[1]) <= 65535:
        raise ValueError(f"“{typed}” has no port between 1 and 65535. Correct or drop it")
    return typed


def ping_urls(raw: object, _: Context) -> tuple[str, ...]:
    """Return the web addresses of monitors, which are secrets."""
    parts = [part.strip() for part in text(raw).split(",") if part.strip()]
    if any(not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", part) for part in parts):
        example = "Copy it from your monitor, as https://hc-ping.com/..., without ? or #"
        raise ValueError(f"is not a web address. {example}")
    return tuple(part.rstrip("/") for part in parts)


def database(raw: object, context: Context) -> Database:
    """Return where the data lives; a file's path starts at the folder of the settings."""
    return database_at(text(raw), context.folder)


def folder(raw: object, context: Context) -> Path | None:
    """Return a folder that is there."""
    path = path_to(raw, context)
    if path is not None and not path.is_dir():
        raise ValueError(
            f"“{path}” is not a folder that is there. Make it, or leave the setting out"
        )
    return path


def path_to(raw: object, context: Context) -> Path | None:
    """Return the path of something that may be made later."""
    typed = text(raw)
    return context.folder / Path(typed).expanduser() if typed else None


def mailbox(raw: object, _: Context) -> str:
    """Return an e-mail address, with or without a name before it; "" for none."""
    typed = text(raw)
    if typed and not is_mailbox(typed):
        raise ValueError(f"“{typed}” is not an e-mail address. Write bilan@ville.example")
    return typed


def is_mailbox(typed: str) -> bool:
    """True for a@b, and for a name followed by <a@b>."""
    found = re.fullmatch(r"(?:[^<>@]* <)?[^\s<>@,;]+@[A-Za-z0-9.-]+>?", typed)
    return found is not None and ("<" in typed) == (">" in typed)


def sender(raw: object, context: Context) -> str:
    """Return a short code or a sender name as it is; any other number in E.164."""
    typed = text(raw)
    if not typed or re.fullmatch(r"[0-9]{3,6}", typed):
        return typed
    if re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", typed):
        return typed
    return _number(typed, context.country)


def _number(typed: str, country: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(
            f"“{typed}” is not a phone number of {country}. Write it as +33 6 12 34 56 78, "
            "or a short code, or a sender name of up to 11 letters"
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def ussd_code(raw: object, _: Context) -> str:
    """Return what people dial; "" for nothing."""
    typed = text(raw)
    if typed and not re.fullmatch(r"\*[0-9]+(\*[0-9]+)*#", typed):
        raise ValueError(
            f"“{typed}” is not what people dial. Write it with its stars, as *384*123#"
        )
    return typed
