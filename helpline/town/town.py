"""What every use case needs to know of its town: settings, sentences, words, and how to say a thing
to a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from helpline.base.calendar import local
from helpline.base.ports import Store
from helpline.language.answers import Lexicon, fold
from helpline.language.distress import DistressWords
from helpline.language.reader import Reader
from helpline.language.reading_lexicon import ReadingLexicon
from helpline.town.ladder import Ladder
from helpline.town.plugs import Plugs
from helpline.town.purpose import Purposes

if TYPE_CHECKING:
    from helpline.conversations.acting import Action
    from helpline.conversations.types import Book
    from helpline.settings import Settings


def no_other_route(_route: str) -> str:
    """There is no second way."""
    return ""


@dataclass(frozen=True)
class Town:
    """One deployment: its settings, everything its people read or may say, and what its flows may
    do, by name.

    `other_route` names a transport for texts, other than the one given, that works at present; ""
    when there is none. For the engine's thread alone.
    """

    settings: Settings
    book: Book
    plugs: Plugs
    other_route: Callable[[str], str] = no_other_route

    @property
    def actions(self) -> Mapping[str, Action]:
        """What flows may do."""
        return self.plugs.actions

    @property
    def purposes(self) -> Purposes:
        """What texts are for."""
        return self.plugs.purposes

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words people answer with."""
        return ReadingLexicon(self.book.words, self.book.spoken, self.reader)

    @cached_property
    def distress(self) -> DistressWords:
        """The words that bring a person at once."""
        return DistressWords(self.reader)

    @cached_property
    def reader(self) -> Reader:
        """Reads what people write, for whatever they were asked."""
        return self.book.reader

    @cached_property
    def country(self) -> Mapping[str, str]:
        """Emergency numbers of the country."""
        return self.book.countries.get(self.settings.service.country, {})

    @cached_property
    def own_numbers(self) -> frozenset[str]:
        """Numbers that are ours: a text from one of them is an echo."""
        return self.settings.own_numbers

    @cached_property
    def standing_facts(self) -> Mapping[str, str]:
        """Facts that hold in every sentence."""
        service, country = self.settings.service, self.country
        return {
            "service": service.name,
            "organisation": service.organisation or service.name,
            "emergency": country.get("emergency", "112"),
            "emergency_sms": country.get("emergency_sms", ""),
            "crisis": country.get("crisis", ""),
            "number": self.settings.number,
        }

    @cached_property
    def languages_of_words(self) -> Mapping[str, frozenset[str]]:
        """For each folded word of the lexicon, the languages it is a word of."""
        found: dict[str, set[str]] = {}
        for by_language in self.book.words.values():
            for language, words in by_language.items():
                for word in words:
                    found.setdefault(fold(word), set()).add(language)
        return {word: frozenset(languages) for word, languages in found.items()}

    def zones(self, store: Store) -> tuple[tuple[str, str], ...]:
        """Return the areas offered in menus as (id, label): those of the settings, else the three
        commonest."""
        named = self.settings.service.zones
        if named:
            return tuple((zone, zone) for zone in named)
        return tuple((row["zone"], row["zone"]) for row in store.all("zones"))

    @property
    def zone_name(self) -> str:
        """The time zone of the service."""
        return self.settings.service.timezone

    def language_of(self, language: str | None) -> str:
        """Return `language` where the town speaks it, else the town's first."""
        spoken = self.settings.service.languages
        return language if language in spoken else spoken[0]

    def ladder(self, name: str = "") -> Ladder:
        """Return the ladder of that name, else the town's own, else any: a misspelt name must not
        lose an alarm."""
        ladders = self.book.ladders
        return (
            ladders.get(name)
            or ladders.get(self.settings.check_ins.ladder)
            or ladders.get("bonjour")
            or next(iter(ladders.values()))
        )

    def clock_face(self, moment_ms: int, zone: str = "") -> str:
        """Return HH:MM as clocks in `zone`, or the town's, show it."""
        return local(moment_ms, zone or self.zone_name).strftime("%H:%M")

    def phrase(self, name: str, language: str | None, facts: Mapping[str, str]) -> str:
        """Return the phrase filled in, in a language the town speaks."""
        return self.book.phrases.say(
            name, self.language_of(language), {**self.standing_facts, **facts}
        )

    def called(self, language: str | None, name: str, other_name: str = "") -> str:
        """Return a person's name in the letters of `language`; `other_name` is the same name in
        other letters, "" where none is known."""
        return self.book.letters.name_for(self.language_of(language), name, other_name)

    def word(self, name: str, language: str | None) -> str:
        """Return a short phrase without facts, or its own name when it is not written: never an
        empty hole."""
        return self.book.phrases.say(name, self.language_of(language), {}) or name
