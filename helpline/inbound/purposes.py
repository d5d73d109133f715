"""What our own trial text is for."""

from __future__ import annotations

from helpline.base.spans import HOUR
from helpline.town.purpose import Priority, Purpose

PURPOSES = (Purpose("canary", Priority.STATUS, lasts=HOUR, twice_rather_than_lost=False),)
