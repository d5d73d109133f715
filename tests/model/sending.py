"""One text, two senders, crashes at any point, answers lost before and after, late lists, news at
any time or never."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tests.model import decisions
from tests.model.decisions import FINAL, Row
from tests.model.explore import Explored, Steps, explore

IDLE, CLAIMED = "idle", "claimed"


class Rules(NamedTuple):
    """What the world may do. The last three are what the protocol relies on; without them it must
    be seen to fail."""

    crashes: int = 2
    faults: int = 3
    worth_a_copy: bool = True
    resident_may_answer: bool = True
    list_is_up_to_date_at_the_second_look: bool = True
    late_requests_arrive_before_the_second_look: bool = True
    leases_outlive_requests: bool = True


class World(NamedTuple):
    """Everything there is. `senders`: idle, claimed, or the outcome in hand; `looks`: an answer of
    the list in hand."""

    row: Row = Row()
    senders: tuple[str, str] = (IDLE, IDLE)
    copies: int = 0
    listed: int = 0
    on_the_wire: int = 0
    untold: int = 0
    look: str = ""
    cause_gone: bool = False
    left_after: int = 0
    crashes: int = 0
    faults: int = 0


def steps(rules: Rules) -> Steps[World]:
    """Return what can happen next, as `explore` wants it."""

    def following(world: World) -> Iterator[tuple[str, World]]:
        for who in (0, 1):
            yield from _sender(rules, world, who)
        yield from _engine(rules, world)
        yield from _outside(rules, world)

    return following


def _with(world: World, who: int, doing: str, **changes: Any) -> World:
    senders = (doing, world.senders[1]) if who == 0 else (world.senders[0], doing)
    return world._replace(senders=senders, **changes)


def _sender(rules: Rules, world: World, who: int) -> Iterator[tuple[str, World]]:
    doing, name = world.senders[who], "AB"[who]
    if doing == IDLE:
        if world.row.state == "queued":
            row = decisions.claim(world.row, cause_gone=world.cause_gone)
            yield (
                f"{name} claims",
                _with(world, who, CLAIMED if row.state == "sending" else IDLE, row=row),
            )
        return
    if doing == CLAIMED:
        yield from _post(rules, world, who, name)
    else:
        yield (
            f"{name} records {doing}",
            _with(world, who, IDLE, row=decisions.record(world.row, doing)),
        )
    if world.crashes < rules.crashes:
        yield f"{name} dies", _with(world, who, IDLE, crashes=world.crashes + 1)
        if doing == CLAIMED:
            wire = world.on_the_wire + 1
            yield (
                f"{name} dies in mid-request",
                _with(world, who, IDLE, crashes=world.crashes + 1, on_the_wire=wire),
            )


def _post(rules: Rules, world: World, who: int, name: str) -> Iterator[tuple[str, World]]:
    taken = world._replace(copies=world.copies + 1, untold=world.untold + 1)
    yield f"{name}: taken", _with(taken, who, "accepted")
    if world.faults < rules.faults:
        yield f"{name}: try later", _with(world, who, "not_sent", faults=world.faults + 1)
        yield f"{name}: lost on the way", _with(world, who, "unknown", faults=world.faults + 1)
        yield f"{name}: taken, answer lost", _with(taken, who, "unknown", faults=world.faults + 1)
        late = world._replace(on_the_wire=world.on_the_wire + 1, faults=world.faults + 1)
        yield f"{name}: answer lost, arrives late", _with(late, who, "unknown")


def _engine(rules: Rules, world: World) -> Iterator[tuple[str, World]]:
    held = any(doing != IDLE for doing in world.senders)
    if world.row.state == "sending" and not (held and rules.leases_outlive_requests):
        yield "the lease lapses", world._replace(row=decisions.disown(world.row))
    if world.look:
        row = decisions.looked_up(
            world.row, found=world.look == "found", worth_a_copy=rules.worth_a_copy
        )
        yield f"the list says: {world.look}", world._replace(row=row, look="")
        if world.crashes < rules.crashes:
            yield (
                "dies before the list's answer is kept",
                world._replace(look="", crashes=world.crashes + 1),
            )
    elif world.row.state == "unknown" and not (held and rules.leases_outlive_requests):
        second = world.row.looked
        behind = world.listed < world.copies and rules.list_is_up_to_date_at_the_second_look
        coming = world.on_the_wire and rules.late_requests_arrive_before_the_second_look
        if not (second and (behind or coming)):
            yield "asks the list", world._replace(look="found" if world.listed else "nothing")


def _outside(rules: Rules, world: World) -> Iterator[tuple[str, World]]:
    if world.on_the_wire:
        landed = world._replace(on_the_wire=world.on_the_wire - 1)
        yield "a late request is lost", landed
        yield (
            "a late request arrives",
            landed._replace(copies=world.copies + 1, untold=world.untold + 1),
        )
    if world.listed < world.copies:
        yield "the list catches up", world._replace(listed=world.copies)
    if world.untold:
        yield "news come", world._replace(row=decisions.news(world.row), untold=world.untold - 1)
        yield "news are lost", world._replace(untold=world.untold - 1)
    if rules.resident_may_answer and not world.cause_gone:
        yield (
            "the resident answers",
            world._replace(cause_gone=True, row=decisions.withdraw(world.row)),
        )


def wrong_with(rules: Rules) -> Callable[[World, bool], str]:
    """Return what must not be in a world."""

    def complaint(world: World, is_end: bool) -> str:
        if world.copies > 1:
            return "sent twice"
        if not is_end:
            return ""
        if world.row.state not in FINAL:
            return f"nobody goes on with a text that is {world.row.state}"
        if world.row.state == "accepted" and not world.copies:
            return "called accepted, never sent"
        if world.row.state == "cancelled" and not world.cause_gone:
            return "dropped though its cause stands"
        return "lost" if world.row.state == "refused" and rules.worth_a_copy else ""

    return complaint


def explored(rules: Rules) -> Explored[World]:
    """Return everything that can happen to one text under `rules`."""
    return explore(World(), steps(rules), wrong_with(rules))
