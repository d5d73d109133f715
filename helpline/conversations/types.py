"""What a flow file becomes: steps, sentences and the book that holds them all. Immutable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from helpline.language.counting import Counting
from helpline.language.lexicon import Option
from helpline.language.names import Letters
from helpline.language.reader import Reader, reader_of
from helpline.town.ladder import Ladder

Texts = Mapping[str, str]  # language -> sentence
SOURCE_LANGUAGE = "fr"


def in_language(texts: Texts, language: str) -> str:
    """Return the sentence in `language`, else in French, else in any language; "" when there is
    none."""
    found = texts.get(language)
    if found is None:
        found = texts.get(SOURCE_LANGUAGE)
    return found if found is not None else next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu. `accept` holds more words for it, `intents` intents of words.yaml that
    mean it."""

    id: str
    key: str
    label: Texts
    accept: Mapping[str, tuple[str, ...]]
    intents: tuple[str, ...]
    go: str
    value: str | None = None  # what is saved instead of the id


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; the conversation waits here. `expect` is "" when only a choice can answer."""

    name: str
    texts: Texts
    ussd: Texts
    choices: tuple[Choice, ...]
    choices_from: str
    expect: str
    min: int | None
    max: int | None
    save: str
    go: str
    invalid: Texts
    consent: str


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence, then `go`, or the end when `go` is empty."""

    name: str
    texts: Texts
    ussd: Texts
    receipt: bool
    go: str


@dataclass(frozen=True, slots=True)
class Do:
    """An action of the gateway; its result names the next step in `then`, else `otherwise` does."""

    name: str
    action: str
    then: Mapping[str, str]
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """Two ways, by a fact or by an answer given before."""

    name: str
    fact: str
    answer: str
    value: str
    go: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Run:
    """Another flow, then `go`, or the end when `go` is empty."""

    name: str
    flow: str
    go: str


@dataclass(frozen=True, slots=True)
class End:
    """The end of the conversation, or of this flow inside another."""

    name: str


Step = Ask | Say | Do | If | Run | End


@dataclass(frozen=True, slots=True)
class Menu:
    """The choices of a question, ready to be matched; `lines` are shown below it, by language."""

    options: tuple[Option, ...]
    intents: Mapping[str, str]
    choices: Mapping[str, Choice]
    lines: Texts


def menu_of(ask: Ask) -> Menu:
    """Return the choices written at `ask`."""
    languages = dict.fromkeys(language for choice in ask.choices for language in choice.label)
    return Menu(
        options=tuple(Option(choice.id, choice.key, words_of(choice)) for choice in ask.choices),
        intents={intent: choice.id for choice in ask.choices for intent in choice.intents},
        choices={choice.id: choice for choice in ask.choices},
        lines={language: _lines(ask, language) for language in languages},
    )


def words_of(choice: Choice) -> tuple[str, ...]:
    """Return all words for a choice, in every language: people mix them in one street."""
    accepted = (word for words in choice.accept.values() for word in words)
    return tuple(dict.fromkeys((*choice.label.values(), *accepted)))


def _lines(ask: Ask, language: str) -> str:
    return "\n".join(
        f"{choice.key} {in_language(choice.label, language)}" for choice in ask.choices
    )


@dataclass(frozen=True)
class Flow:
    """One conversation. `hash` names its content, `source` is the file's text, `expires` is in
    seconds."""

    name: str
    version: int
    hash: str
    source: str = field(repr=False)
    steps: Mapping[str, Step] = field(repr=False)
    start: str
    expires: int
    private: bool
    opens_on: str

    @cached_property
    def menus(self) -> Mapping[str, Menu]:
        """Return the menu of each question, made when the first of them is put."""
        return {name: menu_of(step) for name, step in self.steps.items() if isinstance(step, Ask)}

    @cached_property
    def questions(self) -> Mapping[str, tuple[Ask, ...]]:
        """Return the questions that save under each name."""
        found: dict[str, tuple[Ask, ...]] = {}
        for step in self.steps.values():
            if isinstance(step, Ask) and step.save:
                found[step.save] = (*found.get(step.save, ()), step)
        return found


@dataclass(frozen=True)
class Phrasebook(Mapping[str, Texts]):
    """Sentences outside conversations, by name and language."""

    texts: Mapping[str, Texts]
    counting: Counting = field(default_factory=Counting)

    def __getitem__(self, name: str) -> Texts:
        return self.texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def say(self, name: str, language: str, values: Mapping[str, str] | None = None) -> str:
        """Return the phrase in `language`, filled with `values`; "" when no such phrase is
        written."""
        from helpline.language.rendering import fill

        known = values or {}
        sentence = in_language(self.texts.get(name, {}), language)
        return fill(sentence, lambda place: known.get(place, ""), self.counter(language))

    def counter(self, language: str) -> Callable[[str, str], str]:
        """Return what puts a number and its word together in `language`."""
        return lambda word, number: self.counting.said(word, number, language)


def _nothing(_hash: str) -> Flow | None:
    return None


@dataclass(frozen=True)
class Book:
    """Everything read from the flow files."""

    flows: Mapping[str, Flow]
    phrases: Phrasebook
    ladders: Mapping[str, Ladder]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    spoken: Mapping[str, Mapping[str, tuple[str, ...]]]
    distress: Mapping[str, Any]
    countries: Mapping[str, Mapping[str, str]]
    letters: Letters = field(default_factory=Letters)
    reading: Mapping[str, Any] = field(default_factory=dict)
    older: Callable[[str], Flow | None] = field(default=_nothing, repr=False, compare=False)

    @cached_property
    def reader(self) -> Reader:
        """Return what reads texts with these words; made once for books that share them."""
        return reader_of(self.words, self.spoken, self.distress, self.reading)

    @cached_property
    def openers(self) -> Mapping[str, str]:
        """Return the flow that each intent starts from anywhere."""
        return {flow.opens_on: flow.name for flow in self.flows.values() if flow.opens_on}

    @cached_property
    def _by_hash(self) -> dict[str, Flow]:
        return {flow.hash: flow for flow in self.flows.values()}

    @cached_property
    def questions(self) -> Mapping[str, tuple[Ask, ...]]:
        """Return, over all flows, the questions that save under each name."""
        found: dict[str, tuple[Ask, ...]] = {}
        for flow in self.flows.values():
            for name, steps in flow.questions.items():
                found[name] = (*found.get(name, ()), *steps)
        return found

    def flow_by_hash(self, hash: str) -> Flow | None:
        """Return the flow of that content, also an older version that `older` remembers."""
        found = self._by_hash.get(hash)
        if found is None:
            found = self.older(hash)
            if found is not None:
                self._by_hash[hash] = found
        return found

    def remembering(self, older: Callable[[str], Flow | None]) -> Book:
        """Return this book with a way to find older versions of its flows by hash."""
        return replace(self, older=older)
