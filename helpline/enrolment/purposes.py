"""What texts to people who may take part are for."""

from __future__ import annotations

from helpline.base.spans import HOUR
from helpline.town.purpose import Priority, Purpose

PURPOSES = (
    # a long register leaves at one text a second; the last must not lapse before its turn
    Purpose("invitation", Priority.STATUS, lasts=72 * HOUR, twice_rather_than_lost=False),
)
