"""The ways out: which transport a text leaves by, how fast, and which one is given up for a
while."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from helpline.base.ports import Accepted, Clock, NotSent, Outcome, Refused, Transport, Unknown
from helpline.messaging.circuit import Circuit
from helpline.messaging.pacing import Pace, Restraint
from helpline.messaging.rows import Leaving, Routed

log = logging.getLogger(__name__)

MAIL = "mail"
CAN_WAIT = 2  # from this class on: hellos, notices, campaigns, polls


class Routes:
    """All transports with their pace and their circuit. Used by the engine's thread alone, but for
    `transports`.

    A text leaves by the route it came in on or the first one; while that is given up, by the next.
    """

    def __init__(
        self, transports: Mapping[str, Transport], paces: Mapping[str, float], clock: Clock
    ) -> None:
        self.transports, self._clock = transports, clock
        self._texting = [name for name in transports if name != MAIL]
        self._paces = {
            name: Pace(rate, clock.monotonic())
            for name, rate in paces.items()
            if name in transports
        }
        self._restraints = {name: Restraint(rate) for name, rate in paces.items()}
        self._circuits = {name: Circuit() for name in transports}
        self._left: dict[str, int] = {}  # what `choose` may still give out of the room last told

    @property
    def given_up(self) -> list[str]:
        """Names of routes that do not work at present."""
        return [name for name, circuit in self._circuits.items() if circuit.is_open]

    def room(self) -> int:
        """Return how many texts of one segment may leave now by the route with most room; `choose`
        heeds each one's."""
        now = self._clock.monotonic()
        self._left = {name: self._room(name, now) for name in self._working(now)}
        return max(self._left.values(), default=0)

    def _room(self, name: str, now: float) -> int:
        pace = self._paces.get(name)
        room = pace.room(now) if pace is not None else 64
        return (
            min(room, 1) if self._circuits[name].is_open else room
        )  # one text probes a route given up

    def _working(self, now: float) -> list[str]:
        return [name for name in self._texting if self._circuits[name].may_try(now)]

    def wait(self) -> float:
        """Return seconds until a pace that holds texts back lets the next one leave; 0 when none
        does."""
        now = self._clock.monotonic()
        waits = [self._paces[name].wait(now) for name in self._working(now) if name in self._paces]
        return min(filter(None, waits), default=0.0)

    def choose(self, row: Leaving) -> str:
        """Return the transport a text leaves by; "" when none works, or when the one it takes has
        no room left."""
        if row["channel"] == "email":
            return MAIL if MAIL in self.transports else ""
        working = self._working(self._clock.monotonic())
        if (
            row["attempts"] and not row["priority"]
        ):  # an alarm that failed on one way does not wait for it to be given up
            working = [name for name in working if name != row["route"]] or working
        first = [row["route"]] if row["route"] in working else []
        for name in [*first, *working]:
            if self._left.get(name, 0) > 0:
                return name if self._takes(name, row) else ""
            if not self._circuits[name].is_open:
                return ""  # it works: its pace is waited for, however idle another may be
        return ""

    def _takes(self, name: str, row: Leaving) -> bool:
        """Give out a place on a route, unless the provider asked for fewer and this text can
        wait."""
        restraint = self._restraints.get(name)
        if restraint is not None and row["priority"] >= CAN_WAIT:
            if not restraint.has_room(self._clock.monotonic()):
                return False
            restraint.took(row["segments"])
        self._left[name] -= 1
        return True

    def other_than(self, route: str) -> str:
        """Return a transport for texts that is not given up, other than `route` ("": the first
        one); "" for none."""
        first = route or (self._texting[0] if self._texting else "")
        return next(
            (name for name in self._texting if name != first and not self._circuits[name].is_open),
            "",
        )

    def of(self, row: Routed) -> Transport:
        """Return the transport a text was handed to. Raises LookupError when it is not set up any
        more."""
        name = row["route"] or (
            MAIL if row["channel"] == "email" else self._texting[0] if self._texting else ""
        )
        if name not in self.transports:
            raise LookupError(f"the route {name!r} is not set up any more")
        return self.transports[name]

    def took(self, name: str, segments: int) -> None:
        """Note that a text leaves by a route."""
        if name in self._paces:
            self._paces[name].took(segments)

    def _want_fewer(self, name: str) -> None:
        if name in self._restraints:
            self._restraints[name].fewer(self._clock.monotonic())
            log.warning(
                "the route %s wants fewer at once; hellos and courtesies slow down for a while",
                name,
            )

    def learned(self, name: str, outcome: Outcome) -> None:
        """Learn from what a provider answered whether the route works."""
        circuit = self._circuits.get(name)
        if circuit is None:
            return
        before = circuit.is_open
        match outcome:
            case Accepted() | Refused(settings_are_wrong=False):
                circuit.worked()
            case NotSent(wants_fewer=True):
                self._want_fewer(name)
            case Refused() | NotSent() | Unknown():
                circuit.failed(self._clock.monotonic())
        if circuit.is_open and not before:
            log.error("the route %s does not work; texts wait or take another", name)
        elif before and not circuit.is_open:
            log.warning("the route %s works again", name)
