"""A demo town: a real gateway on loopback, a mobile network and a mail server beside it, and people
who take part."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType

from helpline.base.calendar import local, moment_on
from helpline.base.clock import SteeredClock, SystemClock, token
from helpline.base.errors import HelplineError
from helpline.base.passwords import kept_password, new_password
from helpline.settings import Settings
from helpline.settings.database import File
from helpline.settings.sections import LimitSettings, ServiceSettings
from helpline.settings.sections import WebSettings as Web
from helpline.simulator.carrier import Carrier
from helpline.simulator.passing import Passing
from helpline.simulator.played import DemoLine, sections
from helpline.simulator.postbox import Postbox
from helpline.town.tx import Tx

ZONE = "Europe/Paris"
OUR_NUMBER = "+33639980000"
SERVICE_CODE = "*384*20#"
EMAIL = "claire@belleville.example"
USUAL_PORT, LAST_PORT = 8080, 8099
_turns = itertools.count()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo town and their number."""

    name: str
    number: str


CAST = (
    Person("Fatima", "+33639980001"),
    Person("René", "+33639980002"),
    Person("Khadija", "+33639980003"),
    Person("Lucie", "+33639980012"),
    Person("Amina", "+33639980021"),
    Person("Bruno", "+33639980022"),
    Person("Samir", "+33639980023"),
    Person("Claire", "+33639980031"),
)

# What a town would bring: René and his daughter Lucie are not in it yet, they come by text.
REGISTERS = {
    "resident": """phone;name;language;zone;address;check_in_at;consent
06 39 98 00 01;Fatima;{language};Belleville;8 rue Rampal, 3e étage;10h;{agreed}
06 39 98 00 03;Khadija;ary;Ménilmontant;21 rue des Amandiers;9h30;{agreed}
""",
    "volunteer": """phone;name;language;zones;confirmed
06 39 98 00 21;Amina;{language};Belleville|Ménilmontant;{agreed}
06 39 98 00 22;Bruno;{language};Belleville;{agreed}
06 39 98 00 23;Samir;ary-Latn;Charonne;{agreed}
""",
    "coordinator": """phone;name;language;email
06 39 98 00 31;Claire;{language};{email}
""",
}


class DemoTown:
    """The town in use: open it in a `with`; on the way out every thread ends and every port is
    closed.

    `folder` takes the database. The town's clock starts this morning at 10:30 and goes on like any
    clock, unless `passing` puts it forward.
    """

    def __init__(self, folder: Path, port: int | None = None, language: str = "fr") -> None:
        self.folder, self.language, self.wanted_port = folder, language, port
        self.password = new_password()
        self._open = ExitStack()

    def __enter__(self) -> DemoTown:
        with self._open:
            self._build()
            self._open = self._open.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._open.close()

    def _build(self) -> None:
        from helpline.app.build import build
        from helpline.web.server import WebServer

        self.port = free_port(self.wanted_port)
        self.address = f"http://127.0.0.1:{self.port}"
        self.clock = SteeredClock(_this_morning())
        keys = (f"AC{token(24).encode().hex()[:32]}", token(24).encode().hex()[:32])
        self.carrier = self._open.enter_context(
            Carrier(
                *keys, OUR_NUMBER, self.address, self.address, at_api_key=keys[1], clock=self.clock
            )
        )
        self.postbox = self._open.enter_context(Postbox())
        self.settings = self._settings(*keys)
        self.gateway = build(self.settings, clock=self.clock)
        self._take_registers()
        self._open.callback(self.gateway.close_reader)
        self.gateway.engine.start()
        self._open.callback(self.gateway.engine.stop)
        self.passing = Passing(self.gateway, self.clock, self.carrier)
        server = WebServer(self.gateway, self.phones)
        server.start()
        self._open.callback(server.stop)
        self._open.callback(self.passing.stop)

    def _settings(self, sid: str, secret: str) -> Settings:
        service = ServiceSettings(
            name="Bonjour Belleville",
            organisation="Mairie du 20e",
            timezone=ZONE,
            languages=("en", "fr", "ary", "ary-Latn")
            if self.language == "en"
            else ("fr", "ary", "ary-Latn", "en"),
            public_url=self.address,
            database=File(self.folder.resolve() / "town.db"),
            zones=("Belleville", "Ménilmontant", "Charonne"),
        )
        own = Settings(
            service=service,
            web=Web(port=self.port, phones=True),
            limits=LimitSettings(bundle_ms=10_000),  # nobody watches a phone for a minute
        )
        line = DemoLine(OUR_NUMBER, SERVICE_CODE, sid, secret)
        letters = f"Helpline <helpline@{_domain()}>"
        return own.having(*sections(line, self.carrier.api_base, self.postbox.port, letters))

    def _take_registers(self) -> None:
        """Bring in the people as a town does, by CSV files, and a login for the desk."""
        from helpline.enrolment.register.imports import import_people
        from helpline.store.opening import connect

        now = self.clock.now()
        agreed = (local(now, ZONE) - timedelta(days=3)).date().isoformat()
        with closing(connect(self.settings.service.database)) as store:
            for role, register in REGISTERS.items():
                data = register.format(language=self.language, agreed=agreed, email=EMAIL).encode()
                report = import_people(
                    Tx(store, self.gateway.town, now), role, data, all_or_nothing=True
                )
                if not report.kept:
                    raise HelplineError("The demo town's register was refused.", str(report.lines))
            with store.transaction():
                login = {
                    "called": "Claire",
                    "language": self.language,
                    "password_hash": kept_password(self.password),
                }
                store.add("add_login", email=EMAIL, **login, now=now)

    @property
    def phones(self) -> DemoPhones:
        """What /phones shows and does."""
        return DemoPhones(
            self.carrier, self.passing, {person.number: person.name for person in CAST}
        )

    # --- time -------------------------------------------------------------------------------------

    def moment(self, days: int, at: str) -> int:
        """Return HH:MM on the first day of the story or `days` later, in milliseconds."""
        first = local(_this_morning(), ZONE).date()
        return moment_on(first + timedelta(days=days), at, ZONE)


@dataclass(frozen=True)
class DemoPhones:
    """The phones of a town on a simulated network (see web/phones). Without `passing` its clock is
    the world's."""

    carrier: Carrier
    passing: Passing | None
    names: Mapping[str, str]


def free_port(wanted: int | None) -> int:
    """Return `wanted`, or from 8080 on the first port nobody listens on; for 0 any such port,
    another each time.

    Raises HelplineError when there is none.
    """
    for port in _candidates(wanted):
        with closing(socket.socket()) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(door.getsockname()[1])
    taken = f"Port {wanted} is" if wanted else f"All ports from {USUAL_PORT} to {LAST_PORT} are"
    raise HelplineError(
        f"{taken} taken by another program.", "Give a free one: sh deploy/try --port 9000."
    )


def _candidates(wanted: int | None) -> Iterable[int]:
    """Return the ports to try. Those for 0 lie below the ones the system gives to outgoing
    connections by itself."""
    if wanted is None:
        return range(USUAL_PORT, LAST_PORT + 1)
    if wanted:
        return [wanted]
    first = os.getpid() * 61
    return (20_000 + (first + next(_turns)) % 12_000 for _ in range(200))


def _this_morning() -> int:
    return moment_on(local(SystemClock().now(), ZONE).date(), "10:30", ZONE)


def _domain() -> str:
    return EMAIL.partition("@")[2]
