"""What a person typed, read as an intent, a digit or a choice; never guessed where a mistake would
cost someone.

The words are data (`flows/words.yaml`, `flows/spoken.yaml`). The order is fixed: digits, the exact
phrase, the longest phrase with what denies it, then one typo in a single word. STOP, START and a
consent are never read from a typo or inside a sentence.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from helpline.language.folding import fold
from helpline.language.glossary import (
    UNHEARD,
    WHOLE_ONLY,
    Glossary,
    Piece,
    Sense,
    Words,
    cut,
    heard,
)
from helpline.language.spoken_words import Rows, SpokenWords

_NO_INTENTS: Mapping[str, str] = MappingProxyType({})
_NO_WORDS: Rows = MappingProxyType({})
_HELPERS = frozenset({"negation", "beside_digit", "language_names"})
_STOP_AT_MOST = 4
_ALWAYS_HEARD = UNHEARD | {"ok", "soso", "notok", "yes", "no", "help"}
_MOST_SERIOUS_FIRST = ("help", "hospital", "notok", "human", "soso")
_GLUED = re.compile(r"(\d{2,})([^\W\d]+)|([^\W\d]+)(\d{2,})")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a person may choose now: a `key` to press ("" for none), and `words` as the flow
    has them."""

    id: str
    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was read as.

    `intent` is "" when unclear. `number` is the one whole number of two or more digits in it.
    `digit` is the one digit it consists of, politeness and such a number apart. `exact`: no typo
    was corrected. `rest` holds the folded words that had no part in it, for a person to read.
    """

    folded: str
    intent: str = ""
    number: int | None = None
    digit: int | None = None
    exact: bool = True
    rest: str = ""


class Lexicon:
    """The words people type, from `words` as in words.yaml: intent, language, words; `spoken` as in
    spoken.yaml."""

    def __init__(
        self, words: Mapping[str, Mapping[str, Sequence[str]]], spoken: Rows = _NO_WORDS
    ) -> None:
        self.spoken = SpokenWords(spoken)
        self._beside = _tokens_of(words, "beside_digit")
        digits = {
            word: int(key) for key in words if is_digit(key) for word in _tokens_of(words, key)
        }
        self._digit_words = digits | {str(digit): digit for digit in range(10)}
        self._book = Glossary(_senses(words))
        self._negations = _tokens_of(words, "negation") | self._book.single_words("no")
        self._quick = {str(digit): Reading(str(digit), digit=digit) for digit in range(10)}

    def read(self, text: str) -> Reading:
        """Return what `text` says by itself, whatever was asked."""
        if quick := self._quick.get(text):
            return quick
        folded = fold(text)
        words = self.words(folded)
        number = only({int(word) for word in words if is_number(word)})
        digits = self._digits(words)
        if digits:
            return Reading(folded, number=number, digit=only(digits))
        pieces = heard(cut(_no_numbers(words), self._book), self._negations)
        if guess := self._guess(pieces, ()):
            return Reading(folded, guess.kind, number, exact=False)
        intent = _most_telling({piece.kind for piece in pieces if piece.sense})
        rest = " ".join(word for piece in pieces if piece.sense is None for word in piece.words)
        return Reading(folded, intent, number, rest=rest)

    def intents_in(self, text: str) -> tuple[str, ...]:
        """Return every intent that `text` holds, in the order said, read without correcting a
        typo."""
        words = _no_numbers(self.words(fold(text)))
        return tuple(
            piece.kind for piece in heard(cut(words, self._book), self._negations) if piece.sense
        )

    def choose(
        self,
        text: str,
        options: Sequence[Option],
        intents: Mapping[str, str] | None = None,
        language: str = "",
    ) -> str | None:
        """Return the id of the option `text` chooses, or None when it is not understood or names
        two.

        `intents` says which option a word of an intent chooses here; words of other intents choose
        nothing. `language` is the writer's, if known.
        """
        intents = intents or _NO_INTENTS
        words = self.words(fold(text))
        chosen = by_key_or_words(words, tuple(options))
        if chosen is not None:
            return chosen
        book, keys = _book_of(tuple(options))
        if digits := self._digits(words):
            return only({keys.get(str(digit), "") for digit in digits}) or None
        kinds = _ALWAYS_HEARD.union(intents)
        pieces = heard(cut(_no_numbers(words), self._book, book, kinds), self._negations)
        if guess := self._guess(pieces, (book,), intents):
            return guess.kind if guess.option else intents[guess.kind]
        named = _ids(pieces, intents)
        unknown = [word for piece in pieces if piece.sense is None for word in piece.words]
        if named and all(word in self._beside or is_digit(word) for word in unknown):
            named |= {keys.get(word, "") for word in unknown if is_digit(word)}
        return only(named) or None

    def is_clear_yes(self, text: str) -> bool:
        """Return whether the whole message says yes, in words of yes only; "ok" does not."""
        return self._is_wholly(text, "yes")

    def is_clear_no(self, text: str) -> bool:
        """Return whether the whole message says no, in words of no only."""
        return self._is_wholly(text, "no")

    def is_stop(self, text: str) -> bool:
        """Return whether the whole message, of at most four words, asks for no more texts."""
        return len(fold(text).split()) <= _STOP_AT_MOST and self._is_wholly(text, "stop")

    def is_start(self, text: str) -> bool:
        """Return whether the whole message asks for texts to begin again."""
        return self._is_wholly(text, "start")

    def _is_wholly(self, text: str, kind: str) -> bool:
        words = self.words(fold(text))
        told = {piece.kind for piece in cut(words, self._book) if piece.kind not in UNHEARD}
        return told == {kind}

    def consent(self, text: str, language: str = "") -> str:
        """Return yes or no when the whole text says so, else ""."""
        if self.is_clear_yes(text):
            return "yes"
        return "no" if self.is_clear_no(text) else ""

    def verb(self, text: str, verb: str, language: str = "") -> str:
        """Return what a helper's text says about a case, `verb` being what its single words say."""
        return verb

    def outcome(self, text: str, language: str = "") -> int:
        """Return what the owner of a case reports in words: nothing, words alone do not tell."""
        return 0

    def words_of(self, text: str) -> Words:
        """Return the words of a text as typed."""
        return self.words(fold(text))

    def words(self, folded: str) -> Words:
        """Return the words of `folded`; "oui42" is two words, and an Arabic "and" is taken off a
        known word."""
        known, words = self._book.words, []
        for word in folded.split():
            if word in known or word in self._digit_words:
                words.append(word)
            elif word[0] == "و" and word[1:] in known and len(word) > 3:
                words.append(word[1:])
            elif (glued := _GLUED.fullmatch(word)) and (glued[2] or glued[3]) in known:
                words += [part for part in glued.groups() if part]
            else:
                words.append(word)
        return tuple(words)

    def _digits(self, words: Words) -> set[int]:
        """Return the digits that `words` consist of, politeness, numbers and articles apart; none
        if more is said."""
        if not any(word in self._digit_words for word in words):
            return set()
        typed = any(is_digit(word) for word in words)
        told = [piece for piece in cut(_no_numbers(words), self._book) if piece.kind not in UNHEARD]
        found = set()
        for word in (word for piece in told for word in piece.words):
            if word in self._digit_words and not (typed and word in self._beside):
                found.add(self._digit_words[word])
            elif word not in self._beside:
                return set()
        return found

    def _guess(
        self,
        pieces: list[Piece],
        books: tuple[Glossary, ...],
        intents: Mapping[str, str] | None = None,
    ) -> Sense | None:
        """Return what a single unknown word means with one typo, when only one meaning is that
        near."""
        if len(pieces) != 1 or pieces[0].sense is not None:
            return None
        word = pieces[0].words[0]
        senses = {sense for book in (*books, self._book) for sense in book.guesses(word)}
        return only(
            {sense for sense in senses if sense.option or intents is None or sense.kind in intents}
        )


def _senses(words: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[Words, Sense]:
    """Return every phrase of `words` with what it stands for; names of languages stand for
    "language"."""
    senses: dict[Words, Sense] = {}
    for kind, rows in words.items():
        if kind in _HELPERS - {"language_names"} or is_digit(kind):
            continue
        meaning = "language" if kind == "language_names" else kind
        for word in (word for row in rows.values() for word in row):
            alone = word.startswith("=") or kind in WHOLE_ONLY or kind == "language_names"
            if phrase := tuple(fold(word).split()):
                senses.setdefault(phrase, Sense(meaning, alone))
    return senses


def _tokens_of(words: Mapping[str, Mapping[str, Sequence[str]]], kind: str) -> frozenset[str]:
    return frozenset(
        token
        for row in words.get(kind, {}).values()
        for word in row
        for token in fold(word).split()
    )


@lru_cache(maxsize=512)
def _book_of(options: tuple[Option, ...]) -> tuple[Glossary, dict[str, str]]:
    """Return the words of `options`, and which id each key presses. A word two options share
    chooses neither."""
    owners: dict[Words, set[str]] = {}
    for option in options:
        for word in option.words:
            owners.setdefault(tuple(fold(word).split()), set()).add(option.id)
    senses = {
        phrase: Sense(only(ids) or "", alone=len("".join(phrase)) <= 2, option=True)
        for phrase, ids in owners.items()
        if phrase
    }
    return Glossary(senses), {option.key: option.id for option in options if option.key}


def by_key_or_words(words: Words, options: tuple[Option, ...]) -> str | None:
    """Return the id of the option whose key or phrase `words` are exactly, or None."""
    book, keys = _book_of(options)
    pressed = keys.get(" ".join(words))
    sense = book.senses.get(words)
    return pressed or (sense.kind if sense else None) or None


def _ids(pieces: Iterable[Piece], intents: Mapping[str, str]) -> set[str]:
    """Return the option ids that `pieces` name; among intents the most telling one decides."""
    named: set[str] = set()
    toned: dict[str, set[str]] = {}
    for sense in {piece.sense for piece in pieces if piece.sense}:
        if sense.option and not sense.like:
            named.add(sense.kind)
        elif sense.option or sense.kind in intents:
            toned.setdefault(sense.tone, set()).add(
                sense.kind if sense.option else intents[sense.kind]
            )
    ids = named.union(*toned.values())
    if named or len(ids) <= 1:
        return ids
    telling = "ok" if set(toned) == {"no", "ok"} else _most_telling(set(toned))
    return toned.get(telling, {""})


def _most_telling(kinds: set[str]) -> str:
    """Return the intent that `kinds` come to: the one that needs a person most, or "" when they
    contradict."""
    if len(kinds) == 1:
        return next(iter(kinds))
    for kind in _MOST_SERIOUS_FIRST:
        if kind in kinds:
            return kind
    if kinds and kinds <= {"yes", "ok", "take"}:
        return "ok" if "take" not in kinds else "yes" if "yes" in kinds else "take"
    others = kinds - {"yes", "ok"}
    return next(iter(others)) if len(others) == 1 and others != {"no"} else ""


def _no_numbers(words: Words) -> Words:
    return tuple(word for word in words if not is_number(word))


def is_number(word: str) -> bool:
    return len(word) > 1 and word.isdecimal()


def is_digit(word: str) -> bool:
    return len(word) == 1 and word.isdecimal()


def only(things: set[T]) -> T | None:
    """Return the one thing there is, or None when there are none or several."""
    return next(iter(things)) if len(things) == 1 else None
