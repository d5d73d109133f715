"""What rows that the audit and a restore look at hold, as the statements of queries.sql give
them."""

from __future__ import annotations

from helpline.base.ports import Statement
from helpline.messaging.rows import TextRow


class WaitingText(TextRow):
    """A text of a restored database that may not have left, and how what it is about stands."""

    case_status: str | None
    check_in_status: str | None


WAITING_TEXTS = Statement("waiting_texts", WaitingText)
