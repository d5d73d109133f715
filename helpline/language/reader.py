"""One place that reads what people write: taken apart, what stands in it found, then read for what
was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpline.language import hello, helpers, plain
from helpline.language.alarms import Sign, signs
from helpline.language.analysis import Analysis
from helpline.language.compiling import Rows
from helpline.language.lists import Compiled, compile_lists
from helpline.language.phrases import Match
from helpline.language.quoting import Own, Quotes
from helpline.language.reading import LATER, NO, NOW, Understood, Why
from helpline.language.spelling import is_arabic
from helpline.language.spoken_words import Rows as SpokenRows
from helpline.language.spoken_words import SpokenWords
from helpline.language.tokens import HEAD, TAIL, cut

SITUATIONS = ("hello", "consent", "volunteer", "owner", "menu")
_DARIJA = frozenset({"ary", "ary-Latn"})


@dataclass(frozen=True)
class Text:
    """A text on its way to a reading: what its writer wrote, what stands in it, the signs of
    distress."""

    own: Own
    analysis: Analysis
    signs: tuple[Sign, ...]
    lists: Compiled
    spoken: SpokenWords

    def alarm(self, queue: int = 2) -> Sign | None:
        """Return the most serious sign of now, of `queue` or a more urgent one."""
        return next((s for s in self.signs if not s.excuse and s.queue <= queue), None)

    @property
    def is_machine(self) -> bool:
        """Whether a machine wrote it, and no cry stands in it."""
        return bool(self.analysis.of("machines")) and self.alarm() is None

    def why(self, *matches: Match) -> tuple[Why, ...]:
        """Return these matches as reasons."""
        words = self.analysis.words
        return tuple(Why(m.kind, words(m.start, m.end), m.phrase.text) for m in matches)


class Reader:
    """Reads texts with the words of words.yaml, spoken.yaml, distress.yaml and reading.yaml."""

    def __init__(
        self,
        words: Mapping[str, Rows],
        spoken: SpokenRows,
        distress: Mapping[str, Any],
        reading: Mapping[str, Any],
    ) -> None:
        self.lists = compile_lists(words, distress, reading)
        self.spoken = SpokenWords(spoken)
        self._quotes = Quotes(reading)
        self._heard = {situation: _heard(situation, self.lists) for situation in SITUATIONS}

    def read(
        self, text: str, situation: str, language: str = "", said: Sequence[str] = ()
    ) -> Understood:
        """Return what `text` says to a question of `situation`, one of SITUATIONS.

        `language` is the writer's, if known; `said` are the last texts we sent, so that they are
        not read as theirs.
        """
        taken = self.take_apart(text, situation, language, said)
        return _flagged(_read(taken, situation), taken)

    def take_apart(
        self, text: str, situation: str, language: str = "", said: Sequence[str] = ()
    ) -> Text:
        """Return `text` with everything found in it, before anything is decided."""
        own = self._quotes.own(cut(text), said)
        tokens = self.lists.splitter.split(own.text)
        darija = language in _DARIJA or any(
            token.word in self.lists.darija or is_arabic(token.word) for token in tokens
        )
        meant = tuple(self.lists.finder.vocabulary.meant(token.word, darija) for token in tokens)
        matches = tuple(self.lists.finder.find(tokens, meant))
        long = len(text) > HEAD + TAIL
        analysis = Analysis(
            tokens, meant, matches, self.lists.scope, darija, long, self._heard[situation]
        )
        return Text(own, analysis, signs(analysis, self.lists), self.lists, self.spoken)


def _heard(situation: str, lists: Compiled) -> frozenset[str]:
    """Return the kinds of phrases that may answer in `situation`; a hello is no case, and no case
    is a hello."""
    kinds = lists.intents
    if situation in ("volunteer", "owner"):
        return kinds - frozenset(outcome for outcome in helpers.OUTCOMES)
    return kinds - {"take", "decline", *helpers.OUTCOMES}


def _read(text: Text, situation: str) -> Understood:
    if text.own.reaction:
        return _reaction(text, situation)
    if text.is_machine:
        return Understood("other", LATER, ("machine",), text.why(*text.analysis.of("machines")[:1]))
    if not text.analysis.tokens:
        return Understood("other", NO if text.own.quoted else LATER)
    match situation:
        case "hello":
            return hello.read(text)
        case "consent":
            return plain.read_consent(text)
        case "volunteer":
            return helpers.read_volunteer(text)
        case "owner":
            return helpers.read_owner(text)
        case _:
            return plain.read_menu(text)


def _reaction(text: Text, situation: str) -> Understood:
    """Read a reaction as the thumb it is; a thumb is no consent and no taking over."""
    kind = text.own.reaction
    flags = ("reaction",)
    if kind == "up":
        return Understood("ok" if situation == "hello" else "other", NO, flags)
    if kind == "down":
        return Understood(
            "soso" if situation == "hello" else "other",
            NOW if situation == "hello" else LATER,
            flags,
        )
    return Understood("other", LATER, flags)


def _flagged(understood: Understood, text: Text) -> Understood:
    flags = [f"{sign.excuse}:{sign.kind}" for sign in text.signs if sign.excuse]
    if text.own.quoted and not text.own.reaction:
        flags.append("quoted")
    if text.analysis.cut:
        flags.append("cut")
    if (text.analysis.cut or flags_need_a_person(flags)) and understood.person == NO:
        understood = replace(understood, person=LATER)
    return understood.with_flags(*flags) if flags else understood


def flags_need_a_person(flags: Sequence[str]) -> bool:
    """Return whether a cry was seen that something took back: a person reads it, whatever the
    answer was."""
    return any(":" in flag for flag in flags)


_Words = tuple[Mapping[str, Rows], SpokenRows, Mapping[str, Any], Mapping[str, Any]]
_made: list[tuple[_Words, Reader]] = []
_MADE_AT_MOST = 4


def reader_of(
    words: Mapping[str, Rows],
    spoken: SpokenRows,
    distress: Mapping[str, Any],
    reading: Mapping[str, Any],
) -> Reader:
    """Return the reader of these lists, made before if they are the very same ones: making one
    takes half a second."""
    wanted = (words, spoken, distress, reading)
    for lists, made in _made:
        if all(one is other for one, other in zip(lists, wanted, strict=True)):
            return made
    reader = Reader(*wanted)
    _made.append((wanted, reader))
    del _made[:-_MADE_AT_MOST]
    return reader
