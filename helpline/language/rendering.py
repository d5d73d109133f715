"""Sentences filled in: `{name}` becomes the name, `{asked:hello}` the number with its word, and
an empty one leaves no hole."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?::[a-z_][a-z0-9_]*)?)\}")
_HOLE = re.compile(
    r"(?P<before>^|[:(،,]?[ \u00a0]?)\0(?P<after>[,،]? ?)(?P<next>[^\s\0]?)", re.MULTILINE
)


@lru_cache(maxsize=4096)
def placeholders(text: str) -> tuple[str, ...]:
    """Return the names between braces in `text`, each once, in order."""
    return tuple(dict.fromkeys(place.partition(":")[0] for place in _PLACE.findall(text)))


@lru_cache(maxsize=4096)
def counted(text: str) -> tuple[str, ...]:
    """Return the words that numbers of `text` are counted in, each once, in order."""
    words = (place.partition(":")[2] for place in _PLACE.findall(text))
    return tuple(dict.fromkeys(word for word in words if word))


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(_PLACE.split(text))  # words, name, words, name, words


def uncounted(_word: str, number: str) -> str:
    """Return the bare number: for sentences that count nothing."""
    return number


def fill(
    text: str, value: Callable[[str], str], count: Callable[[str, str], str] = uncounted
) -> str:
    """Return `text` with each `{name}` replaced by `value(name)`, each `{name:word}` by
    `count(word, value(name))`.

    An empty value takes the blank or comma beside it along: "Bonjour {name}." becomes "Bonjour.".
    """
    if "{" not in text:
        return text
    pieces = list(_pieces(text))
    empty = False
    for place in range(1, len(pieces), 2):
        name, _, word = pieces[place].partition(":")
        pieces[place] = count(word, value(name)) if word else value(name)
        empty = empty or not pieces[place]
    if not empty:
        return "".join(pieces)
    for place in range(1, len(pieces), 2):
        pieces[place] = pieces[place].replace("\0", "") or "\0"
    return _HOLE.sub(_close, "".join(pieces)).replace("\0", "")


def _close(hole: re.Match[str]) -> str:
    before, after, following = hole["before"], hole["after"], hole["next"]
    if before.startswith((":", "(")):  # what follows moves up, without its comma
        return before[:1] + (" " if after.endswith(" ") else "") + following
    if not before:  # at a line's start
        return following.upper()
    return after + following
