"""The inbox: somebody has read a text."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from helpline.inbound import unread
from helpline.web.shared import desk
from helpline.web.shared.pages import Gateway, go


def inbox_pages(gateway: Gateway) -> Blueprint:
    """Return /desk/texts/<number>/read."""
    pages = desk.group("inbox", __name__, gateway)

    def mark_read(number: str) -> Response:
        return _mark_read(gateway, desk.number(number))

    pages.add_url_rule("/desk/texts/<number>/read", "mark_read", mark_read, methods=["POST"])
    return pages


def _mark_read(gateway: Gateway, text: int) -> Response:
    """Note that a person has read a text."""
    if text:
        gateway.change(lambda tx: unread.mark_read(tx, text))
    return go(url_for("today.show", done="read") + "#texts")
