"""What all processes of one campaign know: its clock, its addresses, its people and its seed."""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path

SID, TOKEN, OUR_NUMBER = "AC" + "0" * 30 + "42", "tokentokentokentokentokentoken42", "+33639980000"
ZONE = "Europe/Paris"
START = 1_777_910_340_000  # 4 May 2026, 17:59 in Paris: the day's summary is due a minute later
MOST_RESIDENTS = 3900
VOLUNTEERS, COORDINATORS = 8, 2

LADDERS = """
ladders:
  chaos:
    resident:
      - {after: 20s, say: reminder}
      - {after: 40s, say: last_word}
    deadline: 60s
    humans:
      - {ask: contacts, wait: 40s}
      - {ask: volunteers, at_once: 1, wait: 40s}
      - {ask: coordinators, wait: 60s, repeat: true}
    promise: 240s
"""


class RacingClock:
    """A clock that all processes of a machine share and that runs `speed` times as fast as the
    wall's."""

    def __init__(self, origin: float, speed: float) -> None:
        self._origin, self._speed = origin, speed

    def now(self) -> int:
        """Return milliseconds since 1970, UTC, as this clock has them."""
        return START + int((time.monotonic() - self._origin) * self._speed * 1000)

    def monotonic(self) -> float:
        """Return seconds that go forward with this clock."""
        return time.monotonic() * self._speed


@dataclass(frozen=True, slots=True)
class Campaign:
    """One run: kept as campaign.json in its folder."""

    folder: str
    deaths: int
    engines: int
    database: str
    seed: int
    speed: float
    origin: float
    port: int
    carrier_port: int
    copies: bool = True
    list_fails: float = 0.0
    callbacks_stop: float = 0.0
    freezes: float = 0.0

    @property
    def troubles(self) -> str:
        """Name what goes wrong for stretches, "" when nothing does."""
        named = {
            "list fails": self.list_fails,
            "callbacks stop": self.callbacks_stop,
            "freezes": self.freezes,
        }
        return ", ".join(f"{name} {share:.0%}" for name, share in named.items() if share)

    @property
    def clock(self) -> RacingClock:
        return RacingClock(self.origin, self.speed)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def path(self) -> Path:
        return Path(self.folder)

    def keep(self) -> None:
        """Write everything the other processes read."""
        (self.path / "flows").mkdir(exist_ok=True)
        (self.path / "flows" / "ladders.yaml").write_text(LADDERS, "utf-8")
        (self.path / "campaign.json").write_text(json.dumps(asdict(self)), "utf-8")

    def environment(self) -> dict[str, str]:
        """Return the environment of every gateway process."""
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("HELPLINE_")},
            "HELPLINE_SERVICE_NAME": "Bonjour Belleville",
            "HELPLINE_SERVICE_TIMEZONE": ZONE,
            "HELPLINE_SERVICE_PUBLIC_URL": self.url,
            "HELPLINE_SERVICE_DATABASE": self.database,
            "HELPLINE_SERVICE_FLOWS": str(self.path / "flows"),
            "HELPLINE_BACKUP_DIRECTORY": str(self.path / "backups"),
            "HELPLINE_WEB_PORT": str(self.port),
            "HELPLINE_TWILIO_ACCOUNT_SID": SID,
            "HELPLINE_TWILIO_AUTH_TOKEN": TOKEN,
            "HELPLINE_TWILIO_NUMBER": OUR_NUMBER,
            "HELPLINE_TWILIO_API_BASE": f"http://127.0.0.1:{self.carrier_port}",
            "HELPLINE_TWILIO_SEGMENTS_PER_SECOND": "1000",
            "HELPLINE_CHECK_INS_LADDER": "chaos",
        }


def read_campaign(folder: str | Path) -> Campaign:
    """Return the campaign of a folder."""
    return Campaign(**json.loads((Path(folder) / "campaign.json").read_text("utf-8")))


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# --- people: fiction numbers; who they are shows in the number ------------------------------------


def resident(n: int) -> str:
    return f"+3363998{n:04d}"


def contact(n: int) -> str:
    return f"+3363998{4000 + n:04d}"


def volunteer(n: int) -> str:
    return f"+3363998{9000 + n:04d}"


def coordinator(n: int) -> str:
    return f"+3363998{9900 + n:04d}"


def role_of(phone: str) -> tuple[str, int]:
    """Return what somebody is, and which one."""
    n = int(phone[-4:])
    for first, role in ((9900, "coordinator"), (9000, "volunteer"), (4000, "contact")):
        if n > first:
            return role, n - first
    return "resident", n


def name_of(n: int) -> str:
    """Return a resident's name: letters alone, no two alike."""
    return "Re" + "".join(chr(97 + n // 26**place % 26) for place in (2, 1, 0)) + "o"
