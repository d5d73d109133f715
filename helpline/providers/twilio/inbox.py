"""What people texted to a number, as Twilio's list has it.

Read every few minutes, so without the official client: that takes 25 MB which an idle gateway can
do without.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from helpline.base.ports import InboundText
from helpline.providers.http import Answer
from helpline.providers.texts import plain, whole_number

API = "https://api.twilio.com"
PAGE = 200  # a day of downtime is many pages, and none of its texts may be left out


class Account(Protocol):
    """Whose list it is."""

    @property
    def account_sid(self) -> str: ...

    @property
    def auth_tokens(self) -> tuple[str, ...]: ...


def texts_to(
    request: Callable[..., Answer], account: Account, number: str, since: float
) -> Iterator[InboundText]:
    """Yield the texts people sent to `number` at or after `since` (seconds, UTC), oldest first.

    Raises whatever `request` raises, and ValueError or KeyError for an answer that is no list.
    """
    heard = [
        each
        for each in _newest_first(request, account, number, since)
        if each["direction"] == "inbound"
    ]
    for record in reversed(heard):
        yield InboundText(
            provider="twilio",
            provider_id=record["sid"],
            sender=record["from"] or "",
            receiver=record["to"] or "",
            body=plain(record["body"] or ""),
            media=whole_number(record["num_media"] or ""),
            sent_at=_milliseconds(record["date_created"]),
        )


def _newest_first(
    request: Callable[..., Answer], account: Account, number: str, since: float
) -> Iterator[Mapping[str, Any]]:
    page = f"/2010-04-01/Accounts/{account.account_sid}/Messages.json"
    query: Mapping[str, object] = {"To": number, "PageSize": PAGE}
    while page:
        answer = json.loads(
            request(
                "GET", API + page, query, auth=(account.account_sid, account.auth_tokens[0])
            ).text
        )
        for record in answer["messages"]:
            if 0 < _milliseconds(record["date_created"]) < int(since) * 1000:
                return
            yield record
        page, query = answer.get("next_page_uri") or "", {}


def _milliseconds(written: str | None) -> int:
    """Return a moment as Twilio writes it (RFC 2822) in UTC milliseconds; 0 for none."""
    return int(parsedate_to_datetime(written).timestamp() * 1000) if written else 0
