"""Phrases of the lists, and where they stand in a text.

A phrase is written as people say it. Inside it `a|b` is one word or the other, `{name}` any word of
the family `name`,
`(word)` a word that may be left out, `[a|two words]` one of several, `word*` every word that begins
so, `...` up to four words of any kind, `=`
before it says that it counts only when nothing else is said, and `^` that it counts only where it
opens the text.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from helpline.language.spelling import is_arabic
from helpline.language.tokens import Token
from helpline.language.vocabulary import BARE, EXACT, TYPO, Meant, Vocabulary

GAP = 4
SHORT, LONG, LONGER = 4, 5, 6
_ELEMENT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\.\.\.|[^\s()\[\]]+")
_GROUP = re.compile(r"\([^()\[\]]*\)|\[[^()\[\]]*\]")
_NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: one of `words`, which may be missing when `optional`; no words: a
    gap."""

    words: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to look for. `kind` is what it tells, `text` how the file writes it, `loose` little
    words may part it.

    Where only words of `weak` stand of what must, one that may be left out has to stand too.
    """

    kind: str
    text: str
    language: str
    elements: tuple[Element, ...]
    alone: bool = False
    opening: bool = False
    weak: frozenset[str] = frozenset()
    loose: int = 0
    rank: int = 0
    needed: tuple[frozenset[str], ...] = ()

    def marked(self) -> "Phrase":
        """Return it with what the mark before its text says."""
        if self.text.startswith("="):
            return replace(self, alone=True)
        return replace(self, opening=True) if self.text.startswith("^") else self

    def alone_when(self, single: bool) -> "Phrase":
        """Return it as one that counts only alone, when `single`, or when it can be one word of a
        kind of which one word does."""
        return replace(self, alone=True) if single and not self.alone else self


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found from token `start` up to `end`; `cost` is how far the worst word is from what
    was typed."""

    phrase: Phrase
    start: int
    end: int
    cost: int
    denied: bool = False

    @property
    def kind(self) -> str:
        return self.phrase.kind

    def covers(self, other: "Match") -> bool:
        """Return whether `other` lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def is_shorter_than(self, other: "Match") -> bool:
        """Return whether this one has fewer words than `other`."""
        return self.end - self.start < other.end - other.start

    def meets(self, other: "Match") -> bool:
        """Return whether the two share a word."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Common:
    """Words of every day, and `little` ones: what must stand of a phrase should be more."""

    daily: frozenset[str]
    little: frozenset[str]

    def in_place_of(self, needed: Sequence[frozenset[str]]) -> frozenset[str]:
        """Return the words that are too little to be all that stands of a phrase, `needed` being
        what must; none when something telling always does."""
        common = self.daily | self.little if len(needed) == 1 else self.little
        telling = any(words.isdisjoint(common) for words in needed)
        return frozenset() if telling else common


def compile_phrase(
    phrase: Phrase,
    families: Mapping[str, Sequence[str]],
    split: Callable[[str], tuple[str, ...]],
    common: Common,
) -> tuple[Phrase, ...]:
    """Return `phrase` ready to be looked for; () when it has no words.

    A family may hold phrases of several words: then there is one Phrase for each of them. Raises
    KeyError with the name of a family that is not there.
    """
    found = []
    for way in _ways(phrase.text.lstrip("=^"), families, split):
        needed = tuple(e.words for e in way if e.words and not e.optional)
        if needed:
            weak = common.in_place_of(needed) if len(needed) < len(way) else frozenset()
            found.append(replace(phrase, elements=way, needed=needed, weak=weak).marked())
    return tuple(found)


def is_closed(text: str) -> bool:
    """Return whether each bracket of a phrase closes, none inside another."""
    bare = _GROUP.sub(" ", text)
    return not any(bracket in bare for bracket in "()[]")


def _ways(
    text: str, families: Mapping[str, Sequence[str]], split: Callable[[str], tuple[str, ...]]
) -> list[tuple[Element, ...]]:
    ways: list[tuple[Element, ...]] = [()]
    for part in _ELEMENT.findall(text):
        if part == "...":
            ways = [(*way, Element(frozenset())) for way in ways]
            continue
        optional = part.startswith("(")
        alternatives = _alternatives(part.strip("()[]"), families)
        singles: set[str] = set()
        longer: list[tuple[Element, ...]] = []
        for alternative in alternatives:
            words = _stem_or_words(alternative, split)
            if len(words) == 1:
                singles.add(words[0])
            elif words:
                longer.append(tuple(Element(frozenset((word,)), optional) for word in words))
        if not (singles or longer):
            continue
        forms = [*longer, *([(Element(frozenset(singles), optional),)] if singles else [])]
        ways = [(*way, *form) for way in ways for form in forms]
    return ways


def _alternatives(part: str, families: Mapping[str, Sequence[str]]) -> list[str]:
    found: list[str] = []
    for alternative in part.split("|"):
        if name := _NAME.fullmatch(alternative):
            if name[1] not in families:
                raise KeyError(name[1])
            found += families[name[1]]
        elif alternative:
            found.append(alternative)
    return found


def _stem_or_words(text: str, split: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    words = split(text.rstrip("*"))
    return (*words[:-1], words[-1] + "*") if words and text.endswith("*") else words


@dataclass(frozen=True, slots=True)
class Passed:
    """Words that may be passed over inside a phrase: `little` ones, and among them those that
    `deny`."""

    little: frozenset[str]
    deny: frozenset[str] = field(default_factory=frozenset)


class Finder:
    """Finds phrases in texts."""

    def __init__(self, phrases: Iterable[Phrase], vocabulary: Vocabulary, passed: Passed) -> None:
        self.vocabulary = vocabulary
        self._passed = passed
        self._by_first: defaultdict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            for word in _first_words(phrase):
                self._by_first[word].append(phrase)

    def find(self, tokens: Sequence[Token], meant: Sequence[Meant]) -> list[Match]:
        """Return every phrase that stands in `tokens`, in no order; `meant` is what each token may
        stand for."""
        found: dict[tuple[int, int, str], Match] = {}
        present = {word for senses in meant for word in senses}
        for start, senses in enumerate(meant):
            tried = {
                id(phrase): phrase for word in senses for phrase in self._by_first.get(word, ())
            }
            for phrase in tried.values():
                if any(words.isdisjoint(present) for words in phrase.needed):
                    continue
                match = self._stands(phrase, tokens, meant, start)
                if match is not None:
                    key = (match.start, match.end, match.kind)
                    other = found.get(key)
                    if other is None or _is_better(match, other):
                        found[key] = match
        return list(found.values())

    def _stands(
        self, phrase: Phrase, tokens: Sequence[Token], meant: Sequence[Meant], start: int
    ) -> Match | None:
        cost, denied, at, extra = EXACT, False, start, not phrase.weak
        gap = 0  # words of any kind that may still be passed
        for element in phrase.elements:
            if not element.words:
                gap = GAP
                continue
            room = (phrase.loose if at > start else 0, gap)
            found = self._next(element, tokens, meant, at, room)
            if found is None and element.optional:
                continue
            if found is None:
                return None
            spot, (distance, word), through = found
            denied, cost, at, gap = denied or through, max(cost, distance), spot + 1, 0
            extra = extra or element.optional or word not in phrase.weak
        if at == start or not extra or not _is_sure(phrase, cost, tokens[start], meant[start]):
            return None
        return Match(phrase, start, at, cost, denied)

    def _next(
        self,
        element: Element,
        tokens: Sequence[Token],
        meant: Sequence[Meant],
        start: int,
        room: tuple[int, int],
    ) -> tuple[int, tuple[int, str], bool] | None:
        """Return where `element` stands from `start` on, how well, and whether a denial was passed
        over."""
        loose, gap = room
        through = False
        for at in range(start, min(start + max(loose, gap) + 1, len(tokens))):
            met = _met(element, meant[at])
            if met is not None:
                return at, met, through
            passed = tokens[at].word
            if gap and tokens[at].clause != tokens[max(start - 1, 0)].clause:
                return None
            if gap <= at - start and passed not in self._passed.little:
                return None
            through = through or (passed in self._passed.deny and not gap)
        return None


def _is_sure(phrase: Phrase, cost: int, token: Token, senses: Meant) -> bool:
    """Return whether a word known by its sound only, or with a typo, may stand for a whole phrase:
    it is long, and no other word of the lists."""
    if cost <= BARE or len(phrase.elements) > 1:
        return True
    if EXACT in senses.values():
        return False
    if is_arabic(token.word) or not phrase.loose:
        return len(token.word) >= SHORT
    return len(token.word) >= (LONG if cost < TYPO else LONGER)


def _met(element: Element, senses: Meant) -> tuple[int, str] | None:
    """Return how far the nearest word is that `element` takes, and that word; None: none is."""
    met = [(distance, word) for word, distance in senses.items() if word in element.words]
    return min(met) if met else None


def _is_better(one: Match, other: Match) -> bool:
    return (one.denied, one.phrase.alone, one.cost, one.phrase.rank) < (
        other.denied,
        other.phrase.alone,
        other.cost,
        other.phrase.rank,
    )


def _first_words(phrase: Phrase) -> set[str]:
    words: set[str] = set()
    for element in phrase.elements:
        words |= element.words
        if element.words and not element.optional:
            break
    return words
