"""What came of one incoming text."""

from __future__ import annotations

from dataclasses import dataclass

from helpline.conversations.state import Said
from helpline.inbound.attention import Attention


@dataclass(slots=True)
class Interpretation:
    """What came of one incoming text: what is said back, what it was taken for, why a person should
    read it ("" they need not), and how soon; None: as `attention.owed` says."""

    said: tuple[Said, ...] = ()
    meaning: str = ""
    reason: str = ""
    attention: Attention | None = None
    case_number: int | None = None
    understood: bool = True
    over: bool = True  # nothing is being asked
