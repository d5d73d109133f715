"""Directories of flow files as read: the book they make, the lines it stands on, and what is wrong
with its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpline.conversations.acts import ActTable
from helpline.conversations.files.flow_reader import read_flow
from helpline.conversations.files.ladders import read_ladders
from helpline.conversations.files.nodes import Source, parse
from helpline.conversations.files.problems import Report
from helpline.conversations.files.reader import LANGUAGES, Reader
from helpline.conversations.files.shelf import (
    Shelf,
    read_counted,
    read_countries,
    read_distress,
    read_letters,
    read_phrases,
    read_reading,
    read_spoken,
    read_words,
)
from helpline.conversations.types import Book, Flow
from helpline.language.names import Letters
from helpline.town.ladder import Ladder

COMPANIONS = {
    "phrases": read_phrases,
    "words": read_words,
    "spoken": read_spoken,
    "distress": read_distress,
    "reading": read_reading,
    "countries": read_countries,
    "counted": read_counted,
    "letters": read_letters,
}
LADDERS = "ladders"
TO_READ_WITH = ("words", "spoken", "distress", "reading")


@dataclass
class Loaded:
    """A book with the lines it was read from, for the checks."""

    acts: ActTable
    book: Book
    report: Report
    languages: tuple[str, ...]
    flows: dict[str, Source] = field(default_factory=dict)
    phrases: dict[str, Source] = field(default_factory=dict)
    place: str = "flows"
    files: dict[str, list[Source]] = field(default_factory=dict)  # distress and reading
    folded: dict[str, frozenset[str]] = field(
        default_factory=dict
    )  # intent -> its words as compared


def read_all(  # noqa: C901
    acts: ActTable, directories: Sequence[Path], languages: Sequence[str] = LANGUAGES
) -> Loaded:
    """Return the book of these directories, later ones on top, with all problems of form noted in
    its report.

    `acts` is what the gateway can do for a flow: the checks that follow compare with it.
    """
    report, shelf = Report(), Shelf()
    flows: dict[str, Flow] = {}
    sources: dict[str, Source] = {}
    ladder_files: list[tuple[Reader, Source]] = []
    for directory in directories:
        if not directory.is_dir():
            report.error(
                str(directory), 1, "There is no such directory.", "Correct `flows` in the settings."
            )
            continue
        for path in sorted(directory.glob("*.yaml")):
            file = f"{directory.resolve().name}/{path.name}"
            text = _text(path, file, report)
            if path.stem in COMPANIONS or path.stem == LADDERS:
                source = parse(text, file, report)
                if source and path.stem == LADDERS:
                    ladder_files.append((Reader(file, report), source))
                elif source:
                    COMPANIONS[path.stem](Reader(file, report, languages), source, shelf)
            elif read := read_flow(text, file, languages, report):
                flows[read[0].name], sources[read[0].name] = read
    ladders: dict[str, Ladder] = {}
    for reader, source in ladder_files:
        ladders.update(read_ladders(reader, source, shelf.phrases))
    book = Book(
        flows,
        shelf.phrasebook,
        ladders,
        shelf.words,
        shelf.spoken,
        shelf.distress,
        shelf.countries,
        Letters(shelf.names, shelf.letters),
        shelf.reading,
    )
    place = directories[-1].resolve().name if directories else "flows"
    return Loaded(acts, book, report, tuple(languages), sources, shelf.sources, place, shelf.files)


def read_words_alone(directories: Sequence[Path]) -> Shelf:
    """Return the words of these directories without their flows; raises InvalidFlow when they
    cannot be read."""
    report, shelf = Report(), Shelf()
    for directory, name in ((each, name) for each in directories for name in TO_READ_WITH):
        path = directory / f"{name}.yaml"
        if not path.is_file():
            continue
        file = f"{directory.resolve().name}/{path.name}"
        if source := parse(_text(path, file, report), file, report):
            COMPANIONS[name](Reader(file, report), source, shelf)
    report.raise_errors()
    return shelf


def _text(path: Path, file: str, report: Report) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        report.error(file, line, "The file is not UTF-8 text.", "Save it as UTF-8.")
        return "{}"
