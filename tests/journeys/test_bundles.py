"""Several alarms for one person: the first leaves at once, others within the minute as one text."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpline.base.ports import NotSent, Refused, Unknown
from helpline.ops import audit
from helpline.settings.sections import LimitSettings
from helpline.town.tx import Tx
from tests.fakes import Phone, Town
from tests.kit.must import below

# a text that was under way when somebody took the case, and of which the provider then says that it
# did not leave
NOT_SENT_AFTER_ALL = (
    "UPDATE outbox SET state = 'queued', error = '', bundle_id = NULL WHERE state = 'cancelled'"
)


@pytest.fixture
def four(town: Town) -> list[Phone]:
    """Four residents greeted at the same minute, who say nothing."""
    return [town.resident(f"+3363998004{n}", f"R{n}", at="09:00") for n in range(4)]


def silent(town: Town, amina: Phone) -> str:
    """Let the four be silent until Amina is asked; return her text."""
    town.pass_until("2026-05-04 11:31")
    return amina.gets("alertes")


def statuses(town: Town) -> list[str]:
    """The statuses of all cases, by number."""
    return [case["status"] for case in town.cases()]


@pytest.mark.scenario("E-G10")
def test_four_alarms_at_once_are_one_text(town: Town, amina: Phone, four: list[Phone]) -> None:
    text = silent(town, amina)
    assert text.startswith(
        "Bonjour Belleville: 4 alertes. 201 R0 (Belleville), 202 R1 (Belleville)"
    )
    assert "201 OUI" in text
    amina.gets_nothing_more()


def test_two_or_three_say_what_happened(town: Town, amina: Phone, four: list[Phone]) -> None:
    town.pass_until("2026-05-04 09:05")
    for phone in four[2:]:
        phone.texts("1")
    assert "201 R0 (Belleville): sans nouvelles, 202 R1 (Belleville): sans nouvelles." in silent(
        town, amina
    )


def test_each_case_keeps_its_own_answer(town: Town, amina: Phone, four: list[Phone]) -> None:
    silent(town, amina)
    amina.texts("202 oui")
    assert statuses(town) == ["asking", "taken", "asking", "asking"]
    amina.gets("R1")


@pytest.mark.scenario("E-G10")
def test_all_takes_those_that_were_named(town: Town, amina: Phone, four: list[Phone]) -> None:
    silent(town, amina)
    amina.texts("TOUS OUI")
    assert statuses(town) == ["taken"] * 4
    assert [text.split(":")[0] for text in amina.unread()]


def test_all_never_takes_what_was_not_named(town: Town, amina: Phone) -> None:
    for n in range(15):
        town.resident(f"+336399800{60 + n}", f"Résident{n}", at="09:00")
    text = silent(town, amina)
    named = text.count("(Belleville)")
    assert f"{15 - named} de plus" in text
    amina.texts("TOUS OUI")
    assert statuses(town) == ["taken"] * named + ["asking"] * (15 - named)


def test_what_was_answered_meanwhile_is_not_taken_by_all(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    silent(town, amina)
    four[0].texts("1")
    amina.unread()
    amina.texts("OUI TOUS")
    assert statuses(town) == ["closed", "taken", "taken", "taken"]


def request(phone: Phone) -> None:
    """Ask for help with something that can wait until today's end."""
    phone.texts("AIDE")
    for digit in ("2", "2", "1", "1"):
        phone.texts(digit)


def test_a_second_alarm_within_the_minute_waits_for_its_end(town: Town, amina: Phone) -> None:
    people = [
        town.person(f"+3363998003{n}", name) for n, name in enumerate(("Fatima", "Ali", "Rose"))
    ]
    request(people[0])
    amina.gets("Fatima")
    town.pass_time(seconds=10)
    request(people[1])
    town.pass_time(seconds=10)
    request(people[2])
    amina.gets_nothing_more()
    town.pass_time(seconds=39)
    amina.gets_nothing_more()
    town.pass_time(seconds=1)
    amina.gets("2 alertes", "Ali", "Rose")
    amina.gets_nothing_more()


def test_each_leaves_by_itself_where_the_town_wants_it_so(tmp_path: Path) -> None:
    town = Town(tmp_path, limits=LimitSettings(bundle_ms=0))
    amina = town.volunteer("+33639980011", "Amina")
    for n in range(3):
        town.resident(f"+3363998004{n}", f"R{n}", at="09:00")
    town.pass_until("2026-05-04 11:31")
    assert [text.split(":")[0] for text in amina.unread()] == [
        f"Bonjour Belleville {ref}" for ref in (201, 202, 203)
    ]
    town.stop()


@pytest.mark.scenario("E-G9")
def test_an_urgent_one_leaves_at_once_by_itself(town: Town, amina: Phone, claire: Phone) -> None:
    first, second = town.person("+33639980031", "Fatima"), town.person("+33639980032", "Ali")
    for phone in (first, second):
        phone.texts("AU SECOURS je vais mourir")
    claire.gets("Fatima")
    claire.gets("Ali")


def test_when_it_comes_back_the_next_person_is_asked_for_each(
    town: Town, amina: Phone, bruno: Phone, four: list[Phone]
) -> None:
    silent(town, amina)
    town.news(amina, "undelivered", "30005")
    bruno.gets("4 alertes")
    assert statuses(town) == ["asking"] * 4


def test_when_it_is_refused_the_next_person_is_asked_for_each(
    town: Town, amina: Phone, bruno: Phone, four: list[Phone]
) -> None:
    town.network.answers[amina.number] = Refused("21211", "not a number", number_is_dead=True)
    town.pass_until("2026-05-04 11:31")
    bruno.gets("4 alertes")


def test_what_did_not_leave_is_put_together_anew(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    town.network.answers[amina.number] = NotSent("503", "busy")
    town.pass_until("2026-05-04 11:30")
    four[0].texts("1")
    town.network.answers.clear()
    town.pass_time(minutes=3)
    text = amina.gets("3 alertes", "202 R1")
    assert "R0" not in text
    amina.gets_nothing_more()


def test_in_doubt_and_not_found_it_is_sent_again_once(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    town.network.answers[amina.number] = Unknown("time-out")
    town.pass_until("2026-05-04 11:30")
    town.network.answers.clear()
    town.pass_time(minutes=4)
    amina.gets("4 alertes")
    amina.gets_nothing_more()


def test_what_is_not_wanted_any_more_did_not_leave_with_the_others(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    town.network.answers[amina.number] = Unknown("time-out")
    town.pass_until("2026-05-04 11:30")
    four[1].texts("1")
    town.network.answers.clear()
    town.pass_time(minutes=4)
    assert not [text for text in amina.unread() if "alertes" in text and "R1" in text]
    with town.gateway.read() as store:
        (text,) = [
            row for row in store.all("case_texts", number=202) if row["phrase"] == "ask_missed"
        ]
    assert (text["state"], "alertes" in text["body"]) == ("cancelled", False)


def test_in_doubt_and_found_it_is_not_sent_again(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    town.network.loses_answers_to.add(amina.number)
    town.pass_until("2026-05-04 11:30")
    town.network.loses_answers_to.clear()
    town.pass_time(minutes=4)
    amina.gets("4 alertes")
    amina.gets_nothing_more()


def test_an_alarm_that_waits_for_another_try_does_not_leave_once_somebody_goes(
    town: Town, amina: Phone, bruno: Phone, four: list[Phone]
) -> None:
    town.network.answers[bruno.number] = NotSent("503", "busy")
    silent(town, amina)
    amina.texts("TOUS OUI")
    town.network.answers.clear()
    town.change(lambda tx: below(tx.store).execute(NOT_SENT_AFTER_ALL))
    town.pass_time(minutes=5)
    bruno.gets_nothing_more()


def test_those_who_were_told_are_told_that_it_is_settled(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    silent(town, amina)
    four[3].texts("1")
    amina.gets("R3")
    four[1].texts("1")
    amina.gets("R1")


def test_the_page_of_each_case_shows_the_text_that_said_it(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    silent(town, amina)
    town.news(amina, "delivered")
    with town.gateway.read() as store:
        for case in town.cases():
            (text,) = [
                row
                for row in store.all("case_texts", number=case["number"])
                if row["phrase"] == "ask_missed"
            ]
            assert (text["state"], text["status"]) == ("accepted", "delivered")
            assert "4 alertes" in text["body"]


def test_the_audit_finds_nothing(town: Town, amina: Phone, four: list[Phone]) -> None:
    silent(town, amina)
    with town.gateway.read() as store:
        codes = [
            each.code
            for each in audit.look(Tx(store, town.gateway.town, town.clock.now() + 130_000))
        ]
    assert not {"case_reaches_nobody", "ask_without_text"}.intersection(codes)


def test_the_audit_finds_cases_whose_common_text_failed(
    town: Town, amina: Phone, four: list[Phone]
) -> None:
    silent(town, amina)
    town.change(
        lambda tx: below(tx.store).execute(
            "UPDATE outbox SET status = 'failed' WHERE alone IS NOT NULL"
        )
    )
    with town.gateway.read() as store:
        found = {
            each.code: each.ids
            for each in audit.look(Tx(store, town.gateway.town, town.clock.now() + 130_000))
        }
    assert found["case_reaches_nobody"] == (201, 202, 203, 204)
