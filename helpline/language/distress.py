"""Words that bring a person at once, found in any text.

The honest limit: a list of words sees only what is said outright. Tried on a small sample, the
starter list caught 15 of 15 outright cries and 0 of 4 veiled ones ("je suis un poids pour tous",
"merci pour tout, adieu"), and it mistook a broken traffic light for a fire. So an alarm only puts a
text first in a person's queue; no alarm means nothing at all, and every free text still has to be
read by a person. Words misspelt beyond the spellings listed are missed too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from helpline.language.folding import fold

_AGES = tuple(str(age) for age in range(10, 18))
_LITTLE_BETWEEN = 2
_ARTICLE = "ال"
_PROCLITICS = ("و", "ف", "ب", "ل", "ك")
_KEY = 2


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why a text needs a person now.

    `kind` is a class of distress.yaml, `queue` 1 before 2, `phrase` the entry that was found, as
    written there. `idiom`: a figure of speech stands in the text too; it is shown to a person and
    never cancels the alarm.
    """

    kind: str
    queue: int
    phrase: str
    idiom: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase to look for. `rank` orders entries, the most serious first."""

    rank: int
    alarm: Alarm
    words: tuple[str, ...]
    stem: bool
    age: bool


class DistressWords:
    """The lists of distress.yaml, `data` as parsed, ready to look through texts."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._little = _words_of(data.get("little_words", {}))
        self._not_an_age = _words_of(data.get("not_an_age", {}))
        self._entries = _by_beginning(_alarms(data.get("classes", {})))
        self._idioms = _by_beginning(
            (rank, Alarm("idiom", 0, phrase, True))
            for rank, phrase in enumerate(_phrases(data.get("idioms", {})))
        )

    def scan(self, text: str) -> Alarm | None:
        """Return the most serious alarm that `text` gives, or None, which never means that all is
        well."""
        words = fold(text).split()
        found = self._first(words, self._entries)
        if found is None:
            return None
        idiom = self._first(words, self._idioms) is not None
        return Alarm(found.alarm.kind, found.alarm.queue, found.alarm.phrase, idiom)

    def _first(
        self, words: Sequence[str], entries: Mapping[str, Sequence[_Entry]]
    ) -> _Entry | None:
        """Return the most serious of `entries` that stands anywhere in `words`, or None."""
        best: _Entry | None = None
        for at, word in enumerate(words):
            for form in _forms(word):
                for entry in entries.get(form[:_KEY], ()):
                    if best is not None and entry.rank >= best.rank:
                        break
                    if self._stands(entry, form, words, at):
                        best = entry
                        break
        return best

    def _stands(self, entry: _Entry, form: str, words: Sequence[str], at: int) -> bool:
        """Return whether `entry` begins with `form`, the word at `at`, with little words at most
        between."""
        alone = len(entry.words) == 1
        if not (
            form == entry.words[0] or (alone and entry.stem and form.startswith(entry.words[0]))
        ):
            return False
        for number, wanted in enumerate(entry.words[1:], start=2):
            last_stem = entry.stem and number == len(entry.words)
            found = self._next(wanted, last_stem, words, at + 1)
            if found is None:
                return False
            at = found
        return not (entry.age and self._not_an_age.intersection(words[at + 1 : at + 2]))

    def _next(self, wanted: str, stem: bool, words: Sequence[str], start: int) -> int | None:
        """Return where `wanted` stands from `start` on, a few little words passed over, or None."""
        for at in range(start, min(start + _LITTLE_BETWEEN + 1, len(words))):
            if words[at] == wanted or (stem and words[at].startswith(wanted)):
                return at
            if words[at] not in self._little:
                return None
        return None


def _alarms(classes: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[int, Alarm]]:
    """Return each phrase's rank and alarm: lower queues first, then classes in the order of the
    file."""
    ordered = sorted(classes.items(), key=lambda item: int(item[1]["queue"]))
    for rank, (kind, rows) in enumerate(ordered):
        alarm = partial(Alarm, kind, int(rows["queue"]), idiom=False)
        yield from ((rank, alarm(phrase=phrase)) for phrase in _phrases(rows))


def _by_beginning(alarms: Iterable[tuple[int, Alarm]]) -> dict[str, list[_Entry]]:
    """Return the entries by the first letters of their first word, the most serious first in each
    list."""
    table: defaultdict[str, list[_Entry]] = defaultdict(list)
    for rank, alarm in alarms:
        age, stem = "1x" in alarm.phrase, alarm.phrase.endswith("*")
        for years in _AGES if age else ("",):
            words = tuple(fold(alarm.phrase.replace("1x", years)).split())
            if words:
                table[words[0][:_KEY]].append(
                    _Entry(rank, alarm, words, stem, age and words[-1] == years)
                )
    return {
        start: sorted(entries, key=lambda entry: entry.rank) for start, entries in table.items()
    }


def _forms(word: str) -> tuple[str, ...]:
    """Return `word` and, for an Arabic one, what is left without "and", "in", "by", "for", "like"
    and "the"."""
    if not "\u0600" <= word[0] <= "\u06ff":
        return (word,)
    bare = [word, word[1:]] if word.startswith(_PROCLITICS) and len(word) > 3 else [word]
    bare += [
        form.removeprefix(_ARTICLE) for form in bare if form.startswith(_ARTICLE) and len(form) > 4
    ]
    return tuple(bare)


def _phrases(rows: Mapping[str, Any]) -> list[str]:
    """Return the phrases of every language in `rows`."""
    return [phrase for row in rows.values() if not isinstance(row, str) for phrase in row]


def _words_of(rows: Mapping[str, Sequence[str]]) -> frozenset[str]:
    return frozenset(word for row in rows.values() for entry in row for word in fold(entry).split())
