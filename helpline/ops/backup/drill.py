"""Rehearses a restore: a copy nobody ever tried to read is a hope, not a copy."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from helpline.base.errors import HelplineError
from helpline.base.ports import Store
from helpline.ops.backup import crypt
from helpline.ops.backup.backup import Copy, copies
from helpline.ops.backup.restore import COUNTED, opened_copy
from helpline.settings import Settings
from helpline.settings.database import Database, File, Server


@dataclass(frozen=True, slots=True)
class Drill:
    """How a rehearsal went: which copy, when it was made, how many rows it gave back, or what was
    wrong."""

    file: str = ""
    made_at: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the copy can be restored."""
        return not self.problem


def rehearse(settings: Settings, folder: Path | None = None) -> Drill:
    """Restore the newest copy into a place that is removed again, and say what was in it."""
    folder = folder or settings.backup_folder
    newest = next(iter(copies(folder)), None)
    if newest is None:
        return Drill(problem=f"There is no copy in {folder}.", remedy="Run: helpline backup.")
    try:
        counts = _dump_counts(newest, settings) if newest.is_dump else _counts(newest, settings)
    except (HelplineError, OSError) as error:
        problem, remedy = getattr(error, "problem", str(error)), getattr(error, "remedy", "")
        return Drill(newest.path.name, newest.made_at, problem=problem, remedy=remedy)
    return Drill(newest.path.name, newest.made_at, counts)


def note(store: Store, drill: Drill, now: int) -> None:
    """Write down how it went, for the auditor, the doctor and the day's summary."""
    data = {"ok": drill.ok, "file": drill.file, "made_at": drill.made_at, **drill.counts}
    with store.transaction():
        store.run("beat", name="drill", now=now, data=json.dumps(data))


def _counts(copy: Copy, settings: Settings) -> dict[str, int]:
    place = _scratch(settings.service.database)
    with opened_copy(copy.path, place, settings.backup.key_file) as store:
        return {
            table: int(store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in COUNTED
        }


def _scratch(database: Database) -> Path:
    """Return where a copy may lie open for a moment: beside the database, else on this machine."""
    match database:
        case File(path):
            return path.parent
        case Server():
            return Path(tempfile.gettempdir())


def _dump_counts(copy: Copy, settings: Settings) -> dict[str, int]:
    """Read the list of what a PostgreSQL copy holds: restoring it needs a server of its own."""
    program = shutil.which("pg_restore")
    if program is None:
        raise HelplineError(
            "pg_restore is not on this machine.",
            "Install it (Debian: apt install postgresql-client).",
        )
    with tempfile.TemporaryDirectory(prefix="helpline-drill-") as place:
        plain = copy.path
        key_file = settings.backup.key_file
        if copy.is_sealed and key_file is None:
            raise HelplineError(
                f"{copy.path.name} is sealed.", "Name its key as [backup] key_file."
            )
        if copy.is_sealed and key_file is not None:
            plain = Path(place) / "copy.dump"
            with plain.open("wb") as file:
                crypt.unseal(copy.path, file, crypt.read_key(key_file))
        done = subprocess.run(
            [program, "--list", str(plain)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise HelplineError(f"pg_restore cannot read {copy.path.name}.", "Run: helpline backup.")
    return {"tables": done.stdout.count(" TABLE DATA ")}
