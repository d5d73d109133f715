"""Reads the settings: a file, overridden by the environment. All problems are reported together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from helpline.core.errors import InvalidSettings


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Who runs the helpline, and where its data lives; once loaded, `database` and `flows` hold absolute paths."""

    name: str = "Helpline"
    organisation: str = ""
    country: str = "FR"
    timezone: str = "Europe/Paris"
    languages: tuple[str, ...] = ("fr", "ary", "ary-Latn", "en")
    public_url: str = ""
    database: str = field(default="sqlite:///helpline.db", repr=False)  # may hold a password
    flows: str = ""
    zones: tuple[str, ...] = ()

    @property
    def database_path(self) -> Path:
        """The database file; one that is never there, in a folder that is never there, when the data is on a server."""
        if not self.database.startswith("sqlite:///"):
            return Path("postgresql:/server/database")
        return Path(self.database.removeprefix("sqlite:///"))


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the web server listens."""

    host: str = "127.0.0.1"
    port: int = 8080
    threads: int = 8
    phones: bool = False


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """Texts by Twilio."""

    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    number: str = ""
    messaging_service_sid: str = ""
    api_base: str = "https://api.twilio.com"
    segments_per_second: float = 1.0

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """All tokens a signature may be made with; the first one is ours to use."""
        return tuple(token for token in self.auth_token.split(",") if token)

    @property
    def configured(self) -> bool:
        """True when texts can be sent by Twilio."""
        return bool(self.account_sid and self.auth_token and (self.number or self.messaging_service_sid))


@dataclass(frozen=True, slots=True)
class AfricasTalkingSettings:
    """Texts and USSD by Africa's Talking."""

    username: str = ""
    api_key: str = field(default="", repr=False)
    number: str = ""
    service_code: str = ""
    api_base: str = "https://api.africastalking.com"
    token: str = field(default="", repr=False)
    ussd_gsm_limit: int = 182
    ussd_ucs_limit: int = 80

    @property
    def configured(self) -> bool:
        """True when texts can be sent by Africa's Talking."""
        return bool(self.username and self.api_key)


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """The mail server; `sender` is the key `from`."""

    host: str = ""
    port: int = 587
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""

    @property
    def configured(self) -> bool:
        """True when e-mails can be sent."""
        return bool(self.host and self.sender)


@dataclass(frozen=True, slots=True)
class CheckInSettings:
    """The daily hello."""

    ladder: str = "bonjour"


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """The day's summary."""

    at: str = "18:00"


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """Who notices when the gateway itself falls silent."""

    ping_url: str = field(default="", repr=False)
    canary: str = ""

    @property
    def ping_urls(self) -> tuple[str, ...]:
        """The addresses told that all is well."""
        return tuple(url for url in self.ping_url.split(",") if url)


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Copies of the database; once loaded, `directory` and `key_file` hold absolute paths, or nothing."""

    directory: str = ""
    at: str = "03:30"
    keep_days: int = 30
    key_file: str = ""


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """What texts cost and how much of it a month may; `prices` are "+33=0.08" of a segment, the longest prefix wins."""

    monthly: float = 0.0
    currency: str = "EUR"
    price: float = 0.08
    prices: tuple[str, ...] = ()

    def price_to(self, number: str) -> float:
        """Return the price of one segment to `number` (E.164)."""
        found = [each.split("=") for each in self.prices if number.startswith(each.split("=")[0])]
        return float(max(found, key=lambda pair: len(pair[0]))[1]) if found else self.price


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much one person gets, and which strangers are answered; `countries` are prefixes as +33, none: all."""

    bundle_seconds: float = 60.0
    alarms_an_hour: int = 11
    countries: tuple[str, ...] = ()
    strangers_a_day: int = 200


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How busily the engine works."""

    tick_seconds: float = 1.0
    sender_threads: int = 4
    look_up_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `file` is the one they were read from; None: the environment alone."""

    service: ServiceSettings = ServiceSettings()
    web: WebSettings = WebSettings()
    twilio: TwilioSettings = TwilioSettings()
    africastalking: AfricasTalkingSettings = AfricasTalkingSettings()
    email: EmailSettings = EmailSettings()
    check_ins: CheckInSettings = CheckInSettings()
    digest: DigestSettings = DigestSettings()
    watch: WatchSettings = WatchSettings()
    backup: BackupSettings = BackupSettings()
    budget: BudgetSettings = BudgetSettings()
    limits: LimitSettings = LimitSettings()
    engine: EngineSettings = EngineSettings()
    file: Path | None = None

    @property
    def backup_folder(self) -> Path:
        """Where copies go: the folder of the settings, else `backups` beside the database file or the settings file."""
        if self.backup.directory:
            return Path(self.backup.directory)
        if self.service.database.startswith("sqlite:///"):
            return self.service.database_path.parent / "backups"
        return (self.file.parent if self.file is not None else Path.cwd()) / "backups"

    @property
    def can_send(self) -> bool:
        """True when at least one provider can carry a text."""
        return self.twilio.configured or self.africastalking.configured


SECTION_TYPES = {
    "service": ServiceSettings,
    "web": WebSettings,
    "twilio": TwilioSettings,
    "africastalking": AfricasTalkingSettings,
    "email": EmailSettings,
    "check_ins": CheckInSettings,
    "digest": DigestSettings,
    "watch": WatchSettings,
    "backup": BackupSettings,
    "budget": BudgetSettings,
    "limits": LimitSettings,
    "engine": EngineSettings,
}


def load_settings(path: str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the file at `path`, HELPLINE_CONFIG or ./helpline.toml, overridden by `environ`.

    Without any file the environment alone is read. Raises InvalidSettings naming every problem at once.
    """
    from helpline.settings_loading import read_settings

    settings, problems = read_settings(path, environ)
    if problems:
        raise InvalidSettings(_listed(problems), _remedy(settings))
    return settings


def _listed(problems: list[str]) -> str:
    if len(problems) == 1:
        return f"A setting needs correcting: {problems[0]}"
    return f"{len(problems)} settings need correcting:\n" + "\n".join(f"- {problem}" for problem in problems)


def _remedy(settings: Settings) -> str:
    where = (
        f"in {settings.file} or in the environment" if settings.file else "in the environment, or in a helpline.toml"
    )
    return f"Correct them {where}; docs/settings.md describes each one, and `helpline doctor` checks them again."
