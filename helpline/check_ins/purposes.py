"""What texts about a check-in are for: the question, what follows silence, the question once more,
doubt."""

from __future__ import annotations

from helpline.check_ins import silence
from helpline.check_ins.rows import CHECK_IN
from helpline.messaging.purposes import once_more
from helpline.messaging.rows import NextText, TextRow
from helpline.town.purpose import Loss, Priority, Purpose
from helpline.town.tx import Tx

OPEN = ("asking", "waiting")


def _answered(row: NextText) -> str:
    return (
        "answered" if row["check_in_id"] is not None and row["check_in_status"] not in OPEN else ""
    )


def _case_is_over(row: NextText) -> str:
    return "answered" if row["case_status"] == "closed" else ""


def _asked(tx: Tx, row: TextRow) -> None:
    """From now on silence counts."""
    if row["check_in_id"] is not None:
        silence.accepted(tx, row["check_in_id"])


def _not_asked(tx: Tx, row: TextRow, loss: Loss) -> None:
    """A question that was refused is no silence; one that came back is looked at when its deadline
    comes."""
    if loss.came_back or row["check_in_id"] is None:
        return
    check_in = tx.one(CHECK_IN, id=row["check_in_id"])
    if check_in is not None and check_in["status"] in OPEN:
        silence.could_not_ask(tx, check_in, loss.code)


PURPOSES = (
    Purpose(
        "hello",
        Priority.CHECK_IN,
        followed=True,
        unwanted=_answered,
        accepted=_asked,
        lost=_not_asked,
    ),
    Purpose("reminder", Priority.CHECK_IN, unwanted=_answered),
    Purpose("hello_again", Priority.CHECK_IN, unwanted=_case_is_over, lost=once_more),
    Purpose("doubt_question", Priority.ALARM, followed=True, lost=once_more),
)
