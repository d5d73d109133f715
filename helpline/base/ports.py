"""The outside, as the rest of the house sees it: a clock, a way to send, a way to look up what was
sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, overload

# --- rows -----------------------------------------------------------------------------------------

Row = Mapping[str, Any]  # of a statement whose rows nobody has typed
R = TypeVar("R", bound=Row)


class Statement(str, Generic[R]):
    """The name of a statement that knows what its rows hold: `CASE = Statement("case", CaseRow)`.

    `row` is a TypedDict of every column, in the `rows.py` beside the statement's queries.sql; a
    test holds it to what both databases give. A row is read by `row["name"]` and by nothing else a
    dictionary can do.
    """

    __slots__ = ("row",)
    row: type[R]

    def __new__(cls, name: str, row: type[R]) -> Statement[R]:
        """Return `name` with its rows."""
        statement = super().__new__(cls, name)
        statement.row = row
        return statement


# --- texts coming in ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InboundText:
    """One text a provider handed to us, already verified.

    `provider_id` is the provider's own id: the same text delivered twice has the same one, for
    ever. `sender` and `receiver` are as the provider wrote them (usually E.164; a sender may also
    be a short code or a name). `body` has no NUL or other control characters left, save line feeds.
    `media` counts pictures and the like. `opt_out` is "stop", "start", "help" or "" : what the
    provider itself already did with this text. `sent_at` is when the provider had it, in UTC
    milliseconds, 0 where it does not say.
    """

    provider: str
    provider_id: str
    sender: str
    receiver: str
    body: str
    media: int = 0
    opt_out: str = ""
    sent_at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class UssdRequest:
    """One hop of a USSD session. `typed` is everything typed since dialling, joined by `*`; "" when
    just dialled."""

    provider: str
    session: str
    sender: str
    code: str
    typed: str


@dataclass(frozen=True, slots=True)
class UssdEnd:
    """The provider's notice that a session is over; `complete` is False when it was cut."""

    provider: str
    session: str
    complete: bool


@dataclass(frozen=True, slots=True)
class DeliveryNews:
    """What became of a text we sent.

    `message_id` is our own id, 0 where the provider did not send it back; `provider_id` is theirs.
    `status` is one of STATUSES; `error_code` the provider's code or "". `opted_out`: it did not
    arrive because its receiver told the provider STOP.
    """

    message_id: int
    provider_id: str
    status: str
    receiver: str = ""
    error_code: str = ""
    provider: str = ""
    opted_out: bool = False


# Statuses of a sent text, in the only order they may be believed; the last three are final.
STATUSES = ("queued", "sending", "sent", "delivered", "read", "undelivered", "failed")

# --- texts going out ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutboundText:
    """One text to send. `id` is ours and travels with it; `valid_for` is in seconds, 0 for the
    provider's default."""

    id: int
    receiver: str
    body: str
    valid_for: int = 0
    subject: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the text; `segments` as it counts them, 0 when it does not say."""

    provider_id: str
    status: str = "queued"
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take this text. `opted_out`: the receiver told the provider STOP.

    `number_is_dead`: no text can reach this number (a landline, not a number).
    `settings_are_wrong`: nothing can leave until a person mends our account or settings.
    `is_strange`: for a reason that stands in no table of ours.
    """

    code: str
    reason: str
    opted_out: bool = False
    number_is_dead: bool = False
    settings_are_wrong: bool = False
    is_strange: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """The text surely did not leave; try again after `retry_after` seconds (0: as usual).

    `wants_fewer`: the provider answers, and only wants fewer at once.
    """

    code: str
    reason: str
    retry_after: float = 0
    wants_fewer: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The text may or may not have left. Never sent again before the provider was asked."""

    reason: str


Outcome = Accepted | Refused | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `helpline doctor`: level is "ok", "warning" or "problem"; `remedy` says what to
    do."""

    level: str
    text: str
    remedy: str = ""


class Transport(Protocol):
    """A way to send texts. `send` may block up to its own time limit, is called from several
    threads, never raises."""

    name: str
    sender: str

    def send(self, text: OutboundText) -> Outcome: ...

    def look_up(self, text: OutboundText, since: float) -> Sequence[Accepted]:
        """Return the provider's records that may be `text`, sent at or after `since` (seconds,
        UTC), oldest first.

        Raises LookupError when the provider could not be asked, NotImplementedError when it keeps
        no list.
        """
        ...

    def news_of(self, provider_id: str) -> DeliveryNews | None:
        """Return what became of a text by its provider id, None when the provider does not know it.

        Raises LookupError when the provider could not be asked, NotImplementedError when it cannot
        be asked at all.
        """
        ...

    def received_since(self, since: float) -> list[InboundText]:
        """Return the texts people sent to us at or after `since` (seconds, UTC), oldest first, as
        it kept them.

        Raises LookupError when the provider could not be asked, NotImplementedError when it keeps
        no list.
        """
        ...

    def examine(self) -> list[Finding]:
        """Try credentials and reachability without sending a text."""


class Clock(Protocol):
    """The only source of time. Milliseconds since 1970, UTC."""

    def now(self) -> int: ...

    def monotonic(self) -> float:
        """Return seconds that never jump; only differences mean anything."""
        ...


class Store(Protocol):
    """The town's memory, spoken to by named statements (queries.sql of each room). One connection;
    not for two threads.

    `unavailable` are the errors that mean locked, full, read-only or gone: not a bug of ours.
    `kept_flows` holds hashes of flow versions known to be kept. `is_damaged` once a part of it
    could not be read any more.
    """

    kept_flows: set[str]
    is_damaged: bool
    unavailable: tuple[type[Exception], ...]

    @overload
    def one(self, name: Statement[R], /, **values: Any) -> R | None: ...
    @overload
    def one(self, name: str, /, **values: Any) -> Row | None:
        """Return the first row of the statement `name`, or None."""

    @overload
    def all(self, name: Statement[R], /, **values: Any) -> list[R]: ...
    @overload
    def all(self, name: str, /, **values: Any) -> list[Row]:
        """Return all rows of the statement `name`."""

    def add(self, name: str, /, **values: Any) -> int:
        """Run an INSERT that ends in RETURNING and return the new id; 0 when a conflict left things
        as they were."""
        ...

    def run(self, name: str, /, **values: Any) -> int:
        """Run the statement `name` and return how many rows it changed."""
        ...

    def many(self, name: str, /, rows: Iterable[Mapping[str, Any]]) -> int:
        """Run the statement `name` once for each of `rows`; return how many rows changed."""
        ...

    def transaction(self) -> AbstractContextManager[Any]:
        """Keep everything done inside, or nothing. Raises NotSaved when the database cannot take
        it."""
        ...

    def savepoint(self) -> AbstractContextManager[Any]:
        """Undo what was done inside when it raises; the transaction around goes on."""
        ...

    def in_transaction(self) -> bool:
        """Tell whether a transaction is open: a failing disk may have ended it."""
        ...

    def change_count(self) -> int:
        """Return a number that changes whenever another connection has committed, or asked."""
        ...

    def listen(self) -> None:
        """Be the one that others tell at once when they have committed, where that can be had."""

    def deafen(self) -> None:
        """Be told no more."""

    def ask(self) -> None:
        """Let the active engine, which may be another process, notice us and give a sign of
        life."""

    def put_signs(self, beat_at: int, signs: Mapping[str, int]) -> None:
        """Keep signs of life by part as cheaply as can be. In a transaction.

        They go on from the engine's last sign of life in the tables, of `beat_at`.
        """

    def signs(self, beat_at: int) -> Mapping[str, int]:
        """Return what was put down beside the tables since the engine's sign of life in them of
        `beat_at`."""
        ...

    def wrote(self) -> bool:
        """Tell whether the open transaction changed anything so far."""
        ...

    def news(self) -> int | None:
        """Return the descriptor that can be read once others have committed; None where one has to
        look.

        `change_count` takes the news in.
        """
        ...

    def checkpoint(self) -> None:
        """Tidy up the write-ahead log, where there is one."""

    def close(self) -> None:
        """Close the connection."""


class Intake(Protocol):
    """What the web hands to the engine. Each call returns once its effects are on disk, or raises
    NotSaved."""

    def receive_text(self, text: InboundText) -> None:
        """Take in one text; a provider id seen before changes nothing."""

    def receive_ussd(self, request: UssdRequest) -> str:
        """Take in one USSD hop and return the screen, beginning with `CON ` or `END `."""
        ...

    def end_ussd(self, end: UssdEnd) -> None:
        """Note that a USSD session is over."""

    def note_delivery(self, news: DeliveryNews) -> None:
        """Merge what a provider says of a text we sent."""
