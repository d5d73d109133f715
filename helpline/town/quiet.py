"""The hours in which nobody is woken for what can wait."""

from __future__ import annotations

from datetime import timedelta

from helpline.base.calendar import local, moment_on


def by_day(moment: int, zone: str, quiet_from: str, quiet_until: str) -> int:
    """Return `moment`, or the end of the quiet hours that it lies in, in UTC milliseconds.

    The hours are HH:MM on the clock of `zone`; two equal ones leave no quiet.
    """
    clock = local(moment, zone)
    if not _is_quiet(f"{clock:%H:%M}", quiet_from, quiet_until):
        return moment
    end = moment_on(clock.date(), quiet_until, zone)
    return end if end > moment else moment_on(clock.date() + timedelta(days=1), quiet_until, zone)


def _is_quiet(at: str, quiet_from: str, quiet_until: str) -> bool:
    if quiet_from <= quiet_until:
        return quiet_from <= at < quiet_until
    return at >= quiet_from or at < quiet_until
