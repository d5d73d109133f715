"""What may go wrong between us and a provider, one text at a time: for `Carrier.next_faults`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What the carrier does to the next text handed to it."""

    NONE = "nothing goes wrong"
    REFUSE = "says no, with the provider's own code"
    STATUS = "answers with a bare HTTP status"
    HANG = "keeps the caller waiting, then hangs up"
    RESET = "breaks the connection"
    TRUNCATE = "answers half a sentence"
    GARBAGE = "answers something that is not JSON"
    SILENT = "takes the text and never says what became of it"
    SHUFFLED = "tells the news of the text in the wrong order"
    DUPLICATED = "tells each piece of news twice"
    UNDELIVERED = "takes the text, then reports that it did not arrive"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `after_accepting`: the text is on its way all the same, only the caller does not
    learn of it."""

    kind: Kind = Kind.NONE
    code: int = 0
    seconds: float = 0
    after_accepting: bool = False


NO_FAULT = Fault()


def fine() -> Fault:
    """Nothing goes wrong with this one: to let texts pass between two faults."""
    return NO_FAULT


def refuse(code: int) -> Fault:
    """Refuse the text with `code`, as the provider numbers its refusals."""
    return Fault(Kind.REFUSE, code)


def status(code: int, retry_after: float = 0) -> Fault:
    """Answer with HTTP `code`, and a Retry-After when `retry_after` is set."""
    return Fault(Kind.STATUS, code, retry_after)


def hang(seconds: float, *, after_accepting: bool) -> Fault:
    """Say nothing for `seconds`, then hang up."""
    return Fault(Kind.HANG, 0, seconds, after_accepting)


def reset(*, after_accepting: bool) -> Fault:
    """Break the connection once the request has been read."""
    return Fault(Kind.RESET, 0, 0, after_accepting)


def truncate() -> Fault:
    """Take the text and stop in the middle of the answer."""
    return Fault(Kind.TRUNCATE, after_accepting=True)


def garbage() -> Fault:
    """Take the text and answer 200 with a page for browsers."""
    return Fault(Kind.GARBAGE, after_accepting=True)


def silent() -> Fault:
    """Take the text; no news of it ever comes."""
    return Fault(Kind.SILENT, after_accepting=True)


def shuffled() -> Fault:
    """Take the text; its news come in the wrong order."""
    return Fault(Kind.SHUFFLED, after_accepting=True)


def duplicated() -> Fault:
    """Take the text; each piece of news comes twice."""
    return Fault(Kind.DUPLICATED, after_accepting=True)


def undelivered(code: int) -> Fault:
    """Take the text; it does not arrive, for the reason `code`."""
    return Fault(Kind.UNDELIVERED, code, after_accepting=True)
