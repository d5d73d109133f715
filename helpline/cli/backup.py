"""`helpline backup`, `restore` and `drill` keep the town's memory; `audit` asks whether all is as
it must be."""

from __future__ import annotations

import json
from pathlib import Path

import click

from helpline.base.errors import HelplineError
from helpline.settings.database import Database, File, Server
from helpline.town.tx import Tx


@click.command()
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where to [that of the settings].",
)
@click.option(
    "--make-key",
    "key",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Make a key that seals copies.",
)
@click.option(
    "--unseal",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Open a sealed copy beside itself.",
)
@click.pass_obj
def backup(config: str | None, folder: Path | None, key: Path | None, unseal: Path | None) -> None:
    """Copy the database, also while the gateway runs; in its own folder, old copies are removed as
    the settings say."""
    if key is not None:
        _make_key(key)
    elif unseal is not None:
        _unseal(config, unseal)
    else:
        _back_up(config, folder)


def _make_key(path: Path) -> None:
    from helpline.ops.backup.crypt import make_key

    make_key(path)
    click.echo(f"{path.absolute()} is made. Name it as [backup] key_file.")
    click.echo(
        "Keep a second copy of it on paper or in a safe: without it no sealed copy can be opened."
    )


def _unseal(config: str | None, path: Path) -> None:
    from helpline.app.settings import load_settings
    from helpline.ops.backup.crypt import read_key, unseal_beside

    key_file = load_settings(config).backup.key_file
    if key_file is None:
        raise HelplineError("No key is set.", "Name it as [backup] key_file.")
    click.echo(
        f"{unseal_beside(path, read_key(key_file))} is readable by everybody who gets it: remove "
        "it soon."
    )


def _back_up(config: str | None, folder: Path | None) -> None:
    from helpline.cli.opening import now, opened_register
    from helpline.ops.backup import backup as copying

    with opened_register(config) as (settings, store):
        moment = now()
        made = copying.back_up(settings, moment, folder)
        copying.note(store, made, moment)
        days = settings.backup.keep_days  # what lies in a folder named by hand is its owner's
        gone = copying.rotate(settings.backup_folder, days, moment) if folder is None else []
    size = made.path.stat().st_size / 1_000_000
    click.echo(f"{made.path} ({size:.1f} MB, {'sealed' if made.is_sealed else 'not sealed'})")
    if gone:
        click.echo(f"Removed {len(gone)} older than {settings.backup.keep_days} days.")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--into", metavar="sqlite:///PATH", default="", help="The new database [that of the settings]."
)
@click.option(
    "--key", metavar="FILE", type=click.Path(path_type=Path), help="The key [that of the settings]."
)
@click.option(
    "--resume", is_flag=True, help="Compare what waits with the provider's list, then send again."
)
@click.option(
    "--pause", is_flag=True, help="Let the sender stand still, after a restore by other means."
)
@click.pass_obj
def restore(  # noqa: PLR0913
    config: str | None, file: Path | None, into: str, key: Path | None, resume: bool, pause: bool
) -> None:
    """Make a database from a copy. Nothing is sent from it before `helpline restore --resume`."""
    if resume or pause:
        _resume(config) if resume else _pause(config)
        return
    if file is None:
        raise HelplineError(
            "No copy is named.", "Write: helpline restore FILE; `helpline drill` names the newest."
        )
    from helpline.app.settings import load_settings
    from helpline.cli.opening import named_database, now
    from helpline.cli.tables import as_moment
    from helpline.ops.backup.restore import restore as put_back

    settings = load_settings(config)
    target = _file_of(named_database(into) if into else settings.service.database)
    key = key or settings.backup.key_file
    found = put_back(file, target, now(), key)
    click.echo(
        f"{target} is restored as it was at {as_moment(found.made_at)}: {_counted(found.counts)}."
    )
    click.echo(
        f"{found.waiting} texts waited then. The sender is paused, so that none of them leaves a "
        "second time."
    )
    click.echo("Start the service, then run: helpline restore --resume")


def _file_of(database: Database) -> Path:
    """Return the file to restore into. Raises HelplineError for a server, which restores by its own
    tools."""
    match database:
        case File(path):
            return path
        case Server():
            raise HelplineError(
                f"{database.place}: this is on a PostgreSQL server, and `helpline restore` makes "
                "a file.",
                "Use pg_restore there (docs/backup.md), or name a file: --into sqlite:///PATH.",
            )


def _pause(config: str | None) -> None:
    from helpline.cli.opening import now, opened_register
    from helpline.ops.backup.restore import pause

    with opened_register(config) as (_, store):
        pause(store, now())
    click.echo("The sender is paused. Let it go on with: helpline restore --resume")


def _resume(config: str | None) -> None:
    from helpline.app.providers import PROVIDERS
    from helpline.cli.opening import now, opened_town
    from helpline.ops.backup.restore import resume
    from helpline.town.tx import Tx

    with opened_town(config) as (settings, town, store):
        compared = resume(Tx(store, town, now()), PROVIDERS.transports(settings))
    if compared is None:
        click.echo("The sender is not paused.")
        return
    click.echo(f"{compared.had_left} texts had left before; they are not sent again.")
    click.echo(
        f"{compared.leave} leave now: alarms of open cases, open questions, and what is not too "
        "late."
    )
    click.echo(f"{compared.dropped} are dropped: their time is over.")
    if compared.not_comparable:
        click.echo(
            f"{compared.not_comparable} could not be compared: their provider keeps no list."
        )
    click.echo("The sender goes on.")


@click.command()
@click.option(
    "--from", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Where copies are."
)
@click.pass_obj
def drill(config: str | None, folder: Path | None) -> None:
    """Rehearse a restore with the newest copy; ends with status 1 when it cannot be read."""
    from helpline.cli.opening import now, opened_register
    from helpline.cli.tables import as_moment
    from helpline.ops.backup.drill import note, rehearse

    with opened_register(config) as (settings, store):
        done = rehearse(settings, folder)
        note(store, done, now())
    if not done.ok:
        raise HelplineError(done.problem, done.remedy)
    click.echo(
        f"{done.file}, made at {as_moment(done.made_at)}, can be restored: {_counted(done.counts)}."
    )


@click.command()
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object a line: code, grave, ids, text, remedy.",
)
@click.option(
    "--language",
    type=click.Choice(["fr", "en"]),
    default="en",
    help="The language of the sentences.",
)
@click.pass_obj
def audit(config: str | None, as_json: bool, language: str) -> None:
    """Ask whether all is as it must be; ends with status 1 when something is not. Nobody is
    told."""
    from helpline.cli.opening import now, opened_town
    from helpline.engine.signs import Signs
    from helpline.ops.audit import look

    with opened_town(config) as (_, town, store):
        alive_at = Signs().of_engine(store, now())
        breaches = look(Tx(store, town, now()), alive_at)
    for each in breaches:
        text, remedy = each.sentence(language), each.remedy(language)
        if as_json:
            found = {
                "code": each.code,
                "grave": each.is_grave,
                "ids": each.ids,
                "text": text,
                "remedy": remedy,
            }
            click.echo(json.dumps(found, ensure_ascii=False))
        else:
            word = click.style(
                "GRAVE    " if each.is_grave else "ATTENTION",
                fg="red" if each.is_grave else "yellow",
            )
            click.echo(f"{word} {text} [{each.code}]\n          → {remedy}")
    if breaches:
        raise SystemExit(1)
    if not as_json:
        click.echo("All is as it must be.")


def _counted(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{number} {table.replace('_', '-')}" for table, number in counts.items())
