"""Checks of the phrases that texts are read with: every family of words is there, and no phrase is
met everywhere."""

from __future__ import annotations

from helpline.conversations.files.loaded import Loaded
from helpline.conversations.files.problems import nearest
from helpline.language.compiling import Problem
from helpline.language.lists import Compiled


def find_errors(loaded: Loaded) -> None:
    """Note phrases of distress.yaml and reading.yaml that cannot be used."""
    for problem in _compiled(loaded).problems:
        _note(loaded, problem)


def _compiled(loaded: Loaded) -> Compiled:
    return loaded.book.reader.lists


def _note(loaded: Loaded, problem: Problem) -> None:
    name = "reading" if problem.path and problem.path[0] == "reading" else "distress"
    sources = loaded.files.get(name, [])
    file = sources[-1].file if sources else f"{loaded.place}/{name}.yaml"
    line = sources[-1].line(*problem.path) if sources else 1
    if not problem.family:
        text = f"In `{problem.phrase}` a bracket does not close, or one stands in another."
        loaded.report.error(file, line, text, "Write (what may be left out) and [one of|several].")
        return
    families = loaded.book.reading.get("families", {}).get(problem.language, {})
    text = f"`{problem.phrase}` names the family of words `{problem.family}`, which "
    text += f"{problem.language} does not have.{nearest(problem.family, families)}"
    loaded.report.error(
        file, line, text, "Correct it, or add the family to `families` of reading.yaml."
    )
