"""What a word of a text may stand for: itself, a word that sounds like it, or one that is a letter
away."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from helpline.language.spelling import (
    bare_forms,
    darija_keys,
    french_key,
    is_arabic,
    one_typo_apart,
    shortened,
)

EXACT, BARE, ALIKE, TYPO = 0, 1, 2, 3  # how far a word is from what was typed
_LEAST_FOR_A_TYPO = 4
_LONG = 5  # letters from which the first one may be the wrong one
_KEPT_AT_MOST = 20_000

Meant = Mapping[str, int]  # a word of the lists -> how far it is
_NOTHING: Meant = {}


class Vocabulary:
    """The words of the lists: `words` and `stems` with the languages they are of; `common` is never
    mistyped."""

    def __init__(
        self,
        words: Mapping[str, Iterable[str]],
        stems: Mapping[str, Iterable[str]],
        common: frozenset[str],
    ) -> None:
        self.words = frozenset(words)
        self.common = common
        self._stems = tuple(sorted(stems))
        self._sounds = _sounds_of(stems)
        self._french, self._darija = _by_key(words)
        self._bases = _bases(stems)
        self._kept: dict[tuple[str, bool], Meant] = {}

    def meant(self, word: str, darija: bool) -> Meant:
        """Return what `word` may stand for; `darija`: consonants alone may tell it."""
        found = self._kept.get((word, darija))
        if found is None:
            if len(self._kept) >= _KEPT_AT_MOST:
                self._kept.clear()
            found = self._kept[word, darija] = self._look(word, darija)
        return found

    @cached_property
    def _shortened(self) -> dict[str, list[tuple[str, str]]]:
        """Return the words that are looked for by their forms with one letter left out; made when
        the first typo comes."""
        return _by_shortened({**{word: word for word in self.words}, **self._bases})

    @cached_property
    def _daily(self) -> dict[str, list[tuple[str, str]]]:
        return _by_shortened({word: word for word in self.common - self.words})

    def is_known(self, word: str) -> bool:
        """Return whether `word` is a word of the lists as typed."""
        return word in self.words or word in self.common

    def _look(self, word: str, darija: bool) -> Meant:
        if word in self.common:
            return {word: EXACT}
        found: dict[str, int] = {stem: EXACT for stem in self._stems if word.startswith(stem[:-1])}
        if word.isdecimal():
            return {**found, word: EXACT}
        if word in self.words:
            found[word] = EXACT
        elif is_arabic(word) and not self.common.isdisjoint(bare_forms(word)):
            return {
                bare: BARE for bare in bare_forms(word) if bare in self.words or bare in self.common
            }
        exact = bool(found)
        if not exact or is_arabic(word):
            self._take_bare(word, found)
        self._take_alike(word, darija, found)
        if not exact:
            _take_typos(word, self._shortened, found)
        if not found:
            _take_typos(word, self._daily, found)
        return found or _NOTHING

    def _take_bare(self, word: str, found: dict[str, int]) -> None:
        for bare in bare_forms(word):
            if bare in self.words and (is_arabic(bare) or bare not in self.common):
                found.setdefault(bare, BARE)
            if len(bare) > 4:
                for stem in self._stems:
                    if bare.startswith(stem[:-1]):
                        found.setdefault(stem, BARE)

    def _take_alike(self, word: str, darija: bool, found: dict[str, int]) -> None:
        sound = french_key(word)
        for other in self._french.get(sound, ()):
            found.setdefault(other, ALIKE)
        if sound and not found:
            found.update({stem: ALIKE for stem, key in self._sounds if sound.startswith(key)})
        if darija or is_arabic(word):
            forms = (word, *bare_forms(word)) if not found else (word,)
            for key in (key for form in forms for key in darija_keys(form)):
                for other in self._darija.get(key, ()):
                    found.setdefault(other, ALIKE)


def _take_typos(
    word: str, near_by: Mapping[str, list[tuple[str, str]]], found: dict[str, int]
) -> None:
    """Add to `found` what `word` may stand for with one typo in it."""
    if len(word) < _LEAST_FOR_A_TYPO:
        return
    forms = (word, *shortened(word))
    near = {each for form in forms for each in near_by.get(form, ())}
    for other, meant in near:
        if _may_begin(word, other) and one_typo_apart(word, other):
            found.setdefault(meant, TYPO)


def _sounds_of(stems: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
    """Return each French stem with its sound, where that is enough to tell."""
    french = [stem for stem, languages in stems.items() if "fr" in languages]
    return tuple((stem, key) for stem in french if len(key := french_key(stem[:-1])) > 3)


def _by_key(
    words: Mapping[str, Iterable[str]],
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    french: defaultdict[str, list[str]] = defaultdict(list)
    darija: defaultdict[str, list[str]] = defaultdict(list)
    for word, languages in words.items():
        if "fr" in languages and (key := french_key(word)):
            french[key].append(word)
        if not {"ary", "ary-Latn"}.isdisjoint(languages):
            for key in darija_keys(word):
                darija[key].append(word)
    return dict(french), dict(darija)


def _bases(stems: Iterable[str]) -> dict[str, str]:
    """Return what long stems begin with, and the stem: their beginning may hold a typo too."""
    return {stem[:-1]: stem for stem in stems if len(stem) > _LONG}


def _may_begin(word: str, other: str) -> bool:
    """Return whether `other` may be meant by its beginning: a short word keeps its first letter, or
    has it after the second."""
    swapped = word[:2] == other[1::-1]
    return other[0] == word[0] or len(word) >= _LONG or swapped


def _by_shortened(words: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return words, with what they mean, by themselves and by each form with one letter left
    out."""
    table: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for word, meant in words.items():
        if len(word) >= _LEAST_FOR_A_TYPO and not word.isdecimal():
            for form in {word, *shortened(word)}:
                table[form].append((word, meant))
    return dict(table)
