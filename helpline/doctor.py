"""Says in words what is right and wrong with a gateway: every check returns findings, and none can stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpline import doctor_machine, doctor_outside, doctor_town
from helpline.core.errors import HelplineError
from helpline.doctor_patient import Patient
from helpline.ports import Clock, Finding
from helpline.settings.load import read_settings

Check = Callable[[Patient], list[Finding]]


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, and the check it comes from."""

    check: str
    finding: Finding


CHECKS: Mapping[str, Check] = {
    "settings": doctor_machine.settings_are_complete,
    "secrets": doctor_machine.secrets_are_kept,
    "public address": doctor_outside.public_address,
    "signature": doctor_outside.signature,
    "number": doctor_outside.number,
    "provider": doctor_outside.provider,
    "e-mail": doctor_outside.email,
    "clock": doctor_outside.clock,
    "time zones": doctor_machine.time_zones,
    "sqlite": doctor_machine.sqlite,
    "database": doctor_machine.database,
    "disk": doctor_machine.disk,
    "flows": doctor_town.flows,
    "engine": doctor_town.last_tick,
    "inbound": doctor_town.last_inbound,
    "logins": doctor_town.logins,
    "coordinators": doctor_town.coordinators,
    "volunteers": doctor_town.volunteers,
}


def examine(config: str | None, environ: Mapping[str, str], clock: Clock, *, offline: bool = False) -> list[Line]:
    """Return every finding, in the order of CHECKS. `offline` leaves out what would ask a provider."""
    try:
        settings, problems = read_settings(config, environ)
    except HelplineError as error:
        return [Line("settings", Finding("problem", error.problem, error.remedy))]
    patient = Patient(settings, tuple(problems), clock.now(), offline)
    return [Line(name, finding) for name, check in CHECKS.items() for finding in tried(check, patient)]


def tried(check: Check, patient: Patient) -> list[Finding]:
    """Return what `check` finds; its own failure is a finding too."""
    try:
        return check(patient)
    except HelplineError as error:
        return [Finding("problem", error.problem, error.remedy)]
    except Exception as error:
        why = f"{type(error).__name__}: {error}".rstrip(": .")
        return [Finding("problem", f"This could not be checked ({why}).", "Report it with this line, please.")]
