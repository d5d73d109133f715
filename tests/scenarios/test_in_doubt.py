"""The whole of a doubtful morning, text by text: nothing leaves that is not told here."""

from __future__ import annotations

from helpline.base.ports import InboundText
from tests.fakes import OUR_NUMBER, Network, Phone, Town
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY, hears_the_three_of_the_morning

STREET = 24


def a_street(town: Town, at: str = "09:00") -> list[Phone]:
    """Residents of one street, greeted at the same time."""
    return [town.resident(f"+3363998{n:04d}", f"R{n}", at=at) for n in range(200, 200 + STREET)]


def test_a_silent_street_with_two_providers(build_town: BuildTown) -> None:
    town = build_town(second=Network(name="africastalking"))
    assert town.second is not None
    claire = town.coordinator("+33639980021", "Claire")
    street = a_street(town)
    town.pass_until(f"{TODAY} 11:31")
    for phone in street:
        hears_the_three_of_the_morning(phone)
        phone.gets("un SMS a pu se perdre")
    assert len(town.second.sent) == STREET
    claire.gets(f"{STREET} personnes sans nouvelles", "1 Alerter", "2 Attendre 1 h")
    town.pass_until(f"{TODAY} 11:50")
    for phone in street[1:]:
        phone.texts("1")
        phone.gets("Merci")
    town.pass_until(f"{TODAY} 12:30:30")  # one is silent still, and the hour is over
    claire.gets("ALERTE", "R200")


def test_a_silent_street_with_one_provider_and_danger(
    town: Town, amina: Phone, claire: Phone
) -> None:
    street = a_street(town)
    town.pass_until(f"{TODAY} 11:35")
    for phone in street:
        hears_the_three_of_the_morning(phone)
    claire.gets(f"{STREET} personnes sans nouvelles")
    claire.texts("1")
    claire.gets("les alertes partent")
    town.pass_until(f"{TODAY} 11:37")
    assert {case["status"] for case in town.cases()} == {"asking"}
    amina.gets("R2")
    amina.unread()
    town.pass_until(
        f"{TODAY} 12:00:30"
    )  # the second question leaves all the same: an answer calls everybody off
    for phone in street:
        phone.gets("un SMS a pu se perdre")
    claire.unread()
    amina.unread()


def test_a_minute_off_loses_no_answer_and_alarms_nobody(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until(f"{TODAY} 11:29:20")
    hears_the_three_of_the_morning(rene)
    town.network.missed.append(InboundText("twilio", "SMlost", rene.number, OUR_NUMBER, "1"))
    town.be_down(minutes=1)
    rene.gets("Merci René")
    town.pass_until(f"{TODAY} 15:00")
