"""Sentences filled in: `{name}` becomes the name, and an empty one leaves no hole."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HOLE = re.compile(
    r"(?P<before>^|[:(،,]?[ \u00a0]?)\0(?P<after>[,،]? ?)(?P<next>[^\s\0]?)", re.MULTILINE
)


@lru_cache(maxsize=4096)
def placeholders(text: str) -> tuple[str, ...]:
    """Return the names between braces in `text`, each once, in order."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(_PLACE.split(text))  # words, name, words, name, words


def fill(text: str, value: Callable[[str], str]) -> str:
    """Return `text` with each `{name}` replaced by `value(name)`.

    An empty value takes the blank or comma beside it along: "Bonjour {name}." becomes "Bonjour.".
    """
    if "{" not in text:
        return text
    pieces = list(_pieces(text))
    empty = False
    for place in range(1, len(pieces), 2):
        pieces[place] = value(pieces[place])
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
