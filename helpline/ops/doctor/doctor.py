"""Says in words what is right and wrong with a gateway: every check returns findings, and none can
stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpline.app.providers import PROVIDERS
from helpline.base.errors import HelplineError
from helpline.base.ports import Clock, Finding
from helpline.ops.doctor import machine, outside, town
from helpline.ops.doctor.patient import Patient
from helpline.providers.provider import Providers
from helpline.settings.load import read_settings

Check = Callable[[Patient], list[Finding]]


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, and the check it comes from."""

    check: str
    finding: Finding


CHECKS: Mapping[str, Check] = {
    "settings": machine.settings_are_complete,
    "secrets": machine.secrets_are_kept,
    "public address": outside.public_address,
    "signature": outside.signature,
    "number": outside.number,
    "provider": outside.provider,
    "e-mail": outside.email,
    "clock": outside.clock,
    "time zones": machine.time_zones,
    "sqlite": machine.sqlite,
    "database": machine.database,
    "privacy": machine.data_is_private,
    "disk": machine.disk,
    "flows": town.flows,
    "engine": town.last_tick,
    "inbound": town.last_inbound,
    "logins": town.logins,
    "coordinators": town.coordinators,
    "volunteers": town.volunteers,
}


def examine(
    config: str | None,
    environ: Mapping[str, str],
    clock: Clock,
    *,
    offline: bool = False,
    providers: Providers = PROVIDERS,
) -> list[Line]:
    """Return every finding, in the order of CHECKS; `offline`: of those that ask no provider."""
    try:
        settings, problems = read_settings(config, environ, providers.sections)
    except HelplineError as error:
        return [Line("settings", Finding("problem", error.problem, error.remedy))]
    patient = Patient(settings, tuple(problems), clock.now(), offline, providers=providers)
    return [
        Line(name, finding) for name, check in CHECKS.items() for finding in tried(check, patient)
    ]


def tried(check: Check, patient: Patient) -> list[Finding]:
    """Return what `check` finds; its own failure is a finding too."""
    try:
        return check(patient)
    except HelplineError as error:
        return [Finding("problem", error.problem, error.remedy)]
    except Exception as error:
        why = f"{type(error).__name__}: {error}".rstrip(": .")
        return [
            Finding(
                "problem",
                f"This could not be checked ({why}).",
                "Report it with this line, please.",
            )
        ]
