"""`helpline check-ins`: list the daily questions, or say hello now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from helpline.base.errors import InvalidNumber
from helpline.cli.reports import as_json_option, show
from helpline.cli.tables import as_moment
from helpline.people.rows import PERSON_BY_PHONE, RESIDENT_OF_PERSON, ResidentRow
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from helpline.base.ports import Row, Store
    from helpline.town.town import Town

AT_A_TIME = (
    200  # residents in one transaction: short enough that a running gateway never waits long
)
COLUMNS = (
    "date",
    "slot",
    "resident",
    "phone",
    "status",
    "answer",
    "asked_at",
    "answered_at",
    "due_at",
)
SENTENCES = {
    "asked": "{phone}: asked.",
    "waiting": "{phone}: already waiting for an answer; not asked again.",
    "paused": "{phone}: paused; not asked.",
    "stopped": "{phone}: said STOP; not asked.",
    "not_active": "{phone}: not active as a resident; not asked.",
}


@click.group("check-ins", invoke_without_command=True)
@as_json_option
@click.option(
    "--date", "day", default="", metavar="YYYY-MM-DD", help="Only questions of this date."
)
@click.pass_context
def check_ins(context: click.Context, as_json: bool, day: str) -> None:
    """List check-ins; `check-ins ask` says hello now."""
    from helpline.cli.opening import opened_register

    if context.invoked_subcommand is not None:
        return
    with opened_register(context.obj) as (_, store):
        rows = [_check_in(row) for row in store.all("report_check_ins", local_date=day)]
    show(rows, as_json, COLUMNS)


@check_ins.command()
@click.argument("phones", nargs=-1, metavar="PHONE...")
@click.option("--all", "everybody", is_flag=True, help="Ask every active resident.")
@click.pass_obj
def ask(config: str | None, phones: tuple[str, ...], everybody: bool) -> None:
    """Say hello now to residents, whatever the hour. A question still open is not put twice."""
    from helpline.cli.opening import opened_town

    if bool(phones) == everybody:
        raise click.UsageError("Give one or more phone numbers, or --all.")
    all_known = True
    with opened_town(config) as (settings, town, store):
        wanted = [row["phone"] for row in store.all("active_residents")] if everybody else phones
        for known, sentence in _asked(store, town, settings.service.country, wanted):
            click.echo(sentence, err=not known)
            all_known = all_known and known
    raise SystemExit(0 if all_known else 1)


def _asked(
    store: Store, town: Town, country: str, phones: Sequence[str]
) -> Iterator[tuple[bool, str]]:
    """Ask each number and give whether it is a resident's, with what came of it, once that is on
    disk."""
    from helpline.cli.opening import now

    for start in range(0, len(phones), AT_A_TIME):
        with store.transaction():
            told = [
                _ask_one(store, town, country, phone, now())
                for phone in phones[start : start + AT_A_TIME]
            ]
        yield from told


def _ask_one(store: Store, town: Town, country: str, typed: str, moment: int) -> tuple[bool, str]:
    from helpline.base.phone import number
    from helpline.check_ins.hello import ask_now

    try:
        phone = number(typed, country).e164
    except InvalidNumber as error:
        return False, str(error)
    resident = _resident(store, phone)
    if resident is None:
        return (
            False,
            f"{phone}: nobody with this number is a resident. `helpline people` lists everybody.",
        )
    return True, SENTENCES[ask_now(Tx(store, town, moment), resident).result].format(phone=phone)


def _resident(store: Store, phone: str) -> ResidentRow | None:
    person = store.one(PERSON_BY_PHONE, phone=phone)
    return store.one(RESIDENT_OF_PERSON, person_id=person["id"]) if person is not None else None


def _check_in(row: Row) -> dict[str, Any]:
    return {
        "resident": row["resident_name"] or row["phone"],
        "phone": row["phone"],
        "date": row["local_date"],
        "slot": row["slot"],
        "status": row["status"],
        "answer": row["answer"],
        "asked_at": as_moment(row["asked_at"]),
        "answered_at": as_moment(row["answered_at"]),
        "due_at": as_moment(row["due_at"]),
        "asking_at": as_moment(row["asking_at"]),
        "reason": row["reason"],
    }
