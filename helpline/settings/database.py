"""Where the data lives: in a file on this machine, or on a PostgreSQL server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote

_FILE = "sqlite:///"
_URL = re.compile(
    r"postgres(?:ql)?://((?P<user>[^/]*)@)?(?P<hosts>[^\s/]*)/(?P<name>[^\s/?#]+)(?:\?(?P<options>\S*))?"
)


@dataclass(frozen=True, slots=True)
class File:
    """A SQLite file; once settings are loaded its path is absolute."""

    path: Path

    @property
    def address(self) -> str:
        """How [service] database names it."""
        return f"{_FILE}{self.path}"

    @property
    def place(self) -> str:
        """How people are told where the data is."""
        return str(self.path)


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """A database on a PostgreSQL server. `url` may hold a password; `place` may be shown."""

    url: str

    def __repr__(self) -> str:
        return f"Server({self.place!r})"

    @property
    def address(self) -> str:
        """How [service] database names it, with the password."""
        return self.url

    @property
    def place(self) -> str:
        """How people are told where the data is."""
        found = _URL.fullmatch(self.url)
        if found is None:
            return "postgresql://…"
        hosts = re.sub(r":\d*(?=,|$)", "", found["hosts"]) or _option(found["options"], "host")
        return f"{unquote(found['name'])} on {hosts or 'this machine'}"

    @property
    def has_password(self) -> bool:
        """True when whoever reads the address may enter."""
        found = _URL.fullmatch(self.url)
        if found is None:
            return True
        return ":" in (found["user"] or "").rstrip(":") or bool(
            _option(found["options"], "password")
        )


Database = File | Server


def _option(options: str | None, name: str) -> str:
    return parse_qs(options or "").get(name, [""])[0]


def database_at(typed: str, folder: Path = Path()) -> Database:
    """Return the database that an address names; a relative path starts at `folder`.

    Raises ValueError with two parts: what is wrong, as the end of a sentence, and what to write.
    """
    if typed.startswith(("postgres://", "postgresql://")):
        if _URL.fullmatch(typed) is None:
            example = "postgresql://USER:PASSWORD@HOST/NAME"
            raise ValueError(f"“{without_password(typed)}” names no database. Write {example}")
        return Server(typed)
    path = typed.removeprefix(_FILE)
    if path == typed or not path or path.startswith(":memory:") or path.endswith("/"):
        shown = without_password(typed)
        raise ValueError(f"“{shown}” does not name a file. Write sqlite:///helpline.db")
    return File(folder / Path(path).expanduser())


def without_password(address: str) -> str:
    """Return an address as it may be shown."""
    return re.sub(r"//[^/]*@", "//…@", address)
