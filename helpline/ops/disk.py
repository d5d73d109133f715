"""What is left on the disk the town's memory stands on."""

from __future__ import annotations

import shutil

from helpline.settings.database import Database, File, Server


def free_bytes(database: Database) -> int | None:
    """Return the bytes free where the database lies; None where that is a server's matter."""
    match database:
        case File(path):
            return shutil.disk_usage(path.parent).free
        case Server():
            return None
