"""A person may have a name in two scripts: each reader gets the one in their own letters."""

from __future__ import annotations

from helpline.language import segments
from tests.fakes import Phone, Town

KHADIJA = "+33639980001"
BOTH, ARABIC_ALONE = ("Khadija", "خديجة"), ("خديجة", "")


def khadija(town: Town, names: tuple[str, str], language: str = "fr") -> Phone:
    name, other_name = names
    phone = town.resident(KHADIJA, name, language=language)
    town.change(lambda tx: tx.run("set_other_name", id=town.id_of(KHADIJA), other_name=other_name))
    return phone


def test_a_resident_is_greeted_and_reminded_in_the_letters_they_read(town: Town) -> None:
    phone = khadija(town, BOTH, "ary")
    town.pass_until("2026-05-04 10:01")
    phone.gets("خديجة")
    phone.gets("خديجة")
    phone.texts("1")
    phone.gets("خديجة")


def test_a_text_in_latin_letters_spells_an_arabic_name_and_stays_one_segment(
    town: Town, amina: Phone
) -> None:
    phone = khadija(town, ARABIC_ALONE)
    town.pass_until("2026-05-04 11:31")
    greeting, reminder, last_word = (phone.gets("Khadija") for _ in range(3))
    ask = amina.gets("Khadija")
    for text in (greeting, reminder, last_word, ask):
        assert segments.segments(text) == 1
        assert segments.measure(text).encoding == "GSM-7"


def test_each_helper_reads_the_name_in_their_own_letters(town: Town, amina: Phone) -> None:
    khadija(town, BOTH)
    samir = town.volunteer("+33639980024", "Samir", language="ary")
    town.pass_until("2026-05-04 11:31")
    assert "Khadija" in amina.gets("Khadija")
    samir.gets("خديجة")
    samir.texts("إييه")
    assert KHADIJA in samir.gets("خديجة")


def test_coordinators_are_told_of_a_hospital_stay_each_in_their_letters(
    town: Town, claire: Phone
) -> None:
    phone = khadija(town, ARABIC_ALONE)
    phone.texts("hôpital")
    phone.gets("hospitalisation")
    phone.texts("1")
    phone.gets("quand")
    phone.texts("2")
    assert "Khadija" in claire.gets("hospitalisation")


def test_the_text_of_the_day_names_an_overdue_person_in_latin_letters(
    town: Town, claire: Phone
) -> None:
    khadija(town, ARABIC_ALONE)
    town.pass_until("2026-05-04 12:02")
    assert all("Khadija" in alarm for alarm in claire.unread())
    claire.texts("BILAN")
    claire.gets("URGENT 1 en retard", "Khadija")


def test_the_contact_and_the_resident_are_named_to_each_other_in_the_readers_letters(
    town: Town,
) -> None:
    phone = khadija(town, BOTH, "ary")
    contact = town.contact("+33639980010", "Lucie", of=phone)
    town.change(
        lambda tx: tx.run("set_other_name", id=town.id_of(contact.number), other_name="لوسي")
    )
    town.pass_until("2026-05-04 11:01")
    phone.gets("خديجة")
    phone.gets("خديجة")
    phone.gets("لوسي")
    town.pass_until("2026-05-04 11:31")
    contact.gets("Khadija")
