"""Two providers side by side: each has a pace of its own."""

from __future__ import annotations

import pytest

from helpline.base.clock import SteeredClock
from helpline.base.ports import NotSent, Unknown
from helpline.messaging.circuit import FAILURES, REST
from helpline.messaging.routes import Routes
from helpline.messaging.rows import Leaving
from tests.fakes import Network

BURST = 5  # what one segment a second may let go after a quiet while


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock(1_000_000, frozen=True)


@pytest.fixture
def routes(clock: SteeredClock) -> Routes:
    carriers = {"twilio": Network(), "africastalking": Network(name="africastalking")}
    return Routes(carriers, {"twilio": 1.0, "africastalking": 30.0}, clock)


def leave(routes: Routes, *rows: Leaving) -> list[str]:
    """Let texts leave as the sender does; return by which route each did, "" for those that
    stay."""
    room = routes.room()
    taken = [routes.choose(row) for row in rows[:room]]
    for name in filter(None, taken):
        routes.took(name, 1)
    return taken


def text(route: str = "", priority: int = 2) -> Leaving:
    return {"channel": "sms", "route": route, "attempts": 0, "priority": priority, "segments": 1}


def test_a_fast_second_provider_does_not_hurry_the_first(
    routes: Routes, clock: SteeredClock
) -> None:
    assert leave(routes, *[text()] * 64).count("twilio") == BURST
    clock.forward(1000)
    assert leave(routes, *[text()] * 64).count("twilio") == 1


def test_a_reply_by_the_second_provider_leaves_while_the_first_waits(routes: Routes) -> None:
    leave(routes, *[text()] * 64)
    assert leave(routes, text(), text("africastalking")) == ["", "africastalking"]


def test_the_wait_is_that_of_the_provider_whose_pace_holds_texts_back(
    routes: Routes, clock: SteeredClock
) -> None:
    leave(routes, *[text()] * 64)
    assert routes.wait() == pytest.approx(1.0)
    clock.forward(400)
    assert routes.wait() == pytest.approx(0.6)
    clock.forward(700)
    assert routes.wait() == 0


def test_one_text_probes_a_provider_given_up_and_the_others_go_round_it(
    routes: Routes, clock: SteeredClock
) -> None:
    for _ in range(FAILURES):
        routes.learned("twilio", Unknown("no answer"))
    clock.forward(int(REST * 1000))
    assert leave(routes, text(), text(), text()) == ["twilio", "africastalking", "africastalking"]


def test_one_that_wants_fewer_gets_fewer_hellos_and_as_many_alarms(
    routes: Routes, clock: SteeredClock
) -> None:
    routes.learned("africastalking", NotSent("429", "fewer at once", wants_fewer=True))
    leave(routes, *[text("africastalking")] * 64)
    clock.forward(1000)
    hellos = leave(routes, *[text("africastalking")] * 64).count("africastalking")
    clock.forward(1000)
    alarms = leave(routes, *[text("africastalking", priority=0)] * 64).count("africastalking")
    assert 10 <= hellos <= 20
    assert alarms >= 30
