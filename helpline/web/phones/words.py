"""What /phones says around its phones, in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from helpline.store.sqlite import Row

LANGUAGES = {
    "fr": {
        "fr": "français",
        "ary": "darija, الدارجة",
        "ary-Latn": "darija en lettres latines",
        "en": "anglais",
    },
    "en": {
        "fr": "French",
        "ary": "Darija, الدارجة",
        "ary-Latn": "Darija in Latin letters",
        "en": "English",
    },
}
DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "The town's phones",
        "lead": (
            "Play every part: text AIDE from Fatima's phone, dial {code}, put the clock on by a "
            "day. The gateway behind is the real one; only the mobile network and the clock are "
            "not."
        ),
        "clock": "The town's clock",
        "plus_half": "+30 min",
        "plus_hour": "+1 h",
        "plus_day": "+1 day",
        "passing": "Time passes …",
        "world": "This clock is the world's: it cannot be put on here.",
        "desk": "The coordinator's desk",
        "another": "Another phone",
        "another_label": "Number of another phone",
        "another_add": "Put it here",
        "no_number": "This is not a phone number. Write it as +33 6 39 98 00 90.",
        "texts_of": "Texts of {name}",
        "write": "Text or digits to send from the phone of {name}",
        "send": "Send",
        "dial": "Dial {code}",
        "hang_up": "Hang up",
        "erase": "Erase the last letter",
        "placeholder": "Write here",
        "keypad": "Keypad of {name}",
        "ussd": "USSD screen of {name}",
        "ussd_done": "The call is over.",
        "empty": "No texts yet",
        "sent": "on its way",
        "failed": "not delivered",
        "not_taken": "The gateway did not take it ({status}).",
        "offline": "The gateway does not answer. Is `sh deploy/try` still running?",
        "segments": "{n} segments",
        "nobody": "a number nobody knows yet",
        "invited": "has not agreed yet",
        "resident": "gets the daily hello",
        "paused": "the hello is paused",
        "known": "known by number",
        "volunteer": "volunteer",
        "contact": "contact of {name}",
        "coordinator": "coordinator",
    },
    "fr": {
        "title": "Les téléphones du quartier",
        "lead": (
            "Jouez tous les rôles : écrivez AIDE depuis le téléphone de Fatima, composez le "
            "{code}, avancez d'un jour. La passerelle est la vraie ; seuls le réseau mobile et "
            "l'horloge ne le sont pas."
        ),
        "clock": "L'heure du quartier",
        "plus_half": "+30 min",
        "plus_hour": "+1 h",
        "plus_day": "+1 jour",
        "passing": "Le temps passe …",
        "world": "Cette horloge est celle de tous : elle ne s'avance pas ici.",
        "desk": "Le bureau de la coordination",
        "another": "Un autre téléphone",
        "another_label": "Numéro d'un autre téléphone",
        "another_add": "Le poser ici",
        "no_number": "Ce n'est pas un numéro de téléphone. Écrivez-le ainsi : +33 6 39 98 00 90.",
        "texts_of": "Les SMS de {name}",
        "write": "Texte ou chiffres à envoyer du téléphone de {name}",
        "send": "Envoyer",
        "dial": "Composer le {code}",
        "hang_up": "Raccrocher",
        "erase": "Effacer la dernière lettre",
        "placeholder": "Écrire ici",
        "keypad": "Clavier de {name}",
        "ussd": "Écran USSD de {name}",
        "ussd_done": "L'appel est fini.",
        "empty": "Aucun SMS",
        "sent": "en route",
        "failed": "pas arrivé",
        "not_taken": "La passerelle ne l'a pas pris ({status}).",
        "offline": "La passerelle ne répond pas. `sh deploy/try` tourne-t-il encore ?",
        "segments": "{n} segments",
        "nobody": "un numéro encore inconnu",
        "invited": "n'a pas encore dit oui",
        "resident": "reçoit le bonjour du jour",
        "paused": "bonjour en pause",
        "known": "connu par son numéro",
        "volunteer": "bénévole",
        "contact": "proche de {name}",
        "coordinator": "coordination",
    },
}


def long_day(day: date, language: str) -> str:
    """Return a date as a phone shows it: Monday 23 November."""
    return f"{DAYS[language][day.weekday()]} {day.day} {MONTHS[language][day.month - 1]}"


def role_of(row: Row | None, language: str) -> str:
    """Return in a few words which parts somebody plays, where, and which language they read."""
    words = WORDS[language]
    if row is None:
        return words["nobody"]
    parts = [*_parts(row, words)] or [words["known"]]
    places = row["zone"] or (row["zones"] or "").replace("|", ", ")
    return " · ".join(
        filter(None, (", ".join(parts), places, LANGUAGES[language].get(row["language"] or "", "")))
    )


def _parts(row: Row, words: Mapping[str, str]) -> list[str]:
    """Return the parts, most telling first."""
    parts = []
    if row["coordinator"]:
        parts.append(words["coordinator"])
    if row["volunteer"]:
        parts.append(words["volunteer"] if row["volunteer"] == "confirmed" else words["invited"])
    if row["resident"]:
        parts.append(words["resident"] if row["resident"] == "active" else words["invited"])
    if row["contact_of"]:
        parts.append(words["contact"].format(name=row["contact_of"]))
    return parts
