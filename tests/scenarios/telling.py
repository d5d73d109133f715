"""What many scenarios begin with: a morning on which somebody does not answer; a gateway and what
its file holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.fakes import Phone, Town

TODAY = "2026-05-04"


def falls_silent(
    town: Town, resident: Phone, until: str = f"{TODAY} 11:30:30", *, contact: str = ""
) -> int:
    """Somebody greeted at nine says nothing until half past eleven; return the number of the
    case."""
    town.pass_until(until)
    hears_the_three_of_the_morning(resident, contact)
    return int(town.cases()[-1]["number"])


def hears_the_three_of_the_morning(resident: Phone, contact: str = "") -> None:
    """The hello, the reminder, the last word."""
    resident.gets(f"bonjour {resident.name}", "1 Oui")
    resident.gets(f"re-bonjour {resident.name}")
    resident.gets(f"Sinon {contact or 'une personne'}")


def a_silent_morning(town: Town, until: str = f"{TODAY} 11:29") -> tuple[Phone, Phone, Phone]:
    """René was silent all morning; Amina and Claire are there. In a minute somebody is asked."""
    rene = town.resident("+33639980001", "René", at="09:00")
    amina = town.volunteer("+33639980011", "Amina")
    claire = town.coordinator("+33639980021", "Claire", "claire@mairie.example")
    town.pass_until(until)
    hears_the_three_of_the_morning(rene)
    return rene, amina, claire


def kept(folder: Path) -> list[str]:
    """Ids of the texts that are in the file of a gateway."""
    with sqlite3.connect(folder / "town.db") as connection:
        return [row[0] for row in connection.execute("SELECT provider_id FROM inbox ORDER BY id")]
