"""`helpline story`: a demo town, a story of about a minute, and then the town is yours to play
with."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from helpline.base.errors import HelplineError

if TYPE_CHECKING:
    from helpline.simulator.demo import DemoTown
    from helpline.simulator.narration import Teller


@click.command()
@click.option(
    "--story",
    "only_story",
    is_flag=True,
    help="Play and end, with status 0 only if it came out as told.",
)
@click.option("--fast", is_flag=True, help="No pauses for reading.")
@click.option(
    "--language",
    type=click.Choice(["fr", "en"]),
    help="Of the town and of the telling [LANG, else en].",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Listen there; 0: anywhere [8080, or the next free one].",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the database in this folder.",
)
@click.option(
    "--without",
    metavar="PERSON",
    default="",
    help="Rehearse a failure: this person's phone stays off.",
)
def story(  # noqa: PLR0913
    only_story: bool,
    fast: bool,
    language: str | None,
    port: int | None,
    folder: Path | None,
    without: str,
) -> None:
    """Play the demo town: a real gateway, a simulated mobile network, and a clock in a hurry.

    Without --story the town stays open for the browser until Ctrl-C: phones at /phones, the desk at
    /desk.
    """
    from helpline.simulator.demo import CAST, DemoTown
    from helpline.simulator.narration import Teller
    from helpline.simulator.story import Story

    if without and without.casefold() not in {person.name.casefold() for person in CAST}:
        names = ", ".join(person.name for person in CAST)
        raise HelplineError(f"Nobody in the town is called {without}.", f"There are {names}.")
    _prepare_output()
    spoken = language or language_of(os.environ)
    teller = Teller(spoken, fast=fast, echo=click.echo)
    came_out = False
    with _until_told() as ended, ExitStack() as stack:
        town = stack.enter_context(DemoTown(_folder(folder, stack), port, spoken))
        _introduce(teller, town, keeps=folder is not None, chose_port=port is not None)
        failure = Story(town, teller, without).play()
        came_out = failure is None
        if failure is None:
            teller.good(teller.say("all_told"))
        else:
            teller.plain("")
            teller.bad(teller.say("not_told", line=failure.line), failure.instead)
        if not only_story:
            _say_what_is_open(teller, town)
            while not ended.wait(1.0):  # one that never sleeps long enough to miss Ctrl-C
                pass
    if not only_story:
        teller.plain("\n" + teller.say("closed"))
    if not came_out:
        raise SystemExit(1)


def language_of(environ: os._Environ[str] | dict[str, str]) -> str:
    """Return fr where the terminal speaks French, else en."""
    said = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "fr" if said.lower().startswith("fr") else "en"


def _prepare_output() -> None:
    """Let no letter that a terminal cannot show end the story; keep log lines out of it."""
    logging.basicConfig(
        level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace", line_buffering=True)


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """Give an event to wait for; Ctrl-C and SIGTERM end the block at once, and quietly."""
    before = [(each, signal.signal(each, _interrupt)) for each in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield threading.Event()
    except KeyboardInterrupt:
        click.echo()
    finally:
        for each, handler in before:
            signal.signal(each, handler)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _folder(wanted: Path | None, stack: ExitStack) -> Path:
    """Return the folder for the database. Raises HelplineError when a town lives there already."""
    if wanted is None:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="helpline-")))
    if (wanted / "town.db").exists():
        raise HelplineError(
            f"{wanted / 'town.db'} holds a town already.",
            "Name another folder, or remove that file.",
        )
    return wanted


def _introduce(teller: Teller, town: DemoTown, *, keeps: bool, chose_port: bool) -> None:
    from helpline.simulator.demo import USUAL_PORT

    teller.tell("welcome")
    if not chose_port and town.port != USUAL_PORT:
        teller.plain(teller.say("other_port", port=town.port))
    teller.plain(teller.say("listens", address=town.address))
    teller.plain(teller.say("database", file=town.settings.service.database.place))
    if not keeps:
        teller.plain(teller.say("goes_away"))


def _say_what_is_open(teller: Teller, town: DemoTown) -> None:
    from helpline.simulator.demo import EMAIL

    teller.plain("\n" + teller.say("stays"))
    teller.plain(f"\n  {town.address}/phones   {teller.say('phones')}")
    teller.plain(f"  {town.address}/desk/today   {teller.say('desk')}")
    teller.plain(f"    {teller.say('login', email=EMAIL, password=town.password)}")
    teller.plain("\n" + teller.say("end"))
