"""Checks of a PostgreSQL server: it answers, takes what we write, and can be copied."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from helpline.base.errors import HelplineError
from helpline.base.ports import Finding
from helpline.ops.doctor.patient import Patient
from helpline.settings.database import Server
from helpline.store.opening import connect_server

if TYPE_CHECKING:
    from helpline.store.postgres import Store

OLDEST = 14  # the oldest release that is known to work: docs/postgresql.md
OWN_IT = "Let the user of [service] database own the database; docs/postgresql.md."


def on_server(patient: Patient, server: Server) -> list[Finding]:
    """The server answers, is new enough, may be written to, and can be copied."""
    with closing(connect_server(server, busy_seconds=patient.patience)) as store:
        release = store.connection.info.server_version // 10_000
        if refused := _refused(store):
            text = f"The database {store.place} answers and cannot be written to: {refused}."
            return [Finding("problem", text, OWN_IT)]
        return [_answers(store, release), *_tables(store), *_copies(patient, release)]


def _answers(store: Store, release: int) -> Finding:
    if release < OLDEST:
        text = f"PostgreSQL {release}, where {store.place} lies, is too old: {OLDEST} is needed."
        return Finding("problem", text, "Ask those who keep the server for a newer one.")
    known = f"The database {store.place} (PostgreSQL {release})"
    return Finding("ok", f"{known} answers and can be written to.")


def _refused(store: Store) -> str:
    """Return what the server says against writing; "" for nothing. Nothing stays written."""
    import psycopg

    try:
        with suppress(_Undone), store.connection.transaction():
            store.connection.execute("CREATE TABLE doctor_was_here (at BIGINT)")
            if _schema(store):
                store.connection.execute("DELETE FROM outbox WHERE false")
            raise _Undone
    except psycopg.Error as error:
        return str(error).splitlines()[0]
    return ""


class _Undone(Exception):
    """What was tried is taken back."""


def _schema(store: Store) -> int:
    from helpline.store.postgres_migrations import version

    return version(store)


def _tables(store: Store) -> list[Finding]:
    from helpline.store.migrations import newer, steps

    have, newest = _schema(store), steps()[-1][0]
    if have > newest:
        error = newer(store.place, have, newest)
        return [Finding("problem", error.problem, error.remedy)]
    if not have:
        text = f"The database {store.place} has no tables yet."
        return [Finding("warning", text, "`helpline serve` makes them at its first start.")]
    if have < newest:
        text = f"The tables of {store.place} are of schema {have}, and this version's is {newest}."
        remedy = (
            "Make a copy (`helpline backup`); the next start of `helpline serve` adds the rest."
        )
        return [Finding("warning", text, remedy)]
    return []


def _copies(patient: Patient, release: int) -> list[Finding]:
    found = [_pg_dump(release)]
    try:
        _ = patient.settings.backup_folder
    except HelplineError as error:
        found.append(Finding("warning", error.problem, error.remedy))
    return found


def _pg_dump(release: int) -> Finding:
    package = f"Debian: apt install postgresql-client-{release}"
    remedy = f"Install it ({package}), or copy the database where it runs."
    program = shutil.which("pg_dump")
    if program is None:
        return Finding("warning", "pg_dump, which makes copies, is not on this machine.", remedy)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = re.search(r" (\d+)", said.stdout)
    if version is None or int(version[1]) < release:
        named = said.stdout.strip() or "pg_dump"
        return Finding(
            "warning", f"{named} is older than the server ({release}), and copies none.", remedy
        )
    return Finding("ok", f"pg_dump {version[1]} can copy the server.")
