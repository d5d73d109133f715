"""What `helpline init` asks about providers: each one's questions stand in its folder, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import click

from helpline.app.providers import PROVIDERS
from helpline.cli.init_questions import Question

LATER = "later"
F = TypeVar("F", bound=Callable[..., Any])


def choices() -> tuple[str, ...]:
    """Return the providers one can choose, by name."""
    return tuple(each.name for each in PROVIDERS if each.questions is not None)


def questions(chosen: str) -> list[Question]:
    """Return what is asked of who chose a provider, in order."""
    return [
        Question(name, chosen, name, f"{chosen}.{name}", bool(asked.get("required")))
        for name, asked in _asked(chosen).items()
        if not asked.get("made")
    ]


def made(chosen: str) -> list[str]:
    """Return the secrets of a provider that nobody is asked for: we make them."""
    return [name for name, asked in _asked(chosen).items() if asked.get("made")]


def words(language: str) -> Mapping[str, str]:
    """Return every sentence of the questions about providers, named as those of WORDS."""
    said: dict[str, str] = {}
    for name in choices():
        for question in questions(name):
            asked = _asked(name)[question.name][language]
            said[f"{name}.{question.name}"] = asked["asks"]
            said[f"hint {question.hint}"] = asked["hint"]
    return said


def options(command: F) -> F:
    """Give a command an option for each question; two providers may share one."""
    abouts: dict[str, list[str]] = {}
    for name in choices():
        for question in questions(name):
            abouts.setdefault(question.option, []).append(_asked(name)[question.name]["about"])
    for option, about in reversed(abouts.items()):
        shown = " ".join(dict.fromkeys(about))
        command = click.option(f"--{option.replace('_', '-')}", option, help=shown)(command)
    return command


@cache
def _asked(chosen: str) -> Mapping[str, Any]:
    files = {each.name: each.questions for each in PROVIDERS}
    file = files.get(chosen)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file is not None else {}
