"""Long values put into sentences before they are measured: the longest that is still usual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from helpline.conversations.types import in_language

TODAY = date(2026, 11, 22)
MISSING = "valeur longue"

LATIN = {
    "name": "Marie-Christine", "resident": "Marie-Christine", "contact": "Abderrahmane",
    "owner": "Marie-Christine", "service": "Allo Voisins", "organisation": "CCAS de Villeurbanne",
    "emergency": "15", "emergency_sms": "114", "crisis": "3114",
    "number": "+33 6 44 63 00 00", "phone": "+33 6 44 63 00 00",
    "time": "10h30", "hour": "10h30", "since": "10h30", "date": "25/08", "until": "25/08/2026",
    "ref": "1234", "count": "12", "requests": "1234, 1235, 1236",
    "list": "1234, 1235, 1236", "state": "on cherche quelqu'un",
    "zone": "Croix-Rousse", "place": "12 rue des Tables Claudiennes",
    "address": "12 rue des Tables Claudiennes",
    "help": "3", "ok": "203", "other": "4", "waiting": "2",
    "soso": "6", "silent": "2", "open": "5", "opened": "12",
    "closed": "11", "unread": "4",
    "asked": "3", "oldest": "1234", "on_duty": "12", "closing": "1234",
}  # fmt: skip
ARABIC = {
    "name": "عبد الرحمان", "resident": "عبد الرحمان", "contact": "فاطمة الزهراء",
    "owner": "فاطمة الزهراء", "service": "ألو جيران", "organisation": "جمعية الحي",
    "zone": "سيدي مومن",
    "state": "كنقلبو على شي حد", "time": "10:30", "hour": "10:30", "until": "25/08",
    "number": "0644630000",
    "requests": "1234, 1235", "list": "1234, 1235", "place": "سيدي مومن", "address": "زنقة 12",
}  # fmt: skip
LONGEST_ANSWERS = {"need": "need_", "wanted": "wanted_"}
ZONES = {
    "fr": ("Croix-Rousse", "Gratte-Ciel", "Charpennes"),
    "ary": ("سيدي مومن", "المعاريف", "الحي"),
}


def values(language: str, phrases: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return a long value for each usual fact in `language`."""
    found = dict(LATIN) | (ARABIC if language == "ary" else {})
    for name, prefix in LONGEST_ANSWERS.items():
        words = [
            in_language(texts, language) for key, texts in phrases.items() if key.startswith(prefix)
        ]
        found[name] = max(words, key=len, default=MISSING)
    return found


def zones(language: str) -> tuple[tuple[str, str], ...]:
    """Return three zones with usual names."""
    names = ZONES["ary" if language == "ary" else "fr"]
    return tuple((str(at), name) for at, name in enumerate(names, start=1))
