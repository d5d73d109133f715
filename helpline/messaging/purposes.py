"""What texts are for that belong to no other room: answers, notices to coordinators, news to
many."""

from __future__ import annotations

from helpline.messaging import failover
from helpline.messaging.rows import TextRow
from helpline.town.purpose import Loss, Priority, Purpose
from helpline.town.tx import Tx


def once_more(tx: Tx, row: TextRow, loss: Loss) -> None:
    """A text that has no next person is tried by another route."""
    failover.once_more(tx, row, loss)


PURPOSES = (
    Purpose("reply", Priority.REPLY),
    Purpose("stop_answer", Priority.REPLY, leaves_after_stop=True),
    Purpose("screen", Priority.REPLY),
    Purpose("urgent_notice", Priority.REPLY),
    Purpose("notice", Priority.STATUS, twice_rather_than_lost=False),
    Purpose("notice_mail", Priority.STATUS),
    Purpose("campaign", Priority.CAMPAIGN, twice_rather_than_lost=False),
    Purpose("poll", Priority.POLL, twice_rather_than_lost=False),
)
