"""What is mutated, room by room, and which tests may notice: all that is known here of file
names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
PACKAGE = "helpline"  # everything below it is recorded, and every copy of a constant in it is found

SUITES = ("tests",)
LEFT_OUT = ("tests/bench/*", "tests/web/browser/*", "tests/chaos/*", "tests/mutation/*")
TESTS_LEFT_OUT = ("*::test_reading_is_quick_enough*",)  # fails on a busy machine
MARKS = "not slow and not browser"  # what starts processes is found and left out by itself


@dataclass(frozen=True, slots=True)
class Room:
    """Files that decide one subject, modules and named statements, as patterns from the house's
    root."""

    name: str
    files: tuple[str, ...]

    def paths(self) -> Iterator[str]:
        """Every file of the room, each once, from the house's root."""
        found = {path for pattern in self.files for path in HOUSE.glob(pattern)}
        return iter(sorted(path.relative_to(HOUSE).as_posix() for path in found))


ROOMS = (
    Room(
        "cases",
        (
            "helpline/cases/rules.py",
            "helpline/cases/asking.py",
            "helpline/cases/types.py",
            "helpline/cases/work.py",
            "helpline/cases/replies.py",
            "helpline/cases/bundles.py",
            "helpline/cases/purposes.py",
            "helpline/cases/acts.py",
            "helpline/cases/queries.sql",
            "helpline/town/ladder.py",
        ),
    ),
    Room("check-ins", ("helpline/check_ins/*.py", "helpline/check_ins/queries.sql")),
    Room(
        "conversations",
        (
            "helpline/conversations/*.py",
            "helpline/language/rendering.py",
            "helpline/conversations/queries.sql",
        ),
    ),
    Room(
        "reading",
        tuple(
            f"helpline/language/{name}.py"
            for name in [
                "alarms",
                "analysis",
                "answers",
                "case_reply",
                "compiling",
                "counting",
                "digits",
                "distress",
                "folding",
                "hello",
                "helpers",
                "lexicon",
                "lists",
                "names",
                "phrases",
                "plain",
                "quoting",
                "reader",
                "reading",
                "reading_lexicon",
                "spelling",
                "spoken_time",
                "spoken_words",
                "tokens",
                "vocabulary",
            ]
        ),
    ),
    Room("schedule", ("helpline/base/calendar.py",)),
    Room(
        "texts",
        (
            "helpline/language/segments.py",
            "helpline/language/screens.py",
            "helpline/reports/summary.py",
        ),
    ),
    Room(
        "sending",
        (
            "helpline/messaging/callback_health.py",
            "helpline/messaging/circuit.py",
            "helpline/messaging/coordinators.py",
            "helpline/messaging/delivery.py",
            "helpline/messaging/failover.py",
            "helpline/messaging/outbox.py",
            "helpline/messaging/pacing.py",
            "helpline/messaging/purposes.py",
            "helpline/messaging/reconcile.py",
            "helpline/messaging/retry.py",
            "helpline/messaging/routes.py",
            "helpline/messaging/sender.py",
            "helpline/messaging/tracking.py",
            "helpline/messaging/queries.sql",
        ),
    ),
    Room(
        "limits",
        (
            "helpline/messaging/limits.py",
            "helpline/messaging/money.py",
            "helpline/inbound/strangers.py",
        ),
    ),
    Room(
        "enrolment",
        (
            "helpline/enrolment/*.py",
            "helpline/enrolment/queries.sql",
            "helpline/people/queries.sql",
        ),
    ),
    Room(
        "receive",
        (
            "helpline/people/callers.py",
            "helpline/inbound/attention.py",
            "helpline/inbound/cries.py",
            "helpline/inbound/failures.py",
            "helpline/inbound/needs.py",
            "helpline/inbound/repeats.py",
            "helpline/inbound/senders.py",
            "helpline/inbound/sms.py",
            "helpline/inbound/stopping.py",
            "helpline/inbound/unread.py",
            "helpline/inbound/ussd.py",
            "helpline/inbound/queries.sql",
        ),
    ),
)


def room_named(name: str) -> Room:
    """Return the room of that name. Raises SystemExit with the names there are."""
    for room in ROOMS:
        if room.name == name:
            return room
    raise SystemExit(
        f"No room is called {name!r}. There are: {', '.join(room.name for room in ROOMS)}."
    )


def test_files() -> list[str]:
    """Return the test files that may notice a fault, from the house's root."""
    paths = (
        path.relative_to(HOUSE).as_posix()
        for suite in SUITES
        for path in (HOUSE / suite).rglob("test_*.py")
    )
    return sorted(path for path in paths if not any(fnmatch(path, pattern) for pattern in LEFT_OUT))


def is_left_out(test: str) -> bool:
    """Tell whether a test is no witness."""
    return any(fnmatch(test, pattern) for pattern in TESTS_LEFT_OUT)


def sql_loader() -> Callable[..., dict[str, str]]:
    """Return the function that gives the store its statements by name.

    It returns the very table the store reads from: what is changed in it is what the store runs.
    """
    from helpline.store.statements import statements

    return statements


def read_once() -> dict[Callable[..., object], Callable[..., object]]:
    """Return what takes most of a test's time and decides nothing, and what may stand in for it.

    Every town reads the shipped flows anew; one book of them, never changed, serves all.
    """
    from helpline.app import acts
    from helpline.conversations.files.book import load_book, shipped_flows_dir
    from helpline.conversations.types import Book
    from helpline.settings.sections import ServiceSettings

    service = ServiceSettings()
    ours = (acts.ACTS, shipped_flows_dir(), service.flows, service.languages)
    book = load_book(*ours)

    def load(*wanted: Any) -> Book:
        return book if wanted == ours else load_book(*wanted)

    return {load_book: load}
