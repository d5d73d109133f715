"""The lists of the flow files as phrases to look for, language by language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpline.language.folding import fold
from helpline.language.phrases import Common, Phrase, compile_phrase, is_closed
from helpline.language.tokens import Splitter

Rows = Mapping[str, Sequence[str]]  # language -> phrases
Path = tuple[str | int, ...]
LOOSE_WORDS = 2  # little words that may part a phrase of distress
LOOSE_KINDS = frozenset({"help", "human", "notok", "stop", "decline", "machines", "told", "past"})
SINGLE = frozenset({"stop", "start", "erase"})  # one word of these counts as the whole text only
NOT_PHRASES = frozenset({"negation", "beside_digit", "language_names"})


@dataclass(frozen=True)
class Problem:
    """A phrase that cannot be used: where it stands, and the family of words that is not there; ""
    when its brackets do not close."""

    path: Path
    phrase: str
    language: str
    family: str


@dataclass
class Compiler:
    """Makes phrases of lists; `phrases` are those made so far, `problems` what could not be made.

    `families` are families of words by language, `splitter` takes phrases apart as it does texts.
    """

    families: Mapping[str, Mapping[str, Sequence[str]]]
    splitter: Splitter
    common: Common
    phrases: list[Phrase] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _split: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def rows(self, kind: str, rows: Any, path: Path, rank: int = 0) -> None:
        """Make the phrases of each language of `rows`, under `kind`."""
        for language, phrases in languages(rows):
            for place, text in enumerate(phrases):
                self._one(kind, text, (*path, language, place), rank)

    def _one(self, kind: str, text: str, path: Path, rank: int) -> None:
        language = str(path[-2])
        if not is_closed(text):
            self.problems.append(Problem(path, text, language, ""))
            return
        families = self.families.get(language, {})
        single = kind in SINGLE and len(self.words(text)) == 1
        try:
            made = compile_phrase(
                Phrase(kind, text, language, (), loose=_loose(kind), rank=rank),
                families,
                self.words,
                self.common,
            )
        except KeyError as missing:
            self.problems.append(Problem(path, text, language, str(missing.args[0])))
            return
        self.phrases += [phrase.alone_when(single) for phrase in made]

    def words(self, phrase: str) -> tuple[str, ...]:
        """Return the words of a phrase of the lists, taken apart as those of texts are."""
        words = self._split.get(phrase)
        if words is None:
            words = self._split[phrase] = self.splitter.words(phrase)
        return words


def intents(compiler: Compiler, words: Mapping[str, Rows], reading: Mapping[str, Any]) -> None:
    """Make the phrases of words.yaml and of `says` in reading.yaml; names of languages are an
    intent."""
    for kind, rows in words.items():
        if kind not in NOT_PHRASES and not kind.isdecimal():
            compiler.rows(kind, rows, ("words", kind), rank=1)
    names = words.get("language_names", {})
    alone = {language: [f"={word}" for word in row] for language, row in names.items()}
    compiler.rows("language", alone, ("words", "language_names"))
    for kind, rows in reading.get("says", {}).items():
        compiler.rows(kind, rows, ("reading", "says", kind))


def distress(compiler: Compiler, lists: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the phrases of distress.yaml, the most serious classes first; return its classes."""
    classes: Mapping[str, Any] = lists.get("classes", {})
    ordered = sorted(classes, key=lambda kind: int(classes[kind].get("queue", 1)))
    for rank, kind in enumerate(ordered):
        compiler.rows(f"distress:{kind}", classes[kind], ("classes", kind), rank)
    compiler.rows("idiom", lists.get("idioms", {}), ("idioms",))
    return classes


def single(rows: Any) -> frozenset[str]:
    """Return the words of every language in `rows`, each by itself."""
    return frozenset(_words(phrase for _, phrases in languages(rows) for phrase in phrases))


def languages(rows: Any) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each language of `rows` with its phrases; what is no list is none."""
    for language, phrases in rows.items():
        if isinstance(phrases, list | tuple):
            yield language, phrases


def _words(phrases: Iterable[str]) -> Iterator[str]:
    for phrase in phrases:
        yield from fold(phrase).split()


def _loose(kind: str) -> int:
    return LOOSE_WORDS if kind.startswith(("distress:", "idiom")) else int(kind in LOOSE_KINDS)
