"""Whom one could ask about a case now: contacts, volunteers by zone, language and rest,
coordinators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpline.base.spans import HOUR
from helpline.cases.rows import RESPONDING, CaseRow, IdRow
from helpline.town.tx import Tx


class RespondersOf:
    """The people around one case (a row of the statement `case`), each group read once, when
    somebody wants it."""

    def __init__(self, tx: Tx, row: CaseRow) -> None:
        self._tx, self._row = tx, row
        self._known: dict[str, Sequence[int]] = {}

    def of(self, group: str) -> Sequence[int]:
        """Return the people of `contacts`, `volunteers` or `coordinators`, in the order they should
        be asked."""
        if group not in self._known:
            about = self._row["person_id"]
            self._known[group] = tuple(
                each["id"] for each in self._read(group) if each["id"] != about
            )
        return self._known[group]

    def _read(self, group: str) -> Sequence[IdRow]:
        values: dict[str, Any] = {}
        if group == "contacts":
            if not self._row["resident_id"]:
                return ()
            values = {"resident_id": self._row["resident_id"]}
        elif group == "volunteers":
            values = self._volunteers_wanted()
        return self._tx.all(RESPONDING[group], **values)

    def _volunteers_wanted(self) -> dict[str, Any]:
        return {
            "zone": self._row["zone"] or self._row["place"],
            "language": self._row["language"] or "",
            "now": self._tx.now,
            "an_hour_ago": self._tx.now - HOUR,
            "most": self._tx.town.settings.limits.alarms_an_hour,
        }
