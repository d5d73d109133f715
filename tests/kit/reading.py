"""The reader as it serves: made once of the shipped words."""

from __future__ import annotations

from functools import cache

from helpline.conversations.files.book import shipped_flows_dir
from helpline.conversations.files.loaded import read_words_alone
from helpline.language.reader import Reader, reader_of
from helpline.language.reading import Understood


@cache
def shipped_reader() -> Reader:
    """Return the reader of the shipped words."""
    shelf = read_words_alone([shipped_flows_dir()])
    return reader_of(shelf.words, shelf.spoken, shelf.distress, shelf.reading)


def read(text: str, situation: str = "hello", language: str = "", *said: str) -> Understood:
    """Return what `text` is read as; `said` are texts we sent lately."""
    return shipped_reader().read(text, situation, language, said)
