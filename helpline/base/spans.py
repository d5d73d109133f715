"""Spans of time, in milliseconds as everywhere here."""

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
