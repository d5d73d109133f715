"""What every use case is given: the town, its memory, and the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpline.base.ports import Store

if TYPE_CHECKING:
    from helpline.town.town import Town


class Tx:
    """One transaction, or one reading, of one town at one moment.

    `now` is in milliseconds since 1970, UTC: the same for all that one turn decides. The statements
    of the store stand at hand: `tx.one("case", number=201)`.
    """

    __slots__ = ("add", "all", "many", "now", "one", "run", "savepoint", "store", "town")

    def __init__(self, store: Store, town: Town, now: int) -> None:
        self.store, self.town, self.now = store, town, now
        self.one, self.all, self.add = store.one, store.all, store.add
        self.run, self.many, self.savepoint = store.run, store.many, store.savepoint

    def at(self, moment: int) -> Tx:
        """Return the same as it would be at `moment`."""
        return Tx(self.store, self.town, moment)
