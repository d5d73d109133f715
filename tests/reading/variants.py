"""Misspelt texts made from the corpus: one of each kind of slip and of spelling."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.reading.spelling import BY_LANGUAGE
from tests.reading.texts import Entry, fold
from tests.reading.typos import SLIPS, slipped

# What machines wrote is not misspelt, and gibberish has no right spelling.
LEFT_ALONE = ("reaction", "quote", "signature", "machine", "gibberish")
# A word that binds may be asked again when it is not spelt right: a typo is no STOP and no consent.
BINDING = frozenset({"stop", "yes", "no"})


def variants(chosen: Iterable[Entry], corpus: Iterable[Entry]) -> list[Entry]:
    """Return misspelt texts of the chosen entries, each with the right reading of its entry.

    None is the same as its text or another variant of it, and no slip makes another word of the
    corpus.
    """
    known = _words(corpus)
    return [each for entry in chosen for each in _of(entry, known[entry.language])]


def _words(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        words[entry.language] |= set(re.findall(r"[^\W\d_]+", fold(entry.text)))
    return defaultdict(frozenset, {spoken: frozenset(found) for spoken, found in words.items()})


def _of(entry: Entry, known: frozenset[str]) -> Iterator[Entry]:
    if entry.kind.startswith(LEFT_ALONE):
        return
    seen = {entry.text}
    for name, text in _misspelt(entry, known):
        if text.strip() and text not in seen:
            seen.add(text)
            yield _right_for(replace(entry, text=text, made_by=name))


def _misspelt(entry: Entry, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name in SLIPS:
        yield name, slipped(entry.text, entry.language, name, known)
    for name, write in BY_LANGUAGE[entry.language].items():
        yield name, write(entry.text, entry.half)


def _right_for(entry: Entry) -> Entry:
    if entry.made_by not in SLIPS or not entry.readings <= BINDING:
        return entry
    return replace(entry, readings=entry.readings | {"other"}, persons=entry.persons | {"later"})
