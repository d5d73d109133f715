"""Checks of what lies on this machine: settings, secrets, time zones, SQLite, the database, the
disk."""

from __future__ import annotations

import os
import shutil
import tomllib
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from helpline.base.errors import HelplineError
from helpline.base.ports import Finding
from helpline.ops.doctor.patient import Patient
from helpline.settings.database import File, Server
from helpline.settings.places import package_folder

# Up to 3.51.2 two connections could damage a WAL file; mended on 13 March 2026 (sqlite.org,
# "WAL-reset bug").
SAFE_SQLITE = (3, 51, 3)
LITTLE_DISK = 500_000_000
SYSTEM_ZONES = Path("/usr/share/zoneinfo")


def settings_are_complete(patient: Patient) -> list[Finding]:
    """Every setting can be read, and a provider is chosen."""
    if patient.problems:
        where = "Correct it, then ask again; docs/settings.md describes it."
        return [Finding("problem", problem, where) for problem in patient.problems]
    settings = patient.settings
    findings = [
        Finding("ok", f"The settings are read from {settings.file or 'the environment alone'}.")
    ]
    if not settings.can_send:
        findings.append(
            Finding(
                "problem",
                "No provider is set up: no text can be sent, and none comes in.",
                f"Fill in {settings.carrier_sections}; docs/providers shows how.",
            )
        )
    if settings.can_send and settings.web.phones:
        findings.append(
            Finding(
                "problem",
                "The simulated phones are open at /phones, on a service with a real provider.",
                "Take `phones = true` out of [web].",
            )
        )
    return findings


def secrets_are_kept(patient: Patient) -> list[Finding]:
    """A settings file that holds secrets is read by its owner, and perhaps its group, only."""
    file = patient.settings.file
    if file is None or os.name != "posix":
        return []
    written = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    held = [
        key
        for key in patient.providers.schema.keys
        if key.secret and written.get(key.section, {}).get(key.name)
    ]
    if (held or _names_a_password(written)) and file.stat().st_mode & 0o007:
        return [
            Finding(
                "warning",
                f"{file} holds secrets, and others on this machine may read it.",
                f"chmod 640 {file}",
            )
        ]
    return [Finding("ok", "Secrets are out of others' reach.")]


def data_is_private(patient: Patient) -> list[Finding]:
    """The database file and what SQLite keeps beside it are read by their owner, and perhaps their
    group, only."""
    match patient.settings.service.database:
        case File(path) if path.exists() and os.name == "posix":
            beside = (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm")))
            open_to_all = [each for each in beside if each.exists() and each.stat().st_mode & 0o007]
        case _:
            return []
    if open_to_all:
        return [
            Finding(
                "warning",
                f"{path} holds what people told us, and others on this machine may read it.",
                f"chmod 600 {' '.join(str(each) for each in open_to_all)}",
            )
        ]
    return [Finding("ok", "The data is out of others' reach.")]


def _names_a_password(written: dict[str, Any]) -> bool:
    address = written.get("service", {}).get("database", "")
    is_server = str(address).startswith("postgres")
    return is_server and Server(address).has_password


def time_zones(patient: Patient) -> list[Finding]:
    """The time zones that come with Helpline agree with the machine's; where they do not,
    Helpline's are used."""
    zones = dict.fromkeys((patient.settings.service.timezone, "Africa/Casablanca"))
    now = datetime.fromtimestamp(patient.now / 1000, UTC)
    findings = []
    for zone in zones:
        parted = first_difference(zone, package_folder() / "zoneinfo", SYSTEM_ZONES, now)
        if parted:
            text = (
                f"This machine's time zones are out of date: {zone} differs from "
                f"{parted:%Y-%m-%d} on."
            )
            findings.append(
                Finding(
                    "warning",
                    f"{text} Helpline uses its own copy.",
                    "Update the machine's tzdata for its logs.",
                )
            )
    return findings or [Finding("ok", f"Time zones are in agreement for {' and '.join(zones)}.")]


def first_difference(zone: str, ours: Path, theirs: Path, now: datetime) -> datetime | None:
    """Return when, within 400 days, two copies of a zone first differ; None when they agree or one
    is not there."""
    if not (theirs / zone).is_file() or not (ours / zone).is_file():
        return None
    one, other = _zone(ours / zone), _zone(theirs / zone)
    moments = (now + timedelta(hours=6 * step) for step in range(4 * 400))
    return next(
        (
            at
            for at in moments
            if at.astimezone(one).utcoffset() != at.astimezone(other).utcoffset()
        ),
        None,
    )


def _zone(file: Path) -> ZoneInfo:
    with file.open("rb") as opened:
        return ZoneInfo.from_file(opened)


def sqlite(patient: Patient) -> list[Finding]:
    """SQLite is new enough not to damage its file, where there is one."""
    if isinstance(patient.settings.service.database, Server):
        return []
    from helpline.store.sqlite import sqlite3

    version = sqlite3.sqlite_version
    if tuple(sqlite3.sqlite_version_info) < SAFE_SQLITE:
        return [
            Finding(
                "warning",
                f"SQLite {version} is older than 3.51.3, and can in rare cases damage the "
                "database.",
                "Install the package pysqlite3 where it exists for this machine, or a newer "
                "SQLite; keep backups.",
            )
        ]
    return [Finding("ok", f"SQLite {version} is safe to use.")]


def database(patient: Patient) -> list[Finding]:
    """The database can be written to, and is whole."""
    match patient.settings.service.database:
        case File(path) if patient.has_database:
            return _on_file(patient, path)
        case File(path):
            return _no_database(path)
        case Server() as server:
            from helpline.ops.doctor.server import on_server

            return on_server(patient, server)


def _on_file(patient: Patient, path: Path) -> list[Finding]:
    from helpline.store.sqlite import Store

    with closing(Store(path, busy_seconds=patient.patience)) as store:
        store.connection.execute("BEGIN IMMEDIATE")
        store.connection.execute("CREATE TABLE doctor_was_here (at INTEGER)")
        store.connection.execute("ROLLBACK")
        state = store.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if state != "ok":
        remedy = "Stop the service, keep a copy of the file, and go back to the last backup."
        return [Finding("problem", f"The database {path} is damaged: {state}.", remedy)]
    return [Finding("ok", f"The database {path} can be written to and is whole.")]


def _no_database(path: Path) -> list[Finding]:
    folder = next(parent for parent in path.parents if parent.exists())
    if not os.access(folder, os.W_OK):
        remedy = (
            f"Let the account that runs Helpline write to {folder}, or change [service] database."
        )
        return [
            Finding("problem", f"The database {path} is not there, and cannot be made.", remedy)
        ]
    return [
        Finding(
            "warning",
            f"The database {path} is not there yet.",
            "`helpline serve` makes it at its first start.",
        )
    ]


def disk(patient: Patient) -> list[Finding]:
    """There is room for the database to grow; where that is a server's matter, for its copies."""
    match patient.settings.service.database:
        case File(path):
            return [_room(path, "the database")]
        case Server():
            with suppress(HelplineError):  # no folder for copies: the check of the database says so
                return [_room(patient.settings.backup_folder / "copy", "copies")]
            return []


def _room(path: Path, what: str) -> Finding:
    folder = next(parent for parent in path.parents if parent.exists())
    free = shutil.disk_usage(folder).free
    if free < LITTLE_DISK:
        return Finding(
            "warning",
            f"Only {free // 1_000_000} MB are free for {what}.",
            "Make room on this disk.",
        )
    return Finding("ok", f"{free // 1_000_000_000} GB are free for {what}.")
