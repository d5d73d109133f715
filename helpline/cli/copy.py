"""`helpline copy-to`: the town moves to another database."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from helpline.base.errors import HelplineError
from helpline.settings.database import Database, File

if TYPE_CHECKING:
    from helpline.store.copying import Copied


@click.command("copy-to")
@click.argument("place", metavar="postgresql://USER:PASSWORD@HOST/NAME | sqlite:///PATH")
@click.option("--dry-run", is_flag=True, help="Say what would be copied; change nothing.")
@click.option(
    "--even-if-running",
    is_flag=True,
    help="Copy although an engine is at work on the town's database.",
)
@click.pass_obj
def copy_to(config: str | None, place: str, dry_run: bool, even_if_running: bool) -> None:
    """Copy the whole town into an empty database and compare it row by row; the settings are left
    as they are."""
    from helpline.app.settings import load_settings
    from helpline.cli.opening import named_database
    from helpline.store.opening import open_store

    ours, theirs = load_settings(config).service.database, named_database(place)
    if theirs == ours:
        raise HelplineError("The town lives there already.", "Name another database.")
    with closing(open_store(ours)) as source:
        _refuse_if_running(source, even_if_running)
        if dry_run:
            _rehearse(source, theirs)
        else:
            _copy(source, theirs)


def _refuse_if_running(source: Any, even_if_running: bool) -> None:
    from helpline.cli.opening import now
    from helpline.engine.lease import is_held

    if not even_if_running and is_held(source, now()):
        raise HelplineError(
            "The gateway is running on the town's database; what it writes after the copy would "
            "be left behind.",
            "Stop it first, or add --even-if-running to copy the town as it is at this moment.",
        )


def _rehearse(source: Any, database: Database) -> None:
    from helpline.store.copying import count_rows, refuse_if_used
    from helpline.store.opening import connect

    if not isinstance(database, File) or database.path.exists():
        with closing(connect(database)) as target:
            refuse_if_used(target, database.place)
    for table, rows in count_rows(source).items():
        click.echo(f"{table:<18} {rows:>9} rows to copy")
    click.echo(f"Nothing was changed. {database.place} can be copied into.")


def _copy(source: Any, database: Database) -> None:
    from helpline.store.copying import copy_town
    from helpline.store.opening import open_store

    def tell(copied: Copied) -> None:
        click.echo(
            f"{copied.table:<18} {copied.rows:>9} rows, each the same   {copied.fingerprint}"
        )

    with closing(open_store(database)) as target:
        copy_town(source, target, database.place, tell)
    click.echo(f"The town is in {database.place} as well, row by row the same.")
    click.echo(
        "Write that database into [service] database, start the gateway, and keep the old one "
        "until you are sure."
    )
