"""A town with phones, played through the real web application and engine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from helpline.app.build import Gateway, build
from helpline.base.calendar import next_ask, zone_named
from helpline.base.clock import SteeredClock
from helpline.base.ports import OutboundText
from helpline.check_ins import hello
from helpline.people.rows import RESIDENT
from helpline.providers.africastalking.settings import AfricasTalkingSettings
from helpline.providers.smtp.settings import EmailSettings
from helpline.providers.twilio.settings import TwilioSettings
from helpline.settings import Settings
from helpline.settings.database import File
from helpline.settings.sections import (
    BudgetSettings,
    CheckInSettings,
    LimitSettings,
    ServiceSettings,
)
from helpline.store.opening import open_store
from helpline.town.tx import Tx
from helpline.web.app import make_app
from tests.fake_network import OUR_NUMBER, Mailbox, Network
from tests.kit.must import below

__all__ = ["OUR_NUMBER", "Mailbox", "Network", "OutboundText", "Phone", "Town", "next_hello"]

NEXT_TRY = "SELECT min(not_before_at) FROM outbox WHERE state = 'queued' AND not_before_at > ?"
T = TypeVar("T")
TOKEN = "0123456789abcdef0123456789abcdef"
SID = "AC0123456789abcdef0123456789abcdef"
PUBLIC = "https://aide.example.org"
ZONES = ("Belleville", "Charonne")
NO_MAIL = EmailSettings()
NO_BUDGET = BudgetSettings()
USUAL_LIMITS = LimitSettings()


@dataclass
class Phone:
    """Somebody's phone: what it sends goes through the webhook, what it gets is read in order."""

    town: Town
    number: str
    name: str = ""

    @property
    def read(self) -> int:
        """How many of its texts were looked at; a second `Phone` of this number shares it."""
        return self.town.read_by.get(self.number, 0)

    @read.setter
    def read(self, count: int) -> None:
        self.town.read_by[self.number] = count

    def texts(self, body: str, **more: str) -> None:
        """Send a text to the helpline."""
        self.town.webhook(self.number, body, **more)

    def inbox(self) -> list[str]:
        """All texts that reached this phone, oldest first."""
        return [text.body for text in self.town.air if text.receiver == self.number]

    def unread(self) -> list[str]:
        """Texts since the last look; looking reads them."""
        texts = self.inbox()[self.read :]
        self.read += len(texts)
        return texts

    def gets(self, *pieces: str) -> str:
        """Expect the next unread text to hold all pieces; return it."""
        assert "" not in pieces, "nothing is in every text: name what is expected, or no piece"
        texts = self.inbox()
        assert len(texts) > self.read, f"{self.name or self.number} got nothing, expected {pieces}"
        text = texts[self.read]
        self.read += 1
        for piece in pieces:
            assert piece in text, f"{self.name or self.number} got {text!r}, expected {piece!r}"
        return text

    def gets_nothing_more(self) -> None:
        """Expect no unread text."""
        texts = self.unread()
        assert not texts, f"{self.name or self.number} got {texts}"

    def dials(self, session: str, typed: str = "") -> str:
        """One USSD hop; return the screen."""
        return self.town.hop(self.number, session, typed)


class Town:
    """A town whose time passes only when told, over the real web application, desk and SQLite
    file."""

    def __init__(  # noqa: PLR0913
        self,
        folder: Path,
        *,
        start: str = "2026-05-04 08:00",
        ladder: str = "bonjour",
        clock_type: type[SteeredClock] = SteeredClock,
        second: Network | None = None,
        email: EmailSettings = NO_MAIL,
        segments_per_second: float = 1000.0,
        budget: BudgetSettings = NO_BUDGET,
        limits: LimitSettings = USUAL_LIMITS,
        **service: Any,
    ) -> None:
        self.zone = zone_named(service.get("timezone", "Europe/Paris"))
        self.clock: Any = clock_type(self.at(start), frozen=True)
        base = ServiceSettings(
            name="Bonjour Belleville",
            organisation="Mairie du 20e",
            public_url=PUBLIC,
            database=File(folder / "town.db"),
            zones=ZONES,
        )
        self.settings = Settings(
            service=replace(base, **service),
            check_ins=CheckInSettings(ladder=ladder),
            budget=budget,
            limits=limits,
        ).having(
            TwilioSettings(SID, (TOKEN,), OUR_NUMBER, segments_per_second=segments_per_second),
            AfricasTalkingSettings(username="sandbox", api_key="k", service_code="*384*20#"),
            email,
        )
        self.network, self.second, self.mailbox = Network(), second, Mailbox(name="mail")
        self.air: list[OutboundText] = []
        self.read_by: dict[str, int] = {}
        for network in (self.network, second) if second is not None else (self.network,):
            network.air = self.air
        self.messages = 0
        self.start()

    def _open(self) -> Gateway:
        carriers: dict[str, Network] = {"twilio": self.network, "mail": self.mailbox}
        if self.second is not None:
            carriers[self.second.name] = self.second
        gateway = build(self.settings, clock=self.clock, threads=0, carriers=carriers)
        gateway.signs.patience = 0.0  # no engine turns meanwhile
        return gateway

    def at(self, moment: str) -> int:
        """Return a local date and time of the town in milliseconds."""
        return int(datetime.fromisoformat(moment).replace(tzinfo=self.zone).timestamp() * 1000)

    @property
    def file(self) -> Path:
        """The file that holds its memory."""
        assert isinstance(self.settings.service.database, File)
        return self.settings.service.database.path

    # --- people -----------------------------------------------------------------------------------

    def phone(self, number: str, name: str = "") -> Phone:
        """A phone of somebody nobody knows yet."""
        return Phone(self, number, name)

    def person(self, number: str, name: str, language: str = "fr") -> Phone:
        """A phone of somebody known by name."""
        self.change(
            lambda tx: tx.add(
                "add_person", phone=number, name=name, language=language, line="mobile", now=tx.now
            )
        )
        return Phone(self, number, name)

    def resident(
        self, number: str, name: str, *, zone: str = "Belleville", at: str = "09:00", **more: Any
    ) -> Phone:
        """A resident who agreed to the daily hello."""
        phone = self.person(number, name, more.pop("language", "fr"))

        def enrol(tx: Tx) -> None:
            values = {
                "person_id": self.id_of(number),
                "zone": zone,
                "address": more.get("address", "3 rue Piat"),
                "status": "active",
                "check_in_at": at,
                "days": more.get("days", "1234567"),
                "timezone": more.get("timezone", self.settings.service.timezone),
                "ladder": more.get("ladder", ""),
                "now": tx.now,
            }
            resident = tx.one(RESIDENT, id=tx.add("add_resident", **values))
            assert resident is not None
            hello.plan(tx, resident)

        self.change(enrol)
        return phone

    def contact(self, number: str, name: str, of: Phone) -> Phone:
        """Somebody who agreed to be told about a resident."""
        phone = self.person(number, name)

        def add(tx: Tx) -> None:
            resident = tx.one("resident_of_person", person_id=self.id_of(of.number))
            assert resident is not None
            tx.add(
                "add_contact",
                resident_id=resident["id"],
                person_id=self.id_of(number),
                name=name,
                status="confirmed",
            )

        self.change(add)
        return phone

    def volunteer(
        self, number: str, name: str, zones: str = "Belleville", language: str = "fr"
    ) -> Phone:
        """A volunteer who agreed to be asked."""
        phone = self.person(number, name, language)
        self.change(
            lambda tx: tx.add(
                "add_volunteer", person_id=self.id_of(number), zones=zones, status="confirmed"
            )
        )
        return phone

    def coordinator(self, number: str, name: str, email: str = "") -> Phone:
        """Somebody who reads the day and is the last rung."""
        phone = self.person(number, name)
        self.change(lambda tx: tx.add("add_coordinator", person_id=self.id_of(number), email=email))
        return phone

    def id_of(self, number: str) -> int:
        """The id of the person at a number."""
        with self.gateway.read() as store:
            row = store.one("person_by_phone", phone=number)
        assert row is not None, number
        return int(row["id"])

    def change(self, work: Callable[[Tx], T]) -> T:
        """Do something in the engine's transaction."""
        return self.gateway.change(work)

    # --- the network ------------------------------------------------------------------------------

    def post(self, path: str, form: dict[str, str], *, signature: str | None = None) -> int:
        """Post a webhook signed as the provider signs, and let the engine finish."""
        sign = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)
        headers = {"X-Twilio-Signature": sign if signature is None else signature}
        response = self.client.post(
            path,
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )
        self.gateway.engine.settle()
        return response.status_code

    def webhook(self, sender: str, body: str, **more: str) -> int:
        """A text from `sender` comes in."""
        self.messages += 1
        form = {
            "MessageSid": f"SM1e{self.messages:030x}",
            "AccountSid": SID,
            "From": sender,
            "To": OUR_NUMBER,
            "Body": body,
            "NumMedia": "0",
            **more,
        }
        return self.post("/twilio/sms", form)

    def news(self, phone: Phone, status: str, error: str = "", place: int = -1) -> int:
        """The provider says what became of a text to a phone: the last one, or the one at
        `place`."""
        text = [each for each in self.network.sent if each.receiver == phone.number][place]
        form = {
            "MessageSid": f"SM{text.id:032x}",
            "AccountSid": SID,
            "MessageStatus": status,
            "To": phone.number,
            "ErrorCode": error,
        }
        return self.post(f"/twilio/status?mid={text.id}", form)

    def hop(self, sender: str, session: str, typed: str) -> str:
        """One USSD hop as Africa's Talking posts it."""
        form = {
            "sessionId": session,
            "serviceCode": "*384*20#",
            "phoneNumber": sender,
            "networkCode": "1",
            "text": typed,
        }
        response = self.client.post("/africastalking/ussd", data=form)
        self.gateway.engine.settle()
        assert response.status_code == 200, response.text
        return response.text

    # --- time -------------------------------------------------------------------------------------

    def pass_time(
        self, *, hours: float = 0, minutes: float = 0, days: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass, minute by minute, as it would."""
        self.pass_until(
            self.clock.now()
            + int(
                timedelta(hours=hours, minutes=minutes, days=days, seconds=seconds).total_seconds()
                * 1000
            )
        )

    def pass_until(self, moment: int | str) -> None:
        """Let time pass until a local moment: every due time on the way is met when it comes."""
        end = self.at(moment) if isinstance(moment, str) else moment
        self.gateway.engine.settle()
        while (due := self._next_due()) is not None and due < end:
            self.clock.put_to(max(due, self.clock.now() + 1))
            self.gateway.engine.settle()
        self.clock.put_to(end)
        self.gateway.engine.settle()

    def _next_due(self) -> int | None:
        with self.gateway.read() as store:
            row = store.one("next_due")
            retry = below(store).execute(NEXT_TRY, [self.clock.now()]).fetchone()[0]
        due = row["at"] if row is not None else None
        times = [each for each in (due, retry) if each is not None and each > self.clock.now()]
        return min(times, default=None)

    def be_down(self, *, hours: float = 0, minutes: float = 0) -> None:
        """Stop the gateway, let time pass, start it again on the same file."""
        self.stop()
        self.clock.forward(int(timedelta(hours=hours, minutes=minutes).total_seconds() * 1000))
        self.start()
        self.gateway.engine.settle()

    def start(self) -> None:
        """Start the gateway on the town's file; a new one begins as a copy of an empty town's."""
        place = self.settings.service.database
        if isinstance(place, File) and not place.path.exists():
            place.path.write_bytes(empty_town())
        self.gateway: Gateway = self._open()
        self.client = make_app(self.gateway).test_client()

    def stop(self) -> None:
        """Stop the gateway."""
        self.gateway.close_reader()
        self.gateway.engine.stop()

    # --- looking ----------------------------------------------------------------------------------

    def letter(self, address: str, *pieces: str) -> str:
        """Expect the next unread e-mail to an address to hold all pieces; return it."""
        letters = [
            f"{each.subject}\n{each.body}" for each in self.mailbox.sent if each.receiver == address
        ]
        place = self.read_by.get(address, 0)
        assert len(letters) > place, f"no e-mail to {address}, expected {pieces}"
        self.read_by[address] = place + 1
        for piece in pieces:
            assert piece in letters[place], f"{address} got {letters[place]!r}, expected {piece!r}"
        return letters[place]

    def nothing_else_was_sent(self) -> None:
        """Fail when a text or an e-mail was sent that nobody in the test looked at."""
        by_receiver: dict[str, list[str]] = {}
        for text in (*self.air, *self.mailbox.sent):
            by_receiver.setdefault(text.receiver, []).append(text.body)
        extra = {who: texts[self.read_by.get(who, 0) :] for who, texts in by_receiver.items()}
        assert not (extra := {who: texts for who, texts in extra.items() if texts}), (
            f"nobody expected {extra}"
        )

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Read from the file, as an auditor would."""
        with self.gateway.read() as store:
            return [dict(row) for row in below(store).execute(sql, values).fetchall()]

    def cases(self) -> list[dict[str, Any]]:
        """All cases, oldest first."""
        return self.rows("SELECT * FROM cases ORDER BY number")

    def the_case(self) -> dict[str, Any]:
        """The only case there is."""
        (case,) = self.cases()
        return case


@cache
def empty_town() -> bytes:
    """The file of a town in which nothing happened yet: made once, copied for each town."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.db"
        open_store(File(path)).close()
        return path.read_bytes()


def next_hello(at: str, after: int, zone: str = "Europe/Paris") -> int:
    """Return when a daily plan asks next."""
    return next_ask(at, "1234567", zone, after)[0]
