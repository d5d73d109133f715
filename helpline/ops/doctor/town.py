"""Checks of the town itself: its flows, its people, and whether anything has moved lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpline.base.ports import Finding
from helpline.base.spans import DAY, MINUTE
from helpline.ops.doctor.patient import Patient

if TYPE_CHECKING:
    from helpline.base.ports import Row

STALE_TICK = 5 * MINUTE
LONG_SILENCE = 7 * DAY


def flows(patient: Patient) -> list[Finding]:
    """The flow files can be read, and hold the ladder the settings name."""
    from helpline.app.build import read_book

    book = read_book(patient.settings)
    ladder = patient.settings.check_ins.ladder
    if ladder not in book.ladders:
        remedy = f"Set [check_ins] ladder to one of: {', '.join(sorted(book.ladders))}."
        return [Finding("problem", f"There is no ladder named {ladder}.", remedy)]
    return [Finding("ok", f"{len(book.flows)} flows and {len(book.ladders)} ladders are in order.")]


def last_tick(patient: Patient) -> list[Finding]:
    """The engine works."""
    if not (signs := _signs(patient)):
        return []
    if signs["tick_at"] is None:
        return [
            Finding("warning", "The engine has not worked yet.", "Start it with `helpline serve`.")
        ]
    ago = patient.now - signs["tick_at"]
    if ago > STALE_TICK:
        remedy = "Start it with `helpline serve`, or see why it stopped: `journalctl -u helpline`."
        return [
            Finding(
                "problem",
                f"The engine last worked {spoken(ago)} ago: nobody is asked or alarmed.",
                remedy,
            )
        ]
    return [Finding("ok", "The engine is at work.")]


def last_inbound(patient: Patient) -> list[Finding]:
    """Texts come in."""
    if not (signs := _signs(patient)):
        return []
    if signs["inbound_at"] is None:
        remedy = "Text AIDE to the service's number from any phone, and ask again."
        return [Finding("warning", "No text has come in yet.", remedy)]
    ago = patient.now - signs["inbound_at"]
    if ago > LONG_SILENCE:
        remedy = (
            "Text AIDE to the service's number; when nothing comes back, see the provider's log."
        )
        return [Finding("warning", f"The last text came in {spoken(ago)} ago.", remedy)]
    return [Finding("ok", f"The last text came in {spoken(ago)} ago.")]


def logins(patient: Patient) -> list[Finding]:
    """Somebody can open the desk."""
    if not (signs := _signs(patient)):
        return []
    if not signs["logins"]:
        return [
            Finding(
                "warning", "Nobody can open the desk.", "Add a login: `helpline logins add EMAIL`."
            )
        ]
    return [Finding("ok", f"{counted(signs['logins'], 'login')} can open the desk.")]


def coordinators(patient: Patient) -> list[Finding]:
    """Somebody is told when nobody answers."""
    if not (signs := _signs(patient)):
        return []
    if not signs["coordinators"]:
        remedy = "Import at least one: `helpline coordinators import FILE.csv`."
        return [
            Finding(
                "warning",
                "There is no coordinator: an alarm that nobody answers ends nowhere.",
                remedy,
            )
        ]
    if not signs["told"]:
        return [
            Finding(
                "problem",
                f"None of {counted(signs['coordinators'], 'coordinator')} can be told: they said "
                "STOP, or their numbers take no texts.",
                "Import another one, or have one of them text START.",
            )
        ]
    said = f"{counted(signs['told'], 'coordinator')} will be told when nobody answers."
    if signs["heard"] < signs["told"]:
        silent = signs["told"] - signs["heard"]
        remedy = "Have them text BILAN to the service: an answer shows that alarms reach them."
        return [Finding("warning", f"{said} {silent} never wrote to us.", remedy)]
    return [Finding("ok", said)]


def volunteers(patient: Patient) -> list[Finding]:
    """Somebody can go, and said so."""
    if not (signs := _signs(patient)):
        return []
    waiting = f" {signs['unconfirmed']} have not answered OUI yet." if signs["unconfirmed"] else ""
    if not signs["volunteers"]:
        remedy = (
            "Import some: `helpline volunteers import FILE.csv`; each counts once they answered "
            "OUI."
        )
        return [Finding("warning", f"No volunteer has confirmed.{waiting}", remedy)]
    return [
        Finding("ok", f"{counted(signs['volunteers'], 'volunteer')} may be asked to go.{waiting}")
    ]


def _signs(patient: Patient) -> Row | None:
    if not patient.has_database:
        return None
    with patient.store() as store:
        return store.one("signs_of_use")


def counted(number: int, thing: str) -> str:
    """Return "1 login" or "3 logins"."""
    return f"{number} {thing}" + ("" if number == 1 else "s")


def spoken(ms: int) -> str:
    """Return a length of time as people say it."""
    seconds = max(ms, 0) // 1000
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(seconds // size, unit)
    return counted(seconds, "second")
