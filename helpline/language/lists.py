"""Everything that texts are read with: what to look for, and the words that matter for scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpline.language import compiling
from helpline.language.analysis import Lists
from helpline.language.compiling import Compiler, Problem, Rows, single
from helpline.language.folding import fold
from helpline.language.phrases import Common, Finder, Passed, Phrase
from helpline.language.tokens import Splitter
from helpline.language.vocabulary import Vocabulary

ROLES = ("exceptions", "frames", "told", "past", "corrections", "doubts", "machines")
WORD_LISTS = (
    *("negators", "negators_after", "answers", "body", "first_person", "daily"),
    *ROLES,
)
_SHORT = 3  # letters of a word that is never taken for another


@dataclass(frozen=True)
class Compiled:
    """Everything needed to read: how texts are split, what is found in them, what the words mean
    for scope."""

    splitter: Splitter
    finder: Finder
    scope: Lists
    digits: Mapping[str, int]
    beside_digit: frozenset[str]
    needs: Mapping[str, str]
    queues: Mapping[str, int]
    darija: frozenset[str]
    intents: frozenset[str]
    problems: tuple[Problem, ...] = ()


def compile_lists(
    words: Mapping[str, Rows], distress: Mapping[str, Any], reading: Mapping[str, Any]
) -> Compiled:
    """Return the lists of words.yaml, distress.yaml and reading.yaml, ready to read with."""
    scope = _scope(words, distress, reading)
    compiler = _compiler(reading, scope)
    compiling.intents(compiler, words, reading)
    classes = compiling.distress(compiler, distress)
    for role in ROLES:
        compiler.rows(role, reading.get(role, {}), ("reading", role))
    known = _languages_of(compiler.phrases, reading)
    common = scope.daily | scope.little | scope.negators | _never_mistyped(words, compiler.phrases)
    vocabulary = _vocabulary(known, common)
    return Compiled(
        Splitter(_spellings(reading), vocabulary.words | common),
        Finder(compiler.phrases, vocabulary, _passed(scope)),
        scope,
        _digits(words),
        single(words.get("beside_digit", {})),
        {kind: rows["need"] for kind, rows in classes.items() if "need" in rows},
        {kind: int(rows.get("queue", 1)) for kind, rows in classes.items()},
        _darija_words(known, reading),
        frozenset({*words, *reading.get("says", {}), "language"}),
        tuple(compiler.problems),
    )


def _compiler(reading: Mapping[str, Any], scope: Lists) -> Compiler:
    splitter = Splitter(_spellings(reading), frozenset())
    common = Common(scope.daily, scope.little | scope.negators)
    return Compiler(reading.get("families", {}), splitter, common)


def _spellings(reading: Mapping[str, Any]) -> dict[str, str]:
    rows = reading.get("spellings", {})
    return {short: meant for row in rows.values() for short, meant in row.items()}


def _passed(scope: Lists) -> Passed:
    return Passed(scope.little, scope.negators | scope.negators_after)


def _vocabulary(known: Mapping[str, set[str]], common: frozenset[str]) -> Vocabulary:
    stems = {word: languages for word, languages in known.items() if word.endswith("*")}
    whole = {word: languages for word, languages in known.items() if word not in stems}
    return Vocabulary(whole, stems, common)


def _scope(
    words: Mapping[str, Rows], distress: Mapping[str, Any], reading: Mapping[str, Any]
) -> Lists:
    def listed(name: str) -> frozenset[str]:
        return single(reading.get(name, {}))

    return Lists(
        negators=listed("negators") | single(words.get("negation", {})),
        negators_after=listed("negators_after"),
        daily=listed("daily"),
        little=single(distress.get("little_words", {})),
        body=listed("body"),
        first_person=listed("first_person"),
        answers=listed("answers"),
    )


def _languages_of(phrases: Iterable[Phrase], reading: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return every word that is looked for, with the languages it is a word of."""
    known: dict[str, set[str]] = {}
    for phrase in phrases:
        for element in phrase.elements:
            for word in element.words:
                known.setdefault(word, set()).add(phrase.language)
    for language, rows in compiling.languages(reading.get("body", {})):
        for word in single({language: rows}):
            known.setdefault(word, set()).add(language)
    return known


def _darija_words(known: Mapping[str, set[str]], reading: Mapping[str, Any]) -> frozenset[str]:
    """Return the words in Latin letters that are Darija and nothing else: a text with one of them
    is Darija."""
    daily = reading.get("daily", {})
    ours = single({"ary-Latn": daily.get("ary-Latn", [])})
    theirs = single({language: daily.get(language, []) for language in ("fr", "en")})
    found = {word for word, languages in known.items() if languages <= {"ary-Latn"}}
    others = {word for word, languages in known.items() if not languages.isdisjoint({"fr", "en"})}
    return frozenset(word for word in (found | ours) - others - theirs if len(word) >= _SHORT)


def _never_mistyped(words: Mapping[str, Rows], phrases: Iterable[Phrase]) -> frozenset[str]:
    """Return short words by intent, and words of politeness: none of them is another word."""
    listed = {
        fold(word.lstrip("=")) for rows in words.values() for row in rows.values() for word in row
    }
    polite = (phrase for phrase in phrases if phrase.kind == "polite")
    said = {word for phrase in polite for element in phrase.elements for word in element.words}
    return frozenset({word for word in listed if len(word) <= _SHORT} | said)


def _digits(words: Mapping[str, Rows]) -> dict[str, int]:
    found = {str(digit): digit for digit in range(10)}
    for kind, rows in words.items():
        if len(kind) == 1 and kind.isdecimal():
            found.update({fold(word): int(kind) for row in rows.values() for word in row})
    return found
