"""What stands in a text: phrases, what denies them, what is left over; before anybody decides what
it means."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from helpline.language.phrases import Match
from helpline.language.tokens import Token
from helpline.language.vocabulary import Meant

HARMLESS = frozenset({"polite", "denies_nothing", "daily"})
ANSWERS = (
    *("thumb_down", "thumb_up", "help", "human", "soso", "notok", "no_need", "no", "yes", "ok"),
)
_DENIED_WITHIN = 3
_NO_OF_ITS_OWN = ("help", "human", "take")
_AT_AN_EDGE = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that was understood as `kind`, or denied; `words` as typed."""

    kind: str
    match: Match
    denied: bool = False
    asks: bool = False

    @property
    def start(self) -> int:
        return self.match.start

    @property
    def end(self) -> int:
        return self.match.end


@dataclass(frozen=True, slots=True)
class Lists:
    """The single words that matter for scope: what denies, before or after; what may be left over
    without harm."""

    negators: frozenset[str]
    negators_after: frozenset[str]
    daily: frozenset[str]
    little: frozenset[str]
    body: frozenset[str]
    first_person: frozenset[str]
    answers: frozenset[str]  # "non", "la": an answer at either end, a denial inside


@dataclass(frozen=True)
class Analysis:
    """A text with all that was found in it. Positions are those of `tokens`."""

    tokens: tuple[Token, ...]
    meant: tuple[Meant, ...]
    matches: tuple[Match, ...]
    lists: Lists
    darija: bool = False
    cut: bool = False
    heard: frozenset[str] = frozenset()  # the kinds of phrases that answer what was asked

    def of(self, *kinds: str) -> list[Match]:
        """Return the matches of these kinds, in the order of the text."""
        wanted = set(kinds)
        return sorted(
            (m for m in self.matches if m.kind in wanted), key=lambda m: (m.start, -m.end)
        )

    def starting(self, prefix: str) -> list[Match]:
        """Return the matches whose kind begins with `prefix`."""
        return sorted((m for m in self.matches if m.kind.startswith(prefix)), key=lambda m: m.start)

    def words(self, start: int, end: int) -> str:
        """Return the words from `start` to `end` as compared."""
        return " ".join(token.word for token in self.tokens[start:end])

    @cached_property
    def covered_by(self) -> dict[int, Match]:
        """Return the phrase chosen at each position: the longest ones, harmless ones among them."""
        heard = [m for m in self.matches if m.kind in self.heard]
        return self._cover([m for m in heard if m.kind in HARMLESS or not self._in_an_idiom(m)])

    def _in_an_idiom(self, match: Match) -> bool:
        """Return whether a figure of speech holds what `match` tells, and is no shorter."""
        telling = [at for at in range(match.start, match.end) if not self.is_little(at)]
        return any(
            all(idiom.start <= at < idiom.end for at in telling)
            for idiom in self.of("idiom")
            if not idiom.is_shorter_than(match)
        )

    @cached_property
    def _in_idioms(self) -> frozenset[int]:
        return frozenset(at for m in self.of("idiom") for at in range(m.start, m.end))

    def is_idiom(self, match: Match) -> bool:
        """Return whether `match` is a figure of speech: its last telling word, and half of the
        others, lie inside one."""
        inside = self._in_idioms
        if not inside:
            return False
        telling = [at for at in range(match.start, match.end) if not self.is_little(at)]
        telling = telling or list(range(match.start, match.end))
        covered = sum(at in inside for at in telling)
        return telling[-1] in inside and 2 * covered >= len(telling)

    def _cover(self, matches: Iterable[Match]) -> dict[int, Match]:
        """Return the longest matches that do not meet, by position; one that counts alone only if
        it is all."""
        taken: dict[int, Match] = {}
        for match in sorted(matches, key=_longest_first):
            if match.phrase.alone and not self._is_all(match):
                continue
            if match.phrase.opening and not self._opens(match):
                continue
            if not any(at in taken for at in range(match.start, match.end)):
                taken.update(dict.fromkeys(range(match.start, match.end), match))
        return taken

    def _is_all(self, match: Match) -> bool:
        """Return whether nothing else is said than `match` and politeness."""
        same = {"ok", "yes"} if match.kind in ("ok", "yes") else {match.kind}
        said = self._said_as(frozenset({"polite"} | same)) | set(range(match.start, match.end))
        return len(said | self._numbers) == len(self.tokens)

    def _opens(self, match: Match) -> bool:
        """Return whether nothing but politeness, a yes or a no stands before `match`."""
        said = self._said_as(frozenset({"polite", "yes", "no", "ok"})) | self._numbers
        return said.issuperset(range(match.start))

    def _said_as(self, kinds: frozenset[str]) -> frozenset[int]:
        """Return where phrases of `kinds` stand."""
        found = self._by_kinds.get(kinds)
        if found is None:
            spans = (range(m.start, m.end) for m in self.matches if m.kind in kinds)
            found = self._by_kinds[kinds] = frozenset(at for span in spans for at in span)
        return found

    @cached_property
    def _by_kinds(self) -> dict[frozenset[str], frozenset[int]]:
        return {}

    @cached_property
    def _numbers(self) -> frozenset[int]:
        return frozenset(at for at, token in enumerate(self.tokens) if token.word.isdecimal())

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Return what was said, in order, with denials worked out: a denied "fine" is "notok"."""
        chosen = sorted(dict.fromkeys(self.covered_by.values()), key=lambda m: m.start)
        return tuple(self._piece(match) for match in chosen if not self._is_adrift(match))

    def _piece(self, match: Match) -> Piece:
        asks = self.tokens[match.end - 1].asks
        denied = match.kind not in HARMLESS and self.is_denied(match)
        kind = match.kind
        if denied and kind == "ok":
            kind = "notok"
        return Piece(kind, match, denied, asks)

    def _is_adrift(self, match: Match) -> bool:
        """Return whether a one-word yes or no stands inside a sentence, where it answers
        nothing."""
        if match.kind not in _AT_AN_EDGE or match.end - match.start > 1:
            return False
        return not self.is_edge(match.start)

    def is_edge(self, at: int) -> bool:
        """Return whether position `at` opens or closes a clause, politeness apart."""
        told = [i for i in range(len(self.tokens)) if not self._is_polite(i)]
        clause = self.tokens[at].clause
        before = next((i for i in reversed(told) if i < at and not self._same(i, at)), None)
        after = next((i for i in told if i > at and not self._same(i, at)), None)
        if before is None or after is None:
            return True
        return self.tokens[before].clause != clause or self.tokens[after].clause != clause

    def _same(self, one: int, other: int) -> bool:
        return self.tokens[one].word == self.tokens[other].word or self.tokens[one].word.isdecimal()

    def _is_polite(self, at: int) -> bool:
        match = self.covered_by.get(at)
        return match is not None and match.kind == "polite"

    def is_denied(self, match: Match) -> bool:
        """Return whether a negation before `match`, or right after it, denies what it says."""
        return match.denied or self.denial_of(match) is not None

    def denial_of(self, match: Match) -> int | None:
        """Return where the word stands that denies `match`, or None."""
        if any(self._negates(at) for at in range(match.start, match.end)):
            return None  # "pas bien" holds its own
        before = self._denial_before(match)
        return self._denial_after(match) if before is None else before

    def _denial_before(self, match: Match) -> int | None:
        clause = self.tokens[match.start].clause
        for at in range(match.start - 1, max(match.start - 1 - _DENIED_WITHIN, -1), -1):
            if self.tokens[at].clause != clause or self._belongs_elsewhere(at, match):
                return None
            if self._negates(at):
                return None if self._answers(at, match) else at
            if not self.is_little(at):
                return None  # it denies that word
        return None

    def _answers(self, at: int, match: Match) -> bool:
        """Return whether the "no" at `at` is an answer of its own: "no I'm fine", and not "no
        pain"."""
        if self.tokens[at].word not in self.lists.answers:
            return False
        return at == 0 or match.kind in ("ok", "yes")

    def _denial_after(self, match: Match) -> int | None:
        at = match.end
        if at >= len(self.tokens) or self.tokens[at].clause != self.tokens[match.start].clause:
            return None
        word = self.tokens[at].word
        if word not in self.lists.negators_after or self._belongs_elsewhere(at, match):
            return None
        last = at + 1 == len(self.tokens) or self.tokens[at + 1].clause != self.tokens[at].clause
        return at if last or match.kind in ("ok", *_NO_OF_ITS_OWN) else None

    def _belongs_elsewhere(self, at: int, match: Match) -> bool:
        other = self.covered_by.get(at)
        return other is not None and not other.meets(match) and not self._bare_no(other)

    def _bare_no(self, match: Match) -> bool:
        return match.kind == "no" and match.end - match.start == 1

    def _negates(self, at: int) -> bool:
        word = self.tokens[at].word
        if word == "ma" and not self.darija:
            return False
        return word in self.lists.negators

    @cached_property
    def loose_negators(self) -> list[int]:
        """Return where negations stand that belong to no phrase and deny none that was
        understood."""
        used = {self.denial_of(piece.match) for piece in self.pieces if piece.denied}
        inside = {at for piece in self.pieces for at in range(piece.start, piece.end)}
        return [
            at for at in range(len(self.tokens)) if self._negates(at) and at not in used | inside
        ]

    @cached_property
    def left_over(self) -> list[int]:
        """Return where words stand that nobody knows, or that are no daily word."""
        inside = {at for piece in self.pieces for at in range(piece.start, piece.end)}
        return [at for at in range(len(self.tokens)) if at not in inside and not self._is_daily(at)]

    def _is_daily(self, at: int) -> bool:
        word = self.tokens[at].word
        if word.isdecimal():
            return True
        if self.lists.daily.isdisjoint(self.meant[at]) and word not in self.lists.daily:
            return word in self.lists.little and not self._negates(at)
        return True

    def is_little(self, at: int) -> bool:
        """Return whether a little word stands at `at`."""
        return self.tokens[at].word in self.lists.little

    def holds_denial(self, start: int, end: int) -> bool:
        """Return whether a negation stands from `start` to `end`."""
        return any(self._negates(at) for at in range(start, end))

    def denied_before(self, match: Match) -> bool:
        """Return whether a negation stands before `match`, with little words at most between."""
        clause = self.tokens[match.start].clause
        for at in range(match.start - 1, max(match.start - 3, -1), -1):
            token = self.tokens[at]
            if token.clause != clause:
                return False
            if self._negates(at):
                return not (
                    at == 0 and token.word in self.lists.answers and match.end - match.start > 1
                )
            if token.word not in self.lists.little:
                return False
        return False

    def denied_after(self, match: Match) -> bool:
        """Return whether "pas" or "not" right after `match` ends the clause."""
        at = match.end
        if at >= len(self.tokens) or self.tokens[at].clause != self.tokens[match.start].clause:
            return False
        last = at + 1 == len(self.tokens) or self.tokens[at + 1].clause != self.tokens[at].clause
        return last and self.tokens[at].word in self.lists.negators_after - {"plus", "rien"}

    def holds_any(self, words: Collection[str], start: int = 0, end: int | None = None) -> bool:
        """Return whether a token from `start` to `end` may stand for one of `words`."""
        stretch: Sequence[Meant] = self.meant[start:end]
        return any(not senses.keys().isdisjoint(words) for senses in stretch)

    def first_person_near(self, match: Match) -> bool:
        """Return whether the words of `match`, or the two before it, speak of oneself."""
        near = self.tokens[max(match.start - 2, 0) : match.end]
        return any(token.word in self.lists.first_person for token in near)


def _longest_first(match: Match) -> tuple[int, int, int, int, int]:
    seriousness = ANSWERS.index(match.kind) if match.kind in ANSWERS else len(ANSWERS)
    return (match.start - match.end, match.cost, match.phrase.rank, seriousness, match.start)
