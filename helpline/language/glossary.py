"""Known phrases found in a text: the longest ones, with what denies them, one typo forgiven."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

Words = tuple[str, ...]

WHOLE_ONLY = frozenset({"stop", "start", "erase"})
UNHEARD = frozenset({"polite", "denies_nothing"})
_FRAGILE = frozenset({"ok", "yes", "take"})
_NEVER_DENIED = frozenset({"help", "no", "hospital"})
_ALONE_AS_OPTION = frozenset({"ok", "yes", "no"})
_AT_AN_EDGE = frozenset({"yes", "no"})
_DENIED_VERB = re.compile(r"ma\w{4,}ch|ما\w{2,}ش")
_DENIED_WITHIN = 3


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase stands for.

    `alone`: it counts only when nothing else is said. `option`: `kind` is the id of an option, not
    an intent; `like` is then the intent that the same phrase has by itself, so that a denied "bien"
    of a flow is no "bien" either.
    """

    kind: str
    alone: bool = False
    option: bool = False
    like: str = ""

    @property
    def tone(self) -> str:
        """Return the intent this says, as an option's phrase or by itself."""
        return self.like or ("" if self.option else self.kind)


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of a text: a known phrase, or a single word nobody knows (`sense` None)."""

    words: Words
    sense: Sense | None = None

    @property
    def kind(self) -> str:
        return self.sense.kind if self.sense else ""

    @property
    def tone(self) -> str:
        return self.sense.tone if self.sense else ""

    @property
    def is_number(self) -> bool:
        return self.sense is None and self.words[0].isdecimal()


class Glossary:
    """Phrases and what they stand for, ready to be found in a text."""

    def __init__(self, senses: Mapping[Words, Sense]) -> None:
        self.senses = senses
        self.words = frozenset(word for phrase in senses for word in phrase)
        self._longest: dict[str, int] = {}
        self._guessable: defaultdict[str, list[tuple[str, Sense]]] = defaultdict(list)
        for phrase, sense in senses.items():
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))
            if (
                len(phrase) == 1
                and len(phrase[0]) >= 4
                and not sense.alone
                and sense.kind not in UNHEARD
            ):
                self._guessable[phrase[0][0]].append((phrase[0], sense))

    def longest_at(
        self, words: Words, start: int, kinds: Collection[str] | None = None
    ) -> Piece | None:
        """Return the longest known phrase that begins at `start`, of one of `kinds` if given, or
        None."""
        for length in range(self._longest.get(words[start], 0), 0, -1):
            phrase = words[start : start + length]
            sense = self.senses.get(phrase)
            if sense and (kinds is None or sense.kind in kinds):
                return Piece(phrase, sense)
        return None

    def single_words(self, kind: str) -> frozenset[str]:
        """Return the single words that say `kind` inside a sentence too."""
        inside = (
            phrase
            for phrase, sense in self.senses.items()
            if sense.kind == kind and not sense.alone
        )
        return frozenset(phrase[0] for phrase in inside if len(phrase) == 1)

    def guesses(self, word: str) -> set[Sense]:
        """Return what `word` may stand for with one typo in it; a word under four letters stands
        for nothing."""
        if len(word) < 4:
            return set()
        return {
            sense
            for known, sense in self._guessable.get(word[0], ())
            if one_typo_apart(word, known)
        }


def cut(
    words: Words, book: Glossary, options: Glossary | None = None, kinds: Collection[str] = ()
) -> list[Piece]:
    """Return `words` as pieces from left to right, each the longest phrase known; `options` win a
    tie.

    With `options`, phrases of `book` are looked for only when of one of `kinds`.
    """
    pieces: list[Piece] = []
    start = 0
    while start < len(words):
        piece = book.longest_at(words, start, None if options is None else kinds)
        chosen = options.longest_at(words, start) if options else None
        if chosen and (piece is None or len(chosen.words) >= len(piece.words)):
            piece = _with_tone(chosen, book.senses.get(chosen.words))
        piece = piece or Piece((words[start],))
        pieces.append(piece)
        start += len(piece.words)
    return pieces


def heard(pieces: Iterable[Piece], negations: Collection[str]) -> list[Piece]:
    """Return the pieces that were meant, politeness left out; a piece without `sense` was not
    understood.

    When the whole message is of one kind, everything in it counts. Otherwise words that count alone
    do not, a yes or no counts at either end only, a denied "fine" becomes "not fine", other denied
    words stop counting, and a denial left over takes every "fine" and "yes" with it.
    """
    told = [piece for piece in pieces if piece.kind not in UNHEARD]
    kinds = {piece.kind for piece in told if not piece.is_number}
    if len(kinds) <= 1 or {piece.tone for piece in told} <= _FRAGILE:
        return told
    open_ended = [_in_a_sentence(piece, at in (0, len(told) - 1)) for at, piece in enumerate(told)]
    return _without_fragile(_denied(open_ended, negations), negations)


def is_denial(word: str, negations: Collection[str]) -> bool:
    """Return whether `word` denies what follows: a negation, or a Darija verb wrapped in one."""
    return word in negations or bool(_DENIED_VERB.fullmatch(word))


def one_typo_apart(one: str, other: str) -> bool:
    """Return whether one letter more, less, changed, or two neighbours swapped turns `one` into
    `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return len(one) != len(other)
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped


def _with_tone(option: Piece, by_itself: Sense | None) -> Piece:
    """Return an option's piece that knows what its phrase says by itself."""
    if option.sense is None or by_itself is None:
        return option
    alone = option.sense.alone or (by_itself.alone and by_itself.kind in _ALONE_AS_OPTION)
    return Piece(option.words, replace(option.sense, like=by_itself.kind, alone=alone))


def _in_a_sentence(piece: Piece, at_an_edge: bool) -> Piece:
    """Return `piece` as it counts among other words."""
    sense = piece.sense
    if sense is None:
        return piece
    adrift = sense.tone in _AT_AN_EDGE and len(piece.words) == 1 and not at_an_edge
    return Piece(piece.words) if sense.alone or adrift else piece


def _denied(pieces: Sequence[Piece], negations: Collection[str]) -> list[Piece]:
    """Return `pieces` with those that a negation stands before turned round, or no longer
    understood."""
    turned: list[Piece] = []
    for at, piece in enumerate(pieces):
        denial = _denial_before(pieces, at, negations) if _can_be_denied(piece, negations) else None
        if denial is None or piece.sense is None:
            turned.append(piece)
        elif piece.tone == "ok":
            turned[denial] = Piece((), Sense("polite"))
            turned.append(replace(piece, sense=Sense("notok")))
        else:
            turned.append(Piece(piece.words))
    return [piece for piece in turned if piece.words]


def _can_be_denied(piece: Piece, negations: Collection[str]) -> bool:
    """Return whether a negation before `piece` changes it; "pas bien" holds its own, and help stays
    help."""
    if piece.sense is None or piece.tone in _NEVER_DENIED:
        return False
    return not any(is_denial(word, negations) for word in piece.words)


def _denial_before(pieces: Sequence[Piece], at: int, negations: Collection[str]) -> int | None:
    """Return where among the few unknown words before piece `at` a negation stands, or None."""
    for before in range(at - 1, max(at - 1 - _DENIED_WITHIN, -1), -1):
        if pieces[before].sense is not None:
            return None
        if any(is_denial(word, negations) for word in pieces[before].words):
            return before
    return None


def _without_fragile(pieces: list[Piece], negations: Collection[str]) -> list[Piece]:
    """Return `pieces`, with no "fine" or "yes" understood when a denial stands among the unknown
    words."""
    unknown = (word for piece in pieces if piece.sense is None for word in piece.words)
    if not any(is_denial(word, negations) for word in unknown):
        return pieces
    return [Piece(piece.words) if piece.tone in _FRAGILE else piece for piece in pieces]
