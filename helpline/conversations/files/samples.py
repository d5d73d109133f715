"""Long values put into sentences before they are measured: the longest we expect, with each kind of
name that people have."""

from __future__ import annotations

from datetime import date

from helpline.conversations.types import Book, in_language

TODAY = date(2026, 11, 22)
MISSING = "valeur longue"

LATIN = {
    "service": "Allo Voisins de Perpignan", "organisation": "CCAS de Villeurbanne",
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
    "organisation": "جماعة سيدي مومن", "zone": "سيدي مومن",
    "state": "كنقلبو على شي حد", "time": "10:30", "hour": "10:30", "until": "25/08/2026",
    "number": "0644630000",
    "requests": "1234, 1235", "list": "1234, 1235", "place": "سيدي مومن", "address": "زنقة 12",
}  # fmt: skip
# Twenty letters each: marks that GSM-7 lacks, and Arabic ones; both may stand in any text.
NAMES = ("Marie-Thérèse-Gaëlle", "عبد الرحمان بن الحسن")
NAMED = ("name", "resident", "contact", "owner")
LONGEST_ANSWERS = {"need": "need_", "wanted": "wanted_"}
ZONES = {
    "fr": ("Croix-Rousse", "Gratte-Ciel", "Charpennes"),
    "ary": ("سيدي مومن", "المعاريف", "الحي"),
}


def values(language: str, book: Book) -> tuple[dict[str, str], ...]:
    """Return long values for each usual fact in `language`, once for each kind of name."""
    found = dict(LATIN) | (ARABIC if language == "ary" else {})
    for name, prefix in LONGEST_ANSWERS.items():
        words = [
            in_language(texts, language)
            for key, texts in book.phrases.items()
            if key.startswith(prefix)
        ]
        found[name] = max(words, key=len, default=MISSING)
    called = (book.letters.name_for(language, name) for name in NAMES)
    return tuple(found | dict.fromkeys(NAMED, name) for name in called)


def zones(language: str) -> tuple[tuple[str, str], ...]:
    """Return three zones with usual names."""
    names = ZONES["ary" if language == "ary" else "fr"]
    return tuple((str(at), name) for at, name in enumerate(names, start=1))
