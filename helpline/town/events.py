"""The town's journal: what happened, for good."""

from __future__ import annotations

import json
from typing import Any

from helpline.base.ports import Store
from helpline.town.tx import Tx


def note(tx: Tx, kind: str, **about: Any) -> None:
    """Write down for good that something happened; `about` may name person_id, case_number,
    check_in_id.

    Whatever else is given goes into the event's data: ids, counts and codes, never names, numbers
    or words of people.
    """
    write_down(tx.store, tx.now, kind, **about)


def write_down(store: Store, now: int, kind: str, **about: Any) -> None:
    """Do the same as `note` where no town is at hand, as when a database is restored."""
    known = {key: about.pop(key, None) for key in ("person_id", "case_number", "check_in_id")}
    store.run(
        "add_event", kind=kind, now=now, data=json.dumps(about, separators=(",", ":")), **known
    )
