"""`helpline people|cases|messages`: what the database holds, as a table or as JSON lines with
stable keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from helpline.base.errors import HelplineError
from helpline.cli.tables import as_moment, json_lines, table

Row = Mapping[str, Any]
PRIORITIES = ("alarm", "reply", "check_in", "status", "campaign", "poll")
ROLES = ("resident", "contact", "volunteer", "coordinator")
PEOPLE_COLUMNS = (
    "phone",
    "name",
    "other_name",
    "language",
    "roles",
    "status",
    "zone",
    "next_ask_at",
    "stopped_at",
    "heard_at",
)
CASE_COLUMNS = (
    "number",
    "kind",
    "status",
    "resident",
    "owner",
    "zone",
    "opened_at",
    "next_action_at",
    "outcome",
)
MESSAGE_COLUMNS = ("at", "direction", "phone", "state", "status", "name", "case", "body")

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line, with stable keys."
)


@click.command()
@as_json_option
@click.option("--role", type=click.Choice(ROLES), help="Only people with this role.")
@click.pass_obj
def people(config: str | None, as_json: bool, role: str | None) -> None:
    """List people with their roles."""
    from helpline.cli.opening import opened_register

    with opened_register(config) as (_, store):
        consents = {row["person_id"]: row for row in store.all("report_consents")}
        rows = [_person(row, consents.get(row["id"])) for row in store.all("report_people")]
    show(
        [row for row in rows if role is None or role in row["roles"]],
        as_json,
        PEOPLE_COLUMNS,
        _person_line,
    )


@click.command()
@as_json_option
@click.option("--open", "which", flag_value="open", help="Only open cases.")
@click.option("--closed", "which", flag_value="closed", help="Only closed cases.")
@click.pass_obj
def cases(config: str | None, as_json: bool, which: str | None) -> None:
    """List cases, the oldest first."""
    from helpline.cli.opening import opened_register

    with opened_register(config) as (_, store):
        rows = [_case(row) for row in store.all("report_cases", status=which or "")]
    show(rows, as_json, CASE_COLUMNS)


@click.command()
@as_json_option
@click.option("--phone", default="", help="Only texts from or to this number.")
@click.option(
    "--since",
    default="",
    help="A date (2026-03-05) or a moment (2026-03-05T08:00), on the service's clock.",
)
@click.pass_obj
def messages(config: str | None, as_json: bool, phone: str, since: str) -> None:
    """List texts in and out, the oldest first."""
    from helpline.base.phone import number
    from helpline.cli.opening import opened_register

    with opened_register(config) as (settings, store):
        e164 = number(phone, settings.service.country).e164 if phone else ""
        begin = since_moment(since, settings.service.timezone) if since else 0
        rows = [_message(row) for row in store.all("report_messages", phone=e164, since=begin)]
    show(rows, as_json, MESSAGE_COLUMNS)


def show(
    rows: Iterable[Row],
    as_json: bool,
    columns: Sequence[str],
    line: Callable[[Row], Row] = lambda row: row,
) -> None:
    """Print rows as JSON lines, or as a table of `columns` once `line` has made each row flat."""
    for text in json_lines(rows) if as_json else table((line(row) for row in rows), columns):
        click.echo(text)


def since_moment(text: str, zone: str) -> int:
    """Return a date or a moment, on the clock of `zone` unless it names its own, in UTC
    milliseconds."""
    from datetime import datetime

    from helpline.base.calendar import to_ms, zone_named

    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise HelplineError(
            f"“{text}” is not a date.", "Write it as 2026-03-05 or 2026-03-05T08:00."
        ) from None
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=zone_named(zone)))


# --- one row each ---------------------------------------------------------------------------------


def _person(row: Row, consent: Row | None) -> dict[str, Any]:
    known = (
        row["resident_id"],
        row["is_contact"] or None,
        row["volunteer_id"],
        row["coordinator_id"],
    )
    return {
        "phone": row["phone"],
        "name": row["name"],
        "other_name": row["other_name"],
        "language": row["language"],
        "roles": [role for role, there in zip(ROLES, known, strict=True) if there is not None],
        "resident": _resident(row, consent) if row["resident_id"] is not None else None,
        "contacts": sorted(json.loads(row["contacts"]), key=lambda each: str(each["phone"])),
        "volunteer": _volunteer(row) if row["volunteer_id"] is not None else None,
        "coordinator": {"email": row["email"]} if row["coordinator_id"] is not None else None,
        "stopped_at": as_moment(row["stopped_at"]),
        "heard_at": as_moment(row["heard_at"]),
    }


def _resident(row: Row, consent: Row | None) -> dict[str, Any]:
    return {
        "status": row["resident_status"],
        "zone": row["zone"],
        "address": row["address"],
        "check_in_at": row["check_in_at"],
        "days": row["days"],
        "timezone": row["timezone"],
        "ladder": row["ladder"],
        "paused_until": as_moment(row["paused_until"]),
        "next_ask_at": as_moment(row["next_ask_at"]),
        "consent": _consent(consent),
    }


def _consent(row: Row | None) -> str | None:
    """Return "refused", "consent" (by their own text), or "paper 2026-03-05"; None when nothing was
    said."""
    if row is None:
        return None
    if not row["given"]:
        return "refused"
    return str(row["words"] if row["basis"] == "paper" else row["basis"])


def _volunteer(row: Row) -> dict[str, Any]:
    zones = [zone for zone in row["zones"].split("|") if zone]
    return {
        "status": row["volunteer_status"],
        "zones": zones,
        "away_until": as_moment(row["away_until"]),
    }


def _person_line(person: Row) -> Row:
    """Return a person without lists inside, for the table."""
    resident, volunteer = person["resident"] or {}, person["volunteer"] or {}
    return {
        **person,
        "status": resident.get("status") or volunteer.get("status"),
        "zone": resident.get("zone") or volunteer.get("zones"),
        "next_ask_at": resident.get("next_ask_at"),
    }


def _case(row: Row) -> dict[str, Any]:
    asks = [{**ask, "asked_at": as_moment(ask["asked_at"])} for ask in json.loads(row["asks"])]
    return {
        "number": row["number"],
        "kind": row["kind"],
        "status": row["status"],
        "resident": row["resident_name"] or row["resident_phone"],
        "owner": row["owner_name"] or row["owner_phone"],
        "opened_at": as_moment(row["opened_at"]),
        "next_action_at": as_moment(row["next_action_at"]),
        "outcome": row["outcome"],
        "resident_phone": row["resident_phone"],
        "owner_phone": row["owner_phone"],
        **{key: row[key] for key in ("zone", "need", "wanted")},
        "urgent": bool(row["urgent"]),
        "closed_at": as_moment(row["closed_at"]),
        "rung": row["rung"],
        "round": row["round"],
        "asks": sorted(asks, key=lambda ask: str(ask["asked_at"])),
    }


def _message(row: Row) -> dict[str, Any]:
    is_mail = row["channel"] == "email"
    return {
        "direction": row["direction"],
        "phone": None if is_mail else row["address"],
        "email": row["address"] if is_mail else None,
        "channel": row["channel"],
        "body": row["body"],
        "at": as_moment(row["at"]),
        "state": row["state"],
        "status": row["status"],
        "provider_id": row["provider_id"],
        "name": row["name"],
        "priority": None if row["priority"] is None else PRIORITIES[row["priority"]],
        "case": row["case_number"],
        "segments": row["segments"],
        "meaning": row["meaning"],
        "unread": None if row["unread"] is None else bool(row["unread"]),
        "error": row["error"],
    }
