"""Seals a copy with AES-256-GCM, piece by piece, so that a stolen one tells nothing and a changed
one is refused.

A sealed file: a line that names the form, 8 bytes that name the key, 16 of salt; then pieces of 1
MiB, each with its own tag. A piece's nonce is its place and whether it is the last, so that none
can be moved, left out or cut off. The key of each file is drawn from the key file and the salt: no
nonce is ever used twice with one key.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from helpline.base.errors import HelplineError

FORM = b"helpline-sealed-1\n"
KEY_WORD = "helpline-key-1"
PIECE = 1 << 20
TAG = 16


def make_key(path: Path) -> None:
    """Write a new key to `path`, readable by its owner alone. Raises HelplineError when something
    is there already."""
    text = f"{KEY_WORD} {base64.b64encode(secrets.token_bytes(32)).decode()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise HelplineError(
            f"{path} is there already; it was left as it is.",
            "Copies sealed with a key can be opened with that key alone: choose another name, and "
            "keep both.",
        ) from None
    except OSError as error:
        raise HelplineError(
            f"The key {path} cannot be written: {error.strerror}.", "Choose another folder."
        ) from error


def read_key(path: Path) -> bytes:
    """Return the key that `make_key` wrote. Raises HelplineError when there is none."""
    try:
        word, _, text = path.read_text(encoding="ascii").strip().partition(" ")
        key = base64.b64decode(text, validate=True) if word == KEY_WORD else b""
    except OSError as error:
        raise HelplineError(
            f"The key {path} cannot be read: {error.strerror}.",
            "Correct [backup] key_file; `helpline backup --make-key FILE` makes a key.",
        ) from error
    except ValueError:
        key = b""
    if len(key) != 32:
        raise HelplineError(
            f"{path} is not a key of helpline.",
            "Correct [backup] key_file, or name the right file.",
        )
    return key


def is_sealed(path: Path) -> bool:
    """Tell whether a file was sealed here."""
    with path.open("rb") as file:
        return file.read(len(FORM)) == FORM


def seal(source: Path, target: BinaryIO, key: bytes) -> None:
    """Write `source` to `target`, sealed with `key`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt = secrets.token_bytes(16)
    head = FORM + _name_of(key) + salt
    cipher = AESGCM(_drawn(key, salt, b"copy"))
    target.write(head)
    with source.open("rb") as file:
        for place, piece, is_last in _pieces(file, PIECE):
            target.write(cipher.encrypt(_nonce(place, is_last), piece, head))


def unseal(source: Path, target: BinaryIO, key: bytes) -> None:
    """Write the content of the sealed `source` to `target`. Raises HelplineError for another key or
    a damaged file."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    with source.open("rb") as file:
        head = file.read(len(FORM) + 8 + 16)
        if head[len(FORM) : len(FORM) + 8] != _name_of(key):
            raise HelplineError(
                f"{source.name} was sealed with another key.",
                "Name the key it was made with: [backup] key_file, or --key FILE. Without it "
                "nobody can open it.",
            )
        cipher = AESGCM(_drawn(key, head[-16:], b"copy"))
        try:
            for place, piece, is_last in _pieces(file, PIECE + TAG):
                target.write(cipher.decrypt(_nonce(place, is_last), piece, head))
        except InvalidTag:
            raise HelplineError(
                f"{source.name} is damaged or cut short.",
                "Take another copy; `helpline drill` tries the newest.",
            ) from None


def unseal_beside(source: Path, key: bytes) -> Path:
    """Open a sealed file beside itself, for its owner alone; return the new file. What is there is
    left alone."""
    target = source.with_name(source.name.removesuffix(".sealed"))
    if not is_sealed(source):
        raise HelplineError(f"{source.name} is not sealed.", "It can be read as it is.")
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise HelplineError(
            f"{target} is there already; it was left as it is.", "Move it away first."
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            unseal(source, file, key)
    except BaseException:
        target.unlink()
        raise
    return target


def _pieces(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    place, piece = 0, file.read(size)
    while True:
        following = file.read(size)
        yield place, piece, not following
        if not following:
            return
        place, piece = place + 1, following


def _nonce(place: int, is_last: bool) -> bytes:
    return place.to_bytes(11, "big") + bytes([is_last])


def _name_of(key: bytes) -> bytes:
    return _drawn(key, b"", b"name")[:8]


def _drawn(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt or None, b"helpline " + purpose).derive(key)
