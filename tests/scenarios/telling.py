"""What many scenarios begin with: a morning on which somebody does not answer."""

from __future__ import annotations

from tests.fakes import Phone, Town

TODAY = "2026-05-04"


def falls_silent(town: Town, resident: Phone, until: str = f"{TODAY} 11:30:30", *, contact: str = "") -> int:
    """Somebody greeted at nine says nothing until half past eleven; return the number of the case."""
    town.pass_until(until)
    hears_the_three_of_the_morning(resident, contact)
    return int(town.cases()[-1]["number"])


def hears_the_three_of_the_morning(resident: Phone, contact: str = "") -> None:
    """The hello, the reminder, the last word."""
    resident.gets(f"bonjour {resident.name}", "1 Oui")
    resident.gets(f"re-bonjour {resident.name}")
    resident.gets(f"Sinon {contact or 'une personne'}")
