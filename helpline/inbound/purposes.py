"""What our own trial text is for."""

from __future__ import annotations

from helpline.town.purpose import HOUR, Priority, Purpose

PURPOSES = (Purpose("canary", Priority.STATUS, lasts=HOUR, twice_rather_than_lost=False),)
