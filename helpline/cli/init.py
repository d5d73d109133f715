"""`helpline init`: the few questions a coordinator can answer, then a settings file, a database and
a first login."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from helpline.app.providers import PROVIDERS
from helpline.base.errors import HelplineError
from helpline.cli import init_providers
from helpline.cli.init_questions import LANGUAGES, QUESTIONS, WORDS, Question
from helpline.settings.schema import Key, Place


@dataclass
class Interview:
    """What was answered so far. Without `asks`, options and defaults answer, and problems
    gather."""

    options: dict[str, Any]
    asks: bool
    folder: Path
    language: str = "fr"
    answers: dict[Place, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def say(self, sentence: str, /, **values: object) -> str:
        """Return a sentence in the language of the questions."""
        words = {**WORDS[self.language], **init_providers.words(self.language)}
        return words[sentence].format(known=", ".join(init_providers.choices()), **values)


@click.command()
@click.option(
    "--config", "here", metavar="FILE", help="Where to write the settings [helpline.toml]."
)
@click.option("--force", is_flag=True, help="Overwrite a settings file that is there.")
@click.option("--no-input", is_flag=True, help="Ask nothing: options and defaults answer.")
@click.option("--questions", type=click.Choice(LANGUAGES), help="The language of the questions.")
@click.option("--name", help="Name of the service.")
@click.option("--organisation", help="Who answers for it.")
@click.option("--country", help="Two letters.")
@click.option("--timezone", help="As Europe/Paris.")
@click.option("--languages", help="As fr,ary,ary-Latn,en.")
@click.option("--public-url", help="As https://aide.example.")
@click.option(
    "--database",
    help="Where the data lives, as sqlite:////var/lib/helpline/helpline.db; never asked.",
)
@click.option("--provider", help=f"{', '.join(init_providers.choices())} or later.")
@init_providers.options
@click.option("--email", help="Address of the first login of the desk.")
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="Its password; without one we make it.",
)
@click.option(
    "--secrets-in-environment",
    is_flag=True,
    help="Leave secrets out of the file; print the lines to export.",
)
@click.pass_obj
def init(config: str | None, /, here: str | None, **options: Any) -> None:
    """Ask a few questions and write helpline.toml, the database and the first login."""
    file = Path(here or config or "helpline.toml").expanduser().absolute()
    if file.exists() and not options["force"]:
        raise HelplineError(
            f"{file} is there already.",
            "Give --force to replace it, or --config for another place.",
        )
    talk = Interview(options, asks=not options["no_input"], folder=file.parent)
    talk.language = _language(talk)
    _settings(talk)
    email, password = _login(talk)
    if talk.problems:
        raise HelplineError("\n".join(talk.problems), "Correct these options; nothing was written.")
    _write(talk, file, email, password)


def _language(talk: Interview) -> str:
    if talk.options["questions"]:
        return str(talk.options["questions"])
    default = (
        "fr" if os.environ.get("LC_ALL", os.environ.get("LANG", "fr")).startswith("fr") else "en"
    )
    if not talk.asks:
        return default
    return str(click.prompt("Français ou English", type=click.Choice(LANGUAGES), default=default))


def _settings(talk: Interview) -> None:
    from helpline.base.clock import token

    for question in QUESTIONS:
        _ask(talk, question)
    provider = _provider(talk)
    for question in init_providers.questions(provider):
        _ask(talk, question)
    if talk.options["database"]:
        _ask(talk, Question("database", "service", "database", "database"))
    talk.answers |= {(provider, name): token() for name in init_providers.made(provider)}


def _provider(talk: Interview) -> str:
    known = (*init_providers.choices(), init_providers.LATER)
    typed = talk.options["provider"] or ""
    while typed not in known:
        if typed:
            _refuse(talk, "--provider", typed, "provider")
        if not talk.asks:
            return init_providers.LATER
        shown = f"{talk.say('provider')} ({', '.join(known)})"
        typed = click.prompt(shown, default=init_providers.LATER).strip().lower()
    return str(typed)


def _ask(talk: Interview, question: Question) -> None:
    """Put the question until its answer can be used; an option answers first."""
    key = PROVIDERS.schema.by_place[question.section, question.name]
    typed = talk.options[question.option]
    if typed is None and key.secret:
        typed = os.environ.get(key.variable) or None
    if typed is None:
        typed = _typed(talk, question, key) if talk.asks else _default(talk, question)
    while (value := _read(talk, question, key, typed)) is None and talk.asks:
        typed = _typed(talk, question, key)
    if value:
        talk.answers[question.section, question.name] = value


def _typed(talk: Interview, question: Question, key: Key) -> str:
    text = talk.say(f"{question.section}.{question.name}")
    default = _default(talk, question)
    return str(
        click.prompt(text, default=default, hide_input=key.secret, show_default=bool(default))
    )


def _default(talk: Interview, question: Question) -> str:
    from helpline.settings.places import timezone_of
    from helpline.settings.values import LANGUAGES as SPOKEN

    country = str(talk.answers.get(("service", "country"), "FR"))
    defaults = {
        "name": "Helpline",
        "country": "FR",
        "timezone": timezone_of(country),
        "languages": ", ".join(SPOKEN),
    }
    return defaults.get(question.option, "")


def _read(talk: Interview, question: Question, key: Key, typed: str) -> object | None:
    """Return the answer as a value, or None after saying why it will not do."""
    from helpline.settings.schema import Context

    typed = typed.strip()
    if not typed and question.required:
        _complain(talk, f"--{question.option.replace('_', '-')}", talk.say("needed"))
        return None
    country = str(talk.answers.get(("service", "country"), "FR"))
    try:
        return key.reader(typed, Context(talk.folder, country)) if typed else ""
    except ValueError:
        _refuse(
            talk,
            f"--{question.option.replace('_', '-')}",
            "" if key.secret else typed,
            question.hint,
        )
        return None


def _refuse(talk: Interview, option: str, typed: str, hint_name: str) -> None:
    hint = talk.say(f"hint {hint_name}")
    _complain(
        talk,
        option,
        talk.say("refused", typed=typed, hint=hint)
        if typed
        else talk.say("refused secret", hint=hint),
    )


def _complain(talk: Interview, option: str, sentence: str) -> None:
    if talk.asks:
        click.echo(sentence)
    else:
        talk.problems.append(f"{option}: {sentence}")


def _login(talk: Interview) -> tuple[str, str]:
    """Return the first login's address and password; "" for no login, "" for a password we make."""
    from helpline.cli.logins import checked_email

    email = talk.options["email"]
    while True:
        if email is None:
            email = (
                click.prompt(talk.say("email"), default="", show_default=False) if talk.asks else ""
            )
        if not email.strip():
            return "", ""
        try:
            return checked_email(email), _password(talk, email)
        except HelplineError:
            _refuse(talk, "--email", email, "email")
            if not talk.asks:
                return "", ""
            email = None


def _password(talk: Interview, email: str) -> str:
    from helpline.base.passwords import WeakPassword, check_new_password

    given = (
        talk.options["password_file"].read().rstrip("\r\n")
        if talk.options["password_file"]
        else None
    )
    while given is not None or talk.asks:
        typed = (
            given
            if given is not None
            else click.prompt(talk.say("password"), default="", hide_input=True, show_default=False)
        )
        try:
            if not typed:
                return ""
            check_new_password(typed, email, str(talk.answers.get(("service", "name"), "")))
            if given is not None or typed == click.prompt(talk.say("again"), hide_input=True):
                return str(typed)
            click.echo(talk.say("not the same"))
        except WeakPassword:
            _complain(talk, "--password-file", talk.say("weak"))
            if not talk.asks:
                return ""
        given = None
    return ""


def _write(talk: Interview, file: Path, email: str, password: str) -> None:
    from helpline.app.settings import load_settings
    from helpline.settings.write import as_written, file_text, write_private
    from helpline.store.opening import open_store

    schema = PROVIDERS.schema
    secrets = {
        place: value for place, value in talk.answers.items() if schema.by_place[place].secret
    }
    kept_out = secrets if talk.options["secrets_in_environment"] else {}
    answers = {place: value for place, value in talk.answers.items() if place not in kept_out}
    heading = talk.say("heading", name=talk.answers["service", "name"])
    write_private(file, file_text(schema, answers, heading))
    exported = {
        key.variable: str(as_written(key, kept_out[key.place]))
        for key in schema.keys
        if key.place in kept_out
    }
    settings = load_settings(str(file), os.environ | exported)
    store = open_store(settings.service.database)
    click.echo(talk.say("written", file=file, database=settings.service.database.place))
    try:
        _keep_login(talk, store, email, password)
    finally:
        store.close()
    if exported:
        click.echo(talk.say("secrets"))
        click.echo(
            "".join(f"  export {name}={shlex.quote(value)}\n" for name, value in exported.items()),
            nl=False,
        )
    click.echo(talk.say("next"))


def _keep_login(talk: Interview, store: Any, email: str, password: str) -> None:
    from helpline.base.passwords import new_password
    from helpline.cli.logins import keep_login

    if not email:
        return
    made = "" if password else new_password()
    keep_login(store, email, password or made, name="", language=talk.language)
    click.echo(talk.say("login", email=email))
    if made:
        click.echo(talk.say("made", password=made))
