"""All flow files as one book, checked: the shipped ones, then a town's own on top."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from helpline.conversations.acts import ActTable
from helpline.conversations.files.lint import find_errors
from helpline.conversations.files.loaded import read_all
from helpline.conversations.files.reader import LANGUAGES
from helpline.conversations.types import Book


def shipped_flows_dir() -> Path:
    """Return the directory of the shipped flows: inside an installed package, or beside it in a
    checkout."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "shipped_flows"
    return inside if inside.is_dir() else package.parent / "flows"


def load_book(
    acts: ActTable, shipped: Path, extra: Path | None = None, languages: Sequence[str] = LANGUAGES
) -> Book:
    """Return everything in the flow files; a flow or ladder in `extra` replaces the shipped one of
    its name.

    `acts` is what the gateway can do for a flow: one that asks for anything else is refused.
    Raises InvalidFlow with all problems together, each with its file, its line, and how to mend it.
    """
    loaded = read_all(acts, [shipped, *([extra] if extra else [])], languages)
    find_errors(loaded)
    loaded.report.raise_errors()
    return loaded.book
