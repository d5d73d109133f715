"""A town hall with a database and files to import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpline.base.ports import Row
from helpline.cli.opening import open_town
from helpline.conversations import keeping
from helpline.enrolment import membership
from helpline.enrolment.register.imports import Report, import_people
from helpline.people.callers import who
from helpline.town.tx import Tx

FILES = Path(__file__).parents[1] / "data" / "csv"
NOW = 1_772_960_400_000  # Sunday 2026-03-08 10:00 in Paris
RENE, PAUL = "+33639980001", "+33639980011"


class Office:
    """A town hall with a database and files to import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "helpline.toml"
        self.config.write_text(
            '[service]\nname = "Allô Montreuil"\ncountry = "FR"\n', encoding="utf-8"
        )
        settings, self.town, self.store = open_town(str(self.config))
        self.database = settings.service.database

    def imports(self, role: str, file: str | bytes, now: int = NOW, **options: Any) -> Report:
        """Import a file of tests/data/csv, or bytes, with the report in English."""
        data = (FILES / file).read_bytes() if isinstance(file, str) else file
        return import_people(
            Tx(self.store, self.town, now), role, data, **{"language": "en", **options}
        )

    def residents(self, *lines: str, **options: Any) -> Report:
        """Import residents of the columns phone, name, contact_phone, consent."""
        data = "\n".join(["phone,name,contact_phone,consent", *lines])
        return self.imports("resident", data.encode(), **options)

    def person(self, phone: str) -> Row:
        """Return a person."""
        row = self.store.one("person_by_phone", phone=phone)
        assert row is not None
        return row

    def resident(self, phone: str) -> Row:
        """Return a resident."""
        row = self.store.one("resident_of_person", person_id=self.person(phone)["id"])
        assert row is not None
        return row

    def texts(self, phone: str) -> list[str]:
        """Return what was ever queued for a number."""
        return [row["body"] for row in self.store.all("report_messages", phone=phone, since=0)]

    def hears(self, phone: str, text: str) -> None:
        """Have somebody answer with a text."""
        with self.store.transaction():
            keeping.speak(
                Tx(self.store, self.town, NOW + 60_000),
                who(Tx(self.store, self.town, NOW), phone),
                text,
                "sms",
            )

    def says_stop(self, phone: str) -> None:
        """Have somebody text STOP."""
        with self.store.transaction():
            tx = Tx(self.store, self.town, NOW)
            membership.stop(tx, who(tx, phone))


def problem(report: Report, line: int = 2) -> str:
    """Return what is wrong with a line."""
    return " ".join(next(each for each in report.lines if each.line == line).problems)


def results(report: Report) -> list[str]:
    return [line.result for line in report.lines]
