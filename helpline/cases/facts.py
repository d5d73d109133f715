"""What sentences about a case may say."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.cases.rows import CASE_QUESTION, CaseRow
from helpline.town.tx import Tx


def facts_of(tx: Tx, row: CaseRow, language: str | None) -> Mapping[str, str]:
    """Return what sentences about a case may say, in the reader's language."""
    town = tx.town
    name = town.called(language, row["name"], row["other_name"])
    owner = town.called(language, row["owner_name"] or "", row["owner_other_name"] or "")
    zone = row["zone"] or row["place"]
    since = row["opened_at"]
    if row["check_in_id"]:
        check_in = tx.one(CASE_QUESTION, id=row["check_in_id"])
        if check_in is not None:
            since = check_in["asked_at"] or check_in["asking_at"]
    return {
        "ref": str(row["number"]),
        "name": name or town.word("someone", language),
        "phone": row["phone"],
        "zone": zone or town.word("somewhere", language),
        "address": row["address"] or row["place"] or zone or town.word("no_address", language),
        "since": town.clock_face(since),
        "need": town.word(f"need_{row['need']}", language)
        if row["need"]
        else town.word(f"kind_{row['kind']}", language),
        "wanted": town.word(f"wanted_{row['wanted']}", language) if row["wanted"] else "",
        "owner": (owner or town.word("someone", language)) if row["owner_id"] else "",
    }
