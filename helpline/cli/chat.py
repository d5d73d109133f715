"""`helpline chat`: talk to the flows in the terminal, as a resident would on a plain phone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from helpline.base.clock import SystemClock
from helpline.cli.flow_places import places
from helpline.conversations.acts import ActTable
from helpline.conversations.turns import (
    ActResult,
    Conversation,
    Said,
    Speaker,
    Turn,
    advance,
    begin,
    from_json,
)
from helpline.conversations.types import Book
from helpline.language import screens, segments

HELP = "/sms /ussd /lang X: change. /flow NAME: start a flow. /quit: end."
USSD_MORE, USSD_BACK = "98", "00"


@click.command()
@click.option("--language", default="fr", show_default=True, help="The language of the person.")
@click.option("--channel", type=click.Choice(["sms", "ussd"]), default="sms", show_default=True)
@click.option("--flow", "flow", default="menu", show_default=True, help="The flow to begin with.")
@click.pass_obj
def chat(config: str | None, language: str, channel: str, flow: str) -> None:
    """Talk to the flows in the terminal; nothing is sent, nothing is kept."""
    from helpline.app.acts import ACTS
    from helpline.conversations.files.book import load_book

    directories, languages = places(config)
    book = load_book(
        ACTS, directories[0], directories[1] if len(directories) > 1 else None, languages
    )
    talk = Talk(book, ACTS, language, channel, config)
    click.echo(HELP)
    talk.start(flow)
    for line in _lines():
        if line == "/quit":
            break
        talk.hear(line)


def _lines() -> Iterator[str]:
    stream = sys.stdin
    while True:
        click.echo("> ", nl=False)
        line = stream.readline()
        if not line:
            click.echo()
            return
        if not stream.isatty():
            click.echo(line.rstrip("\n"))
        yield line.strip()


class Talk:
    """One person at a terminal. `act` stands in for the gateway: it says in brackets what would be
    done."""

    def __init__(
        self, book: Book, acts: ActTable, language: str, channel: str, config: str | None
    ) -> None:
        from helpline.language.reading_lexicon import ReadingLexicon

        self.book, self.acts = book, acts
        lexicon = ReadingLexicon(book.words, book.spoken, book.reader)
        self.speaker = Speaker(
            language, channel, _facts(book, config), _zones(config), _today(), lexicon
        )
        self.conversation: Conversation | None = None
        self.screens: tuple[str, ...] = ()
        self.page = 0

    def start(self, flow: str) -> None:
        """Begin a flow and print its first texts."""
        self._show(begin(self.book, flow, self.speaker, self._act))

    def hear(self, line: str) -> None:
        """Take one line: a command, a key that turns the USSD page, or an answer."""
        if line.startswith("/"):
            self._command(line)
        elif (
            self.speaker.channel == "ussd"
            and line in (USSD_MORE, USSD_BACK)
            and len(self.screens) > 1
        ):
            step = 1 if line == USSD_MORE else -1
            self.page = min(max(self.page + step, 0), len(self.screens) - 1)
            _box(self.screens[self.page], "")
        elif self.speaker.lexicon.is_stop(line):
            click.echo("[STOP: no more texts]")
            self.conversation = None
        elif self.conversation is None:
            self._open(line)
        else:
            stored = from_json(self.conversation.to_json())
            self._show(advance(self.book, stored, line, self.speaker, self._act))

    def _open(self, line: str) -> None:
        reading = self.speaker.lexicon.read(line)
        self.start(
            self.book.openers.get(reading.intent, "person" if reading.digit == 0 else "menu")
        )

    def _command(self, line: str) -> None:
        match line.split():
            case ["/sms" | "/ussd" as channel]:
                self.speaker = replace(self.speaker, channel=channel[1:])
            case ["/lang", language]:
                self.speaker = replace(self.speaker, language=language)
            case ["/flow", name]:
                self.start(name)
                return
            case _:
                click.echo(HELP)
                return
        if self.conversation is not None:
            from helpline.conversations.turns import repeat

            self._show(repeat(self.book, self.conversation, self.speaker))

    def _act(self, action: str, answers: Mapping[str, str]) -> ActResult:
        act = self.acts[action]
        read = [each.name for each in act.reads if each.name in answers]
        told = ", ".join(f"{name}={answers[name]}" for name in read)
        chosen = (answers[name] for name in read if answers[name] in act.outcomes)
        outcome = next(chosen, next(iter(act.outcomes)))
        click.echo(f"[{action}{': ' + told if told else ''} -> {outcome}]")
        known = self.speaker.facts
        facts = {name: answers.get(name) or known.get(name, "42") for name in act.outcomes[outcome]}
        if language := facts.get("language"):
            self.speaker = replace(self.speaker, language=language)
        return ActResult(outcome, facts)

    def _show(self, turn: Turn) -> None:
        self.conversation = turn.conversation
        if self.speaker.channel == "ussd":
            self._show_screen(turn.said)
        else:
            for said in turn.said:
                text = segments.fit_gsm(said.text)
                length = segments.measure(text)
                _box(
                    text,
                    f"{length.segments} segment{'s' * (length.segments > 1)}, {length.units} "
                    f"{length.encoding}",
                )
        if turn.consent:
            purpose, given, _ = turn.consent
            click.echo(f"[consent for {purpose}: {'given' if given else 'refused'}]")
        if turn.stopped:
            click.echo(f"[stopped: {turn.stopped}]")
        if turn.conversation is None:
            click.echo("[over]")

    def _show_screen(self, said: tuple[Said, ...]) -> None:
        phrases, language = self.book.phrases, self.speaker.language
        more = f"{USSD_MORE} {phrases.say('ussd_more', language) or 'Suite'}"
        back = f"{USSD_BACK} {phrases.say('ussd_back', language) or 'Retour'}"
        text = segments.in_plain_letters("\n".join(one.text for one in said))
        self.screens, self.page = screens.pages(text, more=more, back=back), 0
        _box(self.screens[0], f"screen 1 of {len(self.screens)}")
        for one in said:
            if one.receipt:
                click.echo("[the same as a receipt by SMS]")


def _box(text: str, note: str) -> None:
    if note:
        click.echo(f"-- {note}")
    click.echo("\n".join(f"| {line}" for line in text.splitlines()))


def _today() -> date:
    return datetime.fromtimestamp(SystemClock().now() / 1000, tz=UTC).date()


def _facts(book: Book, config: str | None) -> dict[str, str]:
    facts = {
        "service": "Helpline",
        "organisation": "la mairie",
        "name": "",
        "number": "",
        "hour": "09:00",
    }
    country = "FR"
    if config or Path("helpline.toml").is_file():
        from helpline.app.settings import load_settings

        service = load_settings(config).service
        facts["service"], facts["organisation"], country = (
            service.name,
            service.organisation,
            service.country,
        )
    return {
        **book.countries.get(country, {}),
        **facts,
        "time": "10:00",
        "date": _today().isoformat(),
    }


def _zones(config: str | None) -> dict[str, tuple[tuple[str, str], ...]]:
    from helpline.conversations.files.samples import zones

    if config or Path("helpline.toml").is_file():
        from helpline.app.settings import load_settings

        named = load_settings(config).service.zones
        return {"zones": tuple((zone, zone) for zone in named)}
    return {"zones": zones("fr")}
