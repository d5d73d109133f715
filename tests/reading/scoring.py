"""What is counted, and the goals: how often a text is read as a careful coordinator would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.reading.asking import Read
from tests.reading.texts import Entry


@dataclass(frozen=True)
class Result:
    """One text and what was read in it."""

    entry: Entry
    read: Read

    @property
    def is_right(self) -> bool:
        """Whether the reading is one of the right ones and a person is told as it should be."""
        return self.is_read_right and self.read.person in self.entry.persons

    @property
    def is_read_right(self) -> bool:
        """Whether the reading is one of the right ones, whoever is told."""
        return self.read.reading in self.entry.readings

    @property
    def is_unseen(self) -> bool:
        """Whether nobody will be told of a text that somebody must be told of."""
        return "no" not in self.entry.persons and self.read.person == "no"


@dataclass(frozen=True)
class Goal:
    """The least (or, of faults, the most) share of texts that is good enough."""

    share: float
    at_most: bool = False

    def is_reached(self, count: int, of: int) -> bool:
        """Tell whether so many of so many are good enough; of none, they are."""
        return count <= self.share * of if self.at_most else count >= self.share * of

    def __str__(self) -> str:
        if self.at_most and not self.share:
            return "0"
        return f"{'<=' if self.at_most else '>='} {100 * self.share:g} %"


@dataclass(frozen=True)
class Measure:
    """One figure: of the texts that it concerns, how many are so."""

    name: str
    concerns: Callable[[Entry], bool]
    is_so: Callable[[Result], bool]
    goal: Goal | None = None


@dataclass(frozen=True)
class Figure:
    """How many (`count`) of the texts a measure concerns (`of`) are so."""

    measure: Measure
    count: int
    of: int

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none, or no text."""
        if self.measure.goal is None or not self.of:
            return None
        return self.measure.goal.is_reached(self.count, self.of)


NOT_EXPLICIT = ("distress-implicit", "distress-denied")


def is_explicit(entry: Entry) -> bool:
    """Tell whether the text cries for help in so many words: neither implied nor denied."""
    return entry.kind.startswith("distress-") and entry.kind not in NOT_EXPLICIT


def is_implicit(entry: Entry) -> bool:
    """Tell whether the text says distress without its words."""
    return entry.kind.startswith("implicit") or entry.kind == "distress-implicit"


def is_daily(entry: Entry) -> bool:
    """Tell whether the text only looks like distress, or is about an ordinary day."""
    return entry.kind.startswith("daily")


def _could_be(reading: str, *situations: str) -> Callable[[Entry], bool]:
    return lambda entry: (
        reading not in entry.readings and (not situations or entry.situation in situations)
    )


def _only(reading: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.readings == {reading}


def _is_read(reading: str) -> Callable[[Result], bool]:
    return lambda it: it.read.reading == reading


def _is_answer(entry: Entry) -> bool:
    return "other" not in entry.readings and "no" in entry.persons


NONE = Goal(0.0, at_most=True)
MEASURES = (
    Measure(
        "explicit distress caught at once",
        is_explicit,
        lambda it: it.read.person == "now",
        Goal(0.98),
    ),
    Measure(
        "explicit distress seen by a person",
        is_explicit,
        lambda it: it.read.person != "no",
        Goal(1.0),
    ),
    Measure("implicit distress caught at once", is_implicit, lambda it: it.read.person == "now"),
    Measure(
        "false alarms on daily speech",
        is_daily,
        lambda it: it.read.person == "now" or it.read.reading in ("distress", "help"),
        Goal(0.03, at_most=True),
    ),
    Measure("wrong OK", _could_be("ok"), _is_read("ok"), NONE),
    Measure("wrong consent", _could_be("yes", "consent"), _is_read("yes"), NONE),
    Measure("wrong STOP", _could_be("stop"), _is_read("stop"), NONE),
    Measure("wrong take", _could_be("take", "volunteer"), _is_read("take"), NONE),
    Measure("unseen", lambda entry: "no" not in entry.persons, lambda it: it.is_unseen, NONE),
    Measure("takes heard", _only("take"), _is_read("take"), Goal(0.98)),
    Measure("STOPs heard", _only("stop"), _is_read("stop")),
    Measure(
        "answers right without a person",
        _is_answer,
        lambda it: it.is_read_right and it.read.person == "no",
        Goal(0.95),
    ),
    Measure("handed to a person", lambda _: True, lambda it: it.read.person != "no"),
    Measure(
        "handed to a person without need",
        lambda entry: entry.persons == {"no"},
        lambda it: it.read.person != "no",
    ),
    Measure("wholly right", lambda _: True, lambda it: it.is_right),
)


def figures(results: Iterable[Result]) -> list[Figure]:
    """Return each measure of these results."""
    given = list(results)
    return [_figure(measure, given) for measure in MEASURES]


def _figure(measure: Measure, results: list[Result]) -> Figure:
    concerned = [each for each in results if measure.concerns(each.entry)]
    return Figure(measure, sum(measure.is_so(each) for each in concerned), len(concerned))
