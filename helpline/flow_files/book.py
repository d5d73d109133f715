"""All flow files, read into one book: the shipped ones, then a town's own on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpline.core.flow_types import Book, Flow, Phrasebook
from helpline.core.ladder import Ladder
from helpline.flow_files.flow_reader import parse_flow, read_flow
from helpline.flow_files.ladders import read_ladders
from helpline.flow_files.nodes import Source, parse
from helpline.flow_files.problems import Report
from helpline.flow_files.reader import LANGUAGES, Reader
from helpline.flow_files.shelf import Shelf, read_countries, read_distress, read_phrases, read_words

__all__ = ["Loaded", "load_book", "parse_flow", "read_all", "shipped_flows_dir"]

COMPANIONS = {
    "phrases": read_phrases,
    "words": read_words,
    "distress": read_distress,
    "countries": read_countries,
}
LADDERS = "ladders"


@dataclass
class Loaded:
    """A book with the lines it was read from, for the checks."""

    book: Book
    report: Report
    languages: tuple[str, ...]
    flows: dict[str, Source] = field(default_factory=dict)
    phrases: dict[str, Source] = field(default_factory=dict)
    place: str = "flows"
    folded: dict[str, frozenset[str]] = field(default_factory=dict)  # intent -> its words as compared


def shipped_flows_dir() -> Path:
    """Return the directory of the shipped flows: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "shipped_flows"
    return inside if inside.is_dir() else package.parent / "flows"


def load_book(shipped: Path, extra: Path | None = None, languages: Sequence[str] = LANGUAGES) -> Book:
    """Return everything in the flow files; a flow or ladder in `extra` replaces the shipped one of its name.

    Raises InvalidFlow with all problems together, each with its file, its line, and how to mend it.
    """
    from helpline.flow_files.lint import find_errors

    loaded = read_all([shipped, *([extra] if extra else [])], languages)
    find_errors(loaded)
    loaded.report.raise_errors()
    return loaded.book


def read_all(directories: Sequence[Path], languages: Sequence[str] = LANGUAGES) -> Loaded:
    """Return the book of these directories, later ones on top, with all problems of form noted in its report."""
    report, shelf = Report(), Shelf()
    flows: dict[str, Flow] = {}
    sources: dict[str, Source] = {}
    ladder_files: list[tuple[Reader, Source]] = []
    for directory in directories:
        if not directory.is_dir():
            report.error(str(directory), 1, "There is no such directory.", "Correct `flows` in the settings.")
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
    book = Book(flows, Phrasebook(shelf.phrases), ladders, shelf.words, shelf.distress, shelf.countries)
    place = directories[-1].resolve().name if directories else "flows"
    return Loaded(book, report, tuple(languages), sources, shelf.sources, place)


def _text(path: Path, file: str, report: Report) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        report.error(file, line, "The file is not UTF-8 text.", "Save it as UTF-8.")
        return "{}"
