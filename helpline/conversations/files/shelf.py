"""The files beside the flows: phrases, words, distress ...; a later directory's entries replace
single ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpline.conversations.files.nodes import Node, Source, Table, Text, plain
from helpline.conversations.files.problems import nearest
from helpline.conversations.files.reader import Reader
from helpline.conversations.types import Phrasebook
from helpline.language import segments
from helpline.language.counting import FORMS, OTHER, Counting, Rule, read_rule
from helpline.language.lists import WORD_LISTS
from helpline.language.spoken_words import SETS, TABLES

PICTURES = "sym"
READING = (
    *("spellings", "families", "says", "reactions", "signatures", "quoting"),
    *WORD_LISTS,
)
HEADINGS = ("owner", "date", "reviewer")

Row = dict[str, tuple[str, ...]]  # language -> words
Words = dict[str, Row]


@dataclass
class Shelf:
    """What the files beside the flows hold; `sources` remembers the file each phrase stands in."""

    phrases: dict[str, dict[str, str]] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    spoken: Words = field(default_factory=dict)
    distress: dict[str, Any] = field(default_factory=dict)
    countries: dict[str, Mapping[str, str]] = field(default_factory=dict)
    reading: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[Source]] = field(default_factory=dict)  # those with phrases to look for
    sources: dict[str, Source] = field(default_factory=dict)
    plurals: dict[str, dict[str, Rule]] = field(default_factory=dict)
    counted: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    names: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)

    @property
    def phrasebook(self) -> Phrasebook:
        """The phrases, with how their numbers are counted."""
        return Phrasebook(self.phrases, Counting(self.plurals, self.counted))


def read_phrases(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the phrases of a file to `shelf`."""
    for name, _ in _entries(reader, source, "phrases"):
        line = source.line("phrases", name)
        reader.is_name(name, line, "the name of a phrase")
        node = source.root.entries["phrases"]
        assert isinstance(node, Table)
        shelf.phrases[name] = reader.sentence(node.entries[name], f"phrase `{name}`", line)
        shelf.sources[name] = source


def read_counted(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add which form a number takes and the words it stands with; a later file replaces the rules
    of a language, and single words."""
    reader.table(source.root, "the file", 1, ("plurals", "counted", *HEADINGS))
    for language, node in _under(reader, source, "plurals"):
        if reader.is_language(language, source.line("plurals", language), "`plurals`"):
            shelf.plurals[language] = _rules(reader, source, language, node)
    for word, node in _under(reader, source, "counted"):
        line = source.line("counted", word)
        reader.is_name(word, line, "a counted word")
        table = reader.table(node, f"`{word}`", line)
        shelf.counted[word] = {
            language: _forms(reader, source, ("counted", word, language), forms)
            for language, forms in (table.entries.items() if table else ())
            if reader.is_language(language, source.line("counted", word, language), f"`{word}`")
        }


def _rules(reader: Reader, source: Source, language: str, node: Node) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for form, text in _forms(reader, source, ("plurals", language), node).items():
        rule = read_rule(text)
        if rule is None:
            line = source.line("plurals", language, form)
            problem = f"`{form}` of `{language}` is for the numbers `{text}`, which we cannot read."
            reader.error(line, problem, "Write 1, 0-1, or 3-10 of 100.")
        else:
            rules[form] = rule
    return rules


def _forms(reader: Reader, source: Source, path: tuple[str, ...], node: Node) -> dict[str, str]:
    """Return words by form; a language with one form alone may write it without a table."""
    if isinstance(node, Text):
        return {OTHER: node.value}
    table = reader.table(node, f"`{path[-1]}` of `{path[-2]}`", source.line(*path), FORMS)
    return (
        {form: reader.text(table, form, f"`{path[-1]}`") for form in table.entries} if table else {}
    )


def read_letters(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add how names in Arabic letters are written in Latin ones: whole names, and letters."""
    reader.table(source.root, "the file", 1, ("names", "letters", *HEADINGS))
    for key, kept in (("names", shelf.names), ("letters", shelf.letters)):
        for arabic, node in _under(reader, source, key):
            line = source.line(key, arabic)
            latin = node.value if isinstance(node, Text) else None
            if latin is None or segments.units(latin)[0] != "GSM-7":
                problem = f"`{arabic}` is not written in letters every phone has."
                reader.error(line, problem, "Write it in plain Latin letters.")
            else:
                kept[arabic] = latin


def read_words(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the words of a file to `shelf`; an intent of a later file replaces each language it
    names."""
    for intent, node in _entries(reader, source, "words"):
        _read_row(reader, source, ("words", intent), node, shelf.words.setdefault(intent, {}))


def read_spoken(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the words of hours, dates and counts to `shelf`, those of a table under
    "TABLE:NUMBER"."""
    for name, node in _entries(reader, source, "spoken"):
        line = source.line("spoken", name)
        if name in SETS:
            _read_row(reader, source, ("spoken", name), node, shelf.spoken.setdefault(name, {}))
        elif name in TABLES:
            _read_numbered(reader, source, name, node, shelf)
        else:
            known = (*TABLES, *SETS)
            problem = f"`{name}` is no list of words we look for.{nearest(name, known)}"
            reader.error(line, problem, f"Use one of {', '.join(known)}.")


def _read_numbered(reader: Reader, source: Source, name: str, node: Node, shelf: Shelf) -> None:
    table = reader.table(node, f"`{name}`", source.line("spoken", name))
    for number, row in table.entries.items() if table else ():
        line = source.line("spoken", name, number)
        if number.isascii() and number.isdecimal() and len(number) <= 4:
            key = f"{name}:{number}"
            _read_row(
                reader, source, ("spoken", name, number), row, shelf.spoken.setdefault(key, {})
            )
        else:
            reader.error(line, f"`{number}` of `{name}` is not a number.", "Write digits only.")


def _read_row(reader: Reader, source: Source, path: tuple[str, ...], node: Node, row: Row) -> None:
    """Put the words of each language into `row`."""
    what = f"intent `{path[-1]}`" if path[0] == "words" else f"`{path[-1]}`"
    table = reader.table(node, what, source.line(*path))
    for language, words in table.entries.items() if table else ():
        at = source.line(*path, language)
        if language == PICTURES or reader.is_language(language, at, what):
            row[language] = reader.strings(words, what, at)


def read_distress(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the classes of distress words to `shelf`, as dicts, lists and text; what they mean is
    answers.py's."""
    root = plain(source.root)
    assert isinstance(root, dict)
    for key, value in root.items():
        old = shelf.distress.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            shelf.distress[key] = {**old, **value}
        else:
            shelf.distress[key] = value
    shelf.files.setdefault("distress", []).append(source)


def read_reading(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the lists of reading.yaml to `shelf`; a later file replaces each list it has, by
    language."""
    for name, node in _entries(reader, source, "reading"):
        if name not in READING:
            problem = f"`{name}` is no list we read with.{nearest(name, READING)}"
            reader.error(source.line("reading", name), problem, f"Use one of {', '.join(READING)}.")
            continue
        old, new = shelf.reading.get(name), plain(node)
        shelf.reading[name] = _merged(old, new)
    shelf.files.setdefault("reading", []).append(source)


def _merged(old: object, new: object) -> object:
    """Return `new`, or two tables as one; lists are replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        both = {key: _merged(old[key], value) for key, value in new.items() if key in old}
        return {**old, **new, **both}
    return new


def read_countries(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the numbers of each country to `shelf`; `{number: 15, verified_on: DATE}` gives `x` and
    `x_verified_on`."""
    for code, node in _entries(reader, source, "countries"):
        table = reader.table(node, f"country `{code}`", source.line("countries", code))
        numbers: dict[str, str] = {}
        for key, value in table.entries.items() if table else ():
            match value:
                case Text(value=text):
                    numbers[key] = text
                case Table(entries=entries):
                    for inner, part in entries.items():
                        if isinstance(part, Text):
                            numbers[key if inner in ("number", "value") else f"{key}_{inner}"] = (
                                part.value
                            )
                case _:
                    reader.error(
                        source.line("countries", code, key),
                        f"`{key}` of country `{code}` is a list.",
                        "Write one number.",
                    )
        shelf.countries[code] = {**shelf.countries.get(code, {}), **numbers}


def _entries(reader: Reader, source: Source, key: str) -> list[tuple[str, Node]]:
    if key not in source.root.entries:
        reader.error(1, f"The file has no `{key}`.", f"Begin it with `{key}:`.")
        return []
    reader.table(source.root, "the file", 1, (key, *HEADINGS))
    return _under(reader, source, key)


def _under(reader: Reader, source: Source, key: str) -> list[tuple[str, Node]]:
    """Return what stands under `key`; nothing where the file has no such key."""
    if key not in source.root.entries:
        return []
    table = reader.table(source.root.entries[key], f"`{key}`", source.line(key))
    return list(table.entries.items()) if table else []
