"""`helpline flows`: check, show, draw and play through the flow files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpline.base.errors import NotFound
from helpline.cli.flow_places import places
from helpline.cli.reading import read

if TYPE_CHECKING:
    from helpline.conversations.files.loaded import Loaded
    from helpline.conversations.files.problems import Problem
    from helpline.conversations.types import Flow


def _loaded(config: str | None, directory: Path | None = None) -> Loaded:
    from helpline.app.acts import ACTS
    from helpline.conversations.files.lint import check as check_files

    directories, languages = places(config)
    if directory is not None and directory.resolve() != directories[0].resolve():
        directories = [directories[0], directory]
    return check_files(ACTS, directories, languages)


@click.group()
def flows() -> None:
    """Check, show and draw the flow files; say how a text is read."""


flows.add_command(read)


@flows.command()
@click.argument(
    "directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--alone", is_flag=True, help="Check DIRECTORY by itself, not on top of the shipped flows."
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="Require this language; may be given several times.",
)
@click.pass_obj
def check(
    config: str | None, directory: Path | None, alone: bool, languages: tuple[str, ...]
) -> None:
    """Say what is wrong in the flow files, with file and line. Errors end with status 1."""
    from helpline.app.acts import ACTS
    from helpline.conversations.files.lint import check as check_files

    directories, spoken = places(config)
    if directory is not None:
        shipped = (
            [] if alone or directory.resolve() == directories[0].resolve() else directories[:1]
        )
        directories = [*shipped, directory]
    loaded = check_files(ACTS, directories, languages or spoken)
    errors, warnings = loaded.report.errors, loaded.report.warnings
    for title, problems in (("Errors", errors), ("Warnings", warnings)):
        for line in _listed(title, problems):
            click.echo(line)
    book = loaded.book
    read = [
        _count(len(book.flows), "flow"),
        _count(len(book.phrases), "phrase"),
        _count(len(book.ladders), "ladder"),
    ]
    click.echo(
        f"{', '.join(read)}: {_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}."
    )
    if errors:
        raise SystemExit(1)


def _listed(title: str, problems: list[Problem]) -> Iterator[str]:
    if problems:
        yield f"{title}:"
    for _, group in groupby(problems, key=lambda problem: problem.file):
        yield from (f"  {problem}" for problem in group)
        yield ""


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


@flows.command()
@click.argument(
    "page", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def actions(page: Path | None) -> None:
    """Print what a flow may do: its answers, results and facts. With PAGE, write the table into
    that page."""
    from helpline.app.acts import ACTS
    from helpline.conversations.files.acts_table import table, written_into

    if page is None:
        click.echo(table(ACTS))
    else:
        page.write_text(written_into(page.read_text("utf-8"), ACTS), "utf-8")


@flows.command()
@click.argument("name")
@click.option("--language", default="fr", show_default=True, help="The language to show.")
@click.pass_obj
def show(config: str | None, name: str, language: str) -> None:
    """Print every sentence of the flow NAME with its segments, filled with long values."""
    from helpline.conversations.files.lint_texts import measure_flow, ussd_pages

    loaded = _loaded(config)
    flow = _flow(loaded, name)
    loaded.languages = (language,)
    for measured in measure_flow(loaded, flow):
        length = measured.length
        guilty = f", because of {' '.join(length.guilty[:8])}" if length.guilty else ""
        segments = _count(length.segments, "segment")
        click.echo(
            f"[{measured.name}] {segments}, {length.units} {length.encoding} characters{guilty}"
        )
        click.echo(_indented(measured.sent))
        step = measured.name
        if step in flow.steps and "ask" in measured.place:
            screens = ussd_pages(loaded, flow, step, language)
            if len(screens) > 1:
                click.echo(f"  USSD: {len(screens)} screens")


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


@flows.command()
@click.argument("name")
@click.option("--language", default="fr", show_default=True, help="The language of the questions.")
@click.pass_obj
def graph(config: str | None, name: str, language: str) -> None:
    """Print the flow NAME as a Mermaid drawing."""
    from helpline.conversations.files.graph import mermaid

    click.echo(mermaid(_flow(_loaded(config), name), language))


@flows.command()
@click.argument("ladder")
@click.option(
    "--at", default="09:00", show_default=True, metavar="HH:MM", help="When the question is sent."
)
@click.pass_obj
def simulate(config: str | None, ladder: str, at: str) -> None:
    """Print what happens, and when, if nobody ever answers: the ladder LADDER as a timeline."""
    from helpline.conversations.files.timeline import timeline

    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise click.BadParameter(f"{at} is not a time; write it as 09:00.", param_hint="--at")
    loaded = _loaded(config)
    if ladder not in loaded.book.ladders:
        known = ", ".join(loaded.book.ladders) or "none"
        raise NotFound(f"There is no ladder `{ladder}`.", f"Known ladders: {known}.")
    for moment, what in timeline(loaded.book.ladders[ladder], at):
        click.echo(f"{moment:>10}  {what}")


def _flow(loaded: Loaded, name: str) -> Flow:
    if name not in loaded.book.flows:
        known = ", ".join(sorted(loaded.book.flows)) or "none"
        raise NotFound(f"There is no flow `{name}`.", f"Known flows: {known}.")
    return loaded.book.flows[name]
