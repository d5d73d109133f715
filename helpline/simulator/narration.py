"""Tells the story in a terminal: chapters, sentences, and every text as a bubble, people left, the
helpline right."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import click

from helpline.language.segments import segments
from helpline.simulator.story_words import WORDS

WIDTH = 78
BUBBLE = 52
INDENT = WIDTH - BUBBLE - 2
COLOURS = (
    "cyan",
    "magenta",
    "yellow",
    "green",
    "blue",
    "bright_red",
    "bright_cyan",
    "bright_magenta",
)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text as it went over the network: whose phone, which way, when on the town's clock."""

    name: str
    at: str
    body: str
    is_theirs: bool


class Teller:
    """Prints, and leaves time to read unless `fast`. Colours only where `echo` shows them."""

    def __init__(
        self, language: str, *, fast: bool = False, echo: Callable[[str], object] = click.echo
    ) -> None:
        self._words, self._fast, self._echo = WORDS[language], fast, echo
        self._colours: dict[str, str] = {}

    def say(self, key: str, **facts: object) -> str:
        """Return a sentence of the story."""
        return self._words[key].format(**facts)

    def moment(self, at: datetime) -> str:
        """Return a moment of the story as a bubble shows it."""
        return f"{self.say('days').split()[at.weekday()]} {at:%H:%M}"

    def chapter(self, key: str) -> None:
        """Print the title of an act."""
        title = self.say(key)
        self._echo("\n" + click.style(f"── {title} ".ljust(WIDTH, "─"), bold=True))
        self._wait(1.0)

    def tell(self, key: str, **facts: object) -> str:
        """Print a sentence and return it."""
        sentence = self.say(key, **facts)
        self._echo("\n" + textwrap.fill(sentence, WIDTH))
        self._wait(0.5 + len(sentence) / 160)
        return sentence

    def bubble(self, bubble: Bubble) -> None:
        """Print one text."""
        colour = self._colours.setdefault(bubble.name, COLOURS[len(self._colours) % len(COLOURS)])
        margin = "  " if bubble.is_theirs else " " * INDENT
        bar = click.style("▌" if bubble.is_theirs else "│", fg=colour)
        self._echo(margin + click.style(self._heading(bubble), fg=colour))
        for line in _wrapped(bubble.body, BUBBLE - 2):
            self._echo(f"{margin}{bar} {line}")
        self._wait(0.25 + len(bubble.body) / 220)

    def letter(self, subject: str, sender: str, receiver: str, body: str) -> None:
        """Print an e-mail."""
        bar = click.style("┃", fg="blue")
        heading = [
            (self.say("from"), sender),
            (self.say("to"), receiver),
            (self.say("subject"), subject),
        ]
        for name, value in heading:
            for line in textwrap.wrap(f"{name} {value}", WIDTH - 4):
                self._echo(f"  {bar} {click.style(line, bold=True)}")
        for line in ["", *body.strip().splitlines()]:
            for part in textwrap.wrap(line, WIDTH - 4) or [""]:
                self._echo(f"  {bar} {part}")
        self._wait(2.0)

    def good(self, sentence: str) -> None:
        """Print what came out as told."""
        self._echo(
            "\n"
            + click.style(textwrap.fill(f"✓ {sentence}", WIDTH, subsequent_indent="  "), fg="green")
        )

    def bad(self, *sentences: str) -> None:
        """Print what did not happen."""
        for sentence in sentences:
            self._echo(
                click.style(textwrap.fill(f"✗ {sentence}", WIDTH, subsequent_indent="  "), fg="red")
            )

    def plain(self, text: str) -> None:
        """Print as it is."""
        self._echo(text)

    def _heading(self, bubble: Bubble) -> str:
        way = f"{bubble.name} → helpline" if bubble.is_theirs else f"helpline → {bubble.name}"
        count = segments(bubble.body)
        return (
            f"{way} · {bubble.at} · "
            f"{self.say('one_segment' if count == 1 else 'segments', n=count)}"
        )

    def _wait(self, seconds: float) -> None:
        if not self._fast:
            time.sleep(seconds)


def _wrapped(body: str, width: int) -> list[str]:
    """Return the lines of a text; terminals turn Arabic ones around themselves."""
    return [part for line in body.splitlines() for part in textwrap.wrap(line, width) or [""]]
