"""A small town with a busy day behind it, for tests of the desk: late cases, a taken one, unread
texts."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from helpline.base.ports import OutboundText, Store
from helpline.providers.smtp.settings import EmailSettings
from tests.fakes import Phone, Town

PASSWORD = "figue tunnel mardi violon"
EMAIL = "claire@mairie.example"
# as the gateway keeps it, made with less work: tests let people in hundreds of times
KEPT = generate_password_hash(PASSWORD, method="scrypt:1024:8:1")
MAIL = EmailSettings(host="mail.example", sender="aide@ville.example")
RESIDENTS = (
    ("René Delcourt", "Belleville"),
    ("Fatima Bennani", "Belleville"),
    ("Jeanne Moreau", "Charonne"),
    ("عائشة العلوي", "Belleville"),
    ("Lucien Petit", "Charonne"),
    ("Odette Faure", "Ménilmontant"),
    ("Paul Girard", "Belleville"),
    ("Simone Roux", "Charonne"),
)


def quiet_town(folder: Path, **service: Any) -> Town:
    """A town with one coordinator who may log in, and nobody else."""
    town = Town(folder, email=MAIL, **service)
    town.coordinator("+33639980021", "Claire Martin", email=EMAIL)
    add_login(town)
    return town


def reopened(town: Town, **changes: Any) -> Town:
    """The same town after its settings were changed and the gateway started again."""
    town.settings = replace(town.settings, **changes)
    town.be_down()
    return town


def on_loopback(town: Town) -> Town:
    """The same town reached by plain http on this machine."""
    return reopened(town, service=replace(town.settings.service, public_url=""))


def add_login(town: Town, email: str = EMAIL, language: str = "fr") -> None:
    """Let somebody open the desk."""
    town.change(
        lambda tx: tx.add(
            "add_login",
            email=email,
            called="Claire",
            language=language,
            password_hash=KEPT,
            now=tx.now,
        )
    )


@dataclass(frozen=True, slots=True)
class _Day:
    """All that a day left behind: the town's file, and what reached phones and mailboxes."""

    file: bytes
    messages: int
    texts: tuple[OutboundText, ...]
    mails: tuple[OutboundText, ...]


def busy_town(folder: Path) -> Town:
    """A town in the afternoon of a day on which much happened; the day is lived once for all."""
    day = _busy_day()
    (folder / "town.db").write_bytes(day.file)
    town = Town(folder, email=MAIL, start="2026-05-04 12:25")
    town.messages = day.messages
    town.mailbox.sent += day.mails
    town.network.sent += day.texts
    town.network.known += day.texts
    town.air += day.texts
    return town


@cache
def _busy_day() -> _Day:
    with tempfile.TemporaryDirectory() as folder:
        town = quiet_town(Path(folder))
        _live_through(town)
        town.stop()
        texts, mails = tuple(town.network.sent), tuple(town.mailbox.sent)
        return _Day(town.file.read_bytes(), town.messages, texts, mails)


def _live_through(town: Town) -> None:
    phones: list[Phone] = [
        town.resident(f"+3363998010{place}", name, zone=zone, at="09:00")
        for place, (name, zone) in enumerate(RESIDENTS)
    ]
    rene, fatima, jeanne, aicha, lucien, odette, paul, simone = phones
    town.contact("+33639980002", "Lucie Delcourt", of=rene)
    amina = town.volunteer("+33639980011", "Amina Rahmouni")
    bruno = town.volunteer("+33639980012", "Bruno Costa", zones="Belleville|Charonne")
    away = town.volunteer("+33639980013", "Driss Alami", zones="Ménilmontant")
    town.change(
        lambda tx: tx.run(
            "set_volunteer_away", person_id=town.id_of(away.number), until=tx.now + 3 * 86_400_000
        )
    )
    town.person("+33639980014", "Ines Leroy")
    town.change(
        lambda tx: tx.add(
            "add_volunteer", person_id=town.id_of("+33639980014"), zones="", status="invited"
        )
    )
    town.pass_until("2026-05-04 09:05")
    for phone in (fatima, aicha):
        phone.texts("1")
    lucien.texts("2")
    odette.texts("1")
    town.pass_until("2026-05-04 10:10")
    paul.texts("1")
    town.news(jeanne, "undelivered", "30003", place=0)
    town.pass_until("2026-05-04 11:40")
    number = case_of(town, simone)
    bruno.texts(f"{number} NON")
    amina.texts(f"{number} OUI")
    town.pass_until("2026-05-04 12:10")
    amina.texts("NON")
    odette.texts("AIDE")
    town.pass_until("2026-05-04 12:25")
    town.change(
        lambda tx: _unread(
            tx.store,
            town,
            fatima,
            "Merci pour hier, il était très gentil. Et pour vendredi ?",
            tx.now,
        )
    )
    town.change(lambda tx: _unread(tx.store, town, aicha, "شكرا بزاف على المساعدة", tx.now))
    town.change(lambda tx: tx.run("beat", name="engine", now=tx.now, data="{}"))


def case_of(town: Town, phone: Phone) -> int:
    """The number of the open case about somebody."""
    (row,) = town.rows(
        "SELECT number FROM cases WHERE person_id = ? AND status <> 'closed'",
        town.id_of(phone.number),
    )
    return int(row["number"])


def _unread(store: Store, town: Town, phone: Phone, body: str, now: int) -> None:
    text = store.add(
        "take_in",
        provider="twilio",
        provider_id=f"SMunread{phone.number}{len(body)}",
        channel="sms",
        person_id=town.id_of(phone.number),
        sender=phone.number,
        receiver="+33639980000",
        body=body,
        media=0,
        now=now - 20 * 60_000,
    )
    store.run(
        "note_meaning",
        id=text,
        person_id=town.id_of(phone.number),
        meaning="words",
        unread=1,
        reason="words",
        alarm_at=None,
        pressing=0,
        case_number=None,
    )


class Visitor:
    """Somebody with a browser, in front of the desk."""

    def __init__(self, town: Town, address: str = "192.0.2.7") -> None:
        self.town = town
        self.address = address
        self.client = town.client.application.test_client()

    def opens(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(
            path, base_url=self.base, environ_base={"REMOTE_ADDR": self.address}, **more
        )

    def sends(self, path: str, headers: dict[str, str] | None = None, **form: str) -> TestResponse:
        """Send a form as it stands on the page, without its token."""
        return self.client.post(
            path,
            base_url=self.base,
            data=form,
            headers=headers,
            environ_base={"REMOTE_ADDR": self.address},
        )

    @property
    def base(self) -> str:
        """The address the town is reached at."""
        return self.town.settings.service.public_url or "http://localhost"

    def token_of(self, path: str) -> str:
        """Return the token in the forms of a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.opens(path).text)
        assert found is not None
        return found[1]

    def logs_in(
        self, password: str = PASSWORD, email: str = EMAIL, next: str = "", **more: Any
    ) -> TestResponse:
        """Fill in the login form."""
        token = self.token_of("/desk/login")
        return self.sends(
            "/desk/login", email=email, password=password, csrf=token, next=next, **more
        )


def words_of(html: str) -> str:
    """Return what a page says, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>|[\u2068\u2069]", " ", html)).split())


def do(visitor: Visitor, path: str, **form: str) -> Any:
    """Send a form of the page of a case or of the day, with its token."""
    return visitor.sends(path, None, csrf=visitor.token_of("/desk/today"), **form)
