"""The texts, each with the situation it came in and what a careful coordinator reads in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
LANGUAGES = ("fr", "en", "ary", "ary-Latn")
HALVES = ("train", "held")
SITUATIONS = ("hello", "consent", "volunteer", "owner", "menu")
OUTCOMES = tuple(f"outcome:{number}" for number in range(1, 6))
READINGS = (
    *("ok", "soso", "help", "distress", "person", "stop", "yes", "no", "take", "decline"),
    *OUTCOMES,
    "other",
)
PERSONS = ("now", "later", "no")
COLUMNS = ("text", "as", "reading", "person", "kind")


@dataclass(frozen=True)
class Entry:
    """One text and what is right: any of `readings`, with a person told as any of `persons` says.

    `made_by` names the model that misspelt it; it is empty for a text as somebody wrote it.
    """

    text: str
    language: str
    half: str
    situation: str
    readings: frozenset[str]
    persons: frozenset[str]
    kind: str
    made_by: str = ""

    @property
    def question(self) -> dict[str, str]:
        """What the reader is asked."""
        return {"text": self.text, "language": self.language, "as": self.situation}


class BrokenCorpus(ValueError):
    """A line of a corpus file says something that no reader can answer."""


def entries(languages: Iterable[str] = LANGUAGES, halves: Iterable[str] = HALVES) -> list[Entry]:
    """Return all entries of these languages and halves, in the order of the files that exist."""
    wanted = [(language, half) for half in halves for language in languages]
    return [entry for language, half in wanted for entry in _of(language, half)]


def path_of(language: str, half: str) -> Path:
    """Return where the entries of a language stand."""
    return (FOLDER / "held" if half == "held" else FOLDER) / f"{language}.tsv"


def fold(text: str) -> str:
    """Return the text as two people would call it the same: no case, accent, mark or extra space.

    Question marks stay, since `oui ?` is not `oui`; so do emoji.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(mark for mark in plain if not unicodedata.category(mark).startswith("M"))
    return " ".join(re.sub(r"[!.,;:'’\"«»“”()-]", " ", bare).split())


def _of(language: str, half: str) -> Iterator[Entry]:
    path = path_of(language, half)
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    numbered = [(at, line) for at, line in enumerate(lines, 1) if _says_something(line)]
    if not numbered or tuple(numbered[0][1].split("\t")) != COLUMNS:
        raise BrokenCorpus(f"{path}: the first line names the columns {', '.join(COLUMNS)}")
    for at, line in numbered[1:]:
        try:
            yield parsed(line, language, half)
        except BrokenCorpus as why:
            raise BrokenCorpus(f"{path}, line {at}: {why}") from why


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("# ")


def parsed(line: str, language: str, half: str) -> Entry:
    """Return the entry that a line of tab-separated columns tells. Raises BrokenCorpus."""
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise BrokenCorpus(f"{len(cells)} columns instead of {len(COLUMNS)}")
    text, situation, readings, persons, kind = cells
    if not re.fullmatch("[a-z0-9-]+", kind):
        raise BrokenCorpus(f"a kind is a short name, not {kind!r}")
    return Entry(
        text=_unescaped(text),
        language=language,
        half=half,
        situation=_all_known(situation, SITUATIONS).pop(),
        readings=frozenset(_all_known(readings, READINGS)),
        persons=frozenset(_all_known(persons, PERSONS)),
        kind=kind,
    )


def _all_known(cell: str, known: tuple[str, ...]) -> set[str]:
    words = set(cell.split("|"))
    if words - set(known):
        raise BrokenCorpus(f"{', '.join(sorted(words - set(known)))} is none of {', '.join(known)}")
    return words


def _unescaped(text: str) -> str:
    marks = {r"\n": "\n", r"\t": "\t", r"\\": "\\"}
    return re.sub(r"\\[nt\\]", lambda found: marks[found.group()], text)
