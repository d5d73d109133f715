"""phrases.yaml, words.yaml, distress.yaml, countries.yaml: a later directory's entries replace single ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpline.flow_files.nodes import Source, Table, Text, plain
from helpline.flow_files.reader import Reader

PICTURES = "sym"
HEADINGS = ("owner", "date", "reviewer")

Words = dict[str, dict[str, tuple[str, ...]]]


@dataclass
class Shelf:
    """What the files beside the flows hold; `sources` remembers the file each phrase stands in."""

    phrases: dict[str, dict[str, str]] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    distress: dict[str, Any] = field(default_factory=dict)
    countries: dict[str, Mapping[str, str]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


def read_phrases(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the phrases of a file to `shelf`."""
    for name, _ in _entries(reader, source, "phrases"):
        line = source.line("phrases", name)
        reader.is_name(name, line, "the name of a phrase")
        node = source.root.entries["phrases"]
        assert isinstance(node, Table)
        shelf.phrases[name] = reader.sentence(node.entries[name], f"phrase `{name}`", line)
        shelf.sources[name] = source


def read_words(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the words of a file to `shelf`; an intent of a later file replaces each language it names."""
    for intent, node in _entries(reader, source, "words"):
        line = source.line("words", intent)
        table = reader.table(node, f"intent `{intent}`", line)
        entry = shelf.words.setdefault(intent, {})
        for language, words in table.entries.items() if table else ():
            at = source.line("words", intent, language)
            if language == PICTURES or reader.is_language(language, at, f"intent `{intent}`"):
                entry[language] = reader.strings(words, f"intent `{intent}`", at)


def read_distress(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the classes of distress words to `shelf`, as dicts, lists and text; what they mean is answers.py's."""
    root = plain(source.root)
    assert isinstance(root, dict)
    for key, value in root.items():
        old = shelf.distress.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            shelf.distress[key] = {**old, **value}
        else:
            shelf.distress[key] = value


def read_countries(reader: Reader, source: Source, shelf: Shelf) -> None:
    """Add the numbers of each country to `shelf`; `{number: 15, verified_on: DATE}` gives `x` and `x_verified_on`."""
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
                            numbers[key if inner in ("number", "value") else f"{key}_{inner}"] = part.value
                case _:
                    reader.error(
                        source.line("countries", code, key),
                        f"`{key}` of country `{code}` is a list.",
                        "Write one number.",
                    )
        shelf.countries[code] = {**shelf.countries.get(code, {}), **numbers}


def _entries(reader: Reader, source: Source, key: str) -> list[tuple[str, Table | Text]]:
    if key not in source.root.entries:
        reader.error(1, f"The file has no `{key}`.", f"Begin it with `{key}:`.")
        return []
    reader.table(source.root, "the file", 1, (key, *HEADINGS))
    table = reader.table(source.root.entries[key], f"`{key}`", source.line(key))
    return list(table.entries.items()) if table else []  # type: ignore[arg-type]
