"""`helpline flows read`: how a text is read, step by step; or many texts, one JSON line each."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpline.base.errors import HelplineError

if TYPE_CHECKING:
    from helpline.language.reader import Reader

SITUATIONS = ("hello", "consent", "volunteer", "owner", "menu")


@click.command()
@click.argument("text", required=False)
@click.option(
    "--as",
    "situation",
    type=click.Choice(SITUATIONS),
    default="hello",
    show_default=True,
    help="What the text answers.",
)
@click.option("--language", default="fr", show_default=True, help="The language of the person.")
@click.option("--said", multiple=True, help="A text we sent lately; may be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON; without TEXT, a line each.")
@click.pass_obj
def read(  # noqa: PLR0913
    config: str | None,
    text: str | None,
    situation: str,
    language: str,
    said: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say how TEXT is read, each step in words.

    With --json and no TEXT, JSON lines {text, language, as} are read from standard input.
    """
    reader = _reader(config)
    if text is None:
        if not as_json:
            raise click.UsageError("Give a TEXT, or --json and one JSON line a text.")
        _answer_lines(reader)
    elif as_json:
        click.echo(_as_json(reader, text, situation, language, said))
    else:
        _explain(reader, text, situation, language, said)


def _reader(config: str | None) -> Reader:
    from helpline.cli.flow_places import places
    from helpline.conversations.files.loaded import read_words_alone
    from helpline.language.reader import reader_of

    directories: list[Path] = places(config)[0]
    shelf = read_words_alone(directories)
    return reader_of(shelf.words, shelf.spoken, shelf.distress, shelf.reading)


def _explain(
    reader: Reader, text: str, situation: str, language: str, said: tuple[str, ...]
) -> None:
    from helpline.language.explaining import explain

    taken = reader.take_apart(text, situation, language, said)
    understood = reader.read(text, situation, language, said)
    for step, line in enumerate(explain(taken, understood), start=1):
        click.echo(f"{step:>2}  {line}")


def _answer_lines(reader: Reader) -> None:
    for number, line in enumerate(sys.stdin, start=1):
        asked = _asked(line, number)
        click.echo(
            _as_json(
                reader,
                asked["text"],
                asked.get("as", "hello"),
                asked.get("language", ""),
                tuple(asked.get("said", ())),
            )
        )


def _asked(line: str, number: int) -> dict[str, Any]:
    """Return one line of standard input; raises HelplineError when it asks nothing."""
    try:
        asked = json.loads(line)
    except ValueError:
        asked = None
    known = isinstance(asked, dict) and isinstance(asked.get("text"), str)
    if not known or asked.get("as", "hello") not in SITUATIONS:
        raise HelplineError(
            f"Line {number} is no question about a text.",
            'Write {"text": ..., "language": ..., "as": ...} on each line, `as` being one of '
            f"{', '.join(SITUATIONS)}.",
        )
    return asked  # type: ignore[no-any-return]


def _as_json(
    reader: Reader, text: str, situation: str, language: str, said: tuple[str, ...]
) -> str:
    understood = reader.read(text, situation, language, said)
    told = {
        "reading": understood.reading,
        "flags": list(understood.flags),
        "person": understood.person,
        "why": "; ".join(map(str, understood.why)),
    }
    return json.dumps(told, ensure_ascii=False)
