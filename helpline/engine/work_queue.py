"""Work that other threads hand to the engine: done in order, each in its savepoint, answered once
it is on disk."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from helpline.base.errors import not_saved
from helpline.base.ports import Store
from helpline.town.tx import Tx

log = logging.getLogger(__name__)

Work = Callable[[Tx], Any]
Job = tuple[Work, "Future[Any] | None"]
Done = tuple["Future[Any]", Any, "BaseException | None"]

BATCH = 64  # pieces of work that share one commit


class WorkQueue:
    """What waits. Any thread puts work in; the engine's thread alone takes it, does it and gives it
    back."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._is_pressing = False

    def __len__(self) -> int:
        """How many pieces wait."""
        return self._waiting.qsize()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing waits."""
        return self._waiting.empty()

    @property
    def can_wait(self) -> bool:
        """Tell whether something waits, and all of it may wait for more of its kind."""
        return not self._is_pressing and not self.is_empty

    def put(self, work: Work, future: Future[Any] | None = None, *, can_wait: bool = False) -> None:
        """Have `work` done; its result goes to `future`, where somebody waits for it."""
        self._waiting.put((work, future))
        if not can_wait:
            self._is_pressing = True

    def take(self, most: int = BATCH) -> list[Job]:
        """Take what waits, without what nobody waits for any more."""
        jobs: list[Job] = []
        self._is_pressing = False
        while len(jobs) < most:
            try:
                work, future = self._waiting.get_nowait()
            except queue.Empty:
                break
            if future is None or future.set_running_or_notify_cancel():
                jobs.append((work, future))
        if not self.is_empty:
            self._is_pressing = True  # as far as we know
        return jobs

    def do(self, tx: Tx, jobs: list[Job]) -> list[Done]:
        """Do the work taken; what comes meanwhile is added to `jobs`, so that more of it shares one
        commit.

        Return what to answer once that commit is made. Raises when nobody's work can be kept.
        """
        done: list[Done] = []
        taken = list(jobs)
        while taken:
            for work, future in taken:
                _do(tx, work, future, done)
            taken = self.take(BATCH - len(jobs))
            jobs.extend(taken)
        return done

    def give_back(self, jobs: Sequence[Job], error: Exception, store: Store) -> None:
        """The commit failed: those who wait are told, what nobody waits for is tried again."""
        failure = not_saved(error) if isinstance(error, store.unavailable) else error
        for work, future in jobs:
            if future is not None:
                future.set_exception(failure)
            else:
                self.put(work)


def answer(done: Sequence[Done]) -> None:
    """It is on disk: tell those who wait."""
    for future, result, failure in done:
        if failure is not None:
            future.set_exception(failure)
        else:
            future.set_result(result)


def _do(tx: Tx, work: Work, future: Future[Any] | None, done: list[Done]) -> None:
    """Do one piece of work in its own savepoint: one that fails undoes itself alone."""
    try:
        with tx.savepoint():
            result = work(tx)
    except Exception as error:
        unavailable = isinstance(error, tx.store.unavailable)
        if unavailable and (future is None or not tx.store.in_transaction()):
            # Nobody's work is kept; what no web request waits for, like a provider's answer, is
            # tried again
            raise
        if future is None:
            log.exception("posted work failed")
        else:
            done.append((future, None, not_saved(error) if unavailable else error))
    else:
        if future is not None:
            done.append((future, result, None))
