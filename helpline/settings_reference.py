"""Every setting, as data: where it stands, what kind of value it takes, and one sentence on what it does.

The loader, `helpline init` and docs/settings.md all read this table; defaults stand in the dataclasses of settings.py.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "HELPLINE_"

SECTIONS = {
    "service": "Who runs the helpline, for whom, and where its data lives.",
    "web": "Where the web server listens. A reverse proxy stands in front of it.",
    "twilio": "Texts by Twilio. Leave all of it out when Twilio is not used.",
    "africastalking": "Texts and USSD by Africa's Talking. Leave all of it out when it is not used.",
    "email": "The mail server for the day's summary. Leave it out and the summary goes by SMS alone.",
    "check_ins": "The daily hello.",
    "digest": "The day's summary for coordinators.",
    "watch": "Who notices when Helpline itself falls silent: docs/watching.md.",
    "backup": "The daily copy of the database: docs/backup.md.",
    "budget": "What texts cost: docs/coordinators.md. Prices are the ones you agreed with the provider.",
    "limits": "How much one person gets, and which strangers are answered.",
    "engine": "How busily the engine works. The defaults suit a town.",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. `kind` names a reader of settings_values.py; `secret` values never appear in messages."""

    section: str
    name: str
    kind: str
    sentence: str
    secret: bool = False

    @property
    def attribute(self) -> str:
        """The name in the dataclass: `from` is a word of Python."""
        return "sender" if self.name == "from" else self.name

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"{PREFIX}{self.section}_{self.name}".upper()

    @property
    def credential(self) -> str:
        """Its file name in systemd's credentials directory."""
        return f"{self.section}_{self.name}"

    @property
    def label(self) -> str:
        return f"[{self.section}] {self.name} ({self.variable})"


KEYS = (
    Key("service", "name", "words", "The name residents know; texts and pages say it."),
    Key("service", "organisation", "words", "Who answers for the service: the town, the association."),
    Key("service", "country", "country", "Two letters; numbers typed without + are read as this country's."),
    Key("service", "timezone", "timezone", "The town's clock, for the day's summary and for people without their own."),
    Key("service", "languages", "languages", "Languages offered, the first one to strangers: fr, ary, ary-Latn, en."),
    Key(
        "service", "public_url", "address", "The address phones' providers and browsers reach, as https://aide.example."
    ),
    Key(
        "service",
        "database",
        "database",
        "Where the data lives: sqlite:///PATH (a relative path starts at this file), or postgresql://USER:PASSWORD@HOST/NAME.",
    ),
    Key("service", "flows", "folder", "A folder of your own flows and ladders, added to the shipped ones."),
    Key("service", "zones", "list", "Names of districts, offered as choices when we ask where somebody is."),
    Key("web", "host", "word", "The address to listen on; keep 127.0.0.1 behind a proxy on the same machine."),
    Key("web", "port", "port", "The port to listen on."),
    Key("web", "threads", "count", "How many requests are served at once."),
    Key("web", "phones", "switch", "Show /phones, the simulated phones. Never on a service with real people."),
    Key("twilio", "account_sid", "account_sid", "Account SID, on the first page of the Twilio console."),
    Key(
        "twilio",
        "auth_token",
        "token",
        "Auth token, beside it; two separated by a comma while it changes.",
        secret=True,
    ),
    Key(
        "twilio", "number", "sender", "The number or short code people text, or a sender name (then nobody can reply)."
    ),
    Key("twilio", "messaging_service_sid", "service_sid", "A messaging service to send through, instead of a number."),
    Key("twilio", "api_base", "address", "Where Twilio's API is; another one serves a test or another region."),
    Key("twilio", "segments_per_second", "rate", "How many segments a second the number may send: 1 for a usual one."),
    Key(
        "africastalking", "username", "word", "The name of the app, in the Africa's Talking dashboard; `sandbox` tries."
    ),
    Key("africastalking", "api_key", "secret", "The key of that app, under Settings, API Key.", secret=True),
    Key("africastalking", "number", "sender", "The short code or sender name that texts come from."),
    Key("africastalking", "service_code", "ussd_code", "What people dial, as *384*123#."),
    Key("africastalking", "api_base", "address", "Where its API is; https://api.sandbox.africastalking.com to try."),
    Key(
        "africastalking", "token", "url_token", "A long secret of ours, part of every address given to it.", secret=True
    ),
    Key("africastalking", "ussd_gsm_limit", "screen", "Characters on one USSD screen in Latin letters."),
    Key("africastalking", "ussd_ucs_limit", "screen", "Characters on one USSD screen in Arabic letters."),
    Key("email", "host", "word", "The mail server."),
    Key("email", "port", "port", "Its port: 587 as a rule, 465 for TLS from the start, 25 inside a town's network."),
    Key("email", "username", "word", "The account on it; empty when it asks for none."),
    Key("email", "password", "secret", "The password of that account.", secret=True),
    Key("email", "from", "mailbox", "The address the summary comes from."),
    Key("check_ins", "ladder", "word", "What happens when nobody answers: a name in flows/ladders.yaml."),
    Key("digest", "at", "time", "When the day's summary leaves, on the town's clock."),
    Key(
        "watch",
        "ping_url",
        "ping_urls",
        "Told each minute that all is well, as Healthchecks gives it; several separated by commas.",
        secret=True,
    ),
    Key("watch", "canary", "sender", "A second number that texts back what it is sent each hour; left out: no canary."),
    Key(
        "backup",
        "directory",
        "place",
        "Where copies go, best on another disk; left out: `backups` beside the database.",
    ),
    Key("backup", "at", "time", "When the daily copy is made, on the town's clock."),
    Key("backup", "keep_days", "days", "For how many days copies are kept; the last three always are."),
    Key(
        "backup",
        "key_file",
        "place",
        "The key that seals copies, made by `helpline backup --make-key FILE`; left out: not sealed.",
    ),
    Key(
        "budget",
        "monthly",
        "amount",
        "The most money a month; once spent, courtesies stop and alarms go on. 0: no limit.",
    ),
    Key("budget", "currency", "word", "The money that prices are in."),
    Key("budget", "price", "amount", "The price of one segment, where no prefix below has its own."),
    Key("budget", "prices", "prices", "Prices of a segment by prefix, as +33=0.08,+212=0.10."),
    Key(
        "limits",
        "bundle_seconds",
        "amount",
        "Alarms to one person within so many seconds leave as one text; 0: each alone.",
    ),
    Key(
        "limits", "alarms_an_hour", "count", "A volunteer who got so many alarms in an hour is asked after the others."
    ),
    Key(
        "limits",
        "countries",
        "prefixes",
        "Prefixes of the strangers who are answered by machine, as +33,+212; none: all.",
    ),
    Key(
        "limits",
        "strangers_a_day",
        "number",
        "Tell coordinators when so many unknown numbers write in a day; 0: never.",
    ),
    Key("engine", "tick_seconds", "rate", "How often due things are looked for, in seconds."),
    Key("engine", "sender_threads", "count", "How many texts may be on their way to the provider at once."),
    Key(
        "engine",
        "look_up_seconds",
        "rate",
        "How long a text in doubt waits before the provider's list is asked; shorter risks a second copy.",
    ),
)

BY_PLACE = {(key.section, key.name): key for key in KEYS}
BY_VARIABLE = {key.variable: key for key in KEYS}
