"""One name in two scripts: a text in Latin letters says the Latin one, a text in Arabic letters the
Arabic one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

WRITTEN_IN_ARABIC = frozenset({"ary"})
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_ARTICLE = "ال"
_TATWEEL = "\u0640"
_LETTERS_WITH_ARTICLE = 4  # fewer letters after it, and it may be part of the name: الي


def is_arabic(text: str) -> bool:
    """Return whether a letter of `text` is Arabic."""
    return _ARABIC.search(text) is not None


@dataclass(frozen=True)
class Letters:
    """How names in Arabic letters are written in Latin ones: whole `names`, else `letters`."""

    names: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)

    def name_for(self, language: str, name: str, other: str = "") -> str:
        """Return a name as a text in `language` says it: of `name` and `other`, which is the same
        name in other letters or "", the one in the text's own letters.

        Latin letters cost nothing in an Arabic text and stay. Arabic ones in a Latin text would
        cost a segment or two: they are written in Latin letters by the table.
        """
        wants_arabic = language in WRITTEN_IN_ARABIC
        given = [each for each in (name, other) if each]
        fitting = [each for each in given if is_arabic(each) == wants_arabic]
        if fitting:
            return fitting[0]
        found = name or other
        return found if wants_arabic else self.in_latin(found)

    def in_latin(self, text: str) -> str:
        """Return `text` with its Arabic words in Latin letters; other words stay as they are."""
        if not is_arabic(text) or not self.letters:
            return text
        words = _plain(text).split()
        said: list[str] = []
        while words:
            taken = 2 if " ".join(words[:2]) in self._known else 1
            said.append(self._word(" ".join(words[:taken])))
            del words[:taken]
        return " ".join(said)

    @cached_property
    def _known(self) -> Mapping[str, str]:
        return {_plain(name): latin for name, latin in self.names.items()}

    def _word(self, word: str) -> str:
        if word in self._known:
            return self._known[word]
        if not is_arabic(word):
            return word
        bare = word.removeprefix(_ARTICLE)
        if bare != word and len(bare) >= _LETTERS_WITH_ARTICLE:
            return f"El {self._word(bare)}"
        spelt = "".join(self.letters.get(letter, letter) for letter in word)
        return spelt[:1].upper() + spelt[1:]


def _plain(text: str) -> str:
    """Return `text` in one form of each letter, without vowel signs and drawn-out strokes."""
    marked = unicodedata.normalize("NFKC", text).replace(_TATWEEL, "")
    return "".join(char for char in marked if unicodedata.category(char) not in ("Mn", "Cf"))
