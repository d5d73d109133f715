"""The town's own settings, and all settings together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, TypeVar

from helpline.base.errors import HelplineError
from helpline.settings import addresses, numbers, values
from helpline.settings.database import Database, File, Server
from helpline.settings.schema import ProviderSection, Screen, Section, setting

P = TypeVar("P", bound=ProviderSection)


@dataclass(frozen=True, slots=True)
class ServiceSettings(Section):
    """Who runs the helpline, for whom, and where its data lives."""

    section: ClassVar[str] = "service"

    name: str = setting(
        "Helpline", values.words, "The name residents know; texts and pages say it."
    )
    organisation: str = setting(
        "", values.words, "Who answers for the service: the town, the association."
    )
    country: str = setting(
        "FR", values.country, "Two letters; numbers typed without + are read as this country's."
    )
    timezone: str = setting(
        "Europe/Paris",
        values.timezone,
        "The town's clock, for the day's summary and for people without their own.",
    )
    languages: tuple[str, ...] = setting(
        ("fr", "ary", "ary-Latn", "en"),
        values.languages,
        "Languages offered, the first one to strangers: fr, ary, ary-Latn, en.",
    )
    public_url: str = setting(
        "",
        addresses.web_address,
        "The address phones' providers and browsers reach, as https://aide.example.",
    )
    database: Database = setting(
        "sqlite:///helpline.db",
        addresses.database,
        "Where the data lives: sqlite:///PATH (a relative path starts at this file), "
        "or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    flows: Path | None = setting(
        "", addresses.folder, "A folder of your own flows and ladders, added to the shipped ones."
    )
    zones: tuple[str, ...] = setting(
        (), values.names, "Names of districts, offered as choices when we ask where somebody is."
    )


@dataclass(frozen=True, slots=True)
class WebSettings(Section):
    """Where the web server listens. A reverse proxy stands in front of it."""

    section: ClassVar[str] = "web"

    host: str = setting(
        "127.0.0.1",
        values.word,
        "The address to listen on; keep 127.0.0.1 behind a proxy on the same machine.",
    )
    port: int = setting(8080, numbers.port, "The port to listen on.")
    threads: int = setting(8, numbers.count, "How many requests are served at once.")
    phones: bool = setting(
        False,
        values.switch,
        "Show /phones, the simulated phones. Never on a service with real people.",
    )


@dataclass(frozen=True, slots=True)
class CheckInSettings(Section):
    """The daily hello."""

    section: ClassVar[str] = "check_ins"

    ladder: str = setting(
        "bonjour", values.word, "What happens when nobody answers: a name in flows/ladders.yaml."
    )


@dataclass(frozen=True, slots=True)
class DigestSettings(Section):
    """The day's summary for coordinators."""

    section: ClassVar[str] = "digest"

    at: str = setting(
        "18:00", values.time_of_day, "When the day's summary leaves, on the town's clock."
    )


@dataclass(frozen=True, slots=True)
class WatchSettings(Section):
    """Who notices when Helpline itself falls silent: docs/watching.md."""

    section: ClassVar[str] = "watch"

    ping_urls: tuple[str, ...] = setting(
        "",
        addresses.ping_urls,
        "Told each minute that all is well, as Healthchecks gives it; several separated by commas.",
        secret=True,
        key="ping_url",
    )
    canary: str = setting(
        "",
        addresses.sender,
        "A second number that texts back what it is sent each hour; left out: no canary.",
    )
    administrator: str = setting(
        "",
        addresses.mailbox,
        "An e-mail of whoever keeps the service running: told when no coordinator can be.",
    )


@dataclass(frozen=True, slots=True)
class BackupSettings(Section):
    """The daily copy of the database: docs/backup.md."""

    section: ClassVar[str] = "backup"

    directory: Path | None = setting(
        "",
        addresses.path_to,
        "Where copies go, best on another disk; left out: `backups` beside the database.",
    )
    at: str = setting(
        "03:30", values.time_of_day, "When the daily copy is made, on the town's clock."
    )
    keep_days: int = setting(
        30, numbers.days, "For how many days copies are kept; the last three always are."
    )
    key_file: Path | None = setting(
        "",
        addresses.path_to,
        "The key that seals copies, made by `helpline backup --make-key FILE`; left out: not "
        "sealed.",
    )


@dataclass(frozen=True, slots=True)
class BudgetSettings(Section):
    """What texts cost: docs/coordinators.md. Prices are the ones you agreed with the provider."""

    section: ClassVar[str] = "budget"

    monthly: float = setting(
        0.0,
        numbers.amount,
        "The most money a month; once spent, courtesies stop and alarms go on. 0: no limit.",
    )
    currency: str = setting("EUR", values.word, "The money that prices are in.")
    price: float = setting(
        0.08, numbers.amount, "The price of one segment, where no prefix below has its own."
    )
    prices: tuple[numbers.Price, ...] = setting(
        (), numbers.prices, "Prices of a segment by prefix, as +33=0.08,+212=0.10."
    )

    def price_to(self, number: str) -> float:
        """Return the price of one segment to `number` (E.164): that of its longest prefix."""
        found = [(prefix, price) for prefix, price in self.prices if number.startswith(prefix)]
        return max(found, key=lambda each: len(each[0]))[1] if found else self.price


@dataclass(frozen=True, slots=True)
class LimitSettings(Section):
    """How much one person gets, and which strangers are answered."""

    section: ClassVar[str] = "limits"

    bundle_ms: int = setting(
        60.0,
        numbers.in_ms(numbers.amount),
        "Alarms to one person within so many seconds leave as one text; 0: each alone.",
        key="bundle_seconds",
    )
    alarms_an_hour: int = setting(
        11,
        numbers.count,
        "A volunteer who got so many alarms in an hour is asked after the others.",
    )
    countries: tuple[str, ...] = setting(
        (),
        numbers.prefixes,
        "Prefixes of the strangers who are answered by machine, as +33,+212; none: all.",
    )
    strangers_a_day: int = setting(
        200,
        numbers.many,
        "Tell coordinators when so many unknown numbers write in a day; 0: never.",
    )
    unread_minutes: int = setting(
        10,
        numbers.patience,
        "Coordinators are told of a text that nobody has read after so many minutes, by day.",
    )
    quiet_from: str = setting(
        "21:00", values.time_of_day, "From then on nobody is woken for what can wait until morning."
    )
    quiet_until: str = setting("08:00", values.time_of_day, "Until then, on the town's clock.")


@dataclass(frozen=True, slots=True)
class EngineSettings(Section):
    """How busily the engine works. The defaults suit a town."""

    section: ClassVar[str] = "engine"

    tick_seconds: float = setting(
        1.0, numbers.rate, "How often due things are looked for, in seconds."
    )
    sender_threads: int = setting(
        4, numbers.count, "How many texts may be on their way to the provider at once."
    )
    look_up_ms: int = setting(
        30.0,
        numbers.in_ms(numbers.rate),
        "How long a text in doubt waits before the provider's list is asked; shorter risks a "
        "second copy.",
        key="look_up_seconds",
    )


# In the file the providers stand between the two: who we are, how texts leave, what is done then.
OPENING: tuple[type[Section], ...] = (ServiceSettings, WebSettings)
HABITS: tuple[type[Section], ...] = (
    CheckInSettings,
    DigestSettings,
    WatchSettings,
    BackupSettings,
    BudgetSettings,
    LimitSettings,
    EngineSettings,
)


def in_order(providers: Iterable[type[ProviderSection]]) -> tuple[type[Section], ...]:
    """Return all sections in the order of the file."""
    return (*OPENING, *providers, *HABITS)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings: the town's own sections, and the providers' by name.

    Of several providers that could, the first one carries. `file` is the one they were read from;
    None: the environment alone.
    """

    service: ServiceSettings = field(default_factory=ServiceSettings)
    web: WebSettings = field(default_factory=WebSettings)
    check_ins: CheckInSettings = field(default_factory=CheckInSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    watch: WatchSettings = field(default_factory=WatchSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    providers: Mapping[str, ProviderSection] = field(default_factory=dict)
    file: Path | None = None

    def having(self, *providers: ProviderSection) -> Settings:
        """Return the same settings with these providers' sections, in place of older ones."""
        return replace(
            self, providers={**self.providers, **{each.section: each for each in providers}}
        )

    def of(self, kind: type[P]) -> P:
        """Return a provider's own section, with its defaults when nothing is set."""
        found = self.providers.get(kind.section)
        return found if isinstance(found, kind) else kind()

    @property
    def carriers(self) -> tuple[ProviderSection, ...]:
        """The sections of those who carry texts, whether they are filled in or not."""
        return tuple(each for each in self.providers.values() if each.carries == "sms")

    @property
    def carrier_sections(self) -> str:
        """The sections one of which must be filled in, as a sentence names them."""
        *others, last = [f"[{each.section}]" for each in self.carriers] or [""]
        return f"{', '.join(others)} or {last}" if others else last

    @property
    def can_send(self) -> bool:
        """True when at least one provider can carry a text."""
        return any(each.configured for each in self.carriers)

    @property
    def can_mail(self) -> bool:
        """True when e-mails can be sent."""
        return any(each.configured for each in self.providers.values() if each.carries == "email")

    @property
    def number(self) -> str:
        """The number people text: the first carrier's that has one."""
        return next((each.number for each in self.carriers if each.number), "")

    @property
    def own_numbers(self) -> frozenset[str]:
        """All numbers that are ours."""
        return frozenset(each.number for each in self.carriers if each.number)

    @property
    def paces(self) -> Mapping[str, float]:
        """How many segments a second may leave by each route for texts."""
        return {each.section: each.segments_per_second for each in self.carriers}

    @property
    def has_ussd(self) -> bool:
        """True when a provider that is filled in brings dialled codes."""
        return any(each.has_ussd and each.configured for each in self.carriers)

    @property
    def service_code(self) -> str:
        """What people dial; "" for nothing."""
        return next((each.service_code for each in self.carriers if each.service_code), "")

    def screen_of(self, provider: str) -> Screen:
        """Return how much a USSD screen of a provider holds."""
        found = self.providers.get(provider)
        return found.screen if found is not None else Screen()

    @property
    def backup_folder(self) -> Path:
        """Where copies go: as set, else `backups` beside the database or the settings file.

        Raises HelplineError when there is neither: copies that lie wherever a command happened to
        be called are found by nobody, or by strangers.
        """
        if self.backup.directory is not None:
            return self.backup.directory
        match self.service.database:
            case File(path):
                return path.parent / "backups"
            case Server() if self.file is not None:
                return self.file.parent / "backups"
            case Server():
                raise HelplineError(
                    "No folder for copies is set, and the database is on a server.",
                    "Name a folder here in [backup] directory (HELPLINE_BACKUP_DIRECTORY).",
                )
