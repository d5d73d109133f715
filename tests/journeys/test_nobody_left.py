"""Somebody the town relies on falls out: whoever must know is told at that moment, never later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpline.base.ports import Refused
from helpline.ops import audit
from helpline.providers.smtp.settings import EmailSettings
from helpline.settings.sections import WatchSettings
from helpline.town.tx import Tx
from tests.fakes import Phone, Town

MAIL = EmailSettings(host="127.0.0.1", sender="helpline@example.org")
ADMIN = "admin@mairie.example"


@pytest.fixture
def with_mail(tmp_path: Path) -> Iterator[Town]:
    """A town with a mail server and somebody who keeps the service running."""
    town = Town(tmp_path, email=MAIL)
    town.stop()
    town.settings = replace(town.settings, watch=WatchSettings(administrator=ADMIN))
    town.start()
    yield town
    town.stop()


def found(town: Town) -> set[str]:
    """The codes of what the auditor finds now."""
    with town.gateway.read() as store:
        tx = Tx(store, town.gateway.town, town.clock.now())
        return {each.code for each in audit.look(tx, alive_at=tx.now)}


def problems(town: Town) -> list[str]:
    """What /health finds now."""
    answer = town.client.get("/health").get_json()
    return list(answer["problems"])


def stops(town: Town, coordinator: Phone) -> None:
    """A coordinator says STOP, reads what it means, and says it again."""
    coordinator.texts("STOP")
    town.pass_time(seconds=20)
    coordinator.texts("STOP")


# --- coordinators ---------------------------------------------------------------------------------


def test_a_coordinators_stop_ends_their_texts_only_after_saying_what_it_means(
    town: Town, claire: Phone
) -> None:
    nadia = town.coordinator("+33639980022", "Nadia")
    claire.texts("STOP")
    claire.gets("plus aucune alerte", "sans vous: 1", "STOP encore une fois")
    nadia.gets_nothing_more()
    town.pass_time(seconds=20)
    claire.texts("STOP")
    claire.gets("plus de messages")
    nadia.gets("Claire", "encore prévenus: 1")


def test_the_last_coordinator_hears_that_nobody_would_be_left(town: Town, claire: Phone) -> None:
    claire.texts("stop")
    claire.gets("il ne reste que vous")


def test_one_stop_delivered_twice_is_not_a_second_one(town: Town, claire: Phone) -> None:
    nadia = town.coordinator("+33639980022", "Nadia")
    claire.texts("STOP")
    claire.texts("STOP")
    claire.gets("STOP encore une fois")
    claire.gets_nothing_more()
    nadia.gets_nothing_more()


def test_another_word_in_between_and_stop_is_explained_again(town: Town, claire: Phone) -> None:
    claire.texts("STOP")
    claire.gets("il ne reste que vous")
    claire.texts("MENU")
    claire.gets("1")
    claire.texts("STOP")
    claire.gets("il ne reste que vous")


def test_after_a_day_stop_is_explained_again(town: Town, claire: Phone) -> None:
    claire.texts("STOP")
    claire.gets("il ne reste que vous")
    town.pass_time(hours=25)
    claire.texts("STOP")
    claire.gets("il ne reste que vous")


def test_what_a_provider_took_as_stop_needs_no_second_word(town: Town, claire: Phone) -> None:
    nadia = town.coordinator("+33639980022", "Nadia")
    claire.texts("STOP", OptOutType="STOP")
    claire.gets_nothing_more()
    nadia.gets("Claire", "encore prévenus: 1")


def test_with_nobody_left_the_administrator_is_told_and_all_that_watch_turn_red(
    with_mail: Town,
) -> None:
    town = with_mail
    town.resident("+33639980001", "René", at="09:00")
    claire = town.coordinator("+33639980021", "Claire", email="claire@mairie.example")
    assert "nobody_to_tell" not in found(town)
    assert "nobody_to_tell" not in problems(town)
    stops(town, claire)
    town.pass_time(minutes=1)
    town.letter(ADMIN, "Claire", "plus aucun coordinateur")
    town.letter("claire@mairie.example", "plus aucun coordinateur")
    assert "nobody_to_tell" in found(town)
    assert "nobody_to_tell" in problems(town)


def test_a_new_service_with_nobody_on_the_register_is_not_red(town: Town) -> None:
    assert "nobody_to_tell" not in found(town)


def test_an_alarm_with_an_empty_last_rung_goes_by_mail_in_each_round(with_mail: Town) -> None:
    town = with_mail
    town.resident("+33639980001", "René", at="09:00")
    claire = town.coordinator("+33639980021", "Claire")
    stops(town, claire)
    town.pass_until("2026-05-04 11:30")
    told = [each for each in town.mailbox.sent if each.receiver == ADMIN and "René" in each.body]
    assert len(told) == 1
    assert "Appelez" in told[0].body
    town.pass_time(hours=1)
    again = [each for each in town.mailbox.sent if each.receiver == ADMIN and "René" in each.body]
    assert len(again) > len(told)


def test_a_coordinator_whose_number_takes_no_texts_is_told_of_like_one_who_left(
    town: Town, claire: Phone
) -> None:
    nadia = town.coordinator("+33639980022", "Nadia")
    town.resident("+33639980001", "René", at="09:00")
    town.network.answers[claire.number] = Refused("21211", "no number", number_is_dead=True)
    town.pass_until("2026-05-04 12:30")
    nadia.gets("René")
    nadia.gets("Claire", "encore prévenus: 1")
    town.pass_time(hours=2)
    assert not [text for text in nadia.inbox() if "Claire" in text][1:]  # told once


# --- volunteers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["PAUSE", "STOP"])
def test_the_last_volunteer_of_a_zone_falls_out_and_the_coordinator_learns_it_then(
    town: Town, claire: Phone, how: str
) -> None:
    town.resident("+33639980001", "René", at="09:00", zone="Belleville")
    amina = town.volunteer("+33639980011", "Amina", zones="Belleville")
    amina.texts(how)
    if how == "PAUSE":
        amina.texts("3")
    claire.gets("Belleville", "aucun bénévole", "Amina")


def test_while_another_volunteer_is_on_duty_there_nobody_is_told(town: Town, claire: Phone) -> None:
    town.resident("+33639980001", "René", at="09:00", zone="Belleville")
    amina = town.volunteer("+33639980011", "Amina", zones="Belleville")
    town.volunteer("+33639980012", "Bruno", zones="")
    amina.texts("STOP")
    claire.gets_nothing_more()


# --- contacts -------------------------------------------------------------------------------------


def test_a_contact_who_said_stop_is_never_named_again_and_somebody_else_is_looked_for(
    town: Town, claire: Phone
) -> None:
    rene = town.resident("+33639980001", "René", at="09:00")
    lucie = town.contact("+33639980002", "Lucie", of=rene)
    lucie.texts("STOP")
    claire.gets("Lucie", "René", "autre personne")
    rene.gets("Lucie", "n'a plus nos messages")
    town.pass_until("2026-05-04 11:25")
    assert not [text for text in rene.inbox()[1:] if "Lucie" in text]
    assert [text for text in rene.inbox() if "une personne prendra de vos nouvelles" in text]


def test_stop_ends_a_coordinators_texts_and_the_days_e_mail_goes_on(with_mail: Town) -> None:
    town = with_mail
    town.resident("+33639980001", "René", at="09:00")
    claire = town.coordinator("+33639980021", "Claire", email="claire@mairie.example")
    stops(town, claire)
    town.letter("claire@mairie.example", "plus aucun coordinateur")
    town.pass_until("2026-05-04 18:05")
    assert [each for each in town.mailbox.sent if "Bonjour Belleville, lundi" in each.subject]
    assert claire.inbox()[-1].startswith("C'est noté, plus de messages")
