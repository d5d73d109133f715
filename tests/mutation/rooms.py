"""What is mutated, room by room, and which tests may notice. The only place here that knows the house's file names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PACKAGE = "helpline"  # everything below it is recorded, and every copy of a constant in it is found

SUITES = ("tests",)
LEFT_OUT = ("tests/bench/*", "tests/browser/*", "tests/chaos/*", "tests/mutation/*")
MARKS = "not slow and not browser"  # what starts processes is found and left out by itself


@dataclass(frozen=True, slots=True)
class Room:
    """Files that decide one subject: modules (.py) and named statements (.sql), as patterns from the house's root."""

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
            "helpline/core/case.py",
            "helpline/core/case_asking.py",
            "helpline/core/case_types.py",
            "helpline/core/ladder.py",
            "helpline/desk/cases.py",
            "helpline/desk/replies.py",
            "helpline/store/queries/cases.sql",
        ),
    ),
    Room(
        "check-ins",
        (
            "helpline/core/check_in.py",
            "helpline/core/doubt.py",
            "helpline/desk/check_ins.py",
            "helpline/desk/hellos.py",
            "helpline/desk/doubt.py",
            "helpline/store/queries/check_ins.sql",
        ),
    ),
    Room(
        "conversations",
        (
            "helpline/core/flow*.py",
            "helpline/core/rendering.py",
            "helpline/desk/conversations.py",
            "helpline/desk/questions.py",
            "helpline/desk/actions.py",
        ),
    ),
    Room(
        "reading",
        (
            "helpline/core/answers.py",
            "helpline/core/case_reply.py",
            "helpline/core/distress.py",
            "helpline/core/folding.py",
            "helpline/core/hearing.py",
            "helpline/core/lexicon.py",
            "helpline/core/spoken_time.py",
        ),
    ),
    Room("schedule", ("helpline/core/schedule.py",)),
    Room("texts", ("helpline/core/sms.py", "helpline/core/screens.py", "helpline/core/summary.py")),
    Room(
        "sending",
        (
            "helpline/core/circuit.py",
            "helpline/core/pacing.py",
            "helpline/core/retry.py",
            "helpline/desk/bundles.py",
            "helpline/desk/canary.py",
            "helpline/desk/coordinators.py",
            "helpline/desk/deliver.py",
            "helpline/desk/ears.py",
            "helpline/desk/following.py",
            "helpline/desk/in_doubt.py",
            "helpline/desk/outgoing.py",
            "helpline/desk/second_way.py",
            "helpline/routes.py",
            "helpline/sender.py",
            "helpline/store/queries/ears.sql",
            "helpline/store/queries/outbox.sql",
        ),
    ),
    Room(
        "limits and money",
        ("helpline/desk/limits.py", "helpline/desk/money.py", "helpline/store/queries/limits.sql"),
    ),
    Room(
        "enrolment",
        (
            "helpline/desk/enrolment.py",
            "helpline/desk/recovery.py",
            "helpline/store/queries/people.sql",
        ),
    ),
    Room(
        "receive",
        (
            "helpline/desk/callers.py",
            "helpline/desk/receive.py",
            "helpline/store/queries/inbox.sql",
        ),
    ),
)


def room_named(name: str) -> Room:
    """Return the room of that name. Raises SystemExit with the names there are."""
    for room in ROOMS:
        if room.name == name:
            return room
    raise SystemExit(f"No room is called {name!r}. There are: {', '.join(room.name for room in ROOMS)}.")


def test_files() -> list[str]:
    """Return the test files that may notice a fault, from the house's root."""
    paths = (path.relative_to(HOUSE).as_posix() for suite in SUITES for path in (HOUSE / suite).rglob("test_*.py"))
    return sorted(path for path in paths if not any(fnmatch(path, pattern) for pattern in LEFT_OUT))


def sql_loader() -> Callable[..., dict[str, str]]:
    """Return the function that gives the store its statements by name.

    What it returns is the very table the store reads from: what is changed in it is what the store runs.
    """
    from helpline.store.statements import statements

    return statements


def read_once() -> dict[Callable[..., object], Callable[..., object]]:
    """Return what takes most of a test's time and decides nothing here, and what may stand in for it.

    Every town reads the shipped flows anew; one book of them, never changed, serves all.
    """
    from helpline.app import acts
    from helpline.conversations.files.book import load_book, shipped_flows_dir
    from helpline.settings.sections import ServiceSettings

    service = ServiceSettings()
    ours = (acts.ACTS, shipped_flows_dir(), service.flows, service.languages)
    book = load_book(*ours)

    def load(*wanted: object) -> object:
        return book if wanted == ours else load_book(*wanted)  # type: ignore[arg-type]

    return {load_book: load}
