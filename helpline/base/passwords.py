"""Passwords of the desk: which are good enough, and how one is kept without being known."""

from __future__ import annotations

import re
import unicodedata

from helpline.base.clock import token
from helpline.base.errors import HelplineError

SHORTEST, LONGEST = 12, 200

# What lists of leaked passwords begin with, and what people make longer to reach a length; compared
# without digits.
_OBVIOUS = """
password passwort motdepasse azerty azertyuiop qwerty qwertyuiop qwertz administrator administrateur
admin bienvenue welcome bonjour soleil letmein iloveyou jetaime abcdef abcdefghijkl changeme
changezmoi secret helpline coordinateur coordinatrice mairie maroc france casablanca paris salam
marhaba doudou chouchou princesse football superman master dragon monkey loulou
"""


class WeakPassword(HelplineError):
    """A password that others would guess."""


def check_new_password(password: str, *known: str) -> None:
    """Raise WeakPassword when `password` is short, obvious, or made of `known` words such as the
    e-mail address."""
    plain = _plain(password)
    words = re.sub(r"[^a-z]", "", plain)
    if len(password) < SHORTEST:
        problem = f"This password has {len(password)} characters, and {SHORTEST} are needed."
    elif len(password) > LONGEST:
        problem = f"This password is longer than {LONGEST} characters."
    elif len(set(plain)) < 5 or _is_a_row(plain):
        problem = "This password repeats a few characters or follows a row of keys."
    elif _is_obvious(words) or (not words and len(set(plain)) < 9):
        problem = "This password is among the first that others try."
    elif any(_says(plain, word) for word in known):
        problem = "This password is made of the address or the name it protects."
    else:
        return
    raise WeakPassword(
        problem, "Take four words that do not belong together, as in: figue tunnel mardi violon."
    )


def new_password() -> str:
    """Return a password nobody knows yet, easy to type: five groups of four letters and digits."""
    letters = re.sub(r"[^a-z0-9]", "", token(60).lower().translate(str.maketrans("", "", "01ilo")))
    return "-".join(letters[at : at + 4] for at in range(0, 20, 4))


def kept_password(password: str) -> str:
    """Return what is stored in place of `password` (scrypt, salted)."""
    from werkzeug.security import generate_password_hash

    return generate_password_hash(unicodedata.normalize("NFC", password), method="scrypt")


def is_password(kept: str, password: str) -> bool:
    """True when `password` is the one `kept` was made from. Takes the same time for a short and a
    long mistake."""
    from werkzeug.security import check_password_hash

    return check_password_hash(kept, unicodedata.normalize("NFC", password[:LONGEST]))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def _is_a_row(plain: str) -> bool:
    rows = (
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890123456789",
        "azertyuiopqsdfghjklmwxcvbn",
        "qwertyuiopasdfghjklzxcvbnm",
    )
    return any(plain in row or plain[::-1] in row for row in rows)


def _is_obvious(words: str) -> bool:
    return bool(words) and _repeated_word(words) in _OBVIOUS.split()


def _repeated_word(words: str) -> str:
    """Return the shortest beginning that, repeated, makes `words`."""
    ends = (end for end in range(1, len(words) + 1) if words[:end] * (len(words) // end) == words)
    return words[: next(ends, 0)]


def _says(plain: str, word: str) -> bool:
    """True when `plain` is little more than `word`, or than the part of an address before its @."""
    part = _plain(word).partition("@")[0]
    return len(part) >= 4 and len(plain.replace(_plain(word), "").replace(part, "")) < 6
