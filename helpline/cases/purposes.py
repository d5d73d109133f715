"""What texts about cases are for: asking somebody, telling news, calling everybody off."""

from __future__ import annotations

from helpline.cases import bundles, rules, work
from helpline.messaging import failover
from helpline.messaging.rows import NextText, TextRow, UnconfirmedText
from helpline.town.events import note
from helpline.town.purpose import Loss, Priority, Purpose, Together
from helpline.town.tx import Tx


def _unwanted_ask(row: NextText) -> str:
    status = row["case_status"]
    return f"case {status}" if status in ("closed", "taken") else ""


def _unwanted_news(row: NextText) -> str:
    return "case closed" if row["case_status"] == "closed" else ""


def _ask_lost(tx: Tx, row: TextRow, _loss: Loss) -> None:
    """The next person is asked at once, for each case that the text named."""
    person_id = row["person_id"]
    if person_id is not None:
        for number in bundles.cases_of(tx, row):
            work.happen(tx, number, rules.Unreached(person_id))


def _ask_unconfirmed(tx: Tx, row: UnconfirmedText) -> None:
    """One more person is asked beside."""
    person_id = row["person_id"]
    if person_id is not None:
        for number in bundles.cases_of(tx, row):
            note(tx, "alarm_unconfirmed", case_number=number, person_id=person_id)
            work.happen(tx, number, rules.Unconfirmed(person_id))


def _news_lost(tx: Tx, row: TextRow, loss: Loss) -> None:
    _once_more_or_note(tx, row, loss, "case_text_lost")


def _all_clear_lost(tx: Tx, row: TextRow, loss: Loss) -> None:
    _once_more_or_note(tx, row, loss, "case_not_told")


def _once_more_or_note(tx: Tx, row: TextRow, loss: Loss, kind: str) -> None:
    if failover.once_more(tx, row, loss) or row["case_number"] is None:
        return
    note(tx, kind, case_number=row["case_number"], person_id=row["person_id"], text=row["id"])


PURPOSES = (
    Purpose(
        "case_ask",
        Priority.ALARM,
        followed=True,
        unwanted=_unwanted_ask,
        lost=_ask_lost,
        unconfirmed=_ask_unconfirmed,
        together=Together(bundles.waits, bundles.gathers, bundles.parts),
    ),
    Purpose("case_news", Priority.ALARM, followed=True, unwanted=_unwanted_news, lost=_news_lost),
    # it leaves though the case is closed: those who were alarmed must hear that nobody need go any
    # more
    Purpose("all_clear", Priority.ALARM, followed=True, lost=_all_clear_lost),
    Purpose("case_word", Priority.REPLY),
    Purpose("alarm_mail", Priority.STATUS, twice_rather_than_lost=False),
)
