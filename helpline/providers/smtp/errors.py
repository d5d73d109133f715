"""What a mail server's answers mean for an e-mail."""

from __future__ import annotations

from helpline.base.ports import NotSent, Refused


class Stopped(Exception):
    """The conversation ended before the e-mail was handed over."""

    def __init__(self, outcome: Refused | NotSent) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def said_no(code: int, reason: str, *, ours: bool = False, dead: bool = False) -> Refused | NotSent:
    """Return what an e-mail met that was turned away with `code`: 5xx is for ever, else try again.

    `ours`: a person must mend our settings. `dead`: nothing can reach this address.
    """
    if 500 <= code < 600:
        return Refused(str(code), reason, settings_are_wrong=ours, number_is_dead=dead)
    return NotSent(str(code), reason)
