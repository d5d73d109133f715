"""A connection to PostgreSQL that gives the same values as the file: whole numbers, text, and rows
by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo
from psycopg.rows import no_result
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import TextLoader

Connection = psycopg.Connection[dict[str, Any]]

# Locked, full, read-only or gone: not a bug of ours.
SERVER_LEFT: tuple[type[Exception], ...] = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
)

# A dead network is noticed in seconds, on both ends: an engine that froze or fell off the net must
# not hold the writers' lock longer than a standby waits.
_MANNERS: dict[str, Any] = {
    "application_name": "helpline",
    "client_encoding": "UTF8",
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
FROZEN = 15_000  # ms a transaction may do nothing
_HABITS = (
    "SELECT set_config('lock_timeout', '{busy}', false), "
    "set_config('idle_in_transaction_session_timeout', '{frozen}', false), "
    "set_config('client_min_messages', 'warning', false), "
    # a server set to forget the last moments of a crash is told that ours matter
    "set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'off' "
    "THEN 'on' ELSE current_setting('synchronous_commit') END, false)"
)


def connect(url: str, busy_seconds: float) -> Connection:
    """Return a connection on which every statement stands alone until BEGIN. Raises
    psycopg.OperationalError."""
    connection: Connection = psycopg.connect(
        make_conninfo(**{**_MANNERS, **conninfo_to_dict(url)}),
        autocommit=True,
        row_factory=_rows_by_name,
        prepare_threshold=0,
    )
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(bool, _Flag)
    connection.adapters.register_loader("bool", _Truth)
    connection.adapters.register_loader("json", TextLoader)
    connection.prepared_max = 500
    connection.execute(_HABITS.format(busy=int(busy_seconds * 1000), frozen=FROZEN), prepare=False)
    return connection


def environment_of(url: str) -> dict[str, str]:
    """Return an address as libpq's variables: a password on a command line can be read by
    everybody."""
    variables = {each.keyword.decode(): each.envvar for each in Conninfo.get_defaults()}
    named = {variables.get(keyword): value for keyword, value in conninfo_to_dict(url).items()}
    return {variable.decode(): str(value) for variable, value in named.items() if variable}


class _Flag(Int8Dumper):
    """True and False go in as 1 and 0, as into the file."""

    def dump(self, obj: Any) -> Buffer:
        return b"1" if obj else b"0"


class _Truth(Loader):
    """What is true comes back as 1, as from the file."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


def _rows_by_name(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], dict[str, Any]]:
    """Make rows that are read by name; of two columns with one name the first counts, as with the
    file."""
    result = cursor.pgresult
    if result is None or not result.nfields:
        return no_result
    places: dict[str, int] = {}
    for place in range(result.nfields):
        places.setdefault((result.fname(place) or b"").decode(), place)
    if len(places) == result.nfields:
        names = tuple(places)
        return lambda values: dict(zip(names, values, strict=True))
    return lambda values: {name: values[place] for name, place in places.items()}
