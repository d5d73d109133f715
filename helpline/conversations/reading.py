"""What an answer means to the open question: a choice, a value, or nothing we can use."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from helpline.conversations.state import Speaker
from helpline.conversations.types import Ask, Choice, Flow
from helpline.language.answers import Option, fold, read_date, read_hour

MAX_LISTED = 6
MIN_PHONE = 6
LISTED = "list:"
MAX_TEXT = 300
MAX_INPUT = 2000  # beyond this a text is read no further


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer that fits: `value` is what is saved, `go` where it leads, `choice` the line chosen
    if one was."""

    value: str
    go: str
    choice: Choice | None = None


def listed(ask: Ask, speaker: Speaker) -> tuple[tuple[str, str, str], ...]:
    """Return (key, id, label) for the choices that come from a list of facts."""
    if not ask.choices_from:
        return ()
    taken = {choice.key for choice in ask.choices}
    free = (key for key in "123456789" if key not in taken)
    items = speaker.lists.get(ask.choices_from, ())[:MAX_LISTED]
    return tuple((key, id, label) for key, (id, label) in zip(free, items, strict=False))


def read(flow: Flow, ask: Ask, text: str, speaker: Speaker) -> Taken | None:
    """Return the choice that `text` makes at `ask`, or None when it makes none."""
    if ask.expect == "phone" and sum(map(str.isdigit, text)) >= MIN_PHONE:
        return None  # "+33 1 23 45 67 89" is not the key 1
    menu = flow.menus[ask.name]
    lines = listed(ask, speaker)
    options = (*menu.options, *(Option(f"{LISTED}{id}", key, (label,)) for key, id, label in lines))
    if ask.consent and (agreed := _consented(ask, text, speaker)):
        return agreed
    chosen = speaker.lexicon.choose(text, options, menu.intents, speaker.language)
    if chosen is None:
        return None
    choice = menu.choices.get(chosen)
    if choice is None:
        return _from_list(ask, chosen, text, lines, speaker)
    if ask.consent and {"yes", "no"} & set(choice.intents) and not _is_key(text, choice, speaker):
        return None  # only a wholly clear yes or no agrees or refuses
    return Taken(choice.id if choice.value is None else choice.value, choice.go or ask.go, choice)


def _from_list(
    ask: Ask, chosen: str, text: str, lines: tuple[tuple[str, str, str], ...], speaker: Speaker
) -> Taken | None:
    """Return the listed thing chosen; a free answer that says more than its name is kept whole
    instead."""
    id, label = next((id, label) for _, id, label in lines if f"{LISTED}{id}" == chosen)
    if (
        ask.expect == "text"
        and speaker.lexicon.read(text).digit is None
        and fold(text) != fold(label)
    ):
        return None
    return Taken(id, ask.go)


def _consented(ask: Ask, text: str, speaker: Speaker) -> Taken | None:
    """Return the choice of a text that wholly agrees, or wholly refuses."""
    said = speaker.lexicon.consent(text, speaker.language)
    for choice in ask.choices:
        if said and said in choice.intents:
            value = choice.id if choice.value is None else choice.value
            return Taken(value, choice.go or ask.go, choice)
    return None


def _is_key(text: str, choice: Choice, speaker: Speaker) -> bool:
    return str(speaker.lexicon.read(text).digit) == choice.key


def read_free(ask: Ask, text: str, speaker: Speaker) -> Taken | None:
    """Return the value that `text` holds as `ask` expects it, or None when it cannot be read so."""
    match ask.expect:
        case "text":
            value = _text(ask, text)
        case "time":
            value = read_hour(speaker.lexicon.spoken, text)
        case "date":
            day = read_date(speaker.lexicon.spoken, text, speaker.today)
            value = day.isoformat() if day else None
        case "phone":
            value = speaker.read_phone(text) if speaker.read_phone else _phone(text)
        case "number":
            value = _number(ask, text, speaker)
        case "yes_no":
            value = _yes_no(text, speaker)
        case _:
            value = None
    return None if value is None else Taken(value, ask.go)


def _text(ask: Ask, text: str) -> str | None:
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
    value = " ".join(kept.split())
    return value[: ask.max or MAX_TEXT] if len(value) >= max(ask.min or 1, 1) else None


def _phone(text: str) -> str | None:
    """Return the digits as typed, with their +; whether the number exists is for the gateway to
    say."""
    digits = "".join(
        str(unicodedata.decimal(char))
        for char in text
        if unicodedata.decimal(char, None) is not None
    )
    others = sum(char.isalpha() for char in text)
    if not 6 <= len(digits) <= 15 or others > 12:
        return None
    return f"+{digits}" if text.lstrip().startswith(("+", "＋")) else digits


def _number(ask: Ask, text: str, speaker: Speaker) -> str | None:
    reading = speaker.lexicon.read(text)
    number = reading.digit if reading.number is None else reading.number
    if number is None:
        return None
    low = ask.min if ask.min is not None else 0
    high = ask.max if ask.max is not None else 10**9
    return str(number) if low <= number <= high else None


def _yes_no(text: str, speaker: Speaker) -> str | None:
    intent = speaker.lexicon.read(text).intent
    return intent if intent in ("yes", "no") else None
