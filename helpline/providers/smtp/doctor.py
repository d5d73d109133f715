"""What `helpline doctor` says of the mail server: is it there, does it let us in."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager

from helpline.base.ports import Finding
from helpline.providers.smtp.errors import Stopped


def nobody_to_ask() -> Finding:
    """There is no server."""
    text = "No mail server is set; nothing goes out by e-mail."
    return Finding("warning", text, "Fill in [email].")


def examine(host: str, conversation: Callable[[], AbstractContextManager[object]]) -> Finding:
    """Return what greeting the server at `host` shows: `conversation` logs in, and nothing more."""
    try:
        with conversation():
            return Finding("ok", f"The mail server {host} lets us in.")
    except Stopped as stopped:
        remedy = "Check host, port, username and password of [email]."
        return Finding("problem", stopped.outcome.reason, remedy)
    except (OSError, smtplib.SMTPException) as error:
        said = f"The mail server {host} could not be reached ({type(error).__name__})."
        return Finding(
            "problem", said, "Check host and port of [email], and this machine's way there."
        )
