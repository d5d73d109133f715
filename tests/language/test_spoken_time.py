"""Hours and dates as people type them."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.language.answers import read_date, read_hour
from helpline.language.spoken_words import SpokenWords
from tests.kit import flow_town

SPOKEN = SpokenWords(flow_town.SPOKEN)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("8h", "08:00"), ("11h30", "11:30"), ("9:15", "09:15"), ("18", "18:00"),
        ("8 d sbah", "08:00"),
        ("6pm", "18:00"), ("٩", "09:00"), ("midi", "12:00"), ("minuit", "00:00"), ("à 8h", "08:00"),
        ("8 heures et demie", "08:30"), ("0830", "08:30"), ("12 am", "00:00"), ("12 pm", "12:00"),
        ("8 du soir", "20:00"), ("2 de l'après-midi", "14:00"), ("9h du matin", "09:00"),
        ("٨ ديال الصباح", "08:00"), ("8 العشية", "20:00"), ("6 p.m.", "18:00"), ("9.15", "09:15"),
        ("tmenya d sbah", "08:00"), ("midi et demi", "12:30"), ("11 d lil", "23:00"),
        ("0h", "00:00"),
        ("20h05", "20:05"), ("10-12", None), ("10 ou 11", None), ("24h", None), ("25", None),
        ("0", None),
        ("8 9", None), ("8h60", None), ("", None), ("bonjour", None), ("8h 9h", None),
        ("demain", None),
    ],
)  # fmt: skip
def test_an_hour_is_read_as_people_write_it(text: str, hour: str | None) -> None:
    assert read_hour(SPOKEN, text) == hour


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/08", "2026-08-25"), ("25 aout", "2026-08-25"), ("2026-08-25", "2026-08-25"),
        ("demain", "2026-08-21"), ("25.8.", "2026-08-25"), ("٢٥/٨", "2026-08-25"),
        ("ghedda", "2026-08-21"),
        ("غدا", "2026-08-21"), ("tomorrow", "2026-08-21"), ("aujourd'hui", "2026-08-20"),
        ("après-demain", "2026-08-22"), ("lundi", "2026-08-24"), ("jeudi", "2026-08-27"),
        ("le 3", "2026-09-03"), ("1er septembre", "2026-09-01"), ("25th august", "2026-08-25"),
        ("24 august 2026", "2026-08-24"), ("29/02", "2028-02-29"), ("01/01", "2027-01-01"),
        ("25/8/26", "2026-08-25"), ("dans 3 jours", "2026-08-23"), ("2 semaines", "2026-09-03"),
        ("بعد غد", "2026-08-22"), ("25 غشت", "2026-08-25"), ("jusqu'au 30 septembre", "2026-09-30"),
        ("20/08", "2026-08-20"), ("19/08", "2027-08-19"), ("lundi 24 août", "2026-08-24"),
        ("31/02", None),
        ("25/08/2025", None), ("3", None), ("99/99", None), ("", None), ("bientôt", None),
        ("2026", None),
    ],
)  # fmt: skip
def test_a_date_is_the_next_such_day(text: str, day: str | None) -> None:
    assert read_date(SPOKEN, text, date(2026, 8, 20)) == (date.fromisoformat(day) if day else None)


@given(st.text(alphabet="0123456789h:/.- apmdemain٩٣", max_size=12), st.dates())
def test_what_is_read_is_always_a_time_and_a_day_to_come(text: str, today: date) -> None:
    hour, day = read_hour(SPOKEN, text), read_date(SPOKEN, text, today)
    assert hour is None or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", hour)
    assert day is None or day >= today
