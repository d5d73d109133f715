"""What can be seen from outside after a campaign: the network's log, the database, the gateway's
own log."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from helpline.settings.database import database_at
from helpline.store.opening import connect
from tests.chaos.campaign import Campaign
from tests.kit.must import below

WRONG = re.compile(
    r"^[\w.]+Error\b|posted work failed|cycle failed|the duty \w+ failed|foreseen|Exception on"
)
WAITING = (
    "SELECT (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown')) AS texts,"
    " (SELECT count(*) FROM check_ins WHERE due_at IS NOT NULL) AS check_ins,"
    " (SELECT count(*) FROM cases WHERE status <> 'closed') AS cases"
)
Text = dict[str, Any]  # a row of the outbox


@dataclass
class Evidence:
    """Everything the invariants look at. Times `real` are seconds of the machine's own clock."""

    accepted: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    never_taken: list[str] = field(default_factory=list)
    texts: dict[int, Text] = field(default_factory=dict)
    asks: list[dict[str, Any]] = field(default_factory=list)
    cases: dict[int, dict[str, Any]] = field(default_factory=dict)
    check_ins: list[dict[str, Any]] = field(default_factory=list)
    inbox: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    again: int = 0
    list_failed: list[float] = field(default_factory=list)
    _bundled: dict[int, list[Text]] = field(default_factory=lambda: defaultdict(list))

    def by_text(self) -> dict[int, list[dict[str, Any]]]:
        """Return what the network accepted, by the id of our outbox."""
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for each in self.accepted:
            found[each["mid"]].append(each)
        return found

    def bundled(self) -> dict[int, list[Text]]:
        """Return the alarms that another text says too, by the id of that text."""
        if not self._bundled:
            for text in self.texts.values():
                if text["bundle_id"] is not None:
                    self._bundled[text["bundle_id"]].append(text)
        return self._bundled

    def alarms_of(self, mid: int) -> list[Text]:
        """Return the questions about cases that one text says: none for other texts."""
        text = self.texts.get(mid)
        if text is None or text["purpose"] != "case_ask":
            return []
        return [text, *self.bundled().get(mid, ())]


def gather(campaign: Campaign) -> Evidence:
    """Read everything."""
    evidence = Evidence()
    _read_network(campaign, evidence)
    _read_database(campaign, evidence)
    log = (campaign.path / "gateway.log").read_text("utf-8", "replace")
    wrong = Counter(
        re.sub(r"^\d+ ", "", line)[:160] for line in log.splitlines() if WRONG.search(line)
    )
    evidence.complaints += [
        f"the gateway's log says {n} times: {line}" for line, n in wrong.items()
    ]
    return evidence


def _read_network(campaign: Campaign, evidence: Evidence) -> None:
    for line in (campaign.path / "network.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        match entry["what"]:
            case "accepted":
                evidence.accepted.append(entry)
            case "taken":
                evidence.taken.setdefault(entry["sid"], entry)
            case "list failed":
                evidence.list_failed.append(entry["real"])
            case "never taken":
                evidence.never_taken.append(entry["sid"])
            case _:
                pass  # told for whoever reads the log


def _read_database(campaign: Campaign, evidence: Evidence) -> None:
    store = connect(database_at(campaign.database))
    try:

        def rows(sql: str) -> list[dict[str, Any]]:
            return [dict(row) for row in below(store).execute(sql).fetchall()]

        evidence.texts = {
            row["id"]: row for row in rows("SELECT * FROM outbox WHERE channel = 'sms'")
        }
        evidence.asks = rows("SELECT * FROM asks")
        evidence.cases = {row["number"]: row for row in rows("SELECT * FROM cases")}
        evidence.check_ins = rows(
            "SELECT i.*, p.phone FROM check_ins i JOIN residents r ON r.id = i.resident_id"
            " JOIN people p ON p.id = r.person_id"
        )
        evidence.inbox = [row["provider_id"] for row in rows("SELECT provider_id FROM inbox")]
        evidence.again = rows("SELECT count(*) AS n FROM events WHERE kind = 'text_sent_again'")[0][
            "n"
        ]
        if campaign.database.startswith("sqlite:"):
            if rows("PRAGMA integrity_check") != [{"integrity_check": "ok"}]:
                evidence.complaints.append("integrity_check is not ok")
            if rows("PRAGMA foreign_key_check"):
                evidence.complaints.append("foreign_key_check finds rows")
    finally:
        store.close()


def unsettled(campaign: Campaign) -> tuple[int, int, int]:
    """Return how many texts, check-ins and cases still wait."""
    store = connect(database_at(campaign.database))
    try:
        row = below(store).execute(WAITING).fetchone()
        return row["texts"], row["check_ins"], row["cases"]
    finally:
        store.close()
