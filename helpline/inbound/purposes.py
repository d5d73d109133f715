"""What texts of this room are for: our own trial text, and that somebody must read what came in."""

from __future__ import annotations

from helpline.base.spans import HOUR
from helpline.messaging.purposes import once_more
from helpline.town.purpose import Priority, Purpose

PURPOSES = (
    Purpose("canary", Priority.STATUS, lasts=HOUR, twice_rather_than_lost=False),
    Purpose("unread_alarm", Priority.ALARM, lasts=HOUR, followed=True, lost=once_more),
    Purpose("unread_mail", Priority.STATUS, twice_rather_than_lost=False),
)
