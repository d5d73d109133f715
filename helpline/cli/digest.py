"""`helpline digest`: a day's summary on the terminal."""

from __future__ import annotations

from datetime import date as calendar_date

import click

from helpline.base.errors import HelplineError
from helpline.town.tx import Tx


@click.command()
@click.option(
    "--date",
    "day",
    default="",
    metavar="YYYY-MM-DD",
    help="Which day [today, on the town's calendar].",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["sms", "text", "html"]),
    default="text",
    help="As the SMS, or as the e-mail.",
)
@click.option(
    "--language", default="", help="fr, en, or for the SMS any the town speaks [the town's first]."
)
@click.pass_obj
def digest(config: str | None, day: str, form: str, language: str) -> None:
    """Print a day's summary as coordinators get it. Nothing is sent."""
    from helpline.base.calendar import local_date
    from helpline.cli.opening import now as this_moment
    from helpline.cli.opening import opened_town
    from helpline.reports import day as today
    from helpline.reports.digest import mail_of, text_of

    with opened_town(config) as (settings, town, store):
        now = this_moment()
        facts = today.read_day(
            Tx(store, town, now), _checked(day) or local_date(now, town.zone_name)
        )
    language = language or settings.service.languages[0]
    click.echo(
        text_of(town, facts, language)
        if form == "sms"
        else mail_of(town, facts, language, now)[form]
    )


def _checked(day: str) -> str:
    try:
        return calendar_date.fromisoformat(day).isoformat() if day else ""
    except ValueError as error:
        raise HelplineError(f"“{day}” is not a date.", "Write it as 2026-11-21.") from error
