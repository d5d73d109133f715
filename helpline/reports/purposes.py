"""What the day's summary is for."""

from __future__ import annotations

from helpline.town.purpose import Priority, Purpose

PURPOSES = (
    Purpose("digest", Priority.STATUS, twice_rather_than_lost=False),
    Purpose("digest_mail", Priority.STATUS, twice_rather_than_lost=False),
)
