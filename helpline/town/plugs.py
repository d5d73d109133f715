"""What the rooms above plug into a town: the lists of app/plugs.py, as the rooms below see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpline.town.purpose import Purposes

if TYPE_CHECKING:
    from helpline.conversations.acting import Action
    from helpline.town.tx import Tx


@dataclass(frozen=True, slots=True)
class Plugs:
    """What the town can do, by name.

    `purposes` are what texts are for, `actions` what flows may do. `opted_out(tx, person_id)`
    follows when a provider tells us that somebody said STOP to it, `unreachable(tx, person_id)`
    when it says that no text can reach a number.
    """

    purposes: Purposes
    actions: Mapping[str, Action]
    opted_out: Callable[[Tx, int], None]
    unreachable: Callable[[Tx, int], None]
