"""What a provider wrote, made safe to keep: text without control characters, numbers that may be
junk."""

from __future__ import annotations

from urllib.parse import unquote

Form = list[tuple[str, str]]

# A tab keeps words apart; every other control character but the line feed goes.
_CONTROLS: dict[int, str | None] = {code: None for code in (*range(0x20), *range(0x7F, 0xA0))}
_CONTROLS[ord("\t")] = " "
del _CONTROLS[ord("\n")]


def plain(text: str) -> str:
    """Return `text` without control characters, save line feeds; a tab becomes a blank."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def whole_number(text: str | None) -> int:
    """Return the whole number `text` says, 0 when it says none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def seconds(text: str | None) -> float:
    """Return the seconds a Retry-After header asks for, at most a day; 0 when it gives none or a
    date."""
    return min(float(whole_number(text)), 86_400.0)


def read_form(raw_body: bytes) -> Form:
    """Return the fields of a form in their order, empty ones included; bytes that are no UTF-8
    become U+FFFD."""
    pairs = [pair.partition("=") for pair in raw_body.decode("utf-8", "replace").split("&") if pair]
    return [(_decoded(name), _decoded(value)) for name, _, value in pairs]


def _decoded(text: str) -> str:
    # most fields hold nothing to decode: looking first halves the time a form takes
    return unquote(text.replace("+", " "), errors="replace") if "%" in text or "+" in text else text
