"""Copies the database while the gateway runs: whole or not at all, checked, sealed where a key is
set, rotated."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from helpline.base.errors import HelplineError
from helpline.base.ports import Store
from helpline.ops.backup import crypt
from helpline.settings import Settings
from helpline.settings.database import Database, File, Server

NAME = re.compile(r"helpline-(\d{8}T\d{6}Z)\.(db|dump)(\.sealed)?")
STAMP = "%Y%m%dT%H%M%SZ"
ALWAYS_KEPT = 3
SPARE = 50_000_000  # bytes left free beside a copy


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the database."""

    path: Path
    made_at: int

    @property
    def is_sealed(self) -> bool:
        """Tell whether a key is needed to read it."""
        return self.path.name.endswith(".sealed")

    @property
    def is_dump(self) -> bool:
        """Tell whether it was made by pg_dump."""
        return ".dump" in self.path.name


def back_up(settings: Settings, now: int, folder: Path | None = None) -> Copy:
    """Copy the database into `folder`, by default that of the settings, and return the copy.

    Raises HelplineError when there is no room, the copy is not sound, or the key cannot be read.
    What is left behind by a copy that was killed is removed by the next one.
    """
    folder = folder or settings.backup_folder
    key_file = settings.backup.key_file
    key = crypt.read_key(key_file) if key_file is not None else None
    name = f"helpline-{_stamp(now)}.{_kind(settings.service.database)}{'.sealed' if key else ''}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _remove_leftovers(folder)
        with _part(folder, name) as part:
            match settings.service.database:
                case File(path):
                    _copy_file(path, part, key, folder)
                case Server() as server:
                    _copy_dump(server, part, key, folder)
            _to_disk(part)
            part.replace(folder / name)
        _to_disk(folder)
    except OSError as error:
        why = f"The copy could not be written to {folder}: {error.strerror or error}."
        raise HelplineError(
            why, "Let this account write there, or name another folder in [backup] directory."
        ) from error
    return Copy(folder / name, now)


def _kind(database: Database) -> str:
    match database:
        case File():
            return "db"
        case Server():
            return "dump"


def copies(folder: Path) -> list[Copy]:
    """Return the copies in `folder`, the newest first."""
    found = (
        [(NAME.fullmatch(path.name), path) for path in folder.glob("helpline-*")]
        if folder.is_dir()
        else []
    )
    dated = [Copy(path, _moment(match[1])) for match, path in found if match]
    return sorted(dated, key=lambda each: each.made_at, reverse=True)


def rotate(folder: Path, keep_days: int, now: int) -> list[Path]:
    """Remove copies older than `keep_days`, save the last three; return what was removed."""
    oldest = now - int(timedelta(days=keep_days).total_seconds() * 1000)
    gone = [copy.path for copy in copies(folder)[ALWAYS_KEPT:] if copy.made_at < oldest]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def note(store: Store, copy: Copy, now: int) -> None:
    """Write down that a copy was made."""
    data = {"file": copy.path.name, "bytes": copy.path.stat().st_size, "sealed": copy.is_sealed}
    with store.transaction():
        store.run("beat", name="backup", now=now, data=json.dumps(data))


def check_room(folder: Path, needed: int) -> None:
    """Raise HelplineError when `folder` has no room for `needed` bytes and some to spare."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise HelplineError(
            f"{folder} has {free // 1_000_000} MB free, and a copy needs "
            f"{(needed + SPARE) // 1_000_000} MB.",
            "Make room there, lower [backup] keep_days, or name another folder in [backup] "
            "directory.",
        )


# --- making one -----------------------------------------------------------------------------------


def _copy_file(database: Path, part: Path, key: bytes | None, folder: Path) -> None:
    if not database.exists():
        raise HelplineError(f"There is no database at {database}.", "Check [service] database.")
    size = sum(path.stat().st_size for path in (database, Path(f"{database}-wal")) if path.exists())
    check_room(folder, size)
    if key is None:
        _vacuum(database, part)
        return
    check_room(database.parent, size)
    with _part(
        database.parent, "copy"
    ) as plain:  # what is not sealed yet does not leave the database's own folder
        _vacuum(database, plain)
        _seal(plain, part, key)


def _vacuum(database: Path, part: Path) -> None:
    """Copy what is committed at this moment, in one go: writers are not held up, and nothing half
    done is in it."""
    from helpline.store.sqlite import sqlite3

    try:
        connection = sqlite3.connect(str(database), isolation_level=None, timeout=30)
        try:
            connection.execute("VACUUM INTO ?", [str(part)])
        finally:
            connection.close()
        state = checked(part, "quick_check(1)")
    except sqlite3.Error as error:
        raise HelplineError(
            f"The database {database} could not be copied: {error}.", "Run helpline doctor."
        ) from error
    if state != "ok":
        raise HelplineError(
            f"The copy of {database} is not sound: {state}.",
            "Run helpline doctor, and keep old copies.",
        )


def checked(database: Path, check: str = "integrity_check(5)") -> str:
    """Return "ok" or what SQLite says against a file that nobody writes to."""
    from helpline.store.sqlite import sqlite3

    connection = sqlite3.connect(f"file:{database}?immutable=1", uri=True)
    try:
        return "; ".join(str(row[0]) for row in connection.execute(f"PRAGMA {check}").fetchall())
    finally:
        connection.close()


def _copy_dump(server: Server, part: Path, key: bytes | None, folder: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise HelplineError(
            "The database is PostgreSQL, and pg_dump is not on this machine.",
            "Install it (Debian: apt install postgresql-client), or copy the database where it "
            "runs.",
        )
    from helpline.store.postgres_connection import environment_of

    check_room(folder, 0)
    with _part(
        Path(tempfile.gettempdir()), "helpline-dump"
    ) as plain:  # unsealed it stays on this machine
        done = subprocess.run(
            [program, "--format=custom", "--no-password", f"--file={plain if key else part}"],
            env={**os.environ, **environment_of(server.url)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            remedy = "It must be at least as new as the server; run it by hand to see more."
            raise HelplineError(f"pg_dump could not copy the database: {last}.", remedy)
        if key:
            _seal(plain, part, key)


def _seal(plain: Path, part: Path, key: bytes) -> None:
    with part.open("wb") as file:
        crypt.seal(plain, file, key)


# --- files ----------------------------------------------------------------------------------------


@contextmanager
def _part(folder: Path, name: str) -> Iterator[Path]:
    """Give an empty file only its owner may read, and remove it unless it was renamed."""
    path = folder / f".{name}.{os.getpid()}.part"
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        Path(f"{path}-journal").unlink(missing_ok=True)


def _remove_leftovers(folder: Path) -> None:
    for path in folder.glob(".*.part*"):
        owner = re.search(r"\.(\d+)\.part", path.name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            path.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime(STAMP)


def _moment(stamp: str) -> int:
    return int(datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp() * 1000)
